/** @jest-environment jsdom */
import '../support/page-globals.ts';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { Batch, Status } from '../../src/protocol/index.ts';
import type { FastLaneElement } from '../../src/widgets/elements/fast-lane.ts';
import type { FrameTile } from '../../src/widgets/elements/frame-tile.ts';
import { painted } from '../support/until.ts';
import { DrivenLink, type OpenedChannel, stepBatch } from '../support/widget-batches.ts';

let link: DrivenLink;
let lane: FastLaneElement;

beforeAll(async () => {
  const { registerElements } = await import('../../src/widgets/elements/register.ts');
  registerElements();
  HTMLCanvasElement.prototype.getContext = () => null;
});

beforeEach(() => {
  link = new DrivenLink();
});

afterEach(() => {
  lane.remove();
  lane.dispose();
});

async function place(runs: string[], settings = {}): Promise<void> {
  lane = document.createElement('duallane-fast-lane') as FastLaneElement;
  Object.assign(lane, { runs, settings, link });
  document.body.append(lane);
  await lane.updateComplete;
}

function tiles(): FrameTile[] {
  return [...(lane.shadowRoot?.querySelectorAll<FrameTile>('duallane-frame-tile') ?? [])];
}

/** The channel of a stream that was opened last. */
function frames(run: string, worker?: number): OpenedChannel {
  const channel = link.channels.findLast(
    ({ request }) => request.view === 'frames' && request.run === run && request.worker === worker,
  );
  if (!channel) throw new Error(`no frames of ${run} were asked for`);
  return channel;
}

function says(channel: OpenedChannel, status: Partial<Status>): void {
  channel.send({ kind: 'status', meta: { state: 'live', sentence: '', ...status } });
}

describe('a fast lane', () => {
  it('has a tile for each run, and one for each further process, which stays when the process has gone', async () => {
    await place(['a', 'b']);
    expect(tiles()).toHaveLength(2);
    says(frames('a'), { workers: [1, 3] });
    await painted(() => tiles().length === 4);
    expect(frames('a', 3).request).toMatchObject({ view: 'frames', run: 'a', worker: 3 });
    says(frames('a'), { workers: [3] });
    await painted(() => tiles().length === 4);
  });

  it('closes the streams behind an enlarged tile at once, and opens them again', async () => {
    await place(['a', 'b']);
    const [, behind] = [frames('a'), frames('b')];
    const told: unknown[] = [];
    lane.addEventListener('duallane-settings', (event) => told.push((event as CustomEvent).detail));
    tiles()[0]?.dispatchEvent(new Event('tile-toggle'));
    await painted(() => tiles().length === 1);
    expect([behind.isClosed, frames('a').isClosed]).toEqual([true, false]);
    tiles()[0]?.dispatchEvent(new Event('tile-toggle'));
    await painted(() => tiles().length === 2);
    expect(frames('b').isClosed).toBe(false);
    expect(told).toEqual([{ enlarged: 'a' }, { enlarged: null }]);
  });

  it('shows everything when what was enlarged is not there, and ignores it where there is one stream', async () => {
    await place(['a', 'b'], { enlarged: 'gone' });
    expect(tiles().map((tile) => tile.form)).toEqual(['tile', 'tile']);
    lane.runs = ['a'];
    await painted(() => tiles().length === 1);
    expect(tiles()[0]?.form).toBe('alone');
  });

  it('gets no frames while it is detached, and closes everything when it is disposed', async () => {
    await place(['a', 'b']);
    lane.remove();
    expect([frames('a').grants.at(-1), frames('b').grants.at(-1)]).toEqual([false, false]);
    document.body.append(lane);
    lane.dispose();
    expect(link.channels.every(({ isClosed }) => isClosed)).toBe(true);
  });

  it('says how long its ring has stood still', async () => {
    await place(['a']);
    says(frames('a'), { state: 'stalled', sentence: 'No new frame.', since_ms: Date.now() - 3000 });
    const header = () => tiles()[0]?.shadowRoot?.querySelector('header')?.textContent ?? '';
    await painted(() => /stalled for 7 s/.test(header()));
  });
});

describe('a run without frames', () => {
  const counts = { published: 1, delivered: 1, skipped: 0, thinned: 0, overflowed: 0 };
  const meta: Batch = { kind: 'steps', first_seq: 1, last_seq: 1, rows: 1, watermark: 1, history: false, counts };

  it('is drawn from its newest step, which is asked for only when there are no frames, and reported when it is seen', async () => {
    await place(['a']);
    says(frames('a'), {});
    await painted(() => link.channels.length === 1);
    says(frames('a'), { state: 'waiting', sentence: 'Waiting.' });
    await painted(() => link.newest.request.view === 'telemetry');
    const steps = link.newest;
    const body = stepBatch([{ seq: 1, observation: '[1, 2]' }]);
    steps.send({ kind: 'batch', meta, body });
    await painted(() => !!tiles()[0]?.shadowRoot?.querySelector('duallane-step-view'));
    await painted(() => steps.reports.length > 0);
    expect(steps.reports[0]).toMatchObject({ steps: { seq: 1, rows: 1 } });
    expect(lane.state.state).toBe('live');
  });

  it('whose steps cannot be drawn keeps on waiting for frames', async () => {
    await place(['a']);
    says(frames('a'), { state: 'waiting', sentence: 'Waiting for the first frame of this run.' });
    await painted(() => link.newest.request.view === 'telemetry');
    link.newest.send({ kind: 'batch', meta, body: stepBatch([{ seq: 1, observation: '"text"' }]) });
    await painted(() => link.newest.reports.length > 0);
    expect(lane.state).toEqual({ state: 'waiting', sentence: 'Waiting for the first frame of this run.' });
  });
});
