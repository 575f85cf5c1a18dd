/** @jest-environment jsdom */
import '../support/page-globals.ts';
import { afterEach, beforeAll, describe, expect, it, jest } from '@jest/globals';
import type { RunEntry } from '../../src/protocol/index.ts';
import type { RunsList, RunWish } from '../../src/widgets/elements/runs-list.ts';
import { beginnings } from '../../src/widgets/lab/beginnings.ts';
import { healthWords, questionAbout } from '../../src/widgets/lab/words.ts';
import { runProgress } from '../../src/widgets/stores/run-progress.ts';
import { painted } from '../support/until.ts';
import { DrivenLink, episodeBatch, range } from '../support/widget-batches.ts';

const totals = {
  received: 0,
  durable: 0,
  repeated: 0,
  duplicate: 0,
  late: 0,
  rejected: 0,
  thinned: 0,
  violations: 0,
  removed: 0,
};
const none = { published: 0, delivered: 0, skipped: 0, thinned: 0, overflowed: 0 };

function run(run_id: string, more: Partial<RunEntry> = {}): RunEntry {
  const plain = { status: 'EXEC' as const, outcome: '', failure_reason: '', config_json: '{}', digest: '', updated_ms: 0 };
  return {
    run_id,
    name: `run ${run_id}`,
    created_ms: Date.now(),
    finished_ms: null,
    totals,
    kinds: [],
    kept: '',
    ...plain,
    ...more,
  };
}

const steps = (watermark: number): RunEntry['kinds'] => [{ kind: 'steps', sealed_seq: 0, watermark }];

beforeAll(async () => {
  const { registerElements } = await import('../../src/widgets/elements/register.ts');
  registerElements();
});

const shown: RunsList[] = [];
afterEach(() => {
  for (const list of shown.splice(0)) {
    list.hide();
    list.remove();
  }
});

function show(link: DrivenLink): RunsList {
  const list = document.createElement('duallane-runs-list') as RunsList;
  document.body.append(list);
  shown.push(list);
  list.show(link);
  return list;
}

const rows = (list: RunsList): HTMLElement[] => [...(list.shadowRoot?.querySelectorAll<HTMLElement>('.run') ?? [])];
const ids = (list: RunsList): (string | undefined)[] => rows(list).map((row) => row.dataset.run);

