/**
 * The SQL cell as it is used, in JupyterLab and in Notebook 7: typed into, completed, corrected, given values, drawn, left live.
 */
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Locator } from 'playwright-core';
import { changeTheme, screenshot, type Tab } from '../support/browser.ts';
import { python } from '../support/daemon-parquet.ts';
import type { DrivenRun } from '../support/driven-run.ts';
import { Stage } from '../support/stage.ts';
import { until } from '../support/until.ts';
import { answered, answerShown, ask, stateOf, viewOf, write } from '../support/views.ts';
import { selection } from './sql/selection.ts';

let stage: Stage;
let run: DrivenRun;

beforeAll(async () => {
  stage = await Stage.open();
  run = await stage.run({ name: 'cartpole' });
  await run.train(2000);
  for (let at = 0; at < 2000; at += 100) await run.log({ 'losses/value_loss': 200 / (at + 100), 'charts/SPS': at }, at);
  await run.flush();
}, 120_000);

afterAll(() => stage?.close(), 60_000);

/** How many colours are on a picture: an empty one has one. */
function colours(canvas: Locator): Promise<number> {
  return canvas.evaluate((element) => {
    const { width, height } = element as HTMLCanvasElement;
    const data = (element as HTMLCanvasElement).getContext('2d')?.getImageData(0, 0, width, height).data ?? [];
    return new Set(new Uint32Array(new Uint8ClampedArray(data).buffer)).size;
  });
}

