/**
 * The append-only journal of one home: what stands in it is durable. One group is collected, written and synced at a time.
 *
 * Guarantees
 * - `push` keeps the order; a record's `settle` is called once its group is on disk, in order.
 * - A full disk or a failing device stops the journal, not the daemon: it logs, waits and writes the same group again into a
 *   new segment, until it succeeds or the journal is closed. Only then are records that wait refused.
 * - A segment is handed to `onFull` when it has reached `segmentBytes`, or is `segmentAgeMs` old and holds data, or at `close`.
 */
import { crc32 } from 'node:zlib';
import { DuallaneError, type Log, sentenceOf } from '../../protocol/index.ts';
import { Histogram } from '../metrics/index.ts';
import { noMoreRows } from './intake.ts';
import { encodeRecord, type RecordHead } from './journal-record.ts';
import { SegmentFile } from './segment-file.ts';

export type Written = { segment: SegmentFile; head: RecordHead; bodyOffset: number; bodyBytes: number };
export type JournalRecord = {
  head: RecordHead;
  body: Uint8Array;
  settle(written: Written): void;
  refuse(error: DuallaneError): void;
};

export type JournalOptions = {
  directory: string;
  firstNumber: number;
  segmentBytes: number;
  segmentAgeMs: number;
  log: Log;
  /** Called after each group, when all its records are settled. */
  onGroup(): void;
  onFull(segment: SegmentFile): void;
};

/** One write and one sync carry at most this much, so that an acknowledgement waits for no more. */
const groupBytesMax = 16 * 1024 * 1024;
const retryFirstMs = 250;
const retryMaxMs = 5000;

export class Journal {
  /** How long groups took, written and synced, and synced alone. */
  readonly flushTimes = new Histogram();
  readonly syncTimes = new Histogram();
  /** Groups the disk did not take at once. */
  retries = 0;
  readonly #options: JournalOptions;
  #waiting: JournalRecord[] = [];
  #segment: SegmentFile | undefined;
  #nextNumber: number;
  #running: Promise<void> | undefined;
  #isClosing = false;
  #isClosed = false;
  #isAged = false;
  #ageTimer: NodeJS.Timeout | undefined;
  #wake: (() => void) | undefined;

  constructor(options: JournalOptions) {
    this.#options = options;
    this.#nextNumber = options.firstNumber;
  }

  push(record: JournalRecord): void {
    if (this.#isClosed) {
      record.refuse(noMoreRows());
      return;
    }
    this.#waiting.push(record);
    this.#run();
  }

  /** Makes the current segment full, as its age does. */
  rotate(): void {
    this.#isAged = true;
    this.#run();
  }

  /** Writes what waits and hands over the last segment. What the disk does not take now is refused with `sink-closed`. */
  async close(): Promise<void> {
    this.#isClosing = true;
    this.#wake?.();
    this.#isAged = true;
    this.#run();
    while (this.#running !== undefined) await this.#running;
    this.#isClosed = true;
    clearTimeout(this.#ageTimer);
  }

  #run(): void {
    this.#running ??= this.#drain().finally(() => {
      this.#running = undefined;
      // Something may have come between the last look and here.
      if (this.#waiting.length > 0 || (this.#isAged && this.#segment !== undefined)) this.#run();
    });
  }

  async #drain(): Promise<void> {
    // Records pushed in the same turn join the first group.
    await Promise.resolve();
    while (this.#waiting.length > 0) {
      const group = this.#nextGroup();
      await this.#commit(group);
      if ((this.#segment?.bytes ?? 0) >= this.#options.segmentBytes) this.#handOver();
    }
    if (this.#isAged) this.#handOver();
  }

  #nextGroup(): JournalRecord[] {
    let bytes = 0;
    let count = 0;
    while (
      count < this.#waiting.length &&
      (count === 0 || bytes + (this.#waiting[count] as JournalRecord).body.byteLength <= groupBytesMax)
    ) {
      bytes += (this.#waiting[count++] as JournalRecord).body.byteLength;
    }
    return this.#waiting.splice(0, count);
  }

  async #commit(group: readonly JournalRecord[]): Promise<void> {
    const crcs = group.map(({ body }) => crc32(body));
    for (let retryMs = retryFirstMs; ; retryMs = Math.min(retryMs * 2, retryMaxMs)) {
      try {
        const segment = await this.#currentSegment();
        await this.#write(segment, group, crcs);
        return;
      } catch (cause) {
        this.retries += 1;
        this.#giveUpSegment();
        const waitsMs = this.#isClosing ? 0 : retryMs;
        this.#options.log(this.#isClosing ? 'error' : 'warn', 'journal-write-failed', {
          records: group.length,
          retryMs: waitsMs,
          reason: sentenceOf(cause),
        });
        if (this.#isClosing) {
          const error = new DuallaneError('sink-closed', 'the daemon stopped before the disk took the rows; send them again', {
            cause,
          });
          for (const record of group) record.refuse(error);
          return;
        }
        await this.#pause(waitsMs);
      }
    }
  }

  async #write(segment: SegmentFile, group: readonly JournalRecord[], crcs: readonly number[]): Promise<void> {
    const buffers: Uint8Array[] = [];
    const written: Written[] = [];
    let at = segment.bytes;
    group.forEach(({ head, body }, index) => {
      const encoded = encodeRecord(segment.salt, head, body, crcs[index] as number);
      buffers.push(encoded.head, body, encoded.tail);
      written.push({ segment, head, bodyOffset: at + encoded.head.byteLength, bodyBytes: body.byteLength });
      at += encoded.head.byteLength + body.byteLength + encoded.tail.byteLength;
    });
    const beganMs = performance.now();
    const { syncMs } = await segment.append(buffers);
    this.flushTimes.observe((performance.now() - beganMs) / 1000);
    this.syncTimes.observe(syncMs / 1000);
    for (const [index, record] of group.entries()) record.settle(written[index] as Written);
    this.#options.onGroup();
  }

  async #currentSegment(): Promise<SegmentFile> {
    if (this.#segment === undefined) {
      this.#segment = await SegmentFile.create(this.#options.directory, this.#nextNumber);
      this.#nextNumber++;
      this.#isAged = this.#isClosing;
      this.#ageTimer = setTimeout(() => this.rotate(), this.#options.segmentAgeMs);
      this.#ageTimer.unref();
    }
    return this.#segment;
  }

  /** After a failed sync nobody knows what the device holds of the last write: never write there again. */
  #giveUpSegment(): void {
    if (this.#segment?.isEmpty) {
      // Nothing in it: its number and file are used again.
      this.#nextNumber = this.#segment.number;
      void this.#segment.release();
      this.#segment = undefined;
      clearTimeout(this.#ageTimer);
    } else {
      this.#handOver();
    }
  }

  #handOver(): void {
    this.#isAged = false;
    const segment = this.#segment;
    if (segment === undefined || segment.isEmpty) return;
    clearTimeout(this.#ageTimer);
    this.#segment = undefined;
    this.#options.onFull(segment);
  }

  #pause(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, ms);
      this.#wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }
}
