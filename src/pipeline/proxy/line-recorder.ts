/**
 * Lines of one worker to rows, frames and counts.
 *
 * Guarantees
 * - Every line becomes a row, or is counted in the run's ledger and given to `onOther`; none is dropped.
 * - The end of the run is told once and last: what the worker says of its end is kept until `end`.
 */

import type { Row } from '../../protocol/arrow.ts';
import { type Log, limits } from '../../protocol/index.ts';
import { FrameLane } from './frame-lane.ts';
import type { SplitLine } from './line-splitter.ts';
import { RejectedLines } from './rejected-lines.ts';
import { type Batch, RowBatcher } from './row-batcher.ts';
import { type EventLine, readTelemetryLine, type TelemetryLine } from './telemetry-line.ts';

export type RecorderOptions = {
  runId: string;
  agentId: string;
  send: (batch: Batch) => void;
  /** A line that is no telemetry, with its newline. */
  onOther: (bytes: Uint8Array) => void;
  log: Log;
  ringDirectory?: string;
  now?: () => number;
};

export type EndKind = 'run_completed' | 'run_failed' | 'run_cancelled';
type SaidEnd = { kind: EndKind; detail: string };

const keptOfLine = 64 << 10;
/** Rejected lines are told this often at most. */
const rejectedEveryMs = 1000;
/** Above this the row's texts are copied: a slice keeps its whole line in memory, with the picture that was in it. */
const longLine = 4096;
const newline = Buffer.from('\n');

export class LineRecorder {
  readonly #options: RecorderOptions;
  readonly #batcher: RowBatcher;
  readonly #rejected: RejectedLines;
  readonly #frames: FrameLane;
  #rejectedTimer: NodeJS.Timeout | undefined;
  #saidEnd: SaidEnd | undefined;
  #steps = 0;

  constructor(options: RecorderOptions) {
    this.#options = options;
    this.#rejected = new RejectedLines(options.agentId);
    this.#batcher = new RowBatcher(options.send, (sentence) => this.#reject('value', sentence));
    const onOff = (sentence: string): void => this.#fastLaneOff(sentence);
    this.#frames = new FrameLane(
      options.runId,
      onOff,
      options.ringDirectory === undefined ? {} : { directory: options.ringDirectory },
    );
  }

  /** What the worker itself said of its end, if it did. */
  get saidEnd(): SaidEnd | undefined {
    return this.#saidEnd;
  }

  /** Lines of steps so far. */
  get steps(): number {
    return this.#steps;
  }

  line(line: SplitLine): void {
    if (line.kind === 'oversize') {
      this.#other(
        'too-long',
        `a line of ${line.length} bytes (the limit is ${limits.jsonLineBytes}): ${line.start.toString('utf8', 0, 100)}`,
        line.start,
      );
      return;
    }
    const text = line.bytes.toString('utf8');
    if (text.trim() === '') return;
    const nowUs = this.#nowUs();
    const reading = readTelemetryLine(text, { agentId: this.#options.agentId, nowUs });
    this.#record(text.length > longLine ? detached(reading) : reading, text, line.bytes);
  }

  event(kind: string, detail: Record<string, unknown>): void {
    this.#batcher.add('events', { ts: this.#nowUs(), kind, detail_json: JSON.stringify(detail) });
  }

  /** The last row of this worker. After it no line may come. */
  end(kind: EndKind, detail: Record<string, unknown>): void {
    clearTimeout(this.#rejectedTimer);
    this.#frames.close();
    this.#batcher.flush(); // encoding may still find values that do not fit
    this.#tellRejected();
    this.event(kind, this.#saidEnd ? { ...detail, worker: parsed(this.#saidEnd.detail) } : detail);
    this.#batcher.flush();
  }

  #record(reading: TelemetryLine, text: string, bytes: Buffer): void {
    switch (reading.kind) {
      case 'step': {
        this.#steps += 1;
        const frameRef = this.#frames.step(reading);
        this.#row(
          'steps',
          frameRef && !reading.row.frame_ref ? { ...reading.row, frame_ref: frameRef } : reading.row,
          reading.notes,
        );
        break;
      }
      case 'episode':
        this.#row('episodes', reading.row, reading.notes);
        break;
      case 'event':
        this.#lifecycle(reading);
        break;
      case 'other':
        this.#other(reading.reason, text, bytes);
        break;
      default:
        reading satisfies never;
    }
  }

  #row(kind: 'steps' | 'episodes', row: Row, notes: string[]): void {
    for (const note of notes) this.#reject('value', note);
    this.#batcher.add(kind, row);
  }

  #lifecycle({ event, row }: EventLine): void {
    if (event === 'run_completed' || event === 'run_failed' || event === 'run_cancelled') {
      this.#saidEnd = { kind: event, detail: String(row.detail_json) };
    } else {
      this.#batcher.add('events', row);
    }
  }

  #other(reason: string, sample: string, bytes: Uint8Array): void {
    this.#reject(reason, copied(sample.slice(0, 400)));
    this.#options.onOther(Buffer.concat([bytes.subarray(0, keptOfLine), newline]));
  }

  #reject(reason: string, sample: string): void {
    this.#rejected.add(reason, sample);
    this.#rejectedTimer ??= setTimeout(() => this.#tellRejected(), rejectedEveryMs);
  }

  #tellRejected(): void {
    clearTimeout(this.#rejectedTimer);
    this.#rejectedTimer = undefined;
    const row = this.#rejected.take(this.#nowUs());
    if (row) this.#batcher.add('events', row);
  }

  #fastLaneOff(sentence: string): void {
    this.#options.log('warn', 'fast-lane-off', { sentence });
    this.event('fast_lane_off', { sentence });
  }

  #nowUs(): bigint {
    return BigInt(Math.round((this.#options.now ?? Date.now)() * 1000));
  }
}

function detached(reading: TelemetryLine): TelemetryLine {
  if (reading.kind === 'other') return reading;
  const cells = Object.entries(reading.row).map(([column, cell]) => [column, typeof cell === 'string' ? copied(cell) : cell]);
  return { ...reading, row: Object.fromEntries(cells) as Row };
}

function copied(text: string): string {
  return Buffer.from(text, 'utf8').toString('utf8');
}

function parsed(detail: string): unknown {
  return JSON.parse(detail) as unknown;
}
