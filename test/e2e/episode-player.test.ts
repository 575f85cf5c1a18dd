/**
 * The episode player in a real JupyterLab with no kernel: real environments, recorded off the ring and built again from history;
 * steps, keys, several episodes side by side, the page's cursor, films.
 */
import { execFile } from 'node:child_process';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import type { Locator } from 'playwright-core';
import { Recording } from '../../src/protocol/index.ts';
import { changeTheme, screenshot, type Tab } from '../support/browser.ts';
import { Stage } from '../support/stage.ts';
import { until } from '../support/until.ts';
import { answerShown, ask } from '../support/views.ts';

type State = { state: string; sentence: string; at: number; steps: number; episodes: number; isPlaying: boolean };

let stage: Stage;
let tab: Tab;
let runs: { cart: string; lake: string; pixels: string; gaps: string; shaded: string };

beforeAll(async () => {
  stage = await Stage.open();
  const script = join(process.cwd(), 'test/support/record_episodes.py');
  const { stdout } = await promisify(execFile)(join(process.cwd(), '.venv/bin/python'), [script, stage.home]);
  runs = JSON.parse(stdout.trim().split('\n').at(-1) ?? '{}') as typeof runs;
}, 120_000);

afterAll(() => stage?.close(), 60_000);

const stateOf = (player: Locator): Promise<State> => player.evaluate((element) => (element as unknown as { state: State }).state);

function untilState(player: Locator, what: string, holds: (state: State) => boolean): Promise<State> {
  let last: State | undefined;
  return until(
    async () => {
      last = await stateOf(player);
      return holds(last) && last;
    },
    { what: () => `${what}; it is ${JSON.stringify(last)}`, withinMs: 60_000 },
  );
}

type LoggedStep = { step: number; us: number; reward: number };

/** The steps of recorded episodes, as history has them. */
async function stepsOf(...episodes: number[]): Promise<LoggedStep[][]> {
  const script = `import duallane, json
rows = duallane.sql("SELECT episode_index AS e, step_index AS step, epoch_us(ts) AS us, reward FROM steps ORDER BY seq_id", home=${JSON.stringify(stage.home)}, run=${JSON.stringify(runs.cart)}).to_pylist()
print(json.dumps([[row for row in rows if row["e"] == e] for e in ${JSON.stringify(episodes)}]))`;
  const { stdout } = await promisify(execFile)(join(process.cwd(), '.venv/bin/python'), ['-c', script]);
  return JSON.parse(stdout) as LoggedStep[][];
}

const alignments = ['time', 'fraction', 'return', 'step'] as const;

/** The step that each episode is to show when the one that leads is at its step `at`. */
function placesOf(episodes: LoggedStep[][], align: (typeof alignments)[number], leader: number, at: number): number[] {
  const place = (steps: LoggedStep[], index: number): number =>
    ({
      step: steps[index]?.step ?? 0,
      time: (steps[index]?.us ?? 0) - (steps[0]?.us ?? 0),
      fraction: index / (steps.length - 1),
      return: steps.slice(0, index + 1).reduce((sum, { reward }) => sum + reward, 0),
    })[align];
  const wanted = place(episodes[leader] ?? [], at);
  return episodes.map((steps, episode) => {
    if (episode === leader) return at;
    const reached = steps.findIndex((_, index) => place(steps, index) >= wanted);
    const before = steps.findLastIndex((_, index) => place(steps, index) <= wanted);
    return align === 'return' && reached >= 0 ? reached : before;
  });
}

const figures = (player: Locator, nth = 0): Promise<Record<string, string>> =>
  player
    .locator('duallane-episode-pane')
    .nth(nth)
    .evaluate((pane) =>
      Object.fromEntries(
        [...(pane.shadowRoot?.querySelectorAll('dl div') ?? [])].map((one) => [
          one.querySelector('dt')?.textContent ?? '',
          one.querySelector('dd')?.textContent ?? '',
        ]),
      ),
    );