describe('the panel of runs', () => {
  it('lists the newest first with their true states, and why one failed', async () => {
    const link = new DrivenLink();
    link.list([
      run('old', { created_ms: 1, status: 'TERM', outcome: 'failed', failure_reason: 'exit code 3', finished_ms: 2 }),
      run('new', { created_ms: 5, status: 'PAUSE', config_json: '{"seed": 4}' }),
    ]);
    const list = show(link);
    await painted(() => rows(list).length === 2);
    expect(ids(list)).toEqual(['new', 'old']);
    expect(rows(list)[0]?.textContent).toContain('paused');
    expect(rows(list)[0]?.textContent).toContain('seed 4');
    expect(rows(list)[1]?.textContent).toContain('failed');
    expect(rows(list)[1]?.textContent).toContain('exit code 3');
  });

  it('tells what the user wants of a run, and of which', async () => {
    const link = new DrivenLink();
    link.list([run('a')]);
    const list = show(link);
    const wishes: unknown[] = [];
    list.addEventListener('run-wish', (event) => {
      const { action, run: of } = (event as RunWish).detail;
      wishes.push([action, of.run_id]);
    });
    await painted(() => rows(list).length === 1);
    for (const button of rows(list)[0]?.querySelectorAll<HTMLElement>('.actions > button') ?? []) button.click();
    expect(wishes).toEqual([
      ['live', 'a'],
      ['fast-lane', 'a'],
      ['copy-sql', 'a'],
    ]);
  });

  it('filters by name and state', async () => {
    const link = new DrivenLink();
    link.list([run('ppo'), run('dqn', { status: 'TERM', outcome: 'succeeded' })]);
    const list = show(link);
    await painted(() => rows(list).length === 2);
    list.filter = 'succeeded';
    await painted(() => rows(list).length === 1);
    expect(ids(list)).toEqual(['dqn']);
  });

  it('draws a line of the newest returns, and pays for what it got', async () => {
    const link = new DrivenLink();
    link.list([run('a')]);
    const list = show(link);
    await painted(() => link.channels.length === 1);
    expect(link.newest.request).toMatchObject({ kinds: ['episodes'], run: 'a' });
    const body = episodeBatch(range(1, 9).map((seq) => ({ seq, episode: seq, total: seq })));
    const meta = { kind: 'episodes' as const, first_seq: 1, last_seq: 9, rows: 9, watermark: 9, history: false, counts: none };
    link.newest.send({ kind: 'batch', meta, body });
    await painted(() => !!list.shadowRoot?.querySelector('.spark path'));
    expect(link.newest.reports).toEqual([{ episodes: { seq: 9, rows: 9 } }]);
  });

  it('asks for nothing any more once it is hidden', async () => {
    const link = new DrivenLink();
    link.list([run('a'), run('b')]);
    const list = show(link);
    await painted(() => link.channels.length === 2);
    list.hide();
    expect(link.channels.map((channel) => channel.isClosed)).toEqual([true, true]);
    list.show(link);
    expect(link.channels).toHaveLength(4);
  });

  it('asks before it cancels a run, and says why it could not', async () => {
    const link = new DrivenLink();
    link.list([run('a')]);
    const control = jest.spyOn(link, 'control').mockRejectedValue(new Error('The daemon is away.'));
    const list = show(link);
    const controls = () => rows(list)[0]?.querySelector('duallane-run-controls')?.shadowRoot;
    await painted(() => !!controls()?.querySelector('.cancel:not(:disabled)'));
    controls()?.querySelector<HTMLElement>('.cancel')?.click();
    await painted(() => !!controls()?.querySelector('.danger'));
    expect(control).not.toHaveBeenCalled();
    controls()?.querySelector<HTMLElement>('.danger')?.click();
    await painted(() => !!list.shadowRoot?.querySelector('[role=alert]')?.textContent?.includes('The daemon is away.'));
  });

  it('names every control for a screen reader', async () => {
    const link = new DrivenLink();
    link.list([run('a')]);
    const list = show(link);
    await painted(() => rows(list).length === 1);
    for (const control of list.shadowRoot?.querySelectorAll('button, input') ?? [])
      expect((control.getAttribute('aria-label') ?? '') + (control.textContent ?? '')).not.toBe('');
  });
});

describe('a view that opens by itself', () => {
  it('does so once for each run that begins, and for none that was there before', () => {
    const link = new DrivenLink();
    const life = new AbortController();
    const told: string[] = [];
    link.list([run('before', { kinds: steps(5) }), run('waiting')]);
    beginnings(link, (entry) => told.push(entry.run_id), life);
    link.list([run('before', { kinds: steps(6) }), run('waiting'), run('fresh')]);
    expect(told).toEqual([]);
    link.list([
      run('waiting', { kinds: steps(1) }),
      run('fresh', { kinds: steps(3) }),
      run('over', { status: 'TERM', kinds: steps(3) }),
    ]);
    link.list([run('waiting', { kinds: steps(2) }), run('fresh', { kinds: steps(9) })]);
    expect(told).toEqual(['waiting', 'fresh']);
  });
});

describe('what the application says', () => {
  it('tells the daemon’s health in words, not in colour', () => {
    const connected = { state: 'connected', daemon: 'connected' } as const;
    expect(healthWords(connected, [run('a'), run('b', { status: 'FAULT' })])).toEqual({
      text: '▲ Duallane: 1 running, 1 silent',
      exact: 'The trainer daemon is healthy and knows 2 runs. Click to see them.',
    });
    expect(healthWords(connected, []).text).toBe('Duallane: idle');
    expect(healthWords({ state: 'reconnecting', sentence: 'It is away.', sinceMs: 0 }, [])).toEqual({
      text: '▲ Duallane: away',
      exact: 'It is away.',
    });
  });

  it('asks about one run, whatever it is called', () => {
    expect(questionAbout("it's")).toContain("WHERE run_id = 'it''s'");
  });

  it.each([
    ['{"schedule": {"max_steps": 200}}', 0.5],
    ['{"total_timesteps": 1000}', 0.1],
    ['{"total_timesteps": 50}', 1],
    ['{"total_timesteps": "many"}', undefined],
    ['{"total_timesteps": 0}', undefined],
    ['[', undefined],
    ['null', undefined],
  ])('knows how far a run of 100 steps is by its configuration: %s', (config_json, progress) => {
    expect(runProgress({ config_json, kinds: steps(100) })).toBe(progress);
  });
});