describe.each(['lab', 'notebook'] as const)('in %s', (app) => {
  let tab: Tab;
  let sql: Locator;

  beforeAll(async () => {
    tab = await stage.show(`sql-${app}.ipynb`, [{ view: 'sql-cell', runs: [] }], app);
    sql = await viewOf(tab, 'sql-cell');
  }, 90_000);

  /** Types as a person does, with the editor's own help. */
  async function type(text: string): Promise<void> {
    await sql.locator('.cm-content').click();
    await tab.page.keyboard.press('ControlOrMeta+a');
    await tab.page.keyboard.press('Delete');
    await tab.page.keyboard.type(text, { delay: 20 });
  }

  it('shows what can be asked before anything is', async () => {
    await sql.locator('summary', { hasText: 'episodes' }).locator('.rows', { hasText: /rows/ }).first().waitFor();
    await sql.locator('summary', { hasText: 'episodes' }).first().click();
    await sql.locator('td', { hasText: 'total_reward' }).first().waitFor();
    await sql
      .locator('td', { hasText: /^(red|blue)$/ })
      .first()
      .waitFor({ timeout: 30_000 });
    await screenshot(tab, `${app}-sql-empty`);
    expect(await stateOf(sql)).toBe('idle');
  }, 60_000);

  it('colours words as Lab does, completes columns and logged names, and runs with Shift+Enter', async () => {
    await ask(sql, 'SELECT count(*) AS n FROM metrics');
    await type("SELECT avg(value) AS mean FROM metrics WHERE name = 'loss");
    // While a list is being made anew for what was typed last, no key takes from it.
    const list = sql.locator('.cm-tooltip-autocomplete:not(.cm-tooltip-autocomplete-disabled)');
    await list.locator('.cm-completionLabel', { hasText: 'losses/value_loss' }).waitFor({ timeout: 20_000 });
    await screenshot(tab, `${app}-sql-completion`);
    await tab.page.keyboard.press('Enter');
    const text = await sql.evaluate((element) => (element as unknown as { sql: string }).sql);
    expect(text).toBe("SELECT avg(value) AS mean FROM metrics WHERE name = 'losses/value_loss'");
    const colour = await sql
      .locator('.cm-line span', { hasText: 'SELECT' })
      .first()
      .evaluate((span) => getComputedStyle(span).color);
    expect(colour).not.toBe(
      await sql
        .locator('.cm-line')
        .first()
        .evaluate((line) => getComputedStyle(line).color),
    );
    await tab.page.keyboard.press('Shift+Enter');
    const { columns } = await answered(sql);
    expect(columns).toEqual(['mean']);
  }, 90_000);

  it('keeps its keys from the notebook', async () => {
    await type('dd aa x');
    await tab.page.keyboard.press('Escape');
    expect(await tab.page.locator('duallane-sql-cell').count()).toBe(1);
    expect(await sql.evaluate((element) => (element as unknown as { sql: string }).sql)).toBe('dd aa x');
  }, 30_000);

  it('breaks nothing of the page', () => {
    expect(tab.errors.filter((error) => !/schema|filebrowser:open-path/.test(error))).toEqual([]);
  });

  // The rest is the element's own: once is enough.
  if (app === 'notebook') return;

  it('puts the wave under the wrong word, and mends it at a click', async () => {
    await write(sql, 'SELECT episode_index,\n  total_rewrd\nFROM episodes');
    await sql.locator('button.run').click();
    await until(async () => (await stateOf(sql)) === 'failed', { what: 'the question to fail', withinMs: 30_000 });
    expect(await sql.locator('.cm-lintRange-error').textContent()).toBe('total_rewrd');
    await screenshot(tab, `${app}-sql-error`);
    await sql.locator('button.fix', { hasText: 'total_reward' }).click();
    expect((await answered(sql)).columns).toEqual(['episode_index', 'total_reward']);
  }, 60_000);

  it('asks for a value, takes it from a slider, and binds it', async () => {
    await write(sql, 'SELECT seq_id, reward FROM steps ORDER BY reward DESC LIMIT {{k}}');
    await sql.locator('button.run').click();
    await until(async () => (await stateOf(sql)) === 'failed', { what: 'a word on the missing value' });
    const field = sql.getByLabel('Value of k');
    await field.fill('20');
    await field.press('Enter');
    await until(async () => (await answerShown(sql)).rows.length === 20, { what: '20 rows' });
    await sql.getByLabel('Slide k').fill('7');
    await until(async () => (await answerShown(sql)).rows.length === 7, { what: '7 rows' });
    await screenshot(tab, `${app}-sql-values`);
  }, 60_000);

  it('guesses a chart, sorts and filters, and opens a cell', async () => {
    await ask(
      sql,
      'SELECT agent_id, episode_index, total_reward, observation_json FROM episodes JOIN (SELECT DISTINCT episode_index, agent_id, observation_json FROM steps WHERE step_index = 0) USING (episode_index, agent_id) ORDER BY episode_index',
    );
    await sql.getByRole('tab', { name: 'Chart' }).click();
    expect(await sql.getByLabel('Form').inputValue()).toBe('line');
    expect(await sql.getByLabel('Across', { exact: true }).inputValue()).toBe('episode_index');
    await screenshot(tab, `${app}-sql-chart`);
    await sql.getByRole('tab', { name: 'Table' }).click();
    await sql.getByRole('columnheader', { name: /total_reward/ }).click();
    await until(async () => Number((await answerShown(sql)).rows[0]?.[2]) > 30, { what: 'the highest first' });
    await sql.getByLabel('Filter rows').fill('red');
    await until(async () => (await answerShown(sql)).rows.every(([agent]) => agent === 'red'), { what: 'red rows alone' });
    await sql.locator('#cell-0-2').dblclick();
    expect(await sql.locator('.opened pre').textContent()).toMatch(/^\d+\.0$/);
    await screenshot(tab, `${app}-sql-detail`);
  }, 60_000);

  it('draws what is chosen by hand: a line, bars, a scatter, a histogram', async () => {
    await ask(sql, 'SELECT episode_index, agent_id, total_reward, steps FROM episodes ORDER BY episode_index, agent_id LIMIT 40');
    await sql.getByRole('tab', { name: 'Chart' }).click();
    const chart = sql.locator('duallane-sql-chart-canvas');
    const choose = (label: string, value: string) => sql.getByLabel(label, { exact: true }).selectOption(value);
    const drawn = async (label: string): Promise<number> => {
      await until(async () => (await chart.locator('canvas').getAttribute('aria-label'))?.startsWith(label), { what: label });
      return colours(chart.locator('canvas'));
    };
    expect(await drawn('Chart: line, total_reward across episode_index')).toBeGreaterThan(3);
    for (const [form, label] of [
      ['bar', 'Chart: bar, total_reward across episode_index'],
      ['scatter', 'Chart: scatter, total_reward across episode_index'],
      ['histogram', 'Chart: histogram'],
    ] as const) {
      await choose('Form', form);
      expect(await drawn(label)).toBeGreaterThan(3);
      await screenshot(tab, `${app}-sql-chart-${form}`);
    }
    await choose('Of', 'total_reward');
    await choose('Form', 'scatter');
    await choose('Across', 'steps');
    await choose('Up', 'episode_index');
    await drawn('Chart: scatter, episode_index across steps');
    const kept = await sql.evaluate((element) => (element as unknown as { settings: { chart: unknown } }).settings.chart);
    expect(kept).toMatchObject({ form: 'scatter', x: 'steps', y: ['episode_index'] });
    // Another answer has other columns: what no longer fits is guessed anew, and the choices say so.
    await ask(sql, 'SELECT agent_id, count(*) AS n FROM episodes GROUP BY agent_id ORDER BY agent_id');
    await drawn('Chart: bar, n across agent_id');
    expect(await sql.getByLabel('Form').inputValue()).toBe('bar');
    await sql.getByRole('tab', { name: 'Table' }).click();
  }, 60_000);

  it('copies the rows as they are shown, tab-separated', async () => {
    await tab.context.grantPermissions(['clipboard-read', 'clipboard-write']);
    await ask(
      sql,
      `SELECT range AS n, 'a' || chr(9) || 'b' AS "with tab", CASE WHEN range > 1 THEN range / 4 END AS quarter FROM range(4)`,
    );
    await sql.getByRole('columnheader', { name: /^n/ }).click();
    await until(async () => (await answerShown(sql)).rows[0]?.[0] === '3', { what: 'the highest first' });
    await sql.getByRole('button', { name: 'Copy' }).click();
    await sql.getByText('4 rows copied').waitFor();
    const copied = await tab.page.evaluate(() => navigator.clipboard.readText());
    expect(copied).toBe('n\twith tab\tquarter\n3\ta b\t0.75\n2\ta b\t0.5\n1\ta b\t\n0\ta b\t\n');
  }, 60_000);

  it('takes a million rows, and scrolls to the last', async () => {
    const { line } = await ask(sql, 'SELECT range AS n, sin(range / 1000) AS y FROM range(1000000)');
    expect(line).toMatch(/1\u202f000\u202f000 rows/);
    await sql.locator('.scroll').evaluate((scroll) => scroll.scrollTo({ top: scroll.scrollHeight }));
    await sql.locator('.window .row', { hasText: '999\u202f999' }).first().waitFor();
    await screenshot(tab, `${app}-sql-huge`);
  }, 60_000);

  it('cancels within a blink', async () => {
    await write(sql, 'SELECT sum(sin(a.range * b.range)) FROM range(100000) a, range(100000) b');
    await sql.locator('button.run').click();
    await until(async () => (await sql.locator('.line').textContent())?.startsWith('Running') ?? false, {
      what: 'the question to run',
    });
    await sql.locator('button.cancel').click();
    await until(async () => (await stateOf(sql)) === 'cancelled', { what: 'the question to be cancelled', withinMs: 2000 });
  }, 30_000);

  it('shows how the engine goes about it', async () => {
    await ask(sql, 'SELECT agent_id, avg(total_reward) FROM episodes GROUP BY agent_id');
    await sql.getByRole('tab', { name: 'Plan' }).click();
    await sql.locator('pre', { hasText: 'GROUP_BY' }).waitFor();
    await sql.getByRole('tab', { name: 'Table' }).click();
  }, 30_000);

  it('gives its rows whole as CSV and as Parquet, and asks an earlier question again', async () => {
    const earlier = 'SELECT count(*) AS n FROM episodes';
    const { rows: counted } = await ask(sql, earlier);
    const { rows } = await ask(sql, 'SELECT seq_id, agent_id, reward FROM steps ORDER BY seq_id');
    for (const form of ['CSV', 'Parquet']) {
      const [download] = await Promise.all([
        tab.page.waitForEvent('download', { timeout: 30_000 }),
        sql.getByRole('button', { name: form }).click(),
      ]);
      const path = join(stage.folder, download.suggestedFilename());
      await download.saveAs(path);
      const script = `import duckdb; print(duckdb.sql("SELECT count(*), sum(seq_id), count(DISTINCT agent_id) FROM '${path}'").fetchall()[0])`;
      const { stdout } = await promisify(execFile)(python, ['-c', script]);
      expect(stdout.trim()).toBe('(2000, 2001000, 2)');
    }
    expect(rows[0]?.[0]).toBe('1');
    await sql.getByLabel('Questions asked before').selectOption({ index: 2 });
    await until(async () => (await answerShown(sql)).columns.join() === 'n', { what: 'the earlier question' });
    expect(await sql.evaluate((element) => (element as unknown as { sql: string }).sql)).toBe(earlier);
    expect((await answered(sql)).rows).toEqual(counted);
  }, 60_000);

  it('has native DuckDB beside the server answer the same, and says so', async () => {
    const question = 'SELECT agent_id, count(*) AS n, round(avg(reward), 3) AS mean FROM steps GROUP BY ALL ORDER BY ALL';
    const inPage = await ask(sql, question);
    await sql.evaluate((element) =>
      Object.assign(element, { settings: { ...(element as unknown as { settings: object }).settings, engine: 'native' } }),
    );
    const native = await ask(sql, question);
    expect(native.rows).toEqual(inPage.rows);
    expect(native.line).toContain('by native DuckDB beside the Jupyter server');
    await sql.evaluate((element) =>
      Object.assign(element, { settings: { ...(element as unknown as { settings: object }).settings, engine: '' } }),
    );
  }, 60_000);

  it('follows the run when it is live', async () => {
    await ask(sql, 'SELECT count(*) AS n FROM steps');
    await sql.getByRole('button', { name: 'Live' }).click();
    const before = Number((await answerShown(sql)).rows[0]?.[0]);
    await run.train(500);
    await until(async () => Number((await answerShown(sql)).rows[0]?.[0]) === before + 500, {
      what: 'the new rows',
      withinMs: 20_000,
    });
    await sql.getByRole('button', { name: 'Live' }).click();
  }, 60_000);

  it('follows a row that is clicked in another cell, whose named result it reads', async () => {
    const views = [
      { view: 'sql-cell' as const, runs: [], settings: { name: 'all_episodes', height: 200 } },
      { view: 'sql-cell' as const, runs: [], settings: { name: 'chosen', height: 200 } },
    ];
    const other = await stage.show('two-cells.ipynb', views, app);
    const [all, chosen] = [await viewOf(other, 'sql-cell'), await viewOf(other, 'sql-cell', 1)];
    await ask(all, 'SELECT run_id, agent_id, episode_index, total_reward FROM episodes ORDER BY seq_id');
    const waiting = await ask(
      chosen,
      'SELECT total_reward FROM all_episodes WHERE episode_index = :episode AND agent_id = :agent',
    );
    expect(waiting.rows).toEqual([]);
    await all.scrollIntoViewIfNeeded();
    await all.locator('#cell-2-3').click();
    const clicked = (await answerShown(all)).rows[2];
    await chosen.scrollIntoViewIfNeeded();
    await until(async () => String((await answerShown(chosen)).rows[0]) === clicked?.[3], {
      what: 'the return of the clicked row',
    });
    await other.page.close();
  }, 90_000);

  it('looks right on dark ground', async () => {
    await sql.getByRole('tab', { name: 'Chart' }).click();
    await ask(sql, 'SELECT step, name, value FROM metrics ORDER BY step');
    await changeTheme(tab, 'JupyterLab Dark');
    await screenshot(tab, `${app}-sql-dark-chart`);
    await sql.getByRole('tab', { name: 'Table' }).click();
    await screenshot(tab, `${app}-sql-dark-table`);
    await changeTheme(tab, 'JupyterLab Light');
  }, 60_000);
});

selection(() => ({ stage, run }));