/** What the browser itself makes of a film. */
function seenFilm(
  { page }: Tab,
  bytes: Buffer,
  format: string,
): Promise<{ frames?: number; width?: number; height?: number; seconds: number }> {
  return page.evaluate(
    async ([base64, kind]) => {
      const blob = await (await fetch(`data:${kind === 'gif' ? 'image' : 'video'}/${kind};base64,${base64}`)).blob();
      if (kind === 'gif') {
        const decoder = new ImageDecoder({ data: await blob.arrayBuffer(), type: 'image/gif' });
        await decoder.tracks.ready;
        await decoder.completed;
        const frames = decoder.tracks.selectedTrack?.frameCount ?? 0;
        const { image } = await decoder.decode();
        return { frames, seconds: (frames * (image.duration ?? 0)) / 1e6 };
      }
      const video = Object.assign(document.createElement('video'), { src: URL.createObjectURL(blob) });
      await new Promise((resolve, reject) => {
        video.onloadedmetadata = resolve;
        video.onerror = () => reject(new Error(video.error?.message ?? 'the film cannot be played'));
      });
      return { width: video.videoWidth, height: video.videoHeight, seconds: video.duration };
    },
    [bytes.toString('base64'), format] as const,
  );
}

/** How many colours are on a pane's picture: an empty one has one. */
const colours = (player: Locator, nth = 0): Promise<number> =>
  player
    .locator('duallane-episode-pane canvas')
    .nth(nth)
    .evaluate((element) => {
      const canvas = element as HTMLCanvasElement;
      const data = canvas.getContext('2d')?.getImageData(0, 0, canvas.width, canvas.height).data ?? [];
      return new Set(new Uint32Array(new Uint8ClampedArray(data).buffer)).size;
    });

it('plays a recorded CartPole episode frame by frame, with its numbers, by keys and by the page’s cursor', async () => {
  const views = [
    { view: 'episode-player' as const, runs: [runs.cart], settings: { height: 440 } },
    { view: 'episode-player' as const, runs: [runs.cart], settings: { height: 320, episodes: [0] } },
  ];
  tab = await stage.show('player.ipynb', views, 'lab');
  const [player, other] = [0, 1].map((nth) => tab.page.locator('duallane-episode-player').nth(nth)) as [Locator, Locator];
  const ready = await untilState(player, 'an episode', (state) => state.state === 'ready' && state.steps > 5);
  await until(async () => 'value' in (await figures(player)), { what: 'the logged value under the frame', withinMs: 60_000 });
  expect(await figures(player)).toMatchObject({ step: '0', reward: '1', return: '1', value: '10' });
  expect(await colours(player)).toBeGreaterThan(3);
  await player.getByText('MB, lossless').waitFor();

  await player.locator('[role=slider]').focus();
  for (let i = 0; i < 4; i += 1) await tab.page.keyboard.press('ArrowRight');
  await until(async () => (await figures(player)).step === '4', { what: 'step 4' });
  expect(await figures(player)).toMatchObject({ return: '5', value: '6' });
  // What one player looks at, the page's cursor is at, and the other player follows.
  await until(async () => (await figures(other)).step === '4', { what: 'the other player to follow' });
  await other.getByText('episode 3').first().waitFor();
  await tab.page.keyboard.press('Shift+ArrowRight');
  expect((await stateOf(player)).at).toBe(ready.steps - 1);
  expect((await stateOf(player)).sentence).toContain('terminated');
  await screenshot(tab, 'player-light');
  await changeTheme(tab, 'JupyterLab Dark');
  await tab.page.locator('#jupyterlab-splash').waitFor({ state: 'detached' });
  await screenshot(tab, 'player-dark');
  await player.locator('[role=slider]').focus();

  await tab.page.keyboard.press('Home');
  expect((await stateOf(player)).at).toBe(0);
  await tab.page.keyboard.press('Space');
  await untilState(player, 'it to play to the end', (state) => !state.isPlaying && state.at === ready.steps - 1);
  expect(tab.errors).toEqual([]);
}, 120_000);

