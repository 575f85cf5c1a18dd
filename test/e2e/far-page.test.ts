/**
 * A page on another continent (a network namespace with 150 ms to and fro, 2 MB/s and lost packets) beside one on this host, both
 * watching one run: the far one shows less and says how, the near one notices nothing, and in the end both have counted the same.
 */
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import type { ViewLedger } from '../../src/widgets/stores/telemetry-store.ts';
import { openNotebook, openTab, screenshot, type Tab } from '../support/browser.ts';
import type { DrivenRun } from '../support/driven-run.ts';
import { FarNetwork, whyNoFarNetwork } from '../support/far-network.ts';
import { RingPainter } from '../support/ring-painter.ts';
import { shadedFrame } from '../support/shaded-frame.ts';
import { Stage } from '../support/stage.ts';
import { until } from '../support/until.ts';
import type { SavedView } from '../support/view-notebook.ts';
import { FastLaneOnPage, TelemetryOnPage } from '../support/views-on-page.ts';

const reason = whyNoFarNetwork();
// Skipped where it cannot be made: that needs root and a TUN device.
const test = reason ? it.skip : it;
const rows = 12_000;
const rowsPerSecond = 3000;
const delayMs = 75;
const size = { width: 640, height: 480 };

let stage: Stage;
let far: FarNetwork;
let run: DrivenRun;
let painter: RingPainter;
let painting: NodeJS.Timeout;
const tabs: Record<'near' | 'far', Tab> = {} as never;

beforeAll(async () => {
  if (reason) return;
  stage = await Stage.open({ config: { ServerApp: { allow_remote_access: true } } });
  far = await FarNetwork.start(stage, { bytesPerSecond: 2_000_000, delayMs, loss: 0.001 });
  run = await stage.run({ name: 'far' });
  const pictures = Array.from({ length: 16 }, (_, i) => shadedFrame(size.width, size.height, i / 8));
  painter = new RingPainter(run.runId, size.width, size.height);
  let next = 0;
  painting = setInterval(() => painter.publish(pictures[next++ % pictures.length] as Uint8Array), 1000 / 30);
  await run.train(10);
  const views: SavedView[] = [
    { view: 'live-telemetry', runs: [run.runId], settings: { height: 300, tab: 'steps' } },
    { view: 'fast-lane', runs: [run.runId], settings: { height: 300 } },
  ];
  tabs.near = await stage.show('far.ipynb', views);
  tabs.far = await openTab(far.browser, far.jupyter);
  await openNotebook(tabs.far, far.jupyter, 'far.ipynb', { app: 'notebook', kernel: false });
}, 180_000);

afterAll(async () => {
  clearInterval(painting);
  painter?.close();
  await far?.close();
  await stage?.close();
}, 60_000);

/** A view's word for every row that was published while it was there: it got it, or it knows that it did not. */
function adds(ledger: ViewLedger): boolean {
  return [ledger.steps, ledger.episodes].every(
    ({ published, delivered, skipped, thinned, overflowed }) => delivered + skipped + thinned + overflowed === published,
  );
}

test('a page on another continent shows less and says how; it and the page beside the server have counted every row in the end', async () => {
  const [near, distant] = [new TelemetryOnPage(tabs.near), new TelemetryOnPage(tabs.far)];
  const farLane = new FastLaneOnPage(tabs.far);
  for (const view of [near, distant, new FastLaneOnPage(tabs.near), farLane]) await view.until('live', 60_000);
  const training = run.train(rows, rowsPerSecond);
  const before = await farLane.counts();
  await until(async () => (await farLane.counts()).framesShown > before.framesShown + 20, {
    what: 'frames far away',
    withinMs: 60_000,
  });
  await until(async () => /JPEG/.test(await farLane.text()), { what: 'frames that the link carries', withinMs: 60_000 });
  expect((await farLane.counts()).latencyMs?.p50).toBeGreaterThan(delayMs);
  await screenshot(tabs.far, 'far-page');
  const { steps } = await training;
  expect(await run.flush()).toMatchObject({ unsent: 0, lost: 0 });
  for (const view of [near, distant]) {
    const ledger = await view.untilLedger('the last row', (now) => now.watermarks.steps === steps && adds(now), 60_000);
    expect(ledger.latencyMs?.p50).toBeGreaterThan(view === distant ? delayMs : 0);
  }
  const { page } = tabs.far;
  await distant.locator.getByRole('button', { name: 'copy' }).click();
  await distant.locator.getByText(/rows copied/).waitFor();
  await page.locator('.jp-InputArea-editor').last().click();
  await page.keyboard.press('Control+V');
  const pasted = () => page.evaluate(() => document.querySelectorAll('.jp-InputArea-editor')[1]?.textContent ?? '');
  await until(async () => /Reward.*red|red.*blue/.test(await pasted()), { what: 'the copied rows in the editor' });
  expect(tabs.far.errors.filter((error) => !error.includes('schema'))).toEqual([]); // Notebook's own, in every test
}, 180_000);
