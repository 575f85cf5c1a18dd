/**
 * `duallane import FILE`: the source's SQLite file, a Stable-Baselines3 monitor.csv or a TensorBoard event file become runs.
 *
 * Guarantees: a run is said to be imported when every row of it is durable; what could not be taken is counted and told. Importing
 * again doubles nothing: a run that is whole is left as it is, and one whose import broke off (a kill, a full disk) goes on where it
 * ended. A run of the file whose id is taken by another run of this home is left out.
 */
import { closeSync, openSync, readFileSync, readSync } from 'node:fs';
import { basename } from 'node:path';
import { DuallaneError } from '../../protocol/index.ts';
import type { duallane } from '../../protocol/wire.ts';
import { type ImportedRun, readEventFile, readMonitorCsv, readSourceSqlite } from '../exchange/index.ts';
import { type Daemon, withDaemon } from './daemon-calls.ts';
import { describeRuns } from './find-run.ts';
import { importedConfig, importRun } from './import-run.ts';
import { commandOptions } from './options.ts';
import { counted, json, plain } from './text.ts';

const usage = 'import FILE [--name NAME] [--home DIR] [--json]';

/** `known`: it is here already. `deleted`: it was, and its id is not used again. `changed`: begun when the file held other rows. */
type Imported = { state: 'imported' | 'known' | 'deleted' | 'changed'; rows: number };

export async function importCommand(argv: readonly string[]): Promise<number> {
  const { flags, home, json: isJson, names } = commandOptions(argv, { name: { type: 'string' } }, usage);
  const [file] = names;
  if (file === undefined || names.length !== 1) throw new DuallaneError('usage', `name one file (usage: duallane ${usage})`);
  const { runs, close } = readRuns(file, flags.name ?? basename(file));
  try {
    return await withDaemon(home, async (daemon) => {
      const known = new Map((await describeRuns(daemon)).map((run) => [run.runId, run]));
      const told = [];
      for (const run of runs) {
        const done = await importUnlessKnown(daemon, run, known.get(run.runId));
        const skipped = Object.fromEntries(run.skipped);
        told.push({ runId: run.runId, ...done, skipped });
        const notes = Object.entries(skipped).map(([reason, count]) => `; left out: ${counted(count)} ${reason}`);
        if (!isJson) process.stdout.write(plain(`run ${run.runId} ${wordsOf(done, run)}${notes.join('')}`).concat('\n'));
      }
      if (isJson) process.stdout.write(json(told));
      return told.some(({ state }) => state === 'changed') ? 1 : 0;
    });
  } finally {
    close();
  }
}

async function importUnlessKnown(
  daemon: Daemon,
  run: ImportedRun,
  there: duallane.RunDescription | undefined,
): Promise<Imported> {
  if (there !== undefined && (there.status === 'TERM' || !there.configJson.startsWith('{"imported":')))
    return { state: 'known', rows: 0 };
  if (there !== undefined && there.configJson !== importedConfig(run)) return { state: 'changed', rows: 0 };
  try {
    return { state: 'imported', rows: await importRun(daemon, run) };
  } catch (error) {
    if (error instanceof DuallaneError && error.code === 'run-deleted') return { state: 'deleted', rows: 0 };
    throw error;
  }
}

function wordsOf({ state, rows }: Imported, { runId }: ImportedRun): string {
  switch (state) {
    case 'imported':
      return `imported with ${counted(rows)} rows`;
    case 'known':
      return 'is in this home already and was left as it is';
    case 'deleted':
      return 'was deleted from this home: its id is not used again (a file without ids gets another one with another --name)';
    case 'changed':
      return `was imported in part, when the file held other rows: import the file as it was then, or end the run as it is with "duallane cancel ${runId}"`;
    default:
      return state satisfies never;
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

function firstBytes(path: string): Buffer {
  try {
    const file = openSync(path, 'r');
    const bytes = Buffer.alloc(16);
    const length = readSync(file, bytes);
    closeSync(file);
    return bytes.subarray(0, length);
  } catch (cause) {
    throw new DuallaneError('import-unreadable', `${path} cannot be read: look at its name and its rights`, { cause });
  }
}