it('goes to the episode of a row that is clicked in an SQL answer', async () => {
  const views = [
    { view: 'sql-cell' as const, runs: [runs.cart], settings: { height: 200 } },
    { view: 'episode-player' as const, runs: [runs.cart], settings: { height: 420, episodes: [0] } },
  ];
  tab = await stage.show('row.ipynb', views, 'lab');
  const sql = tab.page.locator('duallane-sql-cell');
  await sql.waitFor({ timeout: 60_000 });
  await ask(sql, 'SELECT run_id, episode_index, total_reward, steps, seed\nFROM episodes\nORDER BY total_reward');
  const player = tab.page.locator('duallane-episode-player');
  await untilState(player, 'an episode', (state) => state.state === 'ready' && state.steps > 5);
  await sql.locator('#cell-1-2').click();
  const [, episode, total] = (await answerShown(sql)).rows[1] ?? [];
  await player.locator('.title', { hasText: `episode ${episode}` }).waitFor();
  await untilState(player, `episode ${episode}`, (state) => state.state === 'ready' && state.steps === Number(total));
  await player.locator('[role=slider]').focus();
  for (let i = 0; i < 6; i += 1) await tab.page.keyboard.press('ArrowRight');
  await until(async () => 'value' in (await figures(player)) && (await figures(player)).step === '6', {
    what: 'step 6, and its value',
  });
  await screenshot(tab, 'player');
}, 60_000);

it('puts two episodes of one seed side by side, and stops where they first differ', async () => {
  const settings = { height: 520, episodes: [0, 2] };
  tab = await stage.show('beside.ipynb', [{ view: 'episode-player', runs: [runs.cart], settings }], 'lab');
  const player = tab.page.locator('duallane-episode-player');
  await untilState(player, 'two episodes', (state) => state.episodes === 2 && state.state === 'ready');
  await until(async () => (await figures(player, 1)).action !== '–' && (await figures(player, 0)).action !== '–', {
    what: 'the actions of both',
    withinMs: 60_000,
  });
  await player.locator('button.play').click();
  const stopped = await untilState(player, 'it to stop', (state) => !state.isPlaying && state.at > 0);
  expect(stopped.sentence).toContain('first difference is at step 9: action');
  expect(stopped.at).toBe(9);
  const [one, other] = [await figures(player, 0), await figures(player, 1)];
  expect([one.step, other.step]).toEqual(['9', '9']);
  expect(one.action).not.toBe(other.action);
  await screenshot(tab, 'player-beside');
  const logged = await stepsOf(0, 2);
  for (const align of alignments) {
    await player.locator('select[aria-label="Align by"]').selectOption(align);
    await player.locator('[role=slider]').focus();
    await tab.page.keyboard.press('Home');
    await tab.page.keyboard.press('PageDown');
    const { at, steps } = await untilState(player, 'the tenth step', (state) => state.at === 10);
    const leader = logged.findIndex((each) => each.length === steps);
    const wanted = placesOf(logged, align, leader, at).map(String);
    await until(async () => String([(await figures(player, 0)).step, (await figures(player, 1)).step]) === String(wanted), {
      what: `both by ${align} at ${wanted}`,
    });
  }
  // By fraction both end together: the return of CartPole is the number of its steps.
  await player.locator('select[aria-label="Align by"]').selectOption('fraction');
  await player.locator('[role=slider]').focus();
  await tab.page.keyboard.press('End');
  const totals = (await player.locator('.title').allInnerTexts()).map((title) => /return (\d+)/.exec(title)?.[1]);
  expect(new Set(totals).size).toBe(2);
  await until(async () => String([(await figures(player, 0)).return, (await figures(player, 1)).return]) === String(totals), {
    what: 'both to be at their end',
  });
}, 120_000);

