/** Which run a person means: its id, the beginning or end of it, or its name, as long as only one run fits. */
import { DuallaneError } from '../../protocol/index.ts';
import { duallane, trainer } from '../../protocol/wire.ts';
import type { Daemon } from './daemon-calls.ts';

const shortestPiece = 4;

/** Throws `run-unknown`, `run-ambiguous`. */
export async function findRun(daemon: Daemon, name: string): Promise<duallane.RunDescription> {
  return pickRun(await describeRuns(daemon), name);
}

export async function describeRuns(daemon: Daemon): Promise<duallane.RunDescription[]> {
  try {
    return (await daemon.ask(daemon.duallane.describeRuns.bind(daemon.duallane), { runIds: [] })).runs;
  } catch (error) {
    if (!(error instanceof DuallaneError && error.code === 'not-served')) throw error;
    const { runs } = await daemon.ask(daemon.trainer.listRuns.bind(daemon.trainer), { statusFilter: [] });
    return runs.map(ofRecord);
  }
}

/** What the source's daemon tells of a run: no name, no rows, no ledger. */
function ofRecord({ runId, status, digest, createdAt, updatedAt, failureReason }: trainer.RunRecord): duallane.RunDescription {
  return {
    ...duallane.RunDescription.decode(new Uint8Array(0)),
    runId,
    status: Object.entries(trainer.RunStatus).find(([, number]) => number === status)?.[0] ?? 'UNKNOWN',
    digest,
    createdAt,
    updatedAt,
    failureReason: failureReason ?? '',
  };
}

export function pickRun(runs: readonly duallane.RunDescription[], name: string): duallane.RunDescription {
  const exact = runs.find((run) => run.runId === name);
  if (exact) return exact;
  const wanted = name.toUpperCase();
  const isLong = name.length >= shortestPiece;
  const fits = runs.filter(({ runId, name: runName }) => {
    const id = runId.toUpperCase();
    return runName === name || (isLong && (id.startsWith(wanted) || id.endsWith(wanted)));
  });
  const [only, ...others] = fits;
  if (only && others.length === 0) return only;
  if (only) {
    const ids = fits.slice(0, 5).map((run) => run.runId);
    throw new DuallaneError('run-ambiguous', `${fits.length} runs fit "${name}" (${ids.join(', ')}): write the whole run id`);
  }
  throw new DuallaneError('run-unknown', `there is no run "${name}" in this home: "duallane runs --all" lists what is there`);
}
