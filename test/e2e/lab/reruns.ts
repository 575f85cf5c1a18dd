/**
 * One cell run again and again, as people do: each time a new run that nobody closes, with both its views. Nothing piles up.
 *
 * DUALLANE_RERUNS: how often, 20 by default. Of more, the bridge's garbage is collected too, and the memories are told.
 */
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { command, openNotebook, type Tab } from '../../support/browser.ts';
import { collectGarbageOf } from '../../support/node-heap.ts';
import { cellEnded, runCell, writeNotebook } from '../../support/notebook.ts';
import type { Stage } from '../../support/stage.ts';
import { until } from '../../support/until.ts';
import { TelemetryOnPage } from '../../support/views-on-page.ts';

type Place = { stage: Stage; tab: Tab };
/** After a garbage collection, but for the bridge in the short form. Bytes, but for `nodes` and `threads`. */
type Memory = { heap: number; nodes: number; kernel: number; bridge: number; threads: number };

const reruns = Number(process.env.DUALLANE_RERUNS ?? 20);
/** Re-runs until caches are filled. */
const warm = 5;
const isLong = reruns > 20;

const trains = `
import duallane, numpy as np
run = duallane.Run("again")
display(duallane.live(run, height=280), duallane.fastlane(run, height=200))
for step in range(50):
    run.log_step(1.0, terminated=step == 49)
    run.publish_frame(np.full((8, 8, 3), step, np.uint8))
run.log_episode(50.0, 50, terminated=True)
run.flush()
`;
const counts = `
import gc, threading
gc.collect()
print("threads", threading.active_count(), "pages", open("/proc/self/statm").read().split()[1])
`;
const forgets = 'del run\ngc.collect()\nprint("living", [r.name for r in duallane.runs() if r.status != "TERM"].count("again"))';

function rings(): number {
  return readdirSync('/dev/shm').filter((name) => name.includes('mosaic.fastlane.')).length;
}

export function rerun(place: () => Place): void {
  describe('a cell that is run again', () => {
    it(
      `${reruns} re-runs of a cell, then Restart and Run All: two views, one ring, flat memory, and no run left living`,
      async () => {
        const { stage, tab: application } = place();
        await application.page.goto('about:blank'); // else its panel follows the new runs
        const ringsBefore = rings();
        writeNotebook(stage.notebooks, 'again.ipynb', [trains, counts, forgets]);
        const tab = await stage.tab();
        await openNotebook(tab, stage.jupyter, 'again.ipynb', { app: 'notebook' });
        const view = new TelemetryOnPage(tab);
        const memories: Memory[] = [];
        for (let time = 1; time <= reruns; time += 1) {
          await runCell(tab, 0);
          await view.locator.scrollIntoViewIfNeeded();
          await view.untilLedger('the newest run', (ledger) => ledger.watermarks.steps === 50);
          if (time === warm) memories.push(await memory(tab, stage));
        }
        const nodesBefore = memories[0]?.nodes ?? 0;
        let nodes = 0;
        await until(
          async () => {
            ({ nodes } = await pageMemory(tab));
            return nodes <= nodesBefore + 2000;
          },
          { what: () => `views that were replaced to be let go: ${nodes} nodes, ${nodesBefore} before`, withinMs: 60_000 },
        );
        memories.push(await memory(tab, stage));
        const [early, late] = memories;
        if (isLong) process.stdout.write(`${reruns} re-runs: ${JSON.stringify({ early, late })}\n`);
        expect(late).toMatchObject({ threads: early?.threads });
        for (const [what, slack] of [
          ['heap', 16e6],
          ['kernel', 32e6],
          ['bridge', 48e6],
        ] as const)
          expect([what, (late?.[what] ?? 0) - (early?.[what] ?? 0)]).toEqual([what, atMost(slack)]);
        expect(await tab.page.locator('duallane-live-telemetry').count()).toBe(1);
        expect(await tab.page.locator('duallane-fast-lane').count()).toBe(1);
        const rowKinds = 4; // a feed each for the one run; feeds outlive their views by some seconds
        let health: unknown;
        await until(
          async () => {
            const now = await stage.health();
            health = now;
            return now.pages === 1 && now.views <= 3 && now.feeds <= rowKinds;
          },
          { what: () => `the bridge to hold the views of the page alone; it holds ${JSON.stringify(health)}` },
        );
        expect(rings()).toBe(ringsBefore + 1);

        await command(tab, 'notebook:restart-run-all');
        await tab.page.locator('.jp-Dialog button.jp-mod-accept').click();
        const { text } = await cellEnded(tab, 2, { withinMs: 120_000 });
        await view.untilLedger('the run of the new kernel', (ledger) => ledger.watermarks.steps === 50);
        await until(() => rings() === ringsBefore, { what: 'the last ring to go' });
        expect(text).toContain('living 0');
        const spool = join(stage.home, 'spool');
        expect(existsSync(spool) ? readdirSync(spool) : []).toEqual([]);
        await tab.page.close();
      },
      180_000 + reruns * 3000,
    );
  });
}

/** After a garbage collection. */
async function pageMemory(tab: Tab): Promise<Pick<Memory, 'heap' | 'nodes'>> {
  const session = await tab.context.newCDPSession(tab.page);
  await session.send('HeapProfiler.collectGarbage');
  await session.send('Performance.enable');
  const { metrics } = await session.send('Performance.getMetrics');
  await session.detach();
  const of = (name: string): number => metrics.find((metric) => metric.name === name)?.value ?? Number.NaN;
  return { heap: of('JSHeapUsedSize'), nodes: of('Nodes') };
}

async function memory(tab: Tab, stage: Stage): Promise<Memory> {
  const { text } = await runCell(tab, 1);
  const [, threads, pages] = /threads (\d+) pages (\d+)/.exec(text) ?? [];
  if (isLong) await collectGarbageOf((await stage.health()).pid);
  const { rss_bytes: bridge } = await stage.health();
  return { ...(await pageMemory(tab)), kernel: Number(pages) * 4096, bridge, threads: Number(threads) };
}

/** For a message that tells both numbers. */
function atMost(most: number): unknown {
  return {
    asymmetricMatch: (value: unknown) => typeof value === 'number' && value <= most,
    toAsymmetricMatcher: () => `at most ${most}`,
  };
}
