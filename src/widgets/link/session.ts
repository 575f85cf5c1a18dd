/**
 * The page's end of the link protocol: one socket, any number of channels. Runs in a worker, or in the page where there is none.
 *
 * Guarantees
 * - Reconnects for ever, with back-off; an attempt that got a good hello starts the back-off anew.
 * - After a reconnect each channel is opened again, with `since` = what was seen and is durable, and hears `reopened` first.
 * - A request that the link loses is answered `link-lost`, once; none waits for ever.
 * - What the bridge sends against the format closes the socket and is told in the state's sentence.
 * Frames leave as RGBA, uncompressed, whatever their `codec` was on the way; a frame that cannot be read is refused to the bridge and told as an error.
 */
import {
  type Batch,
  contract,
  encodeLinkMessage,
  type Frame,
  type Gap,
  LinkJoiner,
  type LinkKind,
  type LinkMessage,
  type LinkMetas,
  type OpenFrames,
  type OpenTelemetry,
  type RowKind,
  sentenceOf,
} from '../../protocol/index.ts';
import { reconnectDelayMs } from './backoff.ts';
import type { Command, Notice } from './messages.ts';
import type { ChannelEvent, LinkState } from './page-link.ts';
import { canvasFrame } from './pixels.ts';

export type Socket = { send(bytes: Uint8Array<ArrayBuffer>): void; close(): void };
export type SocketEvents = { opened(): void; message(bytes: Uint8Array): void; closed(): void };

export type SessionSurroundings = {
  openSocket(url: string, events: SocketEvents): Socket;
  /** Calls back once after `ms`; the returned function takes it back. */
  after(ms: number, callback: () => void): () => void;
  random(): number;
  nowMs(): number;
};

type Seen = { last: number; watermark: number };
type OpenChannel = {
  request: OpenTelemetry | OpenFrames;
  active: boolean;
  sequence: number;
  /** How often it was opened on a wire: what came over an earlier one is not answered over this one. */
  openings: number;
  seen: Partial<Record<RowKind, Seen>>;
  /** Resolves when the frames that came have their pixels. */
  frames: Promise<unknown>;
};

const pageIsOld = 'This page and the Duallane on the server are of different versions. Save the notebook and reload the page.';
const firstTry = 'The Duallane link is not answering. Trying again by itself.';
const lost = 'The link to the Jupyter server was lost. Trying again by itself; nothing that was stored is lost.';
const helloDeadlineMs = 10_000;

export class LinkSession {
  readonly #around: SessionSurroundings;
  readonly #tell: (notice: Notice) => void;
  readonly #channels = new Map<number, OpenChannel>();
  readonly #requests = new Set<number>();
  #start: { socketUrl: string; page: string } | undefined;
  #socket: Socket | undefined;
  #joiner = new LinkJoiner();
  #isGreeted = false;
  #wasEverGreeted = false;
  #pageSequence = 0;
  #attempt = 0;
  #brokenSentence: string | undefined;
  #sinceMs: number | undefined;
  #cancelTimer = (): void => {};

  constructor(around: SessionSurroundings, tell: (notice: Notice) => void) {
    this.#around = around;
    this.#tell = tell;
  }

