/** @jest-environment jsdom */
import '../support/page-globals.ts';
import { afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import type { Column, RowTable } from '../../src/widgets/elements/row-table.ts';
import { RowBatch } from '../../src/widgets/stores/row-batch.ts';
import { readFilter } from '../../src/widgets/stores/row-filter.ts';
import { pageRows, RowHistory } from '../../src/widgets/stores/row-history.ts';
import { RowWindow } from '../../src/widgets/stores/row-window.ts';
import { type AskSeqs, FilteredRows, RunRows, type TableRows } from '../../src/widgets/stores/table-rows.ts';
import { DrivenLink, range, stepBatch } from '../support/widget-batches.ts';

const agentOf = (seq: number): string => (seq < 4 ? 'early' : seq % 10 === 0 ? 'rare' : 'often');
const bodyOf = (first: number, last: number) =>
  stepBatch(range(first, last).map((seq) => ({ seq, agent: agentOf(seq) }))) as Uint8Array<ArrayBuffer>;
const columns: Column[] = [{ title: 'Seq', width: 80, align: 'right', text: (row) => String(row.seq) }];

beforeAll(async () => {
  const { RowTable: Table } = await import('../../src/widgets/elements/row-table.ts');
  customElements.define('duallane-row-table', Table);
});

const placed: { table: RowTable; life: AbortController }[] = [];
afterEach(() => {
  for (const { table, life } of placed.splice(0)) {
    life.abort();
    table.remove();
  }
});

const viewPx = 200;

function laidOutPx(scroller: HTMLElement): number {
  const spaces = [...scroller.querySelectorAll<HTMLElement>('.space td')].map((cell) => Number.parseFloat(cell.style.height));
  return spaces.reduce((sum, px) => sum + px, 0) + scroller.querySelectorAll('tr:not(.space)').length * 24;
}

/** A run of `rows` rows whose newest 512 are at hand. */
async function shown(rows: number, { filter }: { filter?: string } = {}) {
  const link = new DrivenLink();
  link.history = async (_kind, after, upto) => [bodyOf(after + 1, upto)];
  const window = new RowWindow(512);
  let reach = 0;
  const grow = (upto: number): void => {
    window.add(new RowBatch(bodyOf(Math.max(reach + 1, upto - 600), upto)));
    reach = upto;
  };
  grow(rows);
  const life = new AbortController();
  const table = document.createElement('duallane-row-table') as RowTable;
  const changed = (): void => {
    table.version += 1;
  };
  const history = new RowHistory(link, 'run', 'steps', changed, { signal: life.signal });
  const asked: string[] = [];
  const ask: AskSeqs = async (condition) => {
    asked.push(condition);
    return { seqs: range(1, reach).filter((seq) => agentOf(seq) === filter), reach, isCut: false };
  };
  const read = readFilter('steps', filter ? `agent=${filter}` : '');
  if ('sentence' in read) throw new Error(read.sentence);
  const around = { ask, reach: () => reach, changed, signal: life.signal };
  const source: TableRows = filter ? new FilteredRows(window, history, read, around) : new RunRows(window, history, () => reach);
  table.columns = columns;
  table.rows = source;
  table.version = 0;
  document.body.append(table);
  placed.push({ table, life });
  await table.updateComplete;
  const scroller = table.shadowRoot?.querySelector('.scroll') as HTMLElement;
  // jsdom lays nothing out: the heights that the table gave its parts.
  Object.defineProperty(scroller, 'clientHeight', { get: () => viewPx });
  Object.defineProperty(scroller, 'scrollHeight', { get: () => laidOutPx(scroller) });
  return { link, table, window, source, scroller, asked, grow, changed };
}

const seqs = (table: RowTable): string[] =>
  [...(table.shadowRoot?.querySelectorAll('tbody tr:not(.space)') ?? [])].map((row) => row.textContent?.trim() ?? '');

async function settled(table: RowTable): Promise<void> {
  for (let i = 0; i < 8; i++) {
    await new Promise((resolve) => setTimeout(resolve, 0));
    await table.updateComplete;
  }
}

function scrollTo(scroller: HTMLElement, px: number): void {
  scroller.scrollTop = px;
  scroller.dispatchEvent(new Event('scroll'));
}

function press(scroller: HTMLElement, key: string): void {
  scroller.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true }));
}

