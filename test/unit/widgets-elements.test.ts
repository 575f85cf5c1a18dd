/** @jest-environment jsdom */
import '../support/page-globals.ts';
import { afterEach, beforeAll, describe, expect, it, jest } from '@jest/globals';
import type { Batch, RunEntry } from '../../src/protocol/index.ts';
import type { FastLaneElement } from '../../src/widgets/elements/fast-lane.ts';
import type { LiveTelemetryElement } from '../../src/widgets/elements/live-telemetry.ts';
import type { RowTable } from '../../src/widgets/elements/row-table.ts';
import type { ViewSettings } from '../../src/widgets/elements/view-element.ts';
import { painted } from '../support/until.ts';
import { DrivenLink, episodeBatch, range, stepBatch, valueBatch } from '../support/widget-batches.ts';

const counts = { published: 0, delivered: 0, skipped: 0, thinned: 0, overflowed: 0 };
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
const run: RunEntry = {
  run_id: 'r1',
  name: 'cartpole',
  status: 'EXEC',
  outcome: '',
  failure_reason: '',
  config_json: '{}',
  digest: '',
  created_ms: 0,
  updated_ms: 0,
  finished_ms: null,
  totals,
  kinds: [],
  kept: 'everything',
};

beforeAll(async () => {
  const { registerElements } = await import('../../src/widgets/elements/register.ts');
  registerElements();
  HTMLCanvasElement.prototype.getContext = () => null;
});

const placed: LiveTelemetryElement[] = [];

afterEach(() => {
  for (const element of placed.splice(0)) {
    element.remove();
    element.dispose();
  }
});

function place(link: DrivenLink, settings: ViewSettings = {}): LiveTelemetryElement {
  const element = document.createElement('duallane-live-telemetry') as LiveTelemetryElement;
  element.runs = ['r1'];
  element.settings = settings;
  element.link = link;
  document.body.append(element);
  placed.push(element);
  return element;
}

const text = (element: LiveTelemetryElement): string => element.shadowRoot?.textContent ?? '';
const part = (element: Element, tag: string) => element.shadowRoot?.querySelector<HTMLElement>(tag)?.shadowRoot;
const table = (element: LiveTelemetryElement) => part(element, 'duallane-records')?.querySelector<RowTable>('duallane-row-table');
const controls = (element: LiveTelemetryElement) => part(element, 'duallane-run-controls');
const cancelButton = (element: LiveTelemetryElement) => controls(element)?.querySelector<HTMLElement>('.cancel:not(:disabled)');

function meta(kind: 'steps' | 'episodes' | 'metrics', first: number, last: number, history = false): Batch {
  const rows = last - first + 1;
  return {
    kind,
    first_seq: first,
    last_seq: last,
    rows,
    watermark: last,
    history,
    counts: { ...counts, published: rows, delivered: rows },
  };
}

function sendEpisodes(link: DrivenLink, first: number, last: number, agent = 'agent_0'): void {
  const body = episodeBatch(range(first, last).map((seq) => ({ seq, episode: seq - 1, total: seq, agent })));
  link.newest.send({ kind: 'batch', meta: meta('episodes', first, last), body });
}

function sendSteps(link: DrivenLink, first: number, last: number, observation = '[]'): void {
  const body = stepBatch(range(first, last).map((seq) => ({ seq, observation })));
  link.newest.send({ kind: 'batch', meta: meta('steps', first, last), body });
}