  take(command: Command): void {
    switch (command.command) {
      case 'start':
        this.#start = { socketUrl: command.socketUrl, page: command.page };
        this.#state({ state: 'connecting' });
        this.#connect();
        return;
      case 'hurry':
        if (!this.#socket) this.#connect();
        return;
      case 'open':
        this.#open(command.channel, command.request);
        return;
      case 'close':
        this.#sendOn(command.channel, 'close', {});
        this.#channels.delete(command.channel);
        return;
      case 'grant':
        this.#grant(command.channel, command.meta.active);
        return;
      case 'painted':
        this.#sendOn(command.channel, 'painted', command.meta);
        return;
      case 'control':
        this.#ask('control', command.meta);
        return;
      case 'parts':
        this.#ask('parts', command.meta);
        return;
      case 'ledgers':
        this.#ask('ledgers', command.meta);
        return;
      default:
        command satisfies never;
    }
  }

  #connect(): void {
    this.#cancelTimer();
    const start = this.#start;
    if (!start) return;
    this.#joiner = new LinkJoiner();
    this.#isGreeted = false;
    this.#pageSequence = 0;
    this.#brokenSentence = undefined;
    const socket: Socket = this.#around.openSocket(start.socketUrl, {
      opened: () => {
        if (this.#socket === socket)
          this.#sendPage('hello', { contract: contract.hash, version: contract.version, page: start.page });
      },
      message: (bytes) => {
        if (this.#socket === socket) this.#receive(bytes);
      },
      closed: () => {
        if (this.#socket === socket) this.#ended();
      },
    });
    this.#socket = socket;
    this.#cancelTimer = this.#around.after(helloDeadlineMs, () => socket.close());
  }

  #ended(): void {
    this.#cancelTimer();
    this.#socket = undefined;
    this.#isGreeted = false;
    for (const request of this.#requests) {
      this.#tell({
        notice: 'failed',
        request,
        code: 'link-lost',
        sentence: 'The link was lost before the answer came. Try again.',
      });
    }
    this.#requests.clear();
    this.#sinceMs ??= this.#around.nowMs();
    if (this.#brokenSentence === undefined) {
      this.#state({ state: 'reconnecting', sentence: this.#wasEverGreeted ? lost : firstTry, sinceMs: this.#sinceMs });
    } else {
      this.#state({ state: 'refused', sentence: this.#brokenSentence });
    }
    this.#cancelTimer = this.#around.after(reconnectDelayMs(this.#attempt, this.#around.random), () => this.#connect());
    this.#attempt += 1;
  }

  #break(sentence: string): void {
    this.#brokenSentence = sentence;
    this.#socket?.close();
  }

  #receive(bytes: Uint8Array): void {
    let message: LinkMessage | undefined;
    try {
      message = this.#joiner.take(bytes);
    } catch (error) {
      this.#break(`The server sent something this page cannot read (${sentenceOf(error)}). ${pageIsOld}`);
      return;
    }
    if (!message) return;
    if (message.channel !== 0) {
      this.#receiveOn(message.channel, message);
      return;
    }
    switch (message.kind) {
      case 'hello':
        this.#greeted(message.meta);
        return;
      case 'runs':
        this.#tell({ notice: 'runs', runs: message.meta.runs });
        return;
      case 'reply':
        if (this.#requests.delete(message.meta.request)) this.#tell({ notice: 'reply', request: message.meta.request });
        return;
      case 'partList':
        if (!this.#requests.delete(message.meta.request)) return;
        this.#tell({ notice: 'partList', request: message.meta.request, list: message.meta });
        return;
      case 'ledgerList':
        if (!this.#requests.delete(message.meta.request)) return;
        this.#tell({ notice: 'ledgerList', request: message.meta.request, list: message.meta });
        return;
      case 'error':
        this.#failed(message.meta);
        return;
      default:
        return;
    }
  }

  #greeted(hello: LinkMetas['hello']): void {
    if (hello.contract !== contract.hash) {
      this.#break(pageIsOld);
      return;
    }
    this.#state({ state: 'connected', daemon: hello.daemon ?? 'connected' });
    if (this.#isGreeted) return;
    this.#cancelTimer();
    this.#isGreeted = true;
    this.#wasEverGreeted = true;
    this.#attempt = 0;
    this.#sinceMs = undefined;
    for (const [number, channel] of this.#channels) this.#openOnWire(number, channel);
  }

  #failed(error: LinkMetas['error']): void {
    if (error.request !== undefined) {
      if (this.#requests.delete(error.request)) {
        this.#tell({ notice: 'failed', request: error.request, code: error.code, sentence: error.sentence });
      }
      return;
    }
    this.#break(error.code === 'contract-mismatch' ? pageIsOld : error.sentence);
  }

  #receiveOn(number: number, message: LinkMessage): void {
    const channel = this.#channels.get(number);
    if (!channel) return;
    const tell = (event: ChannelEvent): void => this.#tell({ notice: 'event', channel: number, event });
    switch (message.kind) {
      case 'batch':
        noteBatch(channel.seen, message.meta);
        tell({ kind: 'batch', meta: message.meta, body: message.body });
        return;
      case 'frame':
        this.#frame(number, message.meta, message.body);
        return;
      case 'gap':
        noteGap(channel.seen, message.meta);
        tell({ kind: 'gap', meta: message.meta });
        return;
      case 'status':
        tell({ kind: 'status', meta: message.meta });
        return;
      case 'ledger':
        tell({ kind: 'ledger', meta: message.meta });
        return;
      case 'error':
        tell({ kind: 'error', meta: message.meta });
        return;
      default:
        return;
    }
  }

  #frame(number: number, meta: Frame, body: Uint8Array): void {
    const channel = this.#channels.get(number);
    if (!channel) return;
    const { openings } = channel;
    const isWanted = (): boolean => this.#channels.get(number) === channel && channel.openings === openings;
    const tell = (event: ChannelEvent): void => this.#tell({ notice: 'event', channel: number, event });
    // One after the other: a JPEG may take longer than the frame behind it.
    channel.frames = channel.frames
      .then(() => canvasFrame(meta, body))
      .then(
        (frame) => isWanted() && tell({ kind: 'frame', ...frame }),
        (error: unknown) => {
          if (!isWanted()) return;
          this.#sendOn(number, 'painted', { frame: meta.head });
          const sentence = `A frame could not be read: ${sentenceOf(error)}.`;
          tell({ kind: 'error', meta: { code: 'frame-unreadable', sentence } });
        },
      );
  }

  #open(number: number, request: OpenTelemetry | OpenFrames): void {
    const channel: OpenChannel = { request, active: true, sequence: 0, openings: 0, seen: {}, frames: Promise.resolve() };
    this.#channels.set(number, channel);
    if (this.#isGreeted) this.#openOnWire(number, channel);
  }

  #openOnWire(number: number, channel: OpenChannel): void {
    channel.sequence = 0;
    if (channel.openings > 0) this.#tell({ notice: 'event', channel: number, event: { kind: 'reopened' } });
    channel.openings += 1;
    this.#sendOn(number, 'open', resumed(channel));
    if (!channel.active) this.#sendOn(number, 'grant', { active: false });
  }

  #grant(number: number, active: boolean): void {
    const channel = this.#channels.get(number);
    if (!channel || channel.active === active) return;
    channel.active = active;
    this.#sendOn(number, 'grant', { active });
  }

  #ask<K extends 'control' | 'parts' | 'ledgers'>(kind: K, meta: LinkMetas[K]): void {
    if (!this.#isGreeted) {
      const sentence = 'The link to the Jupyter server is not there now. Try again when it is back.';
      this.#tell({ notice: 'failed', request: meta.request, code: 'link-lost', sentence });
      return;
    }
    this.#requests.add(meta.request);
    this.#sendPage(kind, meta);
  }

  #sendPage<K extends LinkKind>(kind: K, meta: LinkMetas[K]): void {
    this.#pageSequence += 1;
    this.#write(kind, 0, this.#pageSequence, meta);
  }

  #sendOn<K extends LinkKind>(number: number, kind: K, meta: LinkMetas[K]): void {
    const channel = this.#channels.get(number);
    if (!channel || !this.#isGreeted) return;
    channel.sequence += 1;
    this.#write(kind, number, channel.sequence, meta);
  }

  #write<K extends LinkKind>(kind: K, channel: number, sequence: number, meta: LinkMetas[K]): void {
    for (const fragment of encodeLinkMessage(kind, channel, sequence, meta)) this.#socket?.send(fragment);
  }

  #state(state: LinkState): void {
    this.#tell({ notice: 'state', state });
  }
}

function noteBatch(seen: OpenChannel['seen'], meta: Batch): void {
  const before = seen[meta.kind];
  // A filled gap says nothing about what comes after it.
  const last = meta.filled ? (before?.last ?? 0) : Math.max(before?.last ?? 0, meta.last_seq);
  seen[meta.kind] = { last, watermark: Math.max(before?.watermark ?? 0, meta.watermark) };
}

function noteGap(seen: OpenChannel['seen'], meta: Gap): void {
  const before = seen[meta.kind] ?? { last: 0, watermark: 0 };
  seen[meta.kind] = { last: Math.max(before.last, meta.last), watermark: before.watermark };
}

/** The request, asking only for what has not been seen. Rows above the watermark may be others after a restart: asked again. */
function resumed(channel: OpenChannel): OpenTelemetry | OpenFrames {
  const request = channel.request;
  if (request.view === 'frames') return request;
  const since = { ...request.since };
  for (const kind of request.kinds) {
    const seen = channel.seen[kind];
    if (seen) since[kind] = Math.max(since[kind] ?? 0, Math.min(seen.last, seen.watermark));
  }
  return Object.keys(since).length > 0 ? { ...request, since } : request;
}
