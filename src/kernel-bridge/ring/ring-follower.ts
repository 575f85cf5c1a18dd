/**
 * Follows one segment by its path: attaches, polls its header, notices that it was replaced, invalidated or taken away.
 *
 * Guarantees
 * - Nothing a segment holds, and nothing that happens to its file, throws out of here: it becomes a status.
 * - The segment is opened for reading only and never unlinked.
 * - The last frame of a segment that goes is kept, and stays readable.
 * - Between polls no resource but one file descriptor is held; `close` gives it back.
 */
import { closeSync, constants, fstatSync, openSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { type HeaderReading, type RingHeader, ringSegmentBytes } from '../../protocol/index.ts';
import type { FrameSnapshot, RingReading, RingTimes, RingWatch } from './frame-rings.ts';
import { readFrame, readHeaderAt } from './ring-file.ts';
import type { RingState, RingStatus } from './ring-status.ts';

type Watcher = { onHead?: ((published: number) => void) | undefined; onStatus?: ((status: RingStatus) => void) | undefined };
type OpenSegment = { fd: number; dev: number; ino: number; size: number; header: RingHeader; head: number; headSinceMs: number };

/** How often the path is compared with the open file. */
const identityEveryMs = 100;
/** How long a header may look wrong (its writer may be rewriting it) before it is called unreadable. */
const badForMs = 100;

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

  constructor(path: string, times: RingTimes) {
    this.#path = path;
    this.#times = times;
    this.#status = { state: 'waiting', sentence: 'Waiting for the first frame of this run.', sinceMs: Date.now() };
  }

  get status(): RingStatus {
    return this.#status;
  }

  get published(): number {
    return this.#publishedBefore + (this.#segment?.head ?? 0);
  }

  /** Adds a watcher; the first one starts the poll. Returns what takes it away again. */
  attach(watcher: Watcher): () => void {
    this.#watchers.add(watcher);
    if (this.#timer === undefined) this.#poll();
    watcher.onStatus?.(this.#status);
    return () => this.#watchers.delete(watcher);
  }

  close(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    if (this.#segment) closeSync(this.#segment.fd);
    this.#segment = undefined;
  }

  newest(seen?: Pick<FrameSnapshot, 'generation' | 'head'>): RingReading {
    const segment = this.#segment;
    if (segment && !(this.#last?.generation === this.#generation && this.#last.head === segment.head)) {
      const reading = this.#capture(segment);
      if (reading !== 'frame')
        return this.#last && !isSame(this.#last, seen) ? { kind: 'frame', frame: this.#last } : { kind: reading };
    }
    if (this.#last === undefined) return { kind: 'none' };
    return isSame(this.#last, seen) ? { kind: 'unchanged' } : { kind: 'frame', frame: this.#last };
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
    this.#timer = setTimeout(() => this.#poll(), this.#pollDelayMs());
  }

  #pollDelayMs(): number {
    if (!this.#segment)
      return this.#badSinceMs === undefined || this.#status.state === 'unavailable' ? this.#times.lookMs : this.#times.pollMs;
    return this.#status.state === 'stalled' ? Math.max(20, this.#times.pollMs) : this.#times.pollMs;
  }

  #pollHeader(segment: OpenSegment): void {
    const nowMs = performance.now();
    if (nowMs - this.#identityAtMs >= identityEveryMs) {
      this.#identityAtMs = nowMs;
      const gone = this.#isGone(segment);
      if (gone === 'removed') return this.#leave(segment, { state: 'ended' }, 'The worker has closed its frame stream.');
      if (gone === 'replaced')
        return this.#leave(segment, { state: 'reconnecting' }, 'The worker made a new frame stream: attaching to it.');
    }
    const reading = readHeaderAt(segment.fd, segment.size);
    switch (reading.kind) {
      case 'again':
        return;
      case 'bad':
        return this.#judgeBad(reading.sentence, segment);
      case 'ring':
        this.#badSinceMs = undefined;
        return this.#follow(segment, reading.header, nowMs);
      default:
        return reading satisfies never;
    }
  }

  #follow(segment: OpenSegment, header: RingHeader, nowMs: number): void {
    if (header.isInvalidated) {
      return this.#leave(segment, { state: 'reconnecting' }, 'The worker is making a new frame stream, perhaps of another size.');
    }
    if (!isSameShape(header, segment.header)) {
      return this.#leave(segment, { state: 'reconnecting' }, 'The frame stream has changed its size: attaching again.');
    }
    // Zero is a header that is just being rewritten; a smaller count that stays is a writer that began anew in the same segment.
    if (header.head > 0 && header.head < segment.head) {
      return this.#leave(segment, { state: 'reconnecting' }, 'The frame stream began anew: attaching again.');
    }
    if (header.head > segment.head) {
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
    let fd: number;
    try {
      fd = openSync(this.#path, constants.O_RDONLY | constants.O_NOFOLLOW);
    } catch (error) {
      return this.#lookFailed(error as NodeJS.ErrnoException);
    }
    let keep = false;
    try {
      keep = this.#tryAttach(fd);
    } catch (error) {
      this.#lookFailed(error as NodeJS.ErrnoException);
    } finally {
      if (!keep) closeSync(fd);
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
      return this.#setStatus(
        { state: 'unavailable' },
        `The frame stream cannot be opened (${error.code ?? error.message}): is it another user's?`,
      );
    }
    this.#badSinceMs = undefined;
    if (!exists(dirname(this.#path))) {
      return this.#setStatus(
        { state: 'unavailable' },
        'This host has no /dev/shm, so there is no fast lane here. Telemetry is not affected.',
      );
    }
    if (this.#status.state === 'unavailable') this.#setStatus({ state: 'waiting' }, 'Waiting for the first frame of this run.');
  }

  #isGone(segment: OpenSegment): 'removed' | 'replaced' | undefined {
    try {
      const now = statSync(this.#path);
      return now.ino === segment.ino && now.dev === segment.dev && now.size === segment.size ? undefined : 'replaced';
    } catch {
      return 'removed';
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

function isSameShape(a: RingHeader, b: RingHeader): boolean {
  return (
    a.shape.width === b.shape.width &&
    a.shape.height === b.shape.height &&
    a.shape.channels === b.shape.channels &&
    a.shape.capacity === b.shape.capacity &&
    ringSegmentBytes(a.shape) === ringSegmentBytes(b.shape)
  );
}

function exists(path: string): boolean {
  try {
    statSync(path);
    return true;
  } catch {
    return false;
  }
}