describe('LiveTelemetry', () => {
  it('says what will appear before anything has come', async () => {
    const link = new DrivenLink();
    link.list([run]);
    const element = place(link);
    await painted(() => text(element).includes('Waiting for the first episode'));
  });

  it('shows the values of a run that logs nothing else, and the curve as soon as an episode has ended', async () => {
    const link = new DrivenLink();
    link.list([run]);
    const element = place(link);
    await element.updateComplete;
    const tab = () => part(element, 'duallane-records')?.querySelector('[aria-selected=true]')?.textContent;
    const body = valueBatch([1, 2].map((seq) => ({ seq, name: 'loss', value: 1 / seq, step: seq })));
    link.newest.send({ kind: 'batch', meta: meta('metrics', 1, 2), body });
    await painted(() => tab() === 'Values');
    expect(element.shadowRoot?.querySelector('duallane-return-curve')).toBeNull();
    expect(element.shadowRoot?.querySelector('.foot')?.textContent).toContain('stored 2 values');
    sendEpisodes(link, 1, 1);
    await painted(() => tab() === 'Episodes');
    expect(element.shadowRoot?.querySelector('duallane-return-curve')).not.toBeNull();
  });

  it('says in its last line what the run was set not to keep, what did not fit, and what was removed', async () => {
    const link = new DrivenLink();
    link.list([run]);
    const element = place(link);
    await element.updateComplete;
    sendEpisodes(link, 1, 3);
    const foot = () => element.shadowRoot?.querySelector('.foot')?.textContent ?? '';
    await painted(() => foot().includes('late 0'));
    expect(foot()).not.toMatch(/payloads|violations|removed/);
    const told = { ...totals, thinned: 12, violations: 3, removed: 50 };
    link.newest.send({ kind: 'ledger', meta: { kinds: {}, totals: told } });
    await painted(() => foot().includes('kept without 12 payloads'));
    expect(foot()).toContain('violations 3');
    expect(foot()).toContain('removed 50');
  });

  it('says of an ended run whose rows were removed why there is nothing to see', async () => {
    const link = new DrivenLink();
    link.list([{ ...run, status: 'TERM', outcome: 'succeeded', totals: { ...totals, removed: 50 } }]);
    const element = place(link);
    await painted(() => text(element).includes('The run succeeded. Retention has removed its rows (50).'));
  });

  it('reports rows as painted, and counts them shown, once they are on the screen', async () => {
    const link = new DrivenLink();
    link.list([run]);
    const element = place(link);
    await element.updateComplete;
    sendEpisodes(link, 1, 30);
    expect(link.newest.reports).toEqual([]);
    await painted(() => link.newest.reports.length > 0);
    expect(link.newest.reports[0]?.episodes).toEqual({ seq: 30, rows: 30 });
    expect(element.counts?.episodes).toMatchObject({ delivered: 30, shown: 30 });
    expect(text(element)).toContain('episodes 30');
  });

  it('paints once, however many batches come within a frame', async () => {
    const link = new DrivenLink();
    const element = place(link);
    await element.updateComplete;
    for (let i = 0; i < 50; i++) sendSteps(link, i * 10 + 1, i * 10 + 10);
    await painted(() => link.newest.reports.length > 0);
    expect(link.newest.reports).toHaveLength(1);
    expect(link.newest.reports[0]?.steps).toEqual({ seq: 500, rows: 500 });
  });

  it('draws what a worker sent as text, whatever it is', async () => {
    const attack = '<img src=x onerror="globalThis.attacked = true"><script>globalThis.attacked = true</script>';
    const link = new DrivenLink();
    link.list([{ ...run, name: attack }]);
    const element = place(link, { tab: 'steps' });
    await element.updateComplete;
    sendEpisodes(link, 1, 1, attack);
    sendSteps(link, 1, 3, attack);
    link.newest.send({ kind: 'status', meta: { state: 'starved', sentence: attack } });
    await painted(() => (table(element)?.shadowRoot?.textContent ?? '').includes('onerror'));
    expect(text(element)).toContain(attack);
    for (const root of [element.shadowRoot, table(element)?.shadowRoot]) {
      expect(root?.querySelectorAll('img, script')).toHaveLength(0);
    }
    expect(globalThis).not.toHaveProperty('attacked');
  });

  it('asks before it cancels a run', async () => {
    const link = new DrivenLink();
    link.list([run]);
    const control = jest.spyOn(link, 'control').mockResolvedValue();
    const element = place(link);
    await painted(() => !!cancelButton(element));
    cancelButton(element)?.click();
    await painted(() => (controls(element)?.textContent ?? '').includes('Stop this training for good?'));
    expect(control).not.toHaveBeenCalled();
    controls(element)?.querySelector<HTMLElement>('button.danger')?.click();
    await painted(() => control.mock.calls.length === 1);
    expect(control.mock.calls).toEqual([[{ run: 'r1', action: 'cancel' }]]);
  });

  it('says why a cancel failed', async () => {
    const link = new DrivenLink();
    link.list([run]);
    const element = place(link);
    await painted(() => !!cancelButton(element));
    cancelButton(element)?.click();
    await painted(() => !!controls(element)?.querySelector('button.danger'));
    controls(element)?.querySelector<HTMLElement>('button.danger')?.click();
    await painted(() => text(element).includes('The run was not canceled. no bridge here'));
  });

  it('pauses, resumes and caps the run at once, and shows what the run itself says it does', async () => {
    const link = new DrivenLink();
    link.list([run]);
    const control = jest.spyOn(link, 'control').mockResolvedValue();
    const element = place(link);
    const pause = () => controls(element)?.querySelector<HTMLElement>('.pause:not(:disabled)');
    await painted(() => pause()?.getAttribute('aria-label') === 'Pause the run');
    pause()?.click();
    await painted(() => control.mock.calls.length === 1 && !!pause());
    expect(controls(element)?.querySelector('.pause')?.getAttribute('aria-label')).toBe('Pause the run');
    link.list([{ ...run, status: 'PAUSE' }]);
    await painted(() => pause()?.getAttribute('aria-label') === 'Resume the run');
    pause()?.click();
    await painted(() => control.mock.calls.length === 2);
    await painted(() => !!pause());
    const rate = controls(element)?.querySelector<HTMLSelectElement>('.rate-cap');
    if (rate) rate.value = '30';
    rate?.dispatchEvent(new Event('change'));
    await painted(() => control.mock.calls.length === 3);
    expect(control.mock.calls.map(([action]) => action)).toEqual([
      { run: 'r1', action: 'pause' },
      { run: 'r1', action: 'resume' },
      { run: 'r1', action: 'rate', value: 30 },
    ]);
  });

  it('says why a run cannot be paused or capped, and goes back to the cap that holds', async () => {
    const link = new DrivenLink();
    link.list([run]);
    jest.spyOn(link, 'control').mockRejectedValue(new Error('This version cannot do it.'));
    const element = place(link);
    await painted(() => !!controls(element)?.querySelector('.pause:not(:disabled)'));
    controls(element)?.querySelector<HTMLElement>('.pause')?.click();
    await painted(() => text(element).includes('The run was not paused. This version cannot do it.'));
    const rate = controls(element)?.querySelector<HTMLSelectElement>('.rate-cap');
    if (rate) rate.value = '10';
    rate?.dispatchEvent(new Event('change'));
    await painted(() => text(element).includes('The rate was not changed.'));
    expect(rate?.value).toBe('0');
  });

  it.each([
    ['{"environment": {"TELEMETRY_SAMPLING_INTERVAL": "8"}}', 8],
    ['{"environment": {"TELEMETRY_SAMPLING_INTERVAL": 3}}', 3],
    ['{"environment": {"TELEMETRY_SAMPLING_INTERVAL": "0"}}', 1],
    ['{"environment": {"TELEMETRY_SAMPLING_INTERVAL": "many"}}', 1],
    ['{"environment": null}', 1],
    ['not JSON', 1],
  ])('starts with the thinning of the run’s own configuration: %s', async (config_json, every) => {
    const link = new DrivenLink();
    const element = place(link);
    await element.updateComplete;
    sendSteps(link, 1, 5);
    link.list([{ ...run, config_json }]);
    expect(link.newest.request).toMatchObject({ every });
    element.settings = { every: 2 };
    await element.updateComplete;
    expect(link.newest.request).toMatchObject({ every: 2 });
  });

  it('shows its last state when the bridge cannot be reached, and goes live when it can', async () => {
    const link = new DrivenLink();
    link.become({ state: 'reconnecting', sentence: 'The Jupyter server is not reachable.', sinceMs: 0 });
    const element = place(link);
    element.memory = { poster: 'data:image/png;base64,AA==', last: { name: 'yesterday' }, atMs: Date.now() - 2 * 86_400_000 };
    await painted(() => text(element).includes('Last state, 2 days ago. The Jupyter server is not reachable.'));
    expect(element.shadowRoot?.querySelector('img')?.getAttribute('src')).toBe('data:image/png;base64,AA==');
    expect(text(element)).toContain('yesterday');
    link.become({ state: 'connected', daemon: 'connected' });
    sendEpisodes(link, 1, 3);
    await painted(() => !element.shadowRoot?.querySelector('img') && text(element).includes('episodes 3'));
  });

  it('keeps a choice made in it, and tells who keeps the settings', async () => {
    const link = new DrivenLink();
    const element = place(link, { every: 4, extra: 'kept' });
    await element.updateComplete;
    sendEpisodes(link, 1, 3);
    const told: unknown[] = [];
    element.addEventListener('duallane-settings', (event) => told.push((event as CustomEvent).detail));
    await painted(() => !!part(element, 'duallane-records')?.querySelector('[data-tab=steps]'));
    part(element, 'duallane-records')?.querySelector<HTMLElement>('[data-tab=steps]')?.click();
    expect(told).toEqual([{ every: 4, extra: 'kept', tab: 'steps' }]);
    expect(link.channels[0]?.request).toMatchObject({ every: 4 });
  });

  it.each([{ every: -1 }, { every: 'many' }, { agent: 7 }, { height: 'tall' }, { tab: '<b>' }, { height: 1e9 }])(
    'is itself with settings that are wrong: %j',
    async (settings) => {
      const link = new DrivenLink();
      const element = place(link, settings as ViewSettings);
      await element.updateComplete;
      sendEpisodes(link, 1, 3);
      await painted(() => text(element).includes('episodes 3'));
      expect(link.newest.request).toMatchObject({ every: 1 });
      expect(Number.parseInt(element.style.height, 10)).toBeLessThanOrEqual(1600);
    },
  );

  it('never changes its height while rows arrive', async () => {
    const link = new DrivenLink();
    const element = place(link, { height: 500 });
    await element.updateComplete;
    const before = element.style.height;
    sendEpisodes(link, 1, 400);
    await painted(() => text(element).includes('episodes 400'));
    expect([before, element.style.height]).toEqual(['500px', '500px']);
  });

  it('gets no rows while it is detached, and its channel lives on for a while', async () => {
    const link = new DrivenLink();
    const element = place(link);
    await element.updateComplete;
    element.remove();
    expect(link.newest.grants.at(-1)).toBe(false);
    expect(link.newest.isClosed).toBe(false);
    document.body.append(element);
    expect(link.newest.grants.at(-1)).toBe(true);
    expect(link.channels).toHaveLength(1);
  });

  it('closes its channel when it is disposed', async () => {
    const link = new DrivenLink();
    const element = place(link);
    await element.updateComplete;
    element.dispose();
    expect(link.newest.isClosed).toBe(true);
  });

  it('keeps the notebook’s shortcuts away from what is typed in it', () => {
    expect(place(new DrivenLink()).dataset['lmSuppressShortcuts']).toBe('true');
  });
});

describe('FastLane', () => {
  it('tells of a painted frame though something else was drawn before the word came: else no other frame would', async () => {
    const link = new DrivenLink();
    const element = document.createElement('duallane-fast-lane') as FastLaneElement;
    Object.assign(element, { runs: ['r1'], link });
    const drawAtOnce = jest.spyOn(globalThis, 'requestAnimationFrame').mockImplementation((draw) => {
      draw(0);
      return undefined as unknown as number;
    });
    document.body.append(element);
    await element.updateComplete;
    const meta = { head: 7, width: 1, height: 1, channels: 4, codec: 'raw', skipped: 0, read_ms: 0 } as const;
    const figures = { last_reward: 0, rolling_return: 0, step_rate_hz: 0 };
    link.newest.send({ kind: 'frame', meta: { ...meta, ...figures }, body: new Uint8Array(4) as Uint8Array<ArrayBuffer> });
    link.newest.send({ kind: 'status', meta: { state: 'live', sentence: '', since_ms: 0 } });
    drawAtOnce.mockRestore();
    await painted(() => link.newest.reports.length > 0);
    expect(link.newest.reports).toMatchObject([{ frame: 7 }]);
    element.remove();
    element.dispose();
  });
});
