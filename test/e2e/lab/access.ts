/** Views for everybody: high contrast, keyboard, a screen reader's names, no motion. */
import { describe, expect, it } from '@jest/globals';
import { changeTheme, screenshot, type Tab } from '../../support/browser.ts';
import type { DrivenRun } from '../../support/driven-run.ts';
import { faintTexts, obstacles } from '../../support/page-controls.ts';
import type { Stage } from '../../support/stage.ts';
import { until } from '../../support/until.ts';
import { FastLaneOnPage, TelemetryOnPage } from '../../support/views-on-page.ts';

type Place = { stage: Stage; tab: Tab };

/** Lab's themes, what their pictures are called, and how far text stands out from its ground there at least (WCAG). */
export const themes = [
  ['JupyterLab Light', 'light', 4.5],
  ['JupyterLab Dark', 'dark', 4.5],
  ['JupyterLab Dark High Contrast', 'high-contrast', 7],
] as const;

export function access(place: () => Place): void {
  describe('views for everybody', () => {
    let tab: Tab;
    let run: DrivenRun;
    let live: TelemetryOnPage;
    let lane: FastLaneOnPage;

    it('every control is reached by the Tab key, shows its focus, and has a name', async () => {
      const { stage } = place();
      run = await stage.run({ name: 'for everybody', frames: { width: 96, height: 64 } });
      await run.train(400);
      const runs = [run.runId];
      tab = await stage.show(
        'everybody.ipynb',
        [
          { view: 'live-telemetry', runs, settings: { height: 420 } },
          { view: 'fast-lane', runs, settings: { height: 240 } },
        ],
        'lab',
      );
      [live, lane] = [new TelemetryOnPage(tab), new FastLaneOnPage(tab)];
      await live.until('live');
      await until(async () => (await lane.counts()).framesShown > 0, { what: 'a frame' });
      for (const { locator } of [live, lane]) expect(await obstacles(tab, locator)).toEqual([]);
    }, 90_000);

    it('throttles by the slider, from the keyboard, at once', async () => {
      const slider = live.locator.getByRole('slider', { name: 'Show every n-th step' });
      await slider.focus();
      for (let stop = 0; stop < 3; stop += 1) await tab.page.keyboard.press('ArrowRight');
      await run.train(100, 100);
      await live.untilLedger('steps to be left out', (ledger) => ledger.steps.thinned > 0);
      expect(await slider.getAttribute('aria-valuetext')).toBe('one of 8 steps');
      await tab.page.keyboard.press('Home');
      expect(await slider.getAttribute('aria-valuetext')).toBe('every step');
    }, 30_000);

    it.each(themes)(
      'every text stands out from its ground in %s',
      async (theme, name, least) => {
        await changeTheme(tab, theme);
        await live.locator.scrollIntoViewIfNeeded();
        await screenshot(tab, `views-${name}`);
        for (const { locator } of [live, lane]) expect(await faintTexts(locator, least)).toEqual([]);
      },
      30_000,
    );

    it('a page that paints too seldom says that it shows a part, and that nothing is lost', async () => {
      await changeTheme(tab, 'JupyterLab Light');
      await tab.page.evaluate(() => {
        const paint = globalThis.requestAnimationFrame.bind(globalThis);
        const page = globalThis as unknown as { paintAsBefore: () => void };
        globalThis.requestAnimationFrame = (callback) => Number(setTimeout(() => paint(callback), 900));
        page.paintAsBefore = () => {
          globalThis.requestAnimationFrame = paint;
        };
      });
      const training = run.train(40_000, 8000);
      await until(async () => /This view paints slower than rows come/.test(await live.text()), { what: 'the sentence' });
      await screenshot(tab, 'starved');
      await tab.page.evaluate(() => (globalThis as unknown as { paintAsBefore: () => void }).paintAsBefore());
      await training;
      await live.until('live');
    }, 60_000);

    it('nothing moves by itself for those who want no motion', async () => {
      await tab.page.emulateMedia({ reducedMotion: 'reduce' });
      await run.train(100, 100);
      const moving = (): Promise<number> =>
        tab.page.evaluate(
          () =>
            document
              .getAnimations()
              .filter(({ effect }) => (effect as KeyframeEffect).target?.getRootNode() instanceof ShadowRoot).length,
        );
      expect(await moving()).toBe(0);
      await tab.page.close();
    }, 30_000);
  });
}
