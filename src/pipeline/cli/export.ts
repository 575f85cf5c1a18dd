/**
 * `duallane export RUN --to DIR`: a run's durable rows as plain Parquet, CSV, TensorBoard event files or a W&B offline run.
 *
 * parquet: DIR/<kind>/run_id=<id>/part-<n>.parquet, the Hive layout that DuckDB, Polars, pandas, Spark and Trino read as it is;
 *   run_id is in the path, not in the file, as that layout wants it.
 * csv: DIR/<run>-<kind>.csv, with a head; binary as hex, times as microseconds since the epoch, null as nothing.
 * tensorboard: DIR/<run>/events.out.tfevents.<seconds>.duallane with metrics, and episodes' returns and lengths, as scalars.
 * wandb: DIR/offline-run-<when>-<run>/run-<run>.wandb with metrics, and episodes' returns and lengths: `wandb sync` takes the directory.
 * Guarantees: a snapshot up to the watermarks of the call; files of an earlier export of the run are replaced.
 */

import { once } from 'node:events';
import { createWriteStream, mkdirSync, rmSync, type WriteStream, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { RecordBatch } from 'apache-arrow';
import { concat, decodeBatch, type Row, rowKinds, rowsOf, select, storedColumns, withSequence } from '../../protocol/arrow.ts';
import { DuallaneError, type RowKind } from '../../protocol/index.ts';
import { batchKinds, type duallane } from '../../protocol/wire.ts';
import { encodeScalar, eventFileHead, WandbLog, type WandbValue, wandbDirectory, wandbRunId } from '../exchange/index.ts';
import { writeParquetPart } from '../history/index.ts';
import { type Daemon, withDaemon } from './daemon-calls.ts';
import { findRun } from './find-run.ts';
import { commandOptions } from './options.ts';
import { counted, msOf } from './text.ts';

const usage = 'export RUN --to DIR [--as parquet|csv|tensorboard|wandb] [--home DIR]';
const fileRows = 500_000;
export async function exportCommand(argv: readonly string[]): Promise<number> {
  const { flags, home, names } = commandOptions(argv, { to: { type: 'string' }, as: { type: 'string' } }, usage);
  const { to, as = 'parquet' } = flags;
  const [name] = names;
  const write = writers[as];
  if (name === undefined || names.length !== 1 || to === undefined)
    throw new DuallaneError('usage', `name one run and a directory (usage: duallane ${usage})`);
  if (write === undefined)
    throw new DuallaneError('usage', `"${as}" is none of ${Object.keys(writers).join(', ')} (usage: duallane ${usage})`);
  return withDaemon(home, async (daemon) => {
    const run = await findRun(daemon, name);
    const { runId } = run;
    mkdirSync(to, { recursive: true });
    const rows = await write(daemon, run, to);
    process.stdout.write(`run ${runId}: ${counted(rows)} rows are in ${to} as ${as}\n`);
    return 0;
  });
}

type Writer = (daemon: Daemon, run: duallane.RunDescription, directory: string) => Promise<number>;

/** A run's durable rows of one kind, with all columns. */
async function* batchesOf(daemon: Daemon, runId: string, kind: RowKind): AsyncGenerator<RecordBatch> {
  const cursors = [{ kind: batchKinds[kind], sinceSeq: 0n }];
  const stream = daemon.duallane.streamBatches({ runId, cursors, snapshot: true });
  for await (const message of stream as AsyncIterable<duallane.Batch>) {
    if (message.rows > 0)
      yield withSequence(kind, decodeBatch(message.arrowIpc), Number(message.firstSeq), runId, message.workerId);
  }
}

const fileSafe = (runId: string): string => encodeURIComponent(runId);

const toParquet: Writer = async (daemon, { runId }, directory) => {
  let rows = 0;
  for (const kind of rowKinds) {
    const folder = join(directory, kind, `run_id=${fileSafe(runId)}`);
    rmSync(folder, { recursive: true, force: true });
    const names = storedColumns(kind).flatMap((column) => (column.name === 'run_id' ? [] : [column.name]));
    let waiting: RecordBatch[] = [];
    let waitingRows = 0;
    let files = 0;
    const flush = (): void => {
      if (waiting.length === 0) return;
      mkdirSync(folder, { recursive: true });
      writeFileSync(
        join(folder, `part-${String(files++).padStart(5, '0')}.parquet`),
        writeParquetPart(kind, select(concat(waiting), names)),
      );
      waiting = [];
      waitingRows = 0;
    };
    for await (const batch of batchesOf(daemon, runId, kind)) {
      waiting.push(batch);
      waitingRows += batch.numRows;
      rows += batch.numRows;
      if (waitingRows >= fileRows) flush();
    }
    flush();
  }
  return rows;
};

const toCsv: Writer = async (daemon, { runId }, directory) => {
  let rows = 0;
  for (const kind of rowKinds) {
    const names = storedColumns(kind).map(({ name }) => name);
    const file = createWriteStream(join(directory, `${fileSafe(runId)}-${kind}.csv`));
    await put(file, `${names.join(',')}\n`);
    for await (const batch of batchesOf(daemon, runId, kind)) {
      const lines = rowsOf(batch).map((row) => names.map((name) => csvCell(row[name])).join(','));
      await put(file, `${lines.join('\n')}\n`);
      rows += lines.length;
    }
    await ended(file);
  }
  return rows;
};

function csvCell(cell: Row[string]): string {
  if (cell === null || cell === undefined) return '';
  if (cell instanceof Uint8Array) return Buffer.from(cell).toString('hex');
  const text = String(cell);
  return /[",\r\n]/.test(text) || text === '' ? `"${text.replaceAll('"', '""')}"` : text;
}

const toTensorboard: Writer = async (daemon, { runId }, directory) => {
  const folder = join(directory, fileSafe(runId));
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  const nowS = Math.floor(Date.now() / 1000);
  const file = createWriteStream(join(folder, `events.out.tfevents.${nowS}.duallane`));
  await put(file, eventFileHead(nowS));
  let rows = 0;
  for (const kind of ['metrics', 'episodes'] as const) {
    for await (const batch of batchesOf(daemon, runId, kind)) {
      const found = rowsOf(batch);
      rows += found.length;
      await put(file, Buffer.concat(found.flatMap(kind === 'metrics' ? metricScalars : episodeScalars)));
    }
  }
  await ended(file);
  return rows;
};

const secondsOf = (row: Row): number => Number(row.ts) / 1e6;

function metricScalars(row: Row): Buffer[] {
  return [
    encodeScalar({ wallS: secondsOf(row), step: BigInt(row.step as number), tag: String(row.name), value: Number(row.value) }),
  ];
}

/** By agent, under the names that Stable-Baselines3 uses; the step is the episode's number. */
function episodeScalars(row: Row): Buffer[] {
  const common = { wallS: secondsOf(row), step: BigInt(row.episode_index as number) };
  const values: [string, Row[string]][] = [
    ['rollout/ep_rew', row.total_reward],
    ['rollout/ep_len', row.steps],
  ];
  return values.flatMap(([tag, value]) =>
    value === null || value === undefined
      ? []
      : [encodeScalar({ ...common, tag: `${tag}/${String(row.agent_id)}`, value: Number(value) })],
  );
}

const toWandb: Writer = async (daemon, { runId, name, configJson, createdAt, outcome }, directory) => {
  const startedMs = createdAt === undefined ? 0 : Math.floor(msOf(createdAt));
  const folder = join(directory, wandbDirectory({ runId, startedMs }));
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  const log = new WandbLog({ startedMs });
  const file = createWriteStream(join(folder, `run-${wandbRunId(runId)}.wandb`));
  await put(file, log.begin({ runId, name, configJson, startedMs }));
  let rows = 0;
  for await (const batch of batchesOf(daemon, runId, 'metrics')) {
    const found = rowsOf(batch);
    rows += found.length;
    await put(file, Buffer.concat(stepsOf(found).map(({ values, wallS }) => log.row(values, wallS))));
  }
  for await (const batch of batchesOf(daemon, runId, 'episodes')) {
    const found = rowsOf(batch);
    rows += found.length;
    await put(file, Buffer.concat(found.map((row) => log.row(episodeValues(row), secondsOf(row)))));
  }
  await put(file, log.end(outcome === 'failed' ? 1 : 0));
  await ended(file);
  return rows;
};

/** Values that follow each other at the same step are one row; a name that comes again begins the next one. */
function stepsOf(rows: readonly Row[]): { values: Map<string, WandbValue>; wallS: number }[] {
  const steps: { values: Map<string, WandbValue>; wallS: number }[] = [];
  for (const row of rows) {
    const [step, name] = [row.step as number, String(row.name)];
    const last = steps.at(-1);
    const fits = last?.values.get('global_step') === step && !last.values.has(name);
    if (fits) last.values.set(name, row.value as number);
    else
      steps.push({
        values: new Map([
          ['global_step', step],
          [name, row.value as number],
        ]),
        wallS: secondsOf(row),
      });
  }
  return steps;
}

function episodeValues(row: Row): Map<string, WandbValue> {
  const agent = String(row.agent_id);
  const values: [string, Row[string]][] = [
    ['episode', row.episode_index],
    [`rollout/ep_rew/${agent}`, row.total_reward],
    [`rollout/ep_len/${agent}`, row.steps],
  ];
  return new Map(values.filter((entry): entry is [string, number] => entry[1] !== null && entry[1] !== undefined));
}

async function put(file: WriteStream, content: string | Buffer): Promise<void> {
  if (!file.write(content)) await once(file, 'drain');
}

async function ended(file: WriteStream): Promise<void> {
  file.end();
  await once(file, 'finish');
}

const writers: Readonly<Record<string, Writer>> = { parquet: toParquet, csv: toCsv, tensorboard: toTensorboard, wandb: toWandb };
