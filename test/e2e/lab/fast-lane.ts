/** The fast lane with real rings: a wall of streams, true states, and runs that send steps instead of frames. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Locator } from 'playwright-core';
import { openNotebook, openTab, screenshot, type Tab } from '../../support/browser.ts';
import { python } from '../../support/daemon-parquet.ts';
import { behindHub } from '../../support/hub.ts';
import { IdleProxy } from '../../support/idle-proxy.ts';
import { type Colour, RingPainter } from '../../support/ring-painter.ts';
import { shadedFrame } from '../../support/shaded-frame.ts';
import type { Stage } from '../../support/stage.ts';
import { until } from '../../support/until.ts';
import { writeViewNotebook } from '../../support/view-notebook.ts';
import { FastLaneOnPage, TelemetryOnPage } from '../../support/views-on-page.ts';

type Place = { stage: Stage; tab: Tab };

const [red, green, blue, grey] = [
  [213, 94, 0],
  [0, 158, 115],
  [0, 114, 178],
  [120, 120, 120],
] as const satisfies Colour[];

/** The middle pixel and the size of the frame that a tile shows. */
function shown(tile: Locator): Promise<{ colour: number[]; size: string }> {
  return tile.locator('canvas').evaluate((element) => {
    const canvas = element as HTMLCanvasElement;
    const pixel = canvas.getContext('2d')?.getImageData(canvas.width >> 1, canvas.height >> 1, 1, 1).data ?? [];
    return { colour: [...pixel].slice(0, 3), size: `${canvas.width}x${canvas.height}` };
  });
}

function untilShows(tile: Locator, colour: Colour): Promise<unknown> {
  return until(async () => String((await shown(tile)).colour) === String(colour), { what: `the colour ${colour} to be shown` });
}

