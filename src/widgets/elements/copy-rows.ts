/** Rows of a table as tab-separated text for the clipboard: what is seen and what is before it, at most `copiedMost` rows. */
import type { TableRows } from '../stores/table-rows.ts';
import { count } from '../styles/words.ts';
import { copyText } from './copy-text.ts';
import type { Column } from './row-table.ts';
import { asTabbedText } from './telemetry-columns.ts';

const copiedMost = 10_000;

/** Copies; resolves with what there is to say about it, for people. `end`: index after the last row that is seen. */
export async function copyRows(
  columns: readonly Column[],
  rows: TableRows,
  end: number,
  life: { signal: AbortSignal },
): Promise<string> {
  const first = Math.max(0, end - copiedMost);
  const found = await rows.fetch(first, end, life);
  await copyText(asTabbedText(columns, found));
  const all = rows.length;
  return found.length < all ? `${count(found.length)} of ${count(all)} rows copied` : `${count(found.length)} rows copied`;
}
