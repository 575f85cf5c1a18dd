/**
 * The page's link as views see it: channels, requests and history over one session.
 *
 * Guarantees
 * - Listeners hear the present state at once, then every change, until their signal aborts.
 * - A request is answered or rejected once; `control` and `parts` reject with the bridge's own code and sentence.
 */
import {
  type Control,
  DuallaneError,
  type LedgerList,
  type OpenFrames,
  type OpenTelemetry,
  type PartList,
  type RecordingList,
  type RowKind,
  type RunEntry,
  validators,
} from '../../protocol/index.ts';
import { fetchBytes, fetchPiece, type HistoryAddress, postQuestion, splitTail, tailPath } from './history-http.ts';
import type { Command, Notice } from './messages.ts';
import type { Channel, ChannelEvent, LinkState, PageLink, Piece, PieceRange } from './page-link.ts';

type Waiting = { resolve(list: PartList | LedgerList | undefined): void; reject(error: DuallaneError): void };
type Lifetime = { signal: AbortSignal };

export class SharedLink implements PageLink {
  readonly #send: (command: Command) => void;
  readonly #history: HistoryAddress;
  readonly #events = new Map<number, (event: ChannelEvent) => void>();
  readonly #waiting = new Map<number, Waiting>();
  readonly #onState = new Set<(state: LinkState) => void>();
  readonly #onRuns = new Set<(runs: readonly RunEntry[]) => void>();
  #state: LinkState = { state: 'connecting' };
  #runs: readonly RunEntry[] = [];
  #lastNumber = 0;

  constructor(send: (command: Command) => void, history: HistoryAddress) {
    this.#send = send;
    this.#history = history;
  }

  get state(): LinkState {
    return this.#state;
  }

  get runs(): readonly RunEntry[] {
    return this.#runs;
  }

  onState(listener: (state: LinkState) => void, lifetime: Lifetime): void {
    listen(this.#onState, listener, lifetime);
    listener(this.#state);
  }

  onRuns(listener: (runs: readonly RunEntry[]) => void, lifetime: Lifetime): void {
    listen(this.#onRuns, listener, lifetime);
    listener(this.#runs);
  }

  open(request: OpenTelemetry | OpenFrames, onEvent: (event: ChannelEvent) => void, { signal }: Lifetime): Channel {
    const channel = this.#number();
    if (!signal.aborted) {
      this.#events.set(channel, onEvent);
      this.#send({ command: 'open', channel, request });
      signal.addEventListener(
        'abort',
        () => {
          this.#events.delete(channel);
          this.#send({ command: 'close', channel });
        },
        { once: true },
      );
    }
    return {
      grant: (active) => this.#send({ command: 'grant', channel, meta: { active } }),
      painted: (meta) => this.#send({ command: 'painted', channel, meta }),
    };
  }

  async control(action: Omit<Control, 'request'>): Promise<void> {
    const request = this.#number();
    await this.#ask(request, { command: 'control', meta: { ...action, request } });
  }

  async parts(runs: readonly string[], kinds: readonly RowKind[]): Promise<PartList> {
    const request = this.#number();
    const list = await this.#ask(request, { command: 'parts', meta: { request, runs: [...runs], kinds: [...kinds] } });
    if (list === undefined || !('runs' in list)) throw answeredOther();
    return list;
  }

  async ledgers(runs: readonly string[]): Promise<LedgerList> {
    const request = this.#number();
    const list = await this.#ask(request, { command: 'ledgers', meta: { request, runs: [...runs] } });
    if (list === undefined || !('entries' in list)) throw answeredOther();
    return list;
  }

  part(name: string, lifetime: { signal?: AbortSignal } = {}): Promise<Uint8Array<ArrayBuffer>> {
    return fetchBytes(this.#history, `parts/${encodeURIComponent(name)}`, { ...lifetime, cache: 'default' });
  }

  piece(name: string, range: PieceRange, lifetime: Lifetime): Promise<Piece> {
    return fetchPiece(this.#history, `parts/${encodeURIComponent(name)}`, range, lifetime);
  }

  async recordings(run: string, lifetime: { signal?: AbortSignal } = {}): Promise<RecordingList> {
    const bytes = await fetchBytes(this.#history, `recordings/${encodeURIComponent(run)}`, { ...lifetime, cache: 'no-store' });
    const list: unknown = JSON.parse(new TextDecoder().decode(bytes));
    if (!validators.recordingList(list)) throw new DuallaneError('history-broken', 'The list of recordings cannot be read.');
    return list as RecordingList;
  }

  async tail(
    run: string,
    kind: RowKind,
    after: number,
    upto: number,
    lifetime: { signal?: AbortSignal } = {},
  ): Promise<Uint8Array<ArrayBuffer>[]> {
    return splitTail(await fetchBytes(this.#history, tailPath(run, kind, after, upto), { ...lifetime, cache: 'no-store' }));
  }

  askNative(body: string, lifetime: Lifetime): Promise<Response> {
    return postQuestion(this.#history, body, lifetime);
  }

  /** What the session says. */
  hear(notice: Notice): void {
    switch (notice.notice) {
      case 'state':
        this.#state = notice.state;
        for (const listener of [...this.#onState]) listener(notice.state);
        return;
      case 'runs':
        this.#runs = notice.runs;
        for (const listener of [...this.#onRuns]) listener(notice.runs);
        return;
      case 'event':
        this.#events.get(notice.channel)?.(notice.event);
        return;
      case 'reply':
        this.#answered(notice.request)?.resolve(undefined);
        return;
      case 'partList':
      case 'ledgerList':
        this.#answered(notice.request)?.resolve(notice.list);
        return;
      case 'failed':
        this.#answered(notice.request)?.reject(new DuallaneError(notice.code, notice.sentence));
        return;
      default:
        notice satisfies never;
    }
  }

  #ask(request: number, command: Command): Promise<PartList | LedgerList | undefined> {
    return new Promise((resolve, reject) => {
      this.#waiting.set(request, { resolve, reject });
      this.#send(command);
    });
  }

  #answered(request: number): Waiting | undefined {
    const waiting = this.#waiting.get(request);
    this.#waiting.delete(request);
    return waiting;
  }

  #number(): number {
    this.#lastNumber += 1;
    return this.#lastNumber;
  }
}

const answeredOther = () => new DuallaneError('link-format', 'The server answered a question about history with something else.');

function listen<T>(listeners: Set<T>, listener: T, { signal }: Lifetime): void {
  if (signal.aborted) return;
  listeners.add(listener);
  signal.addEventListener('abort', () => listeners.delete(listener), { once: true });
}
