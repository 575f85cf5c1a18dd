/**
 * One page: its hello, its channels, its requests.
 *
 * Guarantees
 * - Nothing a page sends reaches beyond its own session: what is wrong is answered with an error of that channel, and what
 *   breaks the format, repeats or floods closes the link, with the reason said first.
 * - Inbound work is bounded: messages a second, bytes of a message, channels, unfinished messages, requests under way.
 */
import type { WebSocket } from 'ws';
import {
  contract,
  DuallaneError,
  type LinkKind,
  LinkJoiner,
  type LinkMessage,
  type LinkMetas,
  limits,
  linkHeader,
  linkKinds,
  type Log,
  type Open,
  type RunEntry,
  sentenceOf,
} from '../../protocol/index.ts';
import type { DaemonConnection } from '../hub/daemon-connection.ts';
import type { Feeds } from '../hub/feeds.ts';
import type { RunList } from '../hub/run-list.ts';
import type { PartNames } from '../history/part-names.ts';
import type { FrameRings } from '../ring/index.ts';
import { FramesChannel } from './frames-channel.ts';
import { PageSocket } from './page-socket.ts';
import { controlRun, listParts } from './requests.ts';
import { TelemetryChannel } from './telemetry-channel.ts';

export type SessionContext = {
  feeds: Feeds;
  runList: RunList;
  connection: DaemonConnection;
  rings: FrameRings;
  parts: PartNames;
  log: Log;
  now: () => number;
  signal: AbortSignal;
};

type Channel = { end: AbortController; received: number } & (
  | { view: 'telemetry'; telemetry: TelemetryChannel }
  | { view: 'frames'; frames: FramesChannel }
);

const tickMs = 500;
const helloDeadlineMs = 10_000;
const channelsMost = 256;
const requestsMost = 8;
const errorsMost = 100;
/** Of a page's messages: all are small JSON. */
const pageMessageBytes = 2 << 20;
/** A page reports at most once a frame and channel. */
const messagesPerSecond = 20_000;
const pageKinds: ReadonlySet<LinkKind> = new Set<LinkKind>(['hello', 'open', 'close', 'grant', 'painted', 'control', 'parts']);

export class Session {
  readonly #socket: PageSocket;
  readonly #context: SessionContext;
  readonly #joiner = new LinkJoiner();
  readonly #channels = new Map<number, Channel>();
  readonly #end = new AbortController();
  #pageReceived = 0;
  #isGreeted = false;
  #requests = 0;
  #errors = 0;
  #allowance = messagesPerSecond;
  #areRunsNew = false;