it('plays slower and faster, as it is told', async () => {
  const player = tab.page.locator('duallane-episode-player');
  const playedMs = async (speed: string): Promise<number> => {
    await player.getByLabel('Speed').selectOption(speed);
    await player.locator('[role=slider]').focus();
    await tab.page.keyboard.press('Home');
    return await player.evaluate(async (element) => {
      const began = performance.now();
      const { state } = element as unknown as { state: State };
      const button = element.shadowRoot?.querySelector<HTMLElement>('button.play');
      button?.click();
      for (let now = state; now.at < now.steps - 1; now = (element as unknown as { state: State }).state) {
        if (performance.now() - began > 20_000) throw new Error(`it is still at ${now.at} of ${now.steps}`);
        await new Promise((resolve) => setTimeout(resolve, 10));
        // It stops once, where the two episodes first differ.
        if (!now.isPlaying) button?.click();
      }
      return performance.now() - began;
    });
  };
  const slow = await playedMs('0.5');
  expect(slow / (await playedMs('8'))).toBeGreaterThan(3);
}, 60_000);

it('has for a step without a recorded frame the picture of its row, else says whose frame is seen', async () => {
  tab = await stage.show('gaps.ipynb', [{ view: 'episode-player', runs: [runs.gaps], settings: { episodes: [0] } }], 'lab');
  const player = tab.page.locator('duallane-episode-player');
  await untilState(player, 'the four steps', (state) => state.state === 'ready' && state.steps === 4);
  await player.getByText('2 of 4 steps have a picture').waitFor();
  const seen: [number, number][] = [];
  await player.locator('[role=slider]').focus();
  for (const wanted of [1, 48, 1, 1]) {
    await until(async () => (await colours(player)) === wanted, {
      what: `a picture of ${wanted} colours at step ${seen.length}`,
    });
    seen.push([(await stateOf(player)).at, await player.locator('.stale').count()]);
    await tab.page.keyboard.press('ArrowRight');
  }
  expect(seen.slice(0, 2)).toEqual([
    [0, 0],
    [1, 0],
  ]);
  await player.getByText('frame of step 2').waitFor();
  await screenshot(tab, 'player-gaps');
}, 60_000);

it('says which frames are JPEG, and of one whose bytes changed that it cannot be read, and shows all others', async () => {
  const folder = join(stage.home, 'recordings');
  const path = join(folder, readdirSync(folder).find((name) => name.startsWith(`${runs.shaded}-e0-`)) ?? '');
  const bytes = new Uint8Array(readFileSync(path));
  const { index } = await Recording.open(bytes, () => Promise.reject(new Error('no frame is looked at')));
  expect(index.frames.codec).toEqual([0, 2, 2, 2, 2]);
  const damaged = (index.frames.offset[2] as number) + 3000;
  bytes[damaged] = (bytes[damaged] as number) ^ 0x55;
  writeFileSync(path, bytes);
  tab = await stage.show('shaded.ipynb', [{ view: 'episode-player', runs: [runs.shaded], settings: { episodes: [0] } }], 'lab');
  const player = tab.page.locator('duallane-episode-player');
  await untilState(player, 'the five steps', (state) => state.state === 'ready' && state.steps === 5);
  await player.getByText('MB, 4 of 6 frames as JPEG').waitFor();
  await player.locator('[role=slider]').focus();
  for (const [at, wanted] of [['exact'], ['jpeg'], ['damaged'], ['jpeg'], ['jpeg']].entries()) {
    await until(
      async () => {
        const isDamaged = (await player.getByText('The frame of step 2 cannot be read: its bytes have changed.').count()) > 0;
        const form = isDamaged ? 'damaged' : (await player.locator('.jpeg').count()) > 0 ? 'jpeg' : 'exact';
        return form === wanted[0] && (isDamaged || (await colours(player)) > 1000);
      },
      { what: `step ${at} to be ${wanted}` },
    );
    if (at === 1) await screenshot(tab, 'player-jpeg');
    if (at === 2) await screenshot(tab, 'player-jpeg-damaged');
    await tab.page.keyboard.press('ArrowRight');
  }
  await changeTheme(tab, 'JupyterLab Dark');
  await screenshot(tab, 'player-jpeg-dark');
}, 90_000);

