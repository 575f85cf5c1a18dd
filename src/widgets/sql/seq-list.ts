/** Which rows of a run fulfil a condition: asked of the page's SQL engine, for tables that show a selection of history. */
import type { RowKind } from '../../protocol/index.ts';
import { Answer } from './answer.ts';
import type { Progress, SqlEngine } from './engine.ts';

const rowsMost = 1_000_000;

/** Ascending seq_ids up to `reach`; of more than a million the newest. Rejects as SqlEngine.ask does. */
export async function askSeqList(
  engine: SqlEngine,
  { run, kind, condition }: { run: string; kind: RowKind; condition: string },
  { signal, onProgress }: { signal: AbortSignal; onProgress?: (progress: Progress) => void },
): Promise<{ seqs: Float64Array; reach: number; isCut: boolean }> {
  let answer: Answer | undefined;
  const sql = `SELECT seq_id FROM ${kind} WHERE ${condition || 'true'} ORDER BY seq_id DESC`;
  const listener = {
    ...(onProgress && { onProgress }),
    onColumns: (header: Uint8Array) => {
      answer = new Answer(header);
    },
    onRows: (chunks: readonly Uint8Array[]) => answer?.add(chunks),
  };
  const summary = await engine.ask({ sql, runs: [run], maxRows: rowsMost }, listener, { signal });
  const rows = answer?.rows ?? 0;
  const seqs = new Float64Array(rows);
  for (let row = 0; row < rows; row++) seqs[rows - 1 - row] = Number(answer?.text(row, 0));
  const reach = summary.reach.find((entry) => entry.run === run && entry.kind === kind)?.watermark ?? 0;
  return { seqs, reach, isCut: summary.isCut };
}
