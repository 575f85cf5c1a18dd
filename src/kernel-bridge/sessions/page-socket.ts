/**
 * The sending side of one page: messages out, in order, with a bound on what waits for a slow page.
 *
 * Guarantees
 * - `isCongested` is true from the moment `highBytes` wait until no more than `lowBytes` do; senders of rows and frames hold back.
 * - A page for which more than `mostBytes` wait all the same is disconnected: the bridge's memory does not grow with it.
 * - Sequence numbers per channel start at 1 and have no holes.
 * - The link is never quiet for `quietMs`: proxies that end idle connections after a minute let it be.
 * How slow the link is, a WebSocket ping tells: the browser answers it behind what was sent before, however busy its page is.
 */
import type { WebSocket } from 'ws';
import { encodeLinkMessage, type LinkKind, type LinkMetas } from '../../protocol/index.ts';

const highBytes = 4 << 20;
const lowBytes = 1 << 20;
const mostBytes = 160 << 20;
const quietMs = 20_000;
/** Round trips that are measured at once: a page that has just opened is busy, and the first ones are long. */
const firstTrips = 10;

export class PageSocket {
  readonly #socket: WebSocket;
  readonly #sequences = new Map<number, number>();
  #isCongested = false;
  #drain = Promise.withResolvers<void>();
  readonly #now: () => number;
  /** When the ping left that is under way. */
  #pingedMs: number | undefined;
  /** Pings that were not answered yet: by the number they carry, what their answer is for. */
  readonly #unanswered = new Map<number, () => void>();
  #pings = 0;
  #trips = 0;
  #pingDueMs: number;
  #roundTripMs = 0;
  #leastRoundTripMs: number | undefined;

  constructor(socket: WebSocket, now: () => number) {
    this.#socket = socket;
    this.#now = now;
    this.#pingDueMs = now() + quietMs;
    socket.on('pong', (payload: Buffer) => {
      this.#answered(payload.length === 4 ? payload.readUInt32LE() : 0);
    });
    socket.once('close', () => this.#drain.resolve());
    this.ping(true);
  }

  get isOpen(): boolean {
    return this.#socket.readyState === this.#socket.OPEN;
  }

  get isCongested(): boolean {
    return this.#isCongested;
  }

  /** What the last ping took to the page and back, or has taken so far. */
  get roundTripMs(): number {
    return this.#pingedMs === undefined ? this.#roundTripMs : Math.max(this.#now() - this.#pingedMs, 0);
  }

  /** The shortest one so far: that of a ping which waited for nothing. Undefined until one was answered. */
  get leastRoundTripMs(): number | undefined {
    return this.#leastRoundTripMs;
  }

  /** To be called on a clock. isAsked: a round trip is to be measured now; else only now and then. */
  ping(isAsked: boolean): void {
    const isDue = isAsked || this.#trips < firstTrips || this.#now() >= this.#pingDueMs;
    if (!this.isOpen || this.#pingedMs !== undefined || !isDue) return;
    this.#pingedMs = this.#now();
    this.#pingDueMs = this.#pingedMs + quietMs;
    this.#ping(() => {
      this.#roundTripMs = this.roundTripMs;
      this.#pingedMs = undefined;
      this.#trips += 1;
    });
  }

  /** Calls back when the page's browser has what was sent so far: how long that took, less the shortest round trip. Ms. */
  onArrival(arrived: (tookMs: number) => void): void {
    if (this.isOpen) this.#ping((tripMs) => arrived(tripMs - (this.#leastRoundTripMs ?? 0)));
  }

  /** A browser may answer the last of several pings for all of them. */
  #answered(last: number): void {
    if (!this.#unanswered.has(last)) return;
    for (const [number, answered] of this.#unanswered) {
      this.#unanswered.delete(number);
      answered();
      if (number === last) return;
    }
  }

  #ping(answered: (tripMs: number) => void): void {
    const sentMs = performance.now();
    this.#pings = (this.#pings + 1) % 2 ** 32;
    const payload = Buffer.alloc(4);
    payload.writeUInt32LE(this.#pings);
    this.#unanswered.set(this.#pings, () => {
      const tripMs = performance.now() - sentMs;
      this.#leastRoundTripMs = Math.min(this.#leastRoundTripMs ?? tripMs, tripMs);
      answered(tripMs);
    });
    this.#socket.ping(payload);
  }

  /** Sends one message; does nothing on a closed link. Throws `link-too-large`. */
  send<K extends LinkKind>(kind: K, channel: number, meta: LinkMetas[K], body?: Uint8Array): void {
    if (!this.isOpen) return;
    const sequence = (this.#sequences.get(channel) ?? 0) + 1;
    const fragments = encodeLinkMessage(kind, channel, sequence, meta, body);
    this.#sequences.set(channel, sequence);
    for (const fragment of fragments) this.#socket.send(fragment, this.#sent);
    const waiting = this.#socket.bufferedAmount;
    if (waiting > mostBytes) this.#socket.terminate();
    else if (waiting > highBytes && !this.#isCongested) {
      this.#isCongested = true;
      this.#drain = Promise.withResolvers<void>();
    }
  }

  /** Resolves when the page takes messages again, or is gone. */
  async drained(): Promise<void> {
    if (this.#isCongested && this.isOpen) await this.#drain.promise;
  }

  /** The numbers of a closed channel start anew. */
  forget(channel: number): void {
    this.#sequences.delete(channel);
  }

  close(code: number, reason: string): void {
    this.#socket.close(code, reason.slice(0, 100));
  }

  readonly #sent = (error?: Error | null): void => {
    // A failed send is followed by the socket's own close event, which ends the session.
    if (!this.#isCongested || (!error && this.#socket.bufferedAmount > lowBytes)) return;
    this.#isCongested = false;
    this.#drain.resolve();
  };
}