it('builds an episode again from its rows where nothing was recorded, saves films, and says what is missing', async () => {
  const views = [
    { view: 'episode-player' as const, runs: [runs.lake], settings: { episodes: [1], height: 320 } },
    { view: 'episode-player' as const, runs: [runs.cart], settings: { episodes: [1], height: 320 } },
    { view: 'episode-player' as const, runs: [runs.lake], settings: { episodes: [999], height: 280 } },
    { view: 'episode-player' as const, runs: ['nobody'], settings: { height: 280 } },
    { view: 'episode-player' as const, runs: [runs.pixels], settings: { height: 300 } },
  ];
  tab = await stage.show('others.ipynb', views, 'lab');
  const players = [0, 1, 2, 3, 4].map((nth) => tab.page.locator('duallane-episode-player').nth(nth));
  const [lake, cart, gone, unknown, pixels] = players as [Locator, Locator, Locator, Locator, Locator];
  await untilState(lake, 'the episode', (state) => state.state === 'ready' && state.steps > 0);
  await until(async () => (await colours(lake)) > 5, { what: 'the lake to be drawn', withinMs: 30_000 });
  await lake.getByText('built from its steps').waitFor();
  await screenshot(tab, 'player-rebuilt');

  await cart.scrollIntoViewIfNeeded();
  await untilState(cart, 'the episode', (state) => state.state === 'ready' && state.steps > 5);
  await cart.locator('[role=slider]').focus();
  await until(
    async () => {
      await tab.page.keyboard.press('Home');
      await tab.page.keyboard.press('Shift+ArrowRight');
      return (await stateOf(cart)).sentence.includes('lost_balance');
    },
    { what: 'the jump to the event', withinMs: 20_000 },
  );
  expect((await stateOf(cart)).at).toBe(7);
  await screenshot(tab, 'player-event');
  const save = cart.locator('select.export');
  const formats = (await save.locator('option:not([disabled])').allInnerTexts()).slice(1);
  expect(formats).toContain('GIF');
  for (const format of formats) {
    const [download] = await Promise.all([
      tab.page.waitForEvent('download', { timeout: 60_000 }),
      save.selectOption(format.toLowerCase()),
    ]);
    expect(download.suggestedFilename()).toBe(`episode-1.${format.toLowerCase()}`);
    const path = join(stage.folder, download.suggestedFilename());
    await download.saveAs(path);
    const { steps } = await stateOf(cart);
    const film = await seenFilm(tab, readFileSync(path), format.toLowerCase());
    expect(film).toMatchObject(format === 'GIF' ? { frames: steps } : { width: 600, height: 400 });
    expect(Math.abs(film.seconds - steps / 50)).toBeLessThan(0.03);
    await cart.getByText(`Saved: ${steps} pictures`).waitFor();
  }

  await gone.scrollIntoViewIfNeeded();
  await gone.getByText('Episode 999 of this run is not there').waitFor({ timeout: 60_000 });
  await gone.getByText('Choose an episode by its number: 3 are over, from 0 to 2.').waitFor();
  await unknown.getByText('Run nobody is not known').waitFor({ timeout: 60_000 });
  await screenshot(tab, 'player-missing');

  await pixels.scrollIntoViewIfNeeded();
  await until(async () => (await colours(pixels)) === 48, { what: 'the 48 colours of the first step', withinMs: 30_000 });
  await screenshot(tab, 'player-pixels');
}, 120_000);
