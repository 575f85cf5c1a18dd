/**
 * Follows one segment by its path: attaches, polls its header, notices that it was replaced, invalidated or taken away.
 *
 * Guarantees
 * - Nothing a segment holds, and nothing that happens to its file, throws out of here: it becomes a status.
 * - The segment is opened for reading only and never unlinked.
 * - The last frame of a segment that goes is kept, and stays readable.
 * - Between polls no resource but one file descriptor is held; `close` gives it back.
 */
import { closeSync, constants, existsSync, fstatSync, openSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { type HeaderReading, type RingHeader, ringSegmentBytes } from '../../protocol/index.ts';
import type { FrameSnapshot, RingReading, RingTimes, RingWatch } from './frame-rings.ts';
import { readFrame, readHeaderAt } from './ring-file.ts';
import type { RingState, RingStatus } from './ring-status.ts';

type Watcher = { onHead?: ((published: number) => void) | undefined; onStatus?: ((status: RingStatus) => void) | undefined };
type OpenSegment = { fd: number; dev: number; ino: number; size: number; header: RingHeader; head: number; headSinceMs: number };

type Loss = { state: RingState; sentence: string };

/** How often the path is compared with the open file. */
const identityEveryMs = 100;
/** How long a header may look wrong (its writer may be rewriting it) before it is called unreadable. */
const badForMs = 100;
const closedSentence = 'The worker has closed its frame stream.';
const waitingSentence = 'Waiting for the first frame of this run.';

export class RingFollower implements RingWatch {
  readonly #path: string;
  readonly #times: RingTimes;
  readonly #watchers = new Set<Watcher>();
  #status: RingStatus;
  #segment: OpenSegment | undefined;
  #last: FrameSnapshot | undefined;
  #generation = 0;
  /** Frames published by the generations before this one. */
  #publishedBefore = 0;
  #badSinceMs: number | undefined;
  #identityAtMs = 0;
  #timer: NodeJS.Timeout | undefined;
  #isClosed = false;

  constructor(path: string, times: RingTimes) {
    this.#path = path;
    this.#times = times;
    this.#status = { state: 'waiting', sentence: waitingSentence, sinceMs: Date.now() };
  }

  get status(): RingStatus {
    return this.#status;
  }

  get published(): number {
    return this.#publishedBefore + (this.#segment?.head ?? 0);
  }

  get reattached(): number {
    return Math.max(0, this.#generation - 1);
  }

  /** Adds a watcher; the first one starts the poll. What is known already is told in a microtask. Returns what ends it. */
  attach(watcher: Watcher): () => void {
    if (this.#timer === undefined) this.#poll();
    this.#watchers.add(watcher);
    queueMicrotask(() => {
      if (!this.#watchers.has(watcher)) return;
      watcher.onStatus?.(this.#status);
      if (this.published > 0) watcher.onHead?.(this.published);
    });
    return () => this.#watchers.delete(watcher);
  }

  close(): void {
    this.#isClosed = true;
    clearTimeout(this.#timer);
    if (this.#segment) closeSync(this.#segment.fd);
    this.#segment = undefined;
  }

  newest(seen?: Pick<FrameSnapshot, 'generation' | 'head'>): RingReading {
    const segment = this.#segment;
    if (segment) this.#glance(segment);
    if (segment && !(this.#last?.generation === this.#generation && this.#last.head === segment.head)) {
      const reading = this.#capture(segment);
      if (reading !== 'frame')
        return this.#last && !isSame(this.#last, seen) ? { kind: 'frame', frame: this.#last } : { kind: reading };
    }
    if (this.#last === undefined) return { kind: 'none' };
    return isSame(this.#last, seen) ? { kind: 'unchanged' } : { kind: 'frame', frame: this.#last };
  }

  /** Takes in a head that moved since the last poll. */
  #glance(segment: OpenSegment): void {
    const reading = readHeaderAt(segment.fd, segment.size);
    if (reading.kind === 'ring' && replacement(reading.header, segment) === undefined)
      this.#advance(segment, reading.header.head);
  }

  #capture(segment: OpenSegment): 'frame' | 'again' | 'none' {
    const reading = readFrame(segment.fd, segment.header.shape);
    if (reading.kind !== 'frame') return reading.kind;
    if (reading.head < segment.head) return 'again';
    this.#advance(segment, reading.head);
    const { kind: _, ...frame } = reading;
    this.#last = { ...frame, generation: this.#generation, published: this.#publishedBefore + reading.head };
    return 'frame';
  }

  #poll(): void {
    if (this.#segment) this.#pollHeader(this.#segment);
    else this.#look();
    if (this.#isClosed) return;
    this.#timer = setTimeout(() => this.#poll(), this.#pollDelayMs());
  }

  #pollDelayMs(): number {
    if (!this.#segment)
      return this.#badSinceMs === undefined || this.#status.state === 'unavailable' ? this.#times.lookMs : this.#times.pollMs;
    return this.#status.state === 'stalled' ? Math.max(20, this.#times.pollMs) : this.#times.pollMs;
  }

  #pollHeader(segment: OpenSegment): void {
    const nowMs = performance.now();
    const loss = this.#identityLoss(segment, nowMs);
    if (loss) {
      this.#leave(segment, loss.state, loss.sentence);
      return;
    }
    const reading = readHeaderAt(segment.fd, segment.size);
    switch (reading.kind) {
      case 'again':
        break;
      case 'bad':
        this.#judgeBad(reading.sentence, segment);
        break;
      case 'ring':
        this.#badSinceMs = undefined;
        this.#follow(segment, reading.header, nowMs);
        break;
      default:
        reading satisfies never;
    }
  }

  #identityLoss(segment: OpenSegment, nowMs: number): Loss | undefined {
    if (nowMs - this.#identityAtMs < identityEveryMs) return undefined;
    this.#identityAtMs = nowMs;
    try {
      const now = statSync(this.#path);
      if (now.ino === segment.ino && now.dev === segment.dev && now.size === segment.size) return undefined;
      return { state: { state: 'reconnecting' }, sentence: 'The worker made a new frame stream: attaching to it.' };
    } catch {
      return { state: { state: 'ended' }, sentence: closedSentence };
    }
  }

  #follow(segment: OpenSegment, header: RingHeader, nowMs: number): void {
    const loss = replacement(header, segment);
    if (loss) {
      this.#leave(segment, { state: 'reconnecting' }, loss);
    } else if (header.head > segment.head) {
      this.#advance(segment, header.head);
      this.#setAttached(header);
      this.#emitHead();
    } else if (segment.head > 0 && nowMs - segment.headSinceMs >= this.#times.stalledMs) {
      this.#setStatus({ state: 'stalled' }, 'No new frame: the worker is paused, busy with something else, or gone.');
    }
  }

  #advance(segment: OpenSegment, head: number): void {
    if (head <= segment.head) return;
    segment.head = head;
    segment.headSinceMs = performance.now();
  }

  #judgeBad(sentence: string, segment?: OpenSegment): void {
    const nowMs = performance.now();
    this.#badSinceMs ??= nowMs;
    if (nowMs - this.#badSinceMs < badForMs) return;
    if (segment) this.#leave(segment, { state: 'unavailable' }, sentence);
    else this.#setStatus({ state: 'unavailable' }, sentence);
  }

  /** Lets go of a segment, keeping its last frame. */
  #leave(segment: OpenSegment, state: RingState, sentence: string): void {
    if (segment.head > 0 || state.state !== 'unavailable') this.#capture(segment);
    this.#publishedBefore += segment.head;
    this.#segment = undefined;
    closeSync(segment.fd);
    this.#setStatus(state, sentence);
    this.#emitHead();
    if (state.state === 'reconnecting') this.#look();
  }

  #look(): void {
    let fd: number | undefined;
    try {
      fd = openSync(this.#path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
      if (this.#tryAttach(fd)) fd = undefined;
    } catch (error) {
      this.#lookFailed(error as NodeJS.ErrnoException);
    } finally {
      if (fd !== undefined) closeSync(fd);
    }
    if (this.#status.state === 'reconnecting' && Date.now() - this.#status.sinceMs >= this.#times.stalledMs) {
      this.#setStatus({ state: 'ended' }, closedSentence);
    }
  }

  #tryAttach(fd: number): boolean {
    const { dev, ino, size } = fstatSync(fd);
    const reading: HeaderReading = readHeaderAt(fd, size);
    if (reading.kind === 'bad') this.#judgeBad(reading.sentence);
    if (reading.kind !== 'ring' || reading.header.isInvalidated) return false;
    const { header } = reading;
    this.#badSinceMs = undefined;
    this.#generation += 1;
    this.#identityAtMs = performance.now();
    this.#segment = { fd, dev, ino, size, header, head: header.head, headSinceMs: performance.now() };
    this.#setAttached(header);
    if (header.head > 0) this.#emitHead();
    return true;
  }

  #lookFailed(error: NodeJS.ErrnoException): void {
    if (error.code !== 'ENOENT') {
      this.#setStatus(
        { state: 'unavailable' },
        `The frame stream cannot be opened (${error.code ?? error.message}): is it another user's?`,
      );
    } else if (!existsSync(dirname(this.#path))) {
      this.#setStatus(
        { state: 'unavailable' },
        'This host has no /dev/shm, so there is no fast lane here. Telemetry is not affected.',
      );
    } else {
      this.#badSinceMs = undefined;
      if (this.#status.state === 'unavailable') this.#setStatus({ state: 'waiting' }, waitingSentence);
    }
  }

  #setAttached({ shape }: RingHeader): void {
    const channels = shape.channels as 1 | 3 | 4;
    this.#setStatus(
      { state: 'attached', width: shape.width, height: shape.height, channels },
      `Frames of ${shape.width} x ${shape.height}.`,
    );
  }

  #setStatus(state: RingState, sentence: string): void {
    if (this.#status.state === state.state && this.#status.sentence === sentence) return;
    this.#status = { ...state, sentence, sinceMs: Date.now() };
    for (const watcher of [...this.#watchers]) watcher.onStatus?.(this.#status);
  }

  #emitHead(): void {
    for (const watcher of [...this.#watchers]) watcher.onHead?.(this.published);
  }
}

function isSame(frame: FrameSnapshot, seen: Pick<FrameSnapshot, 'generation' | 'head'> | undefined): boolean {
  return seen !== undefined && seen.generation === frame.generation && seen.head === frame.head;
}

/** Why an attached segment is to be left, from its header; undefined to stay. */
function replacement(header: RingHeader, segment: OpenSegment): string | undefined {
  if (header.isInvalidated) return 'The worker is making a new frame stream, perhaps of another size.';
  if (!isSameShape(header, segment.header)) return 'The frame stream has changed its size: attaching again.';
  // A head of zero is a header that is just being rewritten; a smaller one is a writer that began anew in the same segment.
  return header.head > 0 && header.head < segment.head ? 'The frame stream began anew: attaching again.' : undefined;
}

function isSameShape(a: RingHeader, b: RingHeader): boolean {
  return (
    a.shape.width === b.shape.width &&
    a.shape.height === b.shape.height &&
    a.shape.channels === b.shape.channels &&
    a.shape.capacity === b.shape.capacity &&
    ringSegmentBytes(a.shape) === ringSegmentBytes(b.shape)
  );
}
