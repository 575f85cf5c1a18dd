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
  type Control,
  contract,
  DuallaneError,
  type Ledgers,
  type LinkMessage,
  type Open,
  type Parts,
  type RunEntry,
  sentenceOf,
} from '../../protocol/index.ts';
import type { PartNames } from '../history/index.ts';
import type { DaemonState } from '../hub/index.ts';
import { channelOf, Inbound } from './inbound.ts';
import { listLedgers } from './ledgers.ts';
import { openView } from './open-view.ts';
import { PageSocket } from './page-socket.ts';
import { controlRun, listParts } from './requests.ts';
import type { View, ViewContext, ViewFigures } from './view.ts';

export type SessionContext = Omit<ViewContext, 'send' | 'socket'> & { parts: PartNames };

/** What a view of the page came to; `isOpen` false: it was closed since the last time. */
export type TalliedView = { channel: number; isOpen: boolean; figures: ViewFigures };

type Channel = { end: AbortController; received: number; view: View };

const tickMs = 500;
const helloDeadlineMs = 10_000;
const channelsMost = 256;
const requestsMost = 8;
const errorsMost = 100;

export class Session {
  readonly #socket: PageSocket;
  readonly #context: SessionContext;
  readonly #inbound = new Inbound();
  readonly #channels = new Map<number, Channel>();
  readonly #end = new AbortController();
  #pageReceived = 0;
  #isGreeted = false;
  #requests = 0;
  #errors = 0;
  #areRunsNew = false;
  #closed: TalliedView[] = [];
  #daemonTold: DaemonState['state'] | undefined;

  constructor(socket: WebSocket, context: SessionContext) {
    this.#socket = new PageSocket(socket, context.now);
    this.#context = context;
    const timers = [setInterval(() => this.#tick(), tickMs), setTimeout(() => this.#expectHello(), helloDeadlineMs)];
    const end = () => {
      for (const timer of timers) clearInterval(timer);
      for (const [number, { view, end: channelEnd }] of this.#channels) {
        this.#remember(number, view);
        channelEnd.abort();
      }
      this.#channels.clear();
      this.#end.abort();
    };
    socket.on('message', (bytes: Buffer, isBinary: boolean) => this.#take(bytes, isBinary));
    socket.once('close', end);
    // ws closes the link after an error by itself; what was wrong is for the log.
    socket.on('error', (error) => context.log('warn', 'page-error', { reason: error.message }));
    context.signal.addEventListener('abort', () => this.#socket.close(1001, 'the bridge ends'), {
      once: true,
      signal: this.#end.signal,
    });
  }

  get channels(): number {
    return this.#channels.size;
  }

  /** The views of the page, and once those that closed since the last call. */
  tally(): TalliedView[] {
    const closed = this.#closed;
    this.#closed = [];
    const open = [...this.#channels].map(([channel, { view }]) => ({ channel, isOpen: true, figures: view.figures }));
    return [...open, ...closed];
  }

  #remember(channel: number, view: View): void {
    this.#closed = [...this.#closed, { channel, isOpen: false, figures: view.figures }].slice(-channelsMost);
  }

  get signal(): AbortSignal {
    return this.#end.signal;
  }

  #take(bytes: Buffer, isBinary: boolean): void {
    if (this.#end.signal.aborted || !this.#socket.isOpen) return;
    try {
      const message = this.#inbound.take(bytes, isBinary);
      if (message) this.#dispatch(message);
    } catch (error) {
      this.#refuse(error, bytes);
    }
  }

  /** Says what was wrong, and closes the link when it cannot be trusted any more. */
  #refuse(error: unknown, bytes: Buffer): void {
    const known =
      error instanceof DuallaneError
        ? error
        : new DuallaneError('bridge-failed', 'The bridge could not do this; its log says why.');
    if (known !== error) this.#context.log('error', 'page-message-failed', { reason: sentenceOf(error) });
    this.#errors += 1;
    const isFatal = fatalCodes.has(known.code) || this.#errors > errorsMost;
    const channel = isFatal ? 0 : channelOf(bytes);
    this.#socket.send('error', channel, { code: known.code, sentence: known.sentence.slice(0, 2000) });
    if (!isFatal) return;
    this.#context.log('warn', 'page-refused', { code: known.code, reason: known.sentence });
    this.#socket.close(known.code === 'contract-mismatch' ? 4001 : 1008, known.code);
  }

  #dispatch(message: LinkMessage): void {
    if (message.kind === 'hello') {
      this.#greet(message);
      return;
    }
    if (!this.#isGreeted)
      throw new DuallaneError('link-format', `The first message must be hello; this one was ${message.kind}.`);
    this.#checkSequence(message);
    switch (message.kind) {
      case 'open':
        this.#open(message.channel, message.meta);
        break;
      case 'close':
        this.#close(message.channel);
        break;
      case 'grant':
        this.#channel(message.channel).view.grant(message.meta.active);
        break;
      case 'painted':
        this.#channel(message.channel).view.painted(message.meta);
        break;
      case 'control':
        this.#control(message.channel, message.meta);
        break;
      case 'parts':
        this.#parts(message.channel, message.meta);
        break;
      case 'ledgers':
        this.#ledgers(message.channel, message.meta);
        break;
      case 'batch':
      case 'frame':
      case 'gap':
      case 'status':
      case 'ledger':
      case 'reply':
      case 'partList':
      case 'ledgerList':
      case 'runs':
      case 'error':
        throw new DuallaneError('link-format', `A page does not send ${message.kind}.`);
      default:
        message satisfies never;
    }
  }

  #greet({ channel, sequence, meta }: LinkMessage<'hello'>): void {
    if (this.#isGreeted || channel !== 0 || sequence !== 1)
      throw new DuallaneError('link-format', 'hello comes once, first, on channel 0.');
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

  /** Also sent again when the daemon's state changes; each view's status says in a sentence what that means. */
  #sendHello(): void {
    const { state } = this.#context.connection;
    if (state.state === this.#daemonTold) return;
    this.#daemonTold = state.state;
    this.#socket.send('hello', 0, { contract: contract.hash, version: contract.version, daemon: state.state });
  }

  #sendRuns(runs: readonly RunEntry[]): void {
    this.#areRunsNew = this.#socket.isCongested;
    if (this.#areRunsNew) return;
    try {
      this.#socket.send('runs', 0, { runs: [...runs] });
    } catch (error) {
      // Thousands of runs with long configurations: the list without them is worth more than none.
      this.#context.log('warn', 'run-list-too-large', { runs: runs.length, reason: sentenceOf(error) });
      this.#socket.send('runs', 0, { runs: runs.map((run) => ({ ...run, config_json: '{}' })) });
    }
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
    const context: ViewContext = {
      ...this.#context,
      send: (kind, meta, body) => {
        if (!end.signal.aborted) this.#socket.send(kind, number, meta, body);
      },
      socket: this.#socket,
      signal: end.signal,
    };
    this.#channels.set(number, { end, received: 1, view: openView(request, context) });
  }

  #close(number: number): void {
    const { end, view } = this.#channel(number);
    this.#remember(number, view);
    end.abort();
    this.#channels.delete(number);
    this.#socket.forget(number);
  }

  #channel(number: number): Channel {
    const channel = this.#channels.get(number);
    if (!channel) throw new DuallaneError('channel-unknown', `Channel ${number} is not open.`);
    return channel;
  }

