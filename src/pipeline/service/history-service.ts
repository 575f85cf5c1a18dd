/** duallane.v1: work on stored history that people ask for. */
import { DuallaneError } from '../../protocol/index.ts';
import type { duallane } from '../../protocol/wire.ts';
import { type HistoryForm, historyForms } from '../history/index.ts';
import type { RunRegistry } from '../runs/index.ts';
import type { Moved } from '../sinks/index.ts';
import { type Surroundings, unary } from './calls.ts';
import { requestInvalid } from './status.ts';

/** What the storage does beyond taking rows and giving them back. */
export interface HistoryWork {
  /** Resolves when everything of the run that is durable is in parts of `form`. */
  convert(runId: string, form: HistoryForm): Promise<Moved>;
  /** Undefined: all runs. */
  compact(runId: string | undefined): Promise<Moved>;
}

export function historyService(
  offered: HistoryWork | undefined,
  registry: RunRegistry,
  around: Surroundings,
): Pick<duallane.DuallaneServiceServer, 'convertHistory' | 'compactHistory'> {
  const work = (): HistoryWork => {
    if (offered === undefined) throw new DuallaneError('not-implemented', 'this daemon keeps a history that cannot be worked on');
    return offered;
  };
  return {
    convertHistory: unary(around, async ({ runId, history }: duallane.ConvertHistoryRequest) => {
      const form = historyForms.find((known) => known === history);
      if (form === undefined) throw requestInvalid(`history "${history}" is none of ${historyForms.join(', ')}`);
      return movedOf(await work().convert(registry.get(runId).runId, form));
    }),
    compactHistory: unary(around, async ({ runId }: duallane.CompactHistoryRequest) =>
      movedOf(await work().compact(runId === '' ? undefined : registry.get(runId).runId)),
    ),
  };
}

const movedOf = ({ parts, rows, bytes }: Moved): duallane.HistoryMoved => ({
  parts: BigInt(parts),
  rows: BigInt(rows),
  bytes: BigInt(bytes),
});