export function fastLane(place: () => Place): void {
  describe('a wall of streams', () => {
    const [one, other] = [`wall-${process.pid}-one`, `wall-${process.pid}-other`];
    const painters: RingPainter[] = [];
    let tab: Tab;
    const tiles = () => tab.page.locator('duallane-frame-tile');
    const open = (stream: string): RingPainter => {
      const painter = new RingPainter(stream);
      painters.push(painter);
      return painter;
    };

    afterAll(() => {
      for (const painter of painters) painter.close();
    });

    it('has a tile for each run, and one more when a further process of a run publishes frames', async () => {
      open(one).paint(red);
      open(other).paint(green);
      tab = await place().stage.show('wall.ipynb', [{ view: 'fast-lane', runs: [one, other], settings: { height: 360 } }], 'lab');
      await until(async () => (await tiles().count()) === 2, { what: 'two tiles' });
      open(`${one}-w1`).paint(blue);
      await until(async () => (await tiles().count()) === 3, { what: 'a tile for the second process' });
      for (const [nth, colour] of [red, blue, green].entries()) await untilShows(tiles().nth(nth), colour);
      expect(await tiles().nth(1).locator('.name').innerText()).toBe(`${one} · w1`);
      await screenshot(tab, 'wall');
    }, 60_000);

    it('enlarges a tile by a click and goes back by Escape; what happened meanwhile is shown then', async () => {
      await tiles().nth(1).locator('.stage').click();
      await until(async () => (await tiles().count()) === 1, { what: 'one tile' });
      await untilShows(tiles(), blue);
      painters[0]?.paint(grey);
      painters[2]?.paint(red);
      await untilShows(tiles(), red);
      await tiles().getByRole('button', { name: 'Back to all frames' }).focus();
      await tab.page.keyboard.press('Escape');
      await until(async () => (await tiles().count()) === 3, { what: 'all tiles' });
      for (const [nth, colour] of [grey, red, green].entries()) await untilShows(tiles().nth(nth), colour);
      await tab.page.close();
    }, 30_000);
  });

  describe('the states of a fast lane', () => {
    const stream = `states-${process.pid}`;
    let painter: RingPainter;
    let tab: Tab;
    let lane: FastLaneOnPage;

    beforeAll(async () => {
      tab = await place().stage.show('states.ipynb', [{ view: 'fast-lane', runs: [stream], settings: { height: 320 } }], 'lab');
      lane = new FastLaneOnPage(tab);
    }, 60_000);

    afterAll(async () => {
      painter?.close();
      RingPainter.sweep(stream);
      await tab?.page.close();
    });

    const header = (): Promise<string> => lane.locator.locator('header').innerText();

    it('waits for the first frame, and is connected when it comes; the numbers are of the frame that is shown', async () => {
      expect((await lane.until('waiting')).sentence).toBe('Waiting for the first frame of this run.');
      painter = new RingPainter(stream);
      for (let number = 1; number <= 3; number += 1) painter.paint([number * 10, 0, 0], number);
      await untilShows(lane.locator, [30, 0, 0]);
      await until(async () => (await header()).startsWith('connected'), { what: 'the word' });
      expect(await lane.locator.locator('.hud').innerText()).toBe('reward: 3.00\nreturn: 3.00\nstep/sec: 30.0');
      expect(await lane.counts()).toMatchObject({ framesPublished: 3 });
    }, 30_000);

    it('keeps the picture as a file, and fills the screen', async () => {
      const download = tab.page.waitForEvent('download');
      await lane.locator.getByRole('button', { name: 'Save this frame as a picture' }).click();
      expect((await download).suggestedFilename()).toBe('frame-0-3.png');
      await lane.locator.getByRole('button', { name: 'Full screen' }).click();
      await tab.page.waitForFunction(() => document.fullscreenElement !== null);
      await tab.page.evaluate(() => document.exitFullscreen());
    }, 30_000);

    it('a writer that is killed in the middle of a frame: the last whole frame stays, and the view says for how long', async () => {
      painter.dieInTheMiddle();
      await lane.until('stalled');
      await until(async () => /^stalled for ([5-9]|\d\d) s/.test(await header()), { what: 'the seconds to go on' });
      expect(await lane.text()).toContain('No new frame: the worker is paused, busy with something else, or gone.');
      expect((await shown(lane.locator)).colour).toEqual([30, 0, 0]);
      await screenshot(tab, 'stalled');
    }, 30_000);

    it('a ring of another size takes its place: the view goes on in that size', async () => {
      painter.close();
      painter = new RingPainter(stream, 128, 96);
      painter.paint(green);
      await untilShows(lane.locator, green);
      expect((await shown(lane.locator)).size).toBe('128x96');
      await lane.until('live');
    }, 30_000);

    it('garbage under the name of the ring: the view says what it is and comes back with the next ring', async () => {
      RingPainter.litter(stream);
      const { sentence } = await lane.until('unavailable');
      expect(await lane.text()).toContain(sentence);
      expect((await shown(lane.locator)).colour).toEqual([...green]);
      RingPainter.sweep(stream);
      painter = new RingPainter(stream);
      painter.paint(blue);
      await untilShows(lane.locator, blue);
      await lane.until('live');
    }, 30_000);

    it('the worker closes its stream: the view says so', async () => {
      painter.close();
      expect((await lane.until('ended')).sentence).toBe('The worker has closed its frame stream.');
    }, 30_000);
  });

  it('over 2 MB/s shaded frames are JPEG, and say so; what stands still comes again to the pixel', async () => {
    const { stage } = place();
    const [stream, width, height] = [`narrow-${process.pid}`, 640, 480];
    const pictures = Array.from({ length: 8 }, (_, i) => shadedFrame(width, height, i / 4));
    const painter = new RingPainter(stream, width, height);
    const proxy = await IdleProxy.start(stage.jupyter.url, 60_000);
    const jupyter = { ...stage.jupyter, url: `${proxy.origin}${behindHub.baseUrl}` };
    const tab = await openTab(stage.browser, jupyter);
    try {
      painter.publish(pictures[0] as Uint8Array);
      writeViewNotebook(join(stage.notebooks, 'narrow.ipynb'), [{ view: 'fast-lane', runs: [stream] }]);
      await openNotebook(tab, jupyter, 'narrow.ipynb', { app: 'notebook', kernel: false });
      const lane = new FastLaneOnPage(tab);
      const form = lane.locator.locator('.form');
      await until(async () => (await form.innerText()) === 'lossless', { what: 'the first frame' });
      proxy.bytesPerSecond = 2_000_000;
      let frames = 1;
      const play = setInterval(() => painter.publish(pictures[frames++ % pictures.length] as Uint8Array), 33);
      try {
        await until(async () => (await form.innerText()) === 'JPEG', { what: 'a frame as JPEG', withinMs: 20_000 });
        const before = (await lane.counts()).framesShown;
        await until(async () => (await lane.counts()).framesShown > before + 10, { what: 'more of them' });
        await screenshot(tab, 'jpeg');
        const saved = async (): Promise<string> => {
          const download = tab.page.waitForEvent('download');
          await lane.locator.getByRole('button', { name: 'Save this frame as a picture' }).click();
          return (await download).suggestedFilename();
        };
        // On a busy machine frames may stand still for a moment, and then they are without loss.
        await until(async () => /^frame-0-\d+-from-jpeg\.png$/.test(await saved()), {
          what: 'a file that says so',
          withinMs: 20_000,
        });
      } finally {
        clearInterval(play);
      }
      await until(async () => (await form.innerText()) === 'lossless', { what: 'the still' });
      const last = pictures[(frames - 1) % pictures.length] as Uint8Array;
      const middle = ((height >> 1) * width + (width >> 1)) * 3;
      expect((await shown(lane.locator)).colour).toEqual([...last.subarray(middle, middle + 3)]);
      const { framesShown, framesSkipped, framesPublished } = await lane.counts();
      expect([framesPublished, framesShown + framesSkipped]).toEqual([frames, frames]);
    } finally {
      await tab.context.close();
      await proxy.close();
      painter.close();
    }
  }, 90_000);

  describe('a run that sends steps and no frames', () => {
    let worker: ChildProcess;

    afterAll(() => void worker?.kill('SIGKILL'));

    it('is drawn as a grid, beside the curve and in the fast lane, and moves', async () => {
      const { stage } = place();
      worker = spawn(python, [join(process.cwd(), 'test/support/grid_run.py'), '--home', stage.home], {
        stdio: ['pipe', 'pipe', 'inherit'],
      });
      const [line] = (await once(createInterface({ input: worker.stdout ?? process.stdin }), 'line')) as [string];
      const runs = [(JSON.parse(line) as { run_id: string }).run_id];
      const views = [
        { view: 'live-telemetry' as const, runs, settings: { height: 420 } },
        { view: 'fast-lane' as const, runs, settings: { height: 260 } },
      ];
      const tab = await stage.show('grid.ipynb', views, 'lab');
      const [live, lane] = [new TelemetryOnPage(tab), new FastLaneOnPage(tab)];
      for (const { locator } of [live, lane]) {
        const caption = locator.locator('duallane-step-view .caption');
        await caption.waitFor();
        const before = await caption.innerText();
        expect(before).toMatch(/episode \d+, step \d+ · action [12] · reward/);
        await until(async () => (await caption.innerText()) !== before, { what: 'the next step' });
      }
      await lane.until('live');
      const colours = await lane.locator.locator('duallane-step-canvas canvas').evaluate((element) => {
        const canvas = element as HTMLCanvasElement;
        const bytes = canvas.getContext('2d')?.getImageData(0, 0, canvas.width, canvas.height).data.buffer ?? new ArrayBuffer(0);
        return new Set(new Uint32Array(bytes)).size;
      });
      expect(await lane.text()).toContain('no frames: drawn from the newest step');
      expect(colours).toBeGreaterThan(5); // ground, lines, start, holes, goal, agent
      await screenshot(tab, 'grid');
      worker.stdin?.end();
      await lane.until('ended');
      await tab.page.close();
    }, 60_000);
  });
}
