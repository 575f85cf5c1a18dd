/** The views of an open page, as a person and a script see them. */
import type { Locator } from 'playwright-core';
import type { FrameCounts } from '../../src/widgets/stores/frame-store.ts';
import type { ViewLedger } from '../../src/widgets/stores/telemetry-store.ts';
import type { ViewState } from '../../src/widgets/stores/view-state.ts';
import type { Tab } from './browser.ts';
import { until } from './until.ts';
import { answered, write } from './views.ts';

/** One `duallane-live-telemetry` or `duallane-fast-lane`. */
class ViewOnPage {
  readonly tab: Tab;
  readonly locator: Locator;

  constructor(tab: Tab, tag: string, nth = 0) {
    this.tab = tab;
    this.locator = tab.page.locator(tag).nth(nth);
  }

  state(): Promise<ViewState> {
    return this.locator.evaluate((element) => ({ ...(element as unknown as { state: ViewState }).state }));
  }

  /** Everything the view says in words. */
  text(): Promise<string> {
    return this.locator.locator('section').first().innerText();
  }

  async until(wanted: ViewState['state'], withinMs?: number): Promise<ViewState> {
    let last: ViewState | undefined;
    return until(
      async () => {
        last = await this.state();
        return last.state === wanted && last;
      },
      { what: () => `the view to be ${wanted}; it is ${JSON.stringify(last)}`, ...(withinMs && { withinMs }) },
    );
  }
}

export class TelemetryOnPage extends ViewOnPage {
  constructor(tab: Tab, nth = 0) {
    super(tab, 'duallane-live-telemetry', nth);
  }

  /** Undefined before the view has opened anything. */
  ledger(): Promise<ViewLedger | undefined> {
    return this.locator.evaluate((element) => (element as unknown as { ledger: ViewLedger | undefined }).ledger);
  }

  /** The first ledger for which `holds` is true. */
  untilLedger(what: string, holds: (ledger: ViewLedger) => boolean, withinMs?: number): Promise<ViewLedger> {
    let last: ViewLedger | undefined;
    return until(
      async () => {
        last = await this.ledger();
        return last && holds(last) && last;
      },
      { what: () => `${what}; the ledger is ${JSON.stringify(last)}`, ...(withinMs && { withinMs }) },
    );
  }
}

export class FastLaneOnPage extends ViewOnPage {
  constructor(tab: Tab, nth = 0) {
    super(tab, 'duallane-fast-lane', nth);
  }

  counts(): Promise<FrameCounts> {
    return this.locator.evaluate((element) => ({ ...(element as unknown as { counts: FrameCounts }).counts }));
  }
}

export class SqlOnPage {
  readonly locator: Locator;

  constructor(tab: Tab, nth = 0) {
    this.locator = tab.page.locator('duallane-sql-cell').nth(nth);
  }

  /** Types the question, runs it, and reads the answer. */
  async ask(sql: string): Promise<Record<string, string | null>[]> {
    await write(this.locator, sql);
    await this.locator.locator('button.run').click();
    return this.answer();
  }

  /** The answer that is being fetched, or stands there: column name to text, for each row. Throws what the view says instead. */
  async answer(): Promise<Record<string, string | null>[]> {
    const { columns, rows } = await answered(this.locator);
    return rows.map((row) => Object.fromEntries(columns.map((name, index) => [name, row[index] ?? null])));
  }
}
