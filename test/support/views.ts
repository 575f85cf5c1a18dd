/** The views of a page, read through the counts their elements keep. */
import type { Locator } from 'playwright-core';
import type { FastLaneElement } from '../../src/widgets/elements/fast-lane.ts';
import type { LiveTelemetryElement } from '../../src/widgets/elements/live-telemetry.ts';
import type { SqlCellElement } from '../../src/widgets/elements/sql-cell.ts';
import type { SqlResult } from '../../src/widgets/elements/sql-result.ts';
import type { Tab } from './browser.ts';
import { until } from './until.ts';

type LiveLedger = NonNullable<LiveTelemetryElement['ledger']>;
export type SqlAnswer = { columns: string[]; rows: (string | null)[][]; line: string };

/** The n-th view of a kind, scrolled to: a view that nobody has seen asks for nothing. */
export async function viewOf(tab: Tab, kind: 'live-telemetry' | 'fast-lane' | 'sql-cell', nth = 0): Promise<Locator> {
  const view = tab.page.locator(`duallane-${kind}`).nth(nth);
  await view.waitFor({ state: 'attached', timeout: 60_000 });
  await view.scrollIntoViewIfNeeded();
  return view;
}

/** The state's word of any view: live, ended, … of the two lanes; idle, running, answered, … of an SQL cell. */
export function stateOf(view: Locator): Promise<string> {
  return view.evaluate((element) => {
    const { state } = element as LiveTelemetryElement | FastLaneElement | SqlCellElement;
    return typeof state === 'string' ? state : state.state;
  });
}

export function liveLedger(view: Locator): Promise<LiveLedger | undefined> {
  return view.evaluate((element) => (element as LiveTelemetryElement).ledger);
}

export function frameCounts(view: Locator): Promise<FastLaneElement['counts']> {
  return view.evaluate((element) => (element as FastLaneElement).counts);
}

/** Asks what stands in the cell, or another question, and waits for the answer. Throws what the view says when there is none. */
export async function ask(view: Locator, sql?: string, withinMs = 60_000): Promise<SqlAnswer> {
  if (sql !== undefined) await write(view, sql);
  await view.evaluate((element) => void (element as SqlCellElement).run());
  return answered(view, withinMs);
}

/** Puts the question into the cell's editor. */
export function write(view: Locator, sql: string): Promise<void> {
  return view.evaluate(async (element, text) => {
    const cell = element as SqlCellElement;
    cell.sql = text;
    await cell.updateComplete;
  }, sql);
}

/** The answer that is being fetched, or stands there. Throws what the view says when there is none. */
export async function answered(view: Locator, withinMs = 60_000): Promise<SqlAnswer> {
  const ended = await until(
    async () => {
      const state = await stateOf(view);
      return state === 'answered' || state === 'failed' || state === 'cancelled' ? state : undefined;
    },
    { what: 'an answer of the SQL cell', withinMs },
  );
  if (ended !== 'answered')
    throw new Error(`the question was not answered: ${(await view.locator('.line, .wrong').allTextContents()).join(' ')}`);
  return answerShown(view);
}

/** At most the first 1,000 rows of what the grid holds. */
export function answerShown(view: Locator): Promise<SqlAnswer> {
  return view.evaluate(async (element) => {
    const cell = element as SqlCellElement;
    await cell.updateComplete;
    const root = cell.shadowRoot;
    const shown = root?.querySelector<SqlResult>('duallane-sql-result')?.shown;
    const columns = shown?.columns.map((column) => column.name) ?? [];
    const cells = (row: number): (string | null)[] => columns.map((_, column) => shown?.text(row, column) ?? null);
    const rows = Array.from({ length: Math.min(1000, shown?.rows ?? 0) }, (_, row) => cells(row));
    return { columns, rows, line: root?.querySelector('.line')?.textContent?.trim() ?? '' };
  });
}
