/**
 * `duallane import FILE`: the source's SQLite file, a Stable-Baselines3 monitor.csv or a TensorBoard event file become runs.
 *
 * Guarantees: a run is said to be imported when every row of it is durable; what could not be taken is counted and told. A run of
 * the file whose id is taken in this home is left out, so importing again doubles nothing.
 */
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { encodeRows, type Row, rowKinds } from '../../protocol/arrow.ts';
import { DuallaneError, type RowKind } from '../../protocol/index.ts';
import { duallane } from '../../protocol/wire.ts';
import { type ImportedRun, readEventFile, readMonitorCsv, readSourceSqlite } from '../exchange/index.ts';
import { type Daemon, withDaemon } from './daemon-calls.ts';
import { describeRuns } from './find-run.ts';
import { commandOptions } from './options.ts';
import { counted, json, plain } from './text.ts';

const usage = 'import FILE [--name NAME] [--home DIR] [--json]';
const batchRows = 2048;
const kindNumbers: Record<RowKind, duallane.BatchKind> = {
  steps: duallane.BatchKind.STEPS,
  episodes: duallane.BatchKind.EPISODES,
  metrics: duallane.BatchKind.METRICS,
  events: duallane.BatchKind.EVENTS,
};

export async function importCommand(argv: readonly string[]): Promise<number> {
  const { flags, home, json: isJson, names } = commandOptions(argv, { name: { type: 'string' } }, usage);
  const [file] = names;
  if (file === undefined || names.length !== 1) throw new DuallaneError('usage', `name one file (usage: duallane ${usage})`);
  const { runs, close } = readRuns(file, flags.name ?? basename(file));
  try {
    return await withDaemon(home, async (daemon) => {
      const known = new Set((await describeRuns(daemon)).map(({ runId }) => runId));
      const told = [];
      for (const run of runs) {
        const isKnown = known.has(run.runId);
        const done = isKnown ? { runId: run.runId, rows: 0 } : await importRun(daemon, run);
        const skipped = Object.fromEntries(run.skipped);
        told.push({ ...done, known: isKnown, skipped });
        const notes = Object.entries(skipped).map(([reason, count]) => `; left out: ${counted(count)} ${reason}`);
        const what = isKnown ? 'is in this home already and was left as it is' : `imported with ${counted(done.rows)} rows`;
        if (!isJson) process.stdout.write(plain(`run ${done.runId} ${what}${notes.join('')}`).concat('\n'));
      }
      if (isJson) process.stdout.write(json(told));
      return 0;
    });
  } finally {
    close();
  }
}

/** Throws `import-unreadable`. */
function readRuns(file: string, name: string): { runs: ImportedRun[]; close: () => void } {
  const head = firstBytes(file);
  if (head.toString('latin1').startsWith('SQLite format 3')) return readSourceSqlite(file);
  const close = () => undefined;
  if (head[0] === 0x23) return { runs: [readMonitorCsv(readFileSync(file, 'utf8'), name)], close };
  if (basename(file).includes('tfevents')) return { runs: [readEventFile(readFileSync(file), name)], close };
  throw new DuallaneError(
    'import-unreadable',
    `${file} is neither a telemetry file of the source (SQLite), a monitor.csv of Stable-Baselines3 nor a TensorBoard event file (its name holds "tfevents")`,
  );
}

function firstBytes(file: string): Buffer {
  try {
    return readFileSync(file).subarray(0, 16);
  } catch (cause) {
    throw new DuallaneError('import-unreadable', `${file} cannot be read: look at its name and its rights`, { cause });
  }
}

async function importRun(daemon: Daemon, run: ImportedRun): Promise<{ runId: string; rows: number }> {
  const request = { runName: run.name.slice(0, 120), configJson: JSON.stringify({ imported: true }), runId: run.runId };
  const { runId } = await daemon.ask(daemon.duallane.openRun.bind(daemon.duallane), request);
  const stream = daemon.duallane.publishBatches();
  let acknowledged = 0;
  let failure: Error | undefined;
  stream.on('data', (ack: duallane.BatchAck) => {
    acknowledged = Math.max(acknowledged, Number(ack.batchSequence));
  });
  stream.on('error', (error) => {
    failure = error;
  });
  const sessions = new Map<string, { session: Buffer; sequence: number; waiting: Map<RowKind, Row[]> }>();
  let rows = 0;
  const flush = async (workerId: string, kind: RowKind): Promise<void> => {
    const worker = sessions.get(workerId);
    const batch = worker?.waiting.get(kind);
    if (worker === undefined || batch === undefined || batch.length === 0) return;
    worker.waiting.delete(kind);
    worker.sequence += 1;
    rows += batch.length;
    const unfit = (_row: number, column: string) =>
      run.skipped.set(`values beyond column ${column}`, (run.skipped.get(`values beyond column ${column}`) ?? 0) + 1);
    const message = {
      runId,
      workerId,
      writerSession: worker.session,
      batchSequence: BigInt(worker.sequence),
      kind: kindNumbers[kind],
      rows: batch.length,
      arrowIpc: Buffer.from(encodeRows(kind, batch, unfit)),
      firstSeq: 0n,
      watermark: 0n,
    };
    if (failure !== undefined) throw failure;
    if (!stream.write(message)) await Promise.race([once(stream, 'drain'), once(stream, 'error')]);
  };
  const put = async (workerId: string, kind: RowKind, row: Row): Promise<void> => {
    const worker = sessions.get(workerId) ?? { session: randomBytes(16), sequence: 0, waiting: new Map<RowKind, Row[]>() };
    sessions.set(workerId, worker);
    const batch = worker.waiting.get(kind) ?? [];
    worker.waiting.set(kind, batch);
    if (batch.push(row) >= batchRows) await flush(workerId, kind);
  };
  for (const { kind, workerId, row } of run.rows) await put(workerId, kind, row);
  if (sessions.size === 0) sessions.set('import', { session: randomBytes(16), sequence: 0, waiting: new Map() });
  const ended = { ts: Date.now() * 1000, kind: 'run_completed', detail_json: JSON.stringify({ reason: 'imported' }) };
  for (const workerId of [...sessions.keys()]) {
    for (const kind of rowKinds) await flush(workerId, kind);
    await put(workerId, 'events', ended);
    await flush(workerId, 'events');
  }
  stream.end();
  if (failure === undefined) await Promise.race([once(stream, 'end'), once(stream, 'error')]).catch(() => undefined);
  if (failure !== undefined || acknowledged === 0)
    throw failure ?? new DuallaneError('import-unreadable', 'the daemon took no row');
  return { runId, rows: rows - sessions.size };
}