describe('the table of a run', () => {
  it('shows the newest rows and asks nothing of history while it follows', async () => {
    const { table, link, grow, changed } = await shown(10_000);
    expect(seqs(table).at(-1)).toBe('10000');
    grow(10_050);
    changed();
    await settled(table);
    expect(seqs(table).at(-1)).toBe('10050');
    expect(table.isFollowing).toBe(true);
    expect(link.tails).toEqual([]);
  });

  it('marks the rows that history filled in, and only those', async () => {
    const { table, window, changed } = await shown(600);
    window.add(new RowBatch(bodyOf(590, 592), { isFilled: true }));
    changed();
    await settled(table);
    const marked = [...(table.shadowRoot?.querySelectorAll('tr.filled') ?? [])];
    expect(marked.map((row) => row.textContent?.trim())).toEqual(['590', '591', '592']);
    expect(marked[0]?.getAttribute('aria-description')).toContain('Filled from history');
  });

  it('goes on following when the browser moves its end to another edge', async () => {
    const { table, scroller } = await shown(1200);
    scrollTo(scroller, laidOutPx(scroller) - viewPx);
    await settled(table);
    expect(table.isFollowing).toBe(true);
    scrollTo(scroller, laidOutPx(scroller) - viewPx - 24);
    await settled(table);
    expect(table.isFollowing).toBe(false);
  });

  it('scrolls without a seam from the newest row back to the first', async () => {
    const { table, scroller } = await shown(1200);
    const found = new Set<number>();
    for (let top = 1200 * 24; top >= 0; top -= 7 * 24) {
      scrollTo(scroller, top);
      await settled(table);
      const numbers = seqs(table).map(Number);
      expect(numbers).toEqual(range(numbers[0] ?? 0, numbers.at(-1) ?? 0));
      for (const seq of numbers) found.add(seq);
    }
    scrollTo(scroller, 0);
    await settled(table);
    for (const seq of seqs(table)) found.add(Number(seq));
    expect(found.size).toBe(1200);
  });

  it('reaches any of ten million rows by the keys, one row at a time or from end to end', async () => {
    const { table, scroller, link } = await shown(10_000_000);
    press(scroller, 'Home');
    await settled(table);
    expect(seqs(table)[0]).toBe('1');
    press(scroller, 'ArrowDown');
    press(scroller, 'PageDown');
    await settled(table);
    expect(table.seen.first).toBe(7);
    press(scroller, 'End');
    await settled(table);
    expect(table.isFollowing).toBe(true);
    expect(seqs(table).at(-1)).toBe('10000000');
    expect(link.tails.every(({ after, upto }) => after % pageRows === 0 && upto - after === pageRows)).toBe(true);
  });

  it('moves by rows under the wheel where the scroll bar is scaled', async () => {
    const { table, scroller } = await shown(10_000_000);
    scrollTo(scroller, 4_000_000);
    await settled(table);
    const before = table.seen.first;
    const wheel = new WheelEvent('wheel', { deltaY: 72, cancelable: true });
    scroller.dispatchEvent(wheel);
    expect(table.seen.first).toBe(before + 3);
    expect(wheel.defaultPrevented).toBe(true);
  });

  it('leaves what is read where it is while rows come, and says how many', async () => {
    const { table, scroller, grow, changed } = await shown(2000);
    scrollTo(scroller, 100 * 24);
    await settled(table);
    const before = seqs(table);
    grow(2400);
    changed();
    await settled(table);
    expect(seqs(table)).toEqual(before);
    expect(scroller.scrollTop).toBe(100 * 24);
    expect(table.shadowRoot?.querySelector('.newer')?.textContent).toContain('400 newer');
  });

  it('fetches a page once, and gives up pages that were scrolled past', async () => {
    const { table, link, scroller } = await shown(100_000);
    const waiting: (() => void)[] = [];
    link.history = (_kind, after, upto) => new Promise((resolve) => waiting.push(() => resolve([bodyOf(after + 1, upto)])));
    for (const page of [10, 50, 90, 130]) {
      scrollTo(scroller, (page * pageRows + 20) * 24);
      await settled(table);
    }
    for (let i = 0; i < 10; i++) {
      for (const answer of waiting.splice(0)) answer();
      await settled(table);
    }
    expect(seqs(table)).not.toContain('…');
    const asked = link.tails.length;
    scrollTo(scroller, (130 * pageRows + 30) * 24);
    await settled(table);
    expect(link.tails).toHaveLength(asked);
    expect(asked).toBeLessThanOrEqual(4);
  });

  it('says why history does not come', async () => {
    const { table, link, source, scroller } = await shown(5000);
    link.history = undefined;
    scrollTo(scroller, 0);
    await settled(table);
    expect(seqs(table)[0]).toBe('…');
    expect(source.note).toBe('no bridge here');
  });

  it('shows a row that history lacks as missing, not as coming', async () => {
    const { table, link, scroller } = await shown(5000);
    link.history = async (_kind, after, upto) => [
      stepBatch(range(after + 2, upto).map((seq) => ({ seq }))) as Uint8Array<ArrayBuffer>,
    ];
    scrollTo(scroller, 0);
    await settled(table);
    expect(seqs(table).slice(0, 2)).toEqual(['This row is not in history.', '2']);
  });
});

