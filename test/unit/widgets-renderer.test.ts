/** @jest-environment jsdom */
import '../support/page-globals.ts';
import { afterEach, beforeAll, describe, expect, it, jest } from '@jest/globals';
import type { IRenderMime } from '@jupyterlab/rendermime-interfaces';
import type { Batch } from '../../src/protocol/index.ts';
import type { LiveTelemetryElement } from '../../src/widgets/elements/live-telemetry.ts';
import { registerModel } from '../../src/widgets/mime/models.ts';
import { setNotebookPage, tellBeforeSave } from '../../src/widgets/mime/notebook-page.ts';
import type { ViewRenderer } from '../../src/widgets/mime/renderer.ts';
import { painted } from '../support/until.ts';
import { DrivenLink, episodeBatch, range } from '../support/widget-batches.ts';

const mime = 'application/vnd.duallane.view+json';
const output = { version: 1, view: 'live-telemetry', runs: ['r1'], settings: {}, model_id: 'm1' };
let link = new DrivenLink();

jest.mock('../../src/widgets/link/index.ts', () => ({ pageLink: () => link }));
jest.mock('../../src/widgets/elements/sql-cell.ts', () => ({ SqlCellElement: class extends HTMLElement {} }));

let Renderer: typeof ViewRenderer;
const renderers: ViewRenderer[] = [];

beforeAll(async () => {
  ({ ViewRenderer: Renderer } = await import('../../src/widgets/mime/renderer.ts'));
  const pen = new Proxy(
    {},
    { get: (_pen, name) => (name === 'measureText' ? () => ({ width: 10 }) : () => {}), set: () => true },
  );
  HTMLCanvasElement.prototype.getContext = (() => pen) as never;
  HTMLCanvasElement.prototype.toDataURL = () => 'data:image/png;base64,AAAA';
});

afterEach(() => {
  for (const renderer of renderers.splice(0)) renderer.dispose();
  link = new DrivenLink();
  setNotebookPage({ mayWrite: () => true });
});

/** An output of a notebook: what is written into it stays, and draws it again, as JupyterLab does. */
async function draw(json: unknown, options: { trusted?: boolean; mayWrite?: boolean } = {}) {
  setNotebookPage({ mayWrite: () => options.mayWrite ?? true });
  const renderer = new Renderer();
  renderers.push(renderer);
  const writes: Record<string, unknown>[] = [];
  const model = {
    trusted: options.trusted ?? true,
    metadata: {},
    data: { [mime]: json, 'text/plain': 'kept' } as Record<string, unknown>,
    setData({ data }: { data: Record<string, unknown> }) {
      this.data = data;
      writes.push(data);
      void renderer.renderModel(this as unknown as IRenderMime.IMimeModel);
    },
  };
  await renderer.renderModel(model as unknown as IRenderMime.IMimeModel);
  document.body.append(renderer.node);
  const element = renderer.node.firstElementChild as LiveTelemetryElement;
  return { renderer, model, writes, element };
}

function sendEpisodes(first: number, last: number): void {
  const counts = { published: 0, delivered: 0, skipped: 0, thinned: 0, overflowed: 0 };
  const rows = last - first + 1;
  const meta: Batch = { kind: 'episodes', first_seq: first, last_seq: last, rows, watermark: last, history: true, counts };
  const body = episodeBatch(range(first, last).map((seq) => ({ seq, episode: seq, total: seq })));
  link.newest.send({ kind: 'batch', meta, body });
}

const written = (data: Record<string, unknown> | undefined) => data?.[mime] as Record<string, unknown>;

describe('a view in a notebook’s output', () => {
  it('is one calm sentence when the output was tampered with, and no markup of it', async () => {
    const { renderer } = await draw({ ...output, runs: '<img src=x onerror=alert(1)>' });
    expect(renderer.node.textContent).toMatch(/cannot be read/);
    expect(renderer.node.querySelector('img, duallane-live-telemetry')).toBeNull();
  });

  it('writes poster and last state at its first paint, and keeps everything else of the output', async () => {
    const { writes, element } = await draw(output);
    await element.updateComplete;
    sendEpisodes(1, 20);
    await painted(() => writes.length > 0);
    expect(written(writes[0])).toMatchObject({
      ...output,
      poster: 'data:image/png;base64,AAAA',
      last: { run: 'r1', episodes: 20 },
    });
    expect(writes[0]).toMatchObject({
      'text/plain': 'kept',
      'text/html': expect.stringContaining('<img src="data:image/png;base64,AAAA"'),
    });
  });

  it('stays the same element when its own writing draws it again', async () => {
    const { renderer, writes, element } = await draw(output);
    await element.updateComplete;
    sendEpisodes(1, 20);
    await painted(() => writes.length > 0);
    expect(renderer.node.firstElementChild).toBe(element);
    expect(link.channels).toHaveLength(1);
  });

  it('writes again before a save only after ten seconds, and only when something changed', async () => {
    let nowMs = 1_000_000;
    const now = jest.spyOn(Date, 'now').mockImplementation(() => nowMs);
    const { writes, element } = await draw(output);
    await element.updateComplete;
    sendEpisodes(1, 20);
    await painted(() => writes.length === 1);
    sendEpisodes(21, 30);
    nowMs += 9000;
    tellBeforeSave();
    expect(writes).toHaveLength(1);
    nowMs += 1000;
    tellBeforeSave();
    expect(written(writes[1])).toMatchObject({ last: { episodes: 30 } });
    nowMs += 60_000;
    tellBeforeSave();
    expect(writes).toHaveLength(2);
    now.mockRestore();
  });

  it.each([
    ['not trusted', { trusted: false }],
    ['read-only', { mayWrite: false }],
  ])('writes nothing into a notebook that is %s', async (_what, options) => {
    const { writes, element } = await draw(output, options);
    await element.updateComplete;
    sendEpisodes(1, 20);
    await painted(() => link.newest.reports.length > 0);
    element.dispatchEvent(new CustomEvent('duallane-settings', { detail: { tab: 'steps' } }));
    tellBeforeSave();
    expect(writes).toEqual([]);
  });

  it('keeps a setting that was changed in the view', async () => {
    const { writes, element } = await draw(output);
    element.dispatchEvent(new CustomEvent('duallane-settings', { detail: { every: 8 } }));
    expect(written(writes[0])).toEqual({ ...output, settings: { every: 8 } });
  });

  it('takes the settings of its model once that comes, and gives its own to it', async () => {
    const { writes, element } = await draw(output);
    const attributes: Record<string, unknown> = { settings: { every: 16 } };
    const listeners: (() => void)[] = [];
    let saves = 0;
    registerModel('m1', {
      get: (name) => attributes[name],
      set: (name, value) => {
        attributes[name] = value;
      },
      save_changes: () => {
        saves += 1;
      },
      on: (_event, listener) => void listeners.push(listener),
      off: () => {},
    });
    expect(element.settings).toEqual({ every: 16 });
    expect(written(writes.at(-1))).toMatchObject({ settings: { every: 16 } });
    element.dispatchEvent(new CustomEvent('duallane-settings', { detail: { every: 2 } }));
    expect([attributes['settings'], saves]).toEqual([{ every: 2 }, 1]);
    attributes['settings'] = { every: 64 };
    for (const listener of listeners) listener();
    expect(element.settings).toEqual({ every: 64 });
    expect(saves).toBe(1);
  });

  it('closes what it opened when its output is cleared', async () => {
    const { renderer, element } = await draw(output);
    await element.updateComplete;
    renderer.dispose();
    expect(link.newest.isClosed).toBe(true);
  });
});
