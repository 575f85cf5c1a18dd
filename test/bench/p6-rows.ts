/**
 * P6: a step logged to its row and point painted, at four rates; beside Perspective with the same rows, its best case
 * (p6_perspective.py), up to the rate at which it falls behind; and what a view that is not seen costs its page. `--minutes 10` adds a view that is open for so long.
 */
import type { ViewLedger } from '../../src/widgets/stores/telemetry-store.ts';
import { Stage } from '../support/stage.ts';
import { until } from '../support/until.ts';
import type { BarePage } from './bare-page.ts';
import { type Bench, rounded } from './figures.ts';
import { perspectiveFigures } from './p6-perspective.ts';
import { peersEnvironment } from './peers.ts';
import { watched } from './watched.ts';

const observeTasks =
  'void (globalThis.tasks = [], new PerformanceObserver((list) => { for (const { duration } of list.getEntries()) globalThis.tasks.push(duration); }).observe({ type: "longtask" }))';

const perspectiveMost = 10_000;
const hiddenRate = 10_000;

export const p6: Bench = async ({ small, minutes }) => {
  const environment = peersEnvironment();
  const stage = await Stage.open({ ...(environment && { environment }) });
  const rows = [];
  const seconds = small ? 2 : 15;
  try {
    for (const rate of small ? [100] : [100, 1000, 10_000, 100_000]) {
      const figures = await oneRate(stage, rate, seconds);
      const peer = environment && rate <= perspectiveMost && (await perspectiveFigures(stage, rate, seconds));
      rows.push({ case: `${rate} steps/s`, figures: { ...figures, ...peer } });
    }
    rows.push({ case: `${hiddenRate} steps/s, hidden`, figures: await hidden(stage, seconds) });
    if (minutes > 0) rows.push({ case: `1000 steps/s, ${minutes} minutes`, figures: await oneRate(stage, 1000, minutes * 60) });
  } finally {
    await stage.close();
  }
  return {
    title: 'step logged to painted, one LiveTelemetry view',
    reach: 'p95 <= 250 ms; no task > 50 ms; the ledger adds up',
    rows,
  };
};

async function oneRate(stage: Stage, rate: number, seconds: number) {
  const run = await stage.run({ name: `p6 ${rate}` });
  await run.train(100);
  await run.flush();
  const figures = await watched(stage, { view: 'live-telemetry', runs: [run.runId] }, async (read, page) => {
    const ledger = async () => (await read<ViewLedger>('view.ledger')) as ViewLedger;
    const heap = async () => ((await read<number>('performance.memory.usedJSHeapSize')) ?? Number.NaN) / 1e6;
    await until(async () => (await ledger())?.steps.fromHistory === 100, { what: 'the first rows', withinMs: 60_000 });
    // What is compiled and laid out for the first time is not what is measured.
    await run.train(Math.min(rate, 1000), rate);
    const heapBefore = await heap();
    await read(observeTasks);
    const busy = await busyShare(page);
    const { steps } = await run.train(rate * seconds, rate);
    await run.flush();
    const mainThread = await busy();
    const after = await until(
      async () => {
        const now = await ledger();
        const { published, delivered, shown } = now.steps;
        return published === steps - 100 && delivered === shown && now;
      },
      { what: 'every row to be accounted for', withinMs: 30_000 },
    );
    const { published, delivered, skipped, thinned, overflowed, shown } = after.steps;
    return {
      'p50 ms': rounded(after.latencyMs?.p50 ?? Number.NaN),
      'p95 ms': rounded(after.latencyMs?.p95 ?? Number.NaN),
      paints: after.latencyMs?.samples ?? 0,
      'shown live %': rounded((100 * shown) / published),
      'adds up': delivered + skipped + thinned + overflowed === published ? 'yes' : 'NO',
      'longest task ms': rounded((await read<number>('Math.max(0, ...globalThis.tasks)')) ?? Number.NaN),
      'main thread %': mainThread,
      'heap MB before': rounded(heapBefore),
      'heap MB after': rounded(await heap()),
    };
  });
  await run.end();
  return figures;
}

/** The same stream, and a view that no one sees: what its page does for it, and the rows that it is sent. */
async function hidden(stage: Stage, seconds: number) {
  const run = await stage.run({ name: 'p6 hidden' });
  await run.train(100);
  await run.flush();
  const figures = await watched(stage, { view: 'live-telemetry', runs: [run.runId] }, async (read, page) => {
    const ledger = async () => (await read<ViewLedger>('view.ledger')) as ViewLedger;
    await until(async () => (await ledger())?.steps.fromHistory === 100, { what: 'the first rows', withinMs: 60_000 });
    await read('view.style.display = "none"');
    await run.train(1000, 1000); // the page hides it meanwhile
    const before = (await ledger()).steps.delivered;
    const busy = await busyShare(page);
    await run.train(hiddenRate * seconds, hiddenRate);
    return { 'main thread %': await busy(), 'rows sent': (await ledger()).steps.delivered - before };
  });
  await run.end();
  return figures;
}

/** How much of the time from now to the call of the answer the page's main thread works, percent. */
async function busyShare(page: BarePage): Promise<() => Promise<number>> {
  const [busyBefore, beganMs] = [await page.busySeconds(), performance.now()];
  return async () => rounded((100_000 * ((await page.busySeconds()) - busyBefore)) / (performance.now() - beganMs));
}