describe('the table of a selection', () => {
  it('shows what is at hand at once, and all of history once the reader scrolls up', async () => {
    const { table, scroller, asked, source } = await shown(20_000, { filter: 'rare' });
    expect(seqs(table).at(-1)).toBe('20000');
    expect(asked).toEqual([]);
    expect(source.length).toBe(52);
    press(scroller, 'ArrowUp');
    const before = table.seen.end;
    const lastSeen = source.rowAt(before - 1)?.seq;
    await settled(table);
    expect(asked).toEqual(["coalesce(lower(agent_id) = 'rare', false)"]);
    expect(source.length).toBe(2000);
    expect(source.rowAt(table.seen.end - 1)?.seq).toBe(lastSeen);
    press(scroller, 'Home');
    await settled(table);
    expect(seqs(table).slice(0, 3)).toEqual(['10', '20', '30']);
  });

  it('looks through history by itself when the rows at hand do not fill the table', async () => {
    const { table, asked } = await shown(20_000, { filter: 'early' });
    await settled(table);
    await settled(table);
    expect(asked).toEqual(["coalesce(lower(agent_id) = 'early', false)"]);
    expect(table.isFollowing).toBe(true);
    expect(seqs(table)).toEqual(['1', '2', '3']);
  });

  it('keeps rows that came after its list, also when the window has let go of them', async () => {
    const { table, scroller, source, grow, changed } = await shown(20_000, { filter: 'rare' });
    press(scroller, 'ArrowUp');
    await settled(table);
    grow(20_100);
    changed();
    await settled(table);
    expect(source.length).toBe(2010);
    expect(source.rowAt(2009)?.seq).toBe(20_100);
    grow(21_000);
    changed();
    await settled(table);
    expect(source.length).toBe(2010);
  });

  it('fetches for copying exactly the rows that match', async () => {
    const { scroller, table, source } = await shown(20_000, { filter: 'rare' });
    press(scroller, 'Home');
    await settled(table);
    const rows = await source.fetch(0, 1500, { signal: new AbortController().signal });
    expect(rows.map((row) => row.seq)).toEqual(range(1, 1500).map((n) => n * 10));
  });
});
