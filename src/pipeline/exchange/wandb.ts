/**
 * The transaction log of a Weights & Biases offline run, as `wandb sync` reads it: `run-<id>.wandb`.
 *
 * Format (wandb's own code is the only description; written files were read with its reader): 7 bytes of head (":W&B", 0xBEE1, 0),
 * then LevelDB's log: blocks of 32 KiB, records cut at their ends, each piece with a CRC-32 over its type and bytes, a length
 * and a type (whole, first, middle, last). A record is a protocol buffer `wandb_internal.Record`.
 *
 * A run's history is one table with a running _step, so values and episodes, whose steps count other things, name their own
 * axis: "global_step" for values, "episode" for what is below "rollout/".
 */
import { crc32 } from 'node:zlib';
import { contract } from '../../protocol/index.ts';
import { bytesField, integerField, textField } from './protobuf.ts';

const blockBytes = 32_768;
const pieceHeadBytes = 7;
const types = { whole: 1, first: 2, middle: 3, last: 4 } as const;

/** Numbers of the fields of Record that are written. */
const kinds = { history: 2, summary: 3, metric: 12, run: 17, exit: 18, header: 21 } as const;

export type WandbRun = { runId: string; name: string; configJson: string; startedMs: number };
export type WandbValue = number | bigint | string;

/** Encodes one run's records, in order; the bytes of all calls, one after the other, are the file. */
export class WandbLog {
  #at = 0;
  #records = 0n;
  #step = 0n;
  readonly #startedMs: number;
  readonly #summary = new Map<string, WandbValue>();

  constructor({ startedMs }: Pick<WandbRun, 'startedMs'>) {
    this.#startedMs = startedMs;
  }

  /** The head of the file, the run with its configuration, and what the values' axes are. */
  begin({ runId, name, configJson, startedMs }: WandbRun): Buffer {
    const version = textField(1, `duallane ${contract.version}`);
    const config = Object.entries(configOf(configJson)).map(([key, value]) => item(1, key, JSON.stringify(value)));
    const seconds = BigInt(Math.floor(startedMs / 1000));
    const run = [
      textField(1, wandbRunId(runId)),
      textField(3, 'duallane'),
      bytesField(4, Buffer.concat(config)),
      textField(8, name),
      bytesField(17, Buffer.concat([integerField(1, seconds), integerField(2, BigInt((startedMs % 1000) * 1_000_000))])),
    ];
    const head = Buffer.from([...Buffer.from(':W&B'), 0xe1, 0xbe, 0]);
    this.#at = head.length;
    return Buffer.concat([
      head,
      this.#record(kinds.header, bytesField(1, version)),
      this.#record(kinds.run, Buffer.concat(run)),
      this.#record(kinds.metric, Buffer.concat([textField(2, '*'), textField(4, 'global_step')])),
      this.#record(kinds.metric, Buffer.concat([textField(2, 'rollout/*'), textField(4, 'episode')])),
    ]);
  }

  /** One row of the run's history. */
  row(values: ReadonlyMap<string, WandbValue>, wallS: number): Buffer {
    const all = new Map([
      ...values,
      ['_timestamp', wallS],
      ['_runtime', Math.max(0, wallS - this.#startedMs / 1000)],
      ['_step', this.#step],
    ]);
    for (const [key, value] of all) this.#summary.set(key, value);
    const items = [...all].map(([key, value]) => item(1, key, jsonOf(value)));
    const step = bytesField(2, integerField(1, this.#step));
    this.#step += 1n;
    return this.#record(kinds.history, Buffer.concat([...items, step]));
  }

  /** The last value of everything, and how the run ended. */
  end(exitCode: number): Buffer {
    const items = [...this.#summary].map(([key, value]) => item(1, key, jsonOf(value)));
    return Buffer.concat([
      this.#record(kinds.summary, Buffer.concat(items)),
      this.#record(kinds.exit, exitCode === 0 ? Buffer.alloc(0) : integerField(1, BigInt(exitCode))),
    ]);
  }

  #record(kind: number, message: Buffer): Buffer {
    this.#records += 1n;
    return this.#pieces(Buffer.concat([integerField(1, this.#records), bytesField(kind, message)]));
  }

  #pieces(bytes: Buffer): Buffer {
    const out: Buffer[] = [];
    for (let from = 0, isFirst = true; isFirst || from < bytes.length; isFirst = false) {
      const left = blockBytes - (this.#at % blockBytes);
      if (left < pieceHeadBytes) {
        out.push(Buffer.alloc(left));
        this.#at += left;
      }
      const room = blockBytes - (this.#at % blockBytes) - pieceHeadBytes;
      const piece = bytes.subarray(from, from + room);
      from += piece.length;
      const isLast = from === bytes.length;
      const type = isFirst ? (isLast ? types.whole : types.first) : isLast ? types.last : types.middle;
      const head = Buffer.alloc(pieceHeadBytes);
      head.writeUInt32LE(crc32(piece, crc32(Buffer.from([type]))), 0);
      head.writeUInt16LE(piece.length, 4);
      head[6] = type;
      out.push(head, piece);
      this.#at += head.length + piece.length;
    }
    return Buffer.concat(out);
  }
}

/** W&B's ids hold letters, digits, "-" and "_". */
export const wandbRunId = (runId: string): string => runId.replace(/[^A-Za-z0-9_-]/g, '-').slice(0, 128);

/** `offline-run-<date>_<time>-<id>`, the directory's name that `wandb sync` knows. */
export function wandbDirectory({ runId, startedMs }: Pick<WandbRun, 'runId' | 'startedMs'>): string {
  const [date = '', time = ''] = new Date(startedMs).toISOString().split('T');
  return `offline-run-${date.replaceAll('-', '')}_${time.slice(0, 8).replaceAll(':', '')}-${wandbRunId(runId)}`;
}

/** An item of a history, a summary or a configuration: its key whole, whatever it holds, and its value as JSON. */
const item = (number: number, key: string, valueJson: string): Buffer =>
  bytesField(number, Buffer.concat([textField(1, key), textField(16, valueJson)]));

/** What W&B's own clients make of them: JSON has no word for these. */
function jsonOf(value: WandbValue): string {
  if (typeof value === 'bigint') return String(value);
  if (typeof value === 'number' && !Number.isFinite(value)) return `"${value}"`;
  return JSON.stringify(value);
}

function configOf(text: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? (value as Record<string, unknown>)
      : { config: value };
  } catch {
    return { config: text }; // Python's bare NaN: kept as it was written
  }
}
