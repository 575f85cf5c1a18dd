/**
 * Leaves heavy columns out of steps as a run's rules say, before the rows reach the journal.
 *
 * Guarantees: every row stays, with its reward, flags, indices and times; what is left out is null; rows that lost something
 * are counted per agent. Batches of other kinds, and of runs that keep everything, pass untouched.
 */
import type { RecordBatch } from 'apache-arrow';
import { blank, columnData, dictionaryTexts, numbersOf } from '../../protocol/arrow.ts';
import type { RowKind } from '../../protocol/index.ts';
import type { LedgerChange } from './row-ledger.ts';
import type { KeepRules } from './run-settings.ts';

const payloadColumns = ['render_payload_json', 'render_hint_json'];
const observationColumns = ['observation', 'observation_json'];

export type Thinned = { batch: RecordBatch; changes: LedgerChange[] };

/** Undefined when nothing is left out. */
export function thin(kind: RowKind, batch: RecordBatch, rules: KeepRules, workerId: string): Thinned | undefined {
  if (kind !== 'steps' || (rules.renderPayloads && rules.observations && rules.heavyEvery === 1)) return undefined;
  const gone = [...(rules.renderPayloads ? [] : payloadColumns), ...(rules.observations ? [] : observationColumns)];
  const sampled = [...payloadColumns, ...observationColumns].filter((name) => rules.heavyEvery > 1 && !gone.includes(name));
  const stays = sampledRows(batch, rules.heavyEvery);
  const touched = new Uint8Array(batch.numRows);
  const mark = (names: readonly string[], mayStay: (row: number) => boolean) => {
    for (const name of names) {
      const data = columnData(batch, name);
      for (let row = 0; row < touched.length; row++) if (!mayStay(row) && data.getValid(row)) touched[row] = 1;
    }
  };
  mark(gone, () => false);
  mark(sampled, stays);
  if (!touched.includes(1)) return undefined;
  const thinned = blank(
    blank(batch, gone, () => true),
    sampled,
    (row) => !stays(row),
  );
  return { batch: thinned, changes: countByAgent(batch, touched, workerId) };
}

function sampledRows(batch: RecordBatch, every: number): (row: number) => boolean {
  const steps = numbersOf(batch, 'step_index');
  const terminated = columnData(batch, 'terminated');
  const truncated = columnData(batch, 'truncated');
  const bit = ({ values, offset }: typeof terminated, row: number) =>
    ((values[(offset + row) >> 3] >> ((offset + row) & 7)) & 1) === 1;
  return (row) => (steps[row] as number) % every === 0 || bit(terminated, row) || bit(truncated, row);
}

function countByAgent(batch: RecordBatch, touched: Uint8Array, worker: string): LedgerChange[] {
  const agents = columnData(batch, 'agent_id');
  const counts = new Map<string, number>();
  const names = dictionaryTexts(agents);
  touched.forEach((isTouched, row) => {
    const agent = names[agents.values[row]] as string;
    if (isTouched) counts.set(agent, (counts.get(agent) ?? 0) + 1);
  });
  return [...counts].map(([agent, t]) => ({ worker, agent, t }));
}
