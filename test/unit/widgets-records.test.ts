/** @jest-environment jsdom */
import '../support/page-globals.ts';
import { afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import type { Records } from '../../src/widgets/elements/records.ts';
import { TelemetryTables } from '../../src/widgets/elements/telemetry-tables.ts';
import { nowhere, pageCursor } from '../../src/widgets/stores/cursor.ts';
import { NamedValues } from '../../src/widgets/stores/named-values.ts';
import { RowBatch } from '../../src/widgets/stores/row-batch.ts';
import { TelemetryStore } from '../../src/widgets/stores/telemetry-store.ts';
import { DrivenLink, episodeBatch, eventBatch, range, stepBatch, type ValueRow, valueBatch } from '../support/widget-batches.ts';

const none = { published: 0, delivered: 0, skipped: 0, thinned: 0, overflowed: 0 };
const copied: string[] = [];

beforeAll(async () => {
  const { registerElements } = await import('../../src/widgets/elements/register.ts');
  registerElements();
  HTMLCanvasElement.prototype.getContext = () => null;
  Object.assign(navigator, { clipboard: { writeText: async (text: string) => void copied.push(text) } });
});

const lives: AbortController[] = [];
afterEach(() => {
  for (const life of lives.splice(0)) life.abort();
  document.body.replaceChildren();
  copied.length = 0;
});

async function placed(tab: Records['tab'], failure = '') {
  const link = new DrivenLink();
  const life = new AbortController();
  lives.push(life);
  const records = document.createElement('duallane-records') as Records;
  const changed = (): void => {
    records.version += 1;
  };
  const store = new TelemetryStore(link, 'run', { every: 1, agent: undefined }, changed, { signal: life.signal });
  Object.assign(records, {
    store,
    tables: new TelemetryTables(store, { link, changed, signal: life.signal }),
    tab,
    failure,
    version: 0,
  });
  document.body.append(records);
  const send = (kind: 'steps' | 'episodes' | 'metrics' | 'events', last: number, body: Uint8Array): void => {
    const meta = { kind, first_seq: 1, last_seq: last, rows: last, watermark: last, history: false, counts: none };
    link.newest.send({ kind: 'batch', meta, body });
  };
  const settled = async (): Promise<void> => {
    for (let i = 0; i < 5; i++) {
      await new Promise((resolve) => setTimeout(resolve, 0));
      await records.updateComplete;
    }
  };
  await settled();
  return { link, store, records, send, settled };
}

const inside = (element: Element, ...tags: string[]): ShadowRoot | null | undefined =>
  tags.reduce<ShadowRoot | null | undefined>((root, tag) => root?.querySelector(tag)?.shadowRoot, element.shadowRoot);
const values = (first: number, last: number, name: string): ValueRow[] =>
  range(first, last).map((seq) => ({ seq, name, value: seq, step: seq * 10 }));

describe('the values tab', () => {
  it('has a chart for every name that was logged, what is worth seeing first before the rest', async () => {
    const { records, send, settled } = await placed('values');
    send(
      'metrics',
      3,
      valueBatch([...values(1, 1, 'aux/other'), ...values(2, 2, 'losses/value_loss'), ...values(3, 3, 'losses/entropy')]),
    );
    await settled();
    const charts = [...(inside(records, 'duallane-value-charts')?.querySelectorAll<HTMLElement>('duallane-value-chart') ?? [])];
    expect(charts.map((chart) => chart.dataset.name)).toEqual(['losses/value_loss', 'losses/entropy', 'aux/other']);
    expect(
      inside(charts[0] as Element)
        ?.querySelector('canvas')
        ?.getAttribute('aria-label'),
    ).toContain('losses/value_loss: 2 at step 20');
    expect(records.shadowRoot?.textContent).toContain('3 values');
  });

  it('reports values as painted like rows', async () => {
    const { link, store, send } = await placed('values');
    send('metrics', 7, valueBatch(values(1, 7, 'loss')));
    store.afterPaint(1);
    expect(link.newest.reports).toEqual([{ metrics: { seq: 7, rows: 7 }, paint_ms: 1, queue: 0 }]);
  });

  it('keeps a bounded number of names, and says how many it left out', () => {
    const kept = new NamedValues();
    kept.add(new RowBatch(valueBatch(range(1, 600).map((seq) => ({ seq, name: `v${seq}`, value: 1, step: seq })))));
    expect([kept.size, kept.leftOut]).toEqual([512, 88]);
  });

  it('forgets values above the watermark when they may come again', () => {
    const kept = new NamedValues();
    kept.add(new RowBatch(valueBatch(values(1, 10, 'loss'))));
    kept.dropAbove(4);
    expect([...kept.of('loss').values()].map((series) => series.points.length)).toEqual([4]);
  });
});

describe('the events tab', () => {
  it('lists events, and above them the failure, rejected lines and gaps', async () => {
    const { link, records, send, settled } = await placed('events', 'exit code 3');
    send(
      'events',
      2,
      eventBatch([
        { seq: 1, kind: 'run_started' },
        { seq: 2, kind: 'rejected_lines', detail: '{"count": 4}' },
      ]),
    );
    link.newest.send({ kind: 'gap', meta: { kind: 'steps', first: 10, last: 29, rows: 20, reason: 'credit' } });
    const totals = {
      received: 9,
      durable: 9,
      repeated: 0,
      duplicate: 0,
      late: 0,
      rejected: 4,
      thinned: 0,
      violations: 0,
      removed: 0,
    };
    link.newest.send({ kind: 'ledger', meta: { kinds: {}, totals } });
    await settled();
    const lines = [...(records.shadowRoot?.querySelectorAll('.trouble li') ?? [])].map((line) => line.textContent);
    expect(lines).toEqual([
      'The run failed: exit code 3',
      '4 rows or lines could not be stored. Events named rejected_lines show samples.',
      'steps 10 to 29: 20 rows skipped here, this view was slower than the run; stored, not shown live',
    ]);
    expect(inside(records, 'duallane-row-table')?.textContent).toContain('rejected_lines');
    expect(inside(records, 'duallane-row-table')?.textContent).toContain('{"count": 4}');
  });

  it('asks for events once, whichever agent is chosen later', async () => {
    const { link, store, send } = await placed('events');
    send(
      'events',
      2,
      eventBatch([
        { seq: 1, kind: 'a' },
        { seq: 2, kind: 'b' },
      ]),
    );
    store.retune({ every: 1, agent: 'agent_1' });
    expect(link.newest.request).toMatchObject({ agents: ['agent_1'], since: { events: 2 } });
    expect(store.windows.events.rows).toHaveLength(2);
  });
});

describe('the tables', () => {
  it('copies all rows as tab-separated text, those of history too', async () => {
    const { link, records, send, settled } = await placed('steps');
    link.history = async (_kind, after, upto) => [
      stepBatch(range(after + 1, upto).map((seq) => ({ seq, observation: `a\tb${seq}` }))) as Uint8Array<ArrayBuffer>,
    ];
    send('steps', 900, stepBatch(range(1, 900).map((seq) => ({ seq }))));
    await settled();
    records.shadowRoot?.querySelector<HTMLElement>('[aria-label="Copy rows"]')?.click();
    await settled();
    const lines = copied[0]?.split('\n') ?? [];
    expect(lines).toHaveLength(901);
    expect(lines[0]?.split('\t')).toEqual([
      'Timestamp',
      'Agent',
      'Episode',
      'Step',
      'Seed',
      'Action',
      'Reward',
      'Terminated',
      'Truncated',
      'Observation',
      'Info',
    ]);
    expect(lines[1]?.split('\t')).toHaveLength(11);
    expect(records.shadowRoot?.textContent).toContain('900 rows copied');
  });

  it('says what is wrong with a filter and goes on showing what it showed', async () => {
    const { records, send, settled } = await placed('steps');
    send('steps', 30, stepBatch(range(1, 30).map((seq) => ({ seq }))));
    await settled();
    records.filter = 'colour=red';
    await settled();
    expect(records.shadowRoot?.querySelector('.problem')?.textContent).toContain('There is no column “colour” here.');
    expect(records.shadowRoot?.querySelector('.filter')?.getAttribute('aria-invalid')).toBe('true');
    expect(inside(records, 'duallane-row-table')?.querySelectorAll('tbody tr:not(.space)').length).toBeGreaterThan(5);
  });

  it('goes through its tabs by the arrow keys, and tells what was chosen', async () => {
    const { records } = await placed('episodes');
    const told: unknown[] = [];
    records.addEventListener('records-choice', (event) => told.push((event as CustomEvent).detail));
    const list = records.shadowRoot?.querySelector('[role=tablist]');
    list?.dispatchEvent(new KeyboardEvent('keydown', { key: 'ArrowRight', bubbles: true }));
    list?.dispatchEvent(new KeyboardEvent('keydown', { key: 'ArrowLeft', bubbles: true }));
    records.filter = 'outcome=failed';
    list?.dispatchEvent(new KeyboardEvent('keydown', { key: 'ArrowLeft', bubbles: true }));
    expect(told).toEqual([{ tab: 'steps' }, { tab: 'events' }, { tab: 'events', filter: '' }]);
  });
});

describe('the page’s cursor in the tables', () => {
  const rowsOf = (records: Records) => [
    ...(inside(records, 'duallane-row-table')?.querySelectorAll<HTMLElement>('tr:not(.space)[aria-rowindex]') ?? []),
  ];
  const picked = (records: Records) => rowsOf(records).filter((row) => row.getAttribute('aria-current') === 'true');

  it('moves to a row at a click, and marks the row that it was moved to elsewhere', async () => {
    pageCursor.move({ ...nowhere });
    const { records, send, settled } = await placed('episodes');
    send('episodes', 5, episodeBatch(range(1, 5).map((seq) => ({ seq, episode: seq + 10, total: seq, agent: 'a' }))));
    await settled();
    rowsOf(records)
      .find((row) => row.textContent?.includes('13'))
      ?.click();
    expect(pageCursor.now).toEqual({ ...nowhere, run: 'run', agent: 'a', episode: 13 });
    await settled();
    expect(picked(records)).toHaveLength(1);
    pageCursor.move({ episode: 11 });
    await settled();
    expect(picked(records).map((row) => row.textContent)).toEqual([expect.stringContaining('11')]);
    pageCursor.move({ run: 'another', episode: 11 });
    await settled();
    expect(picked(records)).toEqual([]);
  });

  it('goes to a row that has scrolled away', async () => {
    pageCursor.move({ ...nowhere });
    const { records, send, settled } = await placed('episodes');
    send('episodes', 500, episodeBatch(range(1, 500).map((seq) => ({ seq, episode: seq, total: seq, agent: 'a' }))));
    await settled();
    pageCursor.move({ run: 'run', agent: 'a', episode: 100 });
    await settled();
    expect(picked(records).map((row) => row.getAttribute('aria-rowindex'))).toEqual(['101']);
  });
});