  #control(channel: number, meta: Control): void {
    this.#answer(channel, meta.request, async () => {
      await controlRun(meta, this.#context.connection.clients(), this.#end.signal);
      this.#socket.send('reply', channel, { request: meta.request });
    });
  }

  #parts(channel: number, meta: Parts): void {
    this.#answer(channel, meta.request, async () => {
      const list = await listParts(meta, this.#context.connection.clients(), this.#context.parts, this.#end.signal);
      await this.#socket.drained();
      this.#socket.send('partList', channel, list);
    });
  }

  #ledgers(channel: number, meta: Ledgers): void {
    this.#answer(channel, meta.request, async () => {
      const list = await listLedgers(meta, this.#context.connection.clients(), this.#end.signal);
      await this.#socket.drained();
      this.#socket.send('ledgerList', channel, list);
    });
  }

  #answer(channel: number, request: number, work: () => Promise<void>): void {
    if (this.#requests >= requestsMost) {
      this.#socket.send('error', channel, {
        code: 'requests-full',
        sentence: `${requestsMost} requests of this page are under way.`,
        request,
      });
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
    this.#inbound.tick(tickMs);
    this.#socket.ping([...this.#channels.values()].some(({ view }) => view.isStarved));
    if (this.#socket.isCongested || !this.#isGreeted) return;
    if (this.#areRunsNew) this.#sendRuns(this.#context.runList.runs);
    for (const { view } of this.#channels.values()) view.tick();
  }

  #expectHello(): void {
    if (!this.#isGreeted) this.#socket.close(1008, 'no hello');
  }
}

const fatalCodes: ReadonlySet<string> = new Set(['link-format', 'link-replay', 'link-flood', 'contract-mismatch']);