  constructor(socket: WebSocket, context: SessionContext) {
    this.#socket = new PageSocket(socket);
    this.#context = context;
    const timers = [setInterval(() => this.#tick(), tickMs), setTimeout(() => this.#expectHello(), helloDeadlineMs)];
    const end = () => {
      for (const timer of timers) clearInterval(timer);
      this.#end.abort();
      for (const channel of this.#channels.values()) channel.end.abort();
      this.#channels.clear();
    };
    socket.on('message', (bytes: Buffer, isBinary: boolean) => this.#take(bytes, isBinary));
    socket.once('close', end);
    // ws closes the link after an error by itself; what was wrong is for the log.
    socket.on('error', (error) => context.log('warn', 'page-error', { reason: error.message }));
    context.signal.addEventListener('abort', () => this.#socket.close(1001, 'the bridge ends'), { once: true, signal: this.#end.signal });
  }

  get channels(): number {
    return this.#channels.size;
  }

  get signal(): AbortSignal {
    return this.#end.signal;
  }

  #take(bytes: Buffer, isBinary: boolean): void {
    if (this.#end.signal.aborted || !this.#socket.isOpen) return;
    try {
      if (!isBinary) throw new DuallaneError('link-format', 'The link carries binary messages; this one was text.');
      this.#allowance -= 1;
      if (this.#allowance < 0) throw new DuallaneError('link-flood', `More than ${messagesPerSecond} messages a second.`);
      checkHeader(bytes);
      const message = this.#joiner.take(bytes);
      if (message) this.#dispatch(message);
    } catch (error) {
      this.#refuse(error, bytes);
    }
  }

  /** Says what was wrong, and closes the link when it cannot be trusted any more. */
  #refuse(error: unknown, bytes: Buffer): void {
    const known = error instanceof DuallaneError ? error : new DuallaneError('bridge-failed', 'The bridge could not do this; its log says why.');
    if (known !== error) this.#context.log('error', 'page-message-failed', { reason: sentenceOf(error) });
    this.#errors += 1;
    const isFatal = fatalCodes.has(known.code) || this.#errors > errorsMost;
    const channel = bytes.length >= linkHeader.bytes && !isFatal ? bytes.readUInt32LE(linkHeader.fields.channel.offset) : 0;
    this.#socket.send('error', channel, { code: known.code, sentence: known.sentence });
    if (!isFatal) return;
    this.#context.log('warn', 'page-refused', { code: known.code, reason: known.sentence });
    this.#socket.close(known.code === 'contract-mismatch' ? 4001 : 1008, known.code);
  }

  #dispatch(message: LinkMessage): void {
    if (message.kind === 'hello') return this.#greet(message);
    if (!this.#isGreeted) throw new DuallaneError('link-format', `The first message must be hello; this one was ${message.kind}.`);
    this.#checkSequence(message);
    switch (message.kind) {
      case 'open':
        return this.#open(message.channel, message.meta);
      case 'close':
        return this.#close(message.channel);
      case 'grant': {
        const channel = this.#channel(message.channel);
        return channel.view === 'telemetry' ? channel.telemetry.grant(message.meta.active) : channel.frames.grant(message.meta.active);
      }
      case 'painted': {
        const channel = this.#channel(message.channel);
        if (channel.view === 'telemetry') return channel.telemetry.painted(message.meta);
        return message.meta.frame === undefined ? undefined : channel.frames.painted(message.meta.frame);
      }
      case 'control': {
        const { meta } = message;
        return this.#answer(message.channel, meta.request, async () => {
          await controlRun(meta, this.#context.connection.clients(), this.#end.signal);
          this.#socket.send('reply', message.channel, { request: meta.request });
        });
      }
      case 'parts': {
        const { meta } = message;
        return this.#answer(message.channel, meta.request, async () => {
          const list = await listParts(meta, this.#context.connection.clients(), this.#context.parts, this.#end.signal);
          await this.#socket.drained();
          this.#socket.send('partList', message.channel, list);
        });
      }
      case 'batch':
      case 'frame':
      case 'gap':
      case 'status':
      case 'ledger':
      case 'reply':
      case 'partList':
      case 'runs':
      case 'error':
        throw new DuallaneError('link-format', `A page does not send ${message.kind}.`);
      default:
        return message satisfies never;
    }
  }

  #greet({ channel, sequence, meta }: LinkMessage<'hello'>): void {
    if (this.#isGreeted || channel !== 0 || sequence !== 1) throw new DuallaneError('link-format', 'hello comes once, first, on channel 0.');
    if (meta.contract !== contract.hash) {
      throw new DuallaneError(
        'contract-mismatch',
        `This page runs version ${meta.version} of Duallane and the Jupyter server ${contract.version}. ` +
          'Reload the page; if that does not help, restart the Jupyter server.',
      );
    }
    this.#isGreeted = true;
    this.#pageReceived = 1;
    const { connection, runList } = this.#context;
    this.#sendHello();
    this.#sendRuns(runList.runs);
    runList.onChange((runs) => this.#sendRuns(runs), { signal: this.#end.signal });
    connection.onState(() => this.#sendHello(), { signal: this.#end.signal });
  }

  /** Also sent again when the daemon's state changes, with the sentence where there is one to read. */
  #sendHello(): void {
    const { state } = this.#context.connection;
    this.#socket.send('hello', 0, { contract: contract.hash, version: contract.version, daemon: state.state });
    if (state.state === 'incompatible') this.#socket.send('error', 0, { code: 'daemon-incompatible', sentence: state.sentence });
  }

  #sendRuns(runs: readonly RunEntry[]): void {
    this.#areRunsNew = this.#socket.isCongested;
    if (!this.#areRunsNew) this.#socket.send('runs', 0, { runs: [...runs] });
  }

  /** A replayed, lost or forged message breaks the count, and with it the link. */
  #checkSequence({ kind, channel: number, sequence }: LinkMessage): void {
    const channel = this.#channels.get(number);
    const last = number === 0 ? this.#pageReceived : (channel?.received ?? 0);
    if (number !== 0 && !channel && kind !== 'open') return;
    if (sequence !== last + 1) {
      throw new DuallaneError('link-replay', `Message ${sequence} on channel ${number} came after ${last}.`);
    }
    if (number === 0) this.#pageReceived = sequence;
    else if (channel) channel.received = sequence;
  }

  #open(number: number, request: Open): void {
    if (number === 0) throw new DuallaneError('channel-in-use', 'Channel 0 is the page itself; views have 1 and up.');
    if (this.#channels.has(number)) throw new DuallaneError('channel-in-use', `Channel ${number} is open already.`);
    if (this.#channels.size >= channelsMost) {
      throw new DuallaneError('channels-full', `This page has ${channelsMost} open views. Close some, or reload the page.`);
    }
    const end = new AbortController();
    const lifetime = {
      send: <K extends LinkKind>(kind: K, meta: LinkMetas[K], body?: Uint8Array) => {
        if (!end.signal.aborted) this.#socket.send(kind, number, meta, body);
      },
      socket: this.#socket,
      signal: end.signal,
    };
    const { runList } = this.#context;
    switch (request.view) {
      case 'telemetry': {
        const telemetry = new TelemetryChannel(request, { ...this.#context, ...lifetime, totals: (run) => runList.totals(run) });
        this.#channels.set(number, { end, received: 1, view: 'telemetry', telemetry });
        telemetry.start().catch((error) => {
          if (end.signal.aborted) return;
          lifetime.send('status', { state: 'unavailable', sentence: `The rows of this run cannot be shown: ${sentenceOf(error)}`.slice(0, 500) });
        });
        return;
      }
      case 'frames': {
        const hasEnded = (run: string) => runList.runs.find((entry) => entry.run_id === run)?.status === 'TERM';
        const frames = new FramesChannel(request, { ...lifetime, rings: this.#context.rings, hasEnded });
        this.#channels.set(number, { end, received: 1, view: 'frames', frames });
        return;
      }
      default:
        return request satisfies never;
    }
  }

  #close(number: number): void {
    this.#channel(number).end.abort();
    this.#channels.delete(number);
    this.#socket.forget(number);
  }

  #channel(number: number): Channel {
    const channel = this.#channels.get(number);
    if (!channel) throw new DuallaneError('channel-unknown', `Channel ${number} is not open.`);
    return channel;
  }

  #answer(channel: number, request: number, work: () => Promise<void>): void {
    if (this.#requests >= requestsMost) {
      this.#socket.send('error', channel, { code: 'requests-full', sentence: `${requestsMost} requests of this page are under way.`, request });
      return;
    }
    this.#requests += 1;
    void work()
      .catch((error: unknown) => {
        const code = error instanceof DuallaneError ? error.code : 'daemon-away';
        if (!(error instanceof DuallaneError)) this.#context.log('warn', 'request-failed', { reason: sentenceOf(error) });
        this.#socket.send('error', channel, { code, sentence: sentenceOf(error).slice(0, 2000), request });
      })
      .finally(() => {
        this.#requests -= 1;
      });
  }

  #tick(): void {
    this.#allowance = Math.min(this.#allowance + (messagesPerSecond * tickMs) / 1000, messagesPerSecond);
    if (this.#socket.isCongested || !this.#isGreeted) return;
    if (this.#areRunsNew) this.#sendRuns(this.#context.runList.runs);
    for (const channel of this.#channels.values()) {
      if (channel.view === 'telemetry') channel.telemetry.tick();
      else channel.frames.tick();
    }
  }

  #expectHello(): void {
    if (!this.#isGreeted) this.#socket.close(1008, 'no hello');
  }
}

const fatalCodes: ReadonlySet<string> = new Set(['link-format', 'link-replay', 'link-flood', 'contract-mismatch']);

/** What a page claims in a header, before anything is allocated for it. Throws `link-format`. */
function checkHeader(bytes: Buffer): void {
  if (bytes.length < linkHeader.bytes) return;
  const total = bytes.readUInt32LE(linkHeader.fields.total.offset);
  if (total > pageMessageBytes) throw new DuallaneError('link-format', `A page's message of ${total} bytes is over ${pageMessageBytes}.`);
  const number = bytes.readUInt8(linkHeader.fields.kind.offset);
  const kind = Object.entries(linkKinds).find(([, value]) => value === number)?.[0] as LinkKind | undefined;
  if (kind && !pageKinds.has(kind)) throw new DuallaneError('link-format', `A page does not send ${kind}.`);
}
