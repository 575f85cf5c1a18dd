/** What a researcher would see of the demo, seen by a headless Chromium: each line printed is a fact that was checked. */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Locator } from 'playwright-core';
import { command, launchBrowser, openNotebook, openTab, type Tab } from '../test/support/browser.ts';
import { firstExample, holdTraining } from '../test/support/first-example.ts';
import { cellEnded, kernelStatus, runCell, startCell } from '../test/support/notebook.ts';
import { until } from '../test/support/until.ts';
import { ask, frameCounts, liveLedger, type SqlAnswer, stateOf, viewOf } from '../test/support/views.ts';
import type { Demo } from './demo.ts';

const { name: notebook, cells } = firstExample;

type Views = { live: Locator; lane: Locator; sql: Locator };

/** True when everything was right. */
export async function watchHeadless(demo: Demo, signal: AbortSignal): Promise<boolean> {
  mkdirSync(demo.screenshots, { recursive: true });
  const facts = new Facts();
  const training = holdTraining(demo.notebooks);
  const browser = await launchBrowser();
  signal.addEventListener('abort', () => void browser.close());
  try {
    const tab = await openTab(browser, demo.jupyter, { width: 1280, height: 1700 });
    await openNotebook(tab, demo.jupyter, notebook);
    for (const cell of [cells.begin, cells.live, cells.lane, cells.question]) await runCell(tab, cell);
    const views = {
      live: await viewOf(tab, 'live-telemetry'),
      lane: await viewOf(tab, 'fast-lane'),
      sql: await viewOf(tab, 'sql-cell'),
    };
    await startCell(tab, cells.training);
    await whileTraining(demo, tab, views, facts);
    training.release();
    await cellEnded(tab, cells.training, { withinMs: 120_000 });
    await afterwards(demo, tab, views, facts);
    facts.check('no request left the Jupyter server', tab.foreign.length === 0, tab.foreign.join(' ') || 'none');
    facts.check('the page raised no error', tab.errors.length === 0, tab.errors.join(' ') || 'none');
  } finally {
    await browser.close();
  }
  console.log(`demo: pictures are in ${demo.screenshots}`);
  return facts.areRight;
}

async function whileTraining(demo: Demo, tab: Tab, { live, lane, sql }: Views, facts: Facts): Promise<void> {
  const look = async () => ({
    rows: (await liveLedger(live))?.steps.shown ?? 0,
    frames: (await frameCounts(lane)).framesShown,
    status: await kernelStatus(tab),
  });
  await live.scrollIntoViewIfNeeded();
  const first = await until(async () => ((await look()).rows > 0 ? look() : undefined), {
    what: 'the first rows',
    withinMs: 60_000,
  });
  await lane.scrollIntoViewIfNeeded();
  await until(async () => (await look()).frames > first.frames, { what: 'frames to move' });
  await live.scrollIntoViewIfNeeded();
  await until(async () => (await look()).rows > first.rows, { what: 'rows to move' });
  const answer = await ask(sql);
  const second = await look();
  facts.check('the kernel was busy meanwhile', first.status === 'busy' && second.status === 'busy', second.status);
  facts.check('rows were shown while the kernel was busy', second.rows > first.rows, `${first.rows}, then ${second.rows}`);
  facts.check(
    'frames were shown while the kernel was busy',
    second.frames > first.frames,
    `${first.frames}, then ${second.frames}`,
  );
  const names = new Set(answer.rows.map((row) => row[0]));
  facts.check('SQL answered meanwhile, over both runs', names.size === 2, answer.line);
  await picture(demo, tab, 'live-light');
  await theme(tab, 'dark');
  await picture(demo, tab, 'live-dark');
  await theme(tab, 'light');
}

async function afterwards(demo: Demo, tab: Tab, { live, lane, sql }: Views, facts: Facts): Promise<void> {
  await live.scrollIntoViewIfNeeded();
  await until(async () => (await stateOf(live)) === 'ended', { what: 'the live view to say that the run has ended' });
  const settled = await until(
    async () => {
      const now = await liveLedger(live);
      return now && now.steps.shown === now.steps.delivered ? now : undefined;
    },
    { what: 'every delivered row to be shown' },
  );
  const { published, delivered, skipped, thinned, overflowed, shown } = settled.steps;
  const ofView = `${shown} shown = ${delivered} delivered, ${skipped} skipped, ${thinned} thinned, ${overflowed} overflowed of ${published}`;
  facts.check('each row of the view is accounted for', delivered + skipped + thinned + overflowed === published, ofView);
  const frames = await frameCounts(lane);
  facts.check('frames shown', frames.framesShown > 0, `${frames.framesShown} of ${frames.framesPublished}`);

  await demo.training.ended;
  const runId = demo.training.runId() ?? '';
  const answer = await ask(
    sql,
    `SELECT r.name, count(*) AS rows_stored, count(DISTINCT s.agent_id) AS agents, max(s.seq_id) AS last_seq
FROM steps s JOIN runs r USING (run_id)
GROUP BY r.run_id, r.name
ORDER BY r.name`,
  );
  await sql.scrollIntoViewIfNeeded();
  await picture(demo, tab, 'sql-light');
  await theme(tab, 'dark');
  await picture(demo, tab, 'sql-dark');
  console.log(table(answer));
  const [inNotebook, inScript] = answer.rows;
  const stored = settled.watermarks.steps;
  facts.check(
    'rows stored of the notebook, by SQL',
    stored > 0 && Number(inNotebook?.[1]) === stored,
    `${inNotebook?.[1]} of ${stored}`,
  );
  facts.check(
    `rows stored of the script (${runId}), by SQL`,
    Number(inScript?.[1]) === demo.training.steps,
    `${inScript?.[1]} of ${demo.training.steps}`,
  );
  facts.check('two agents in the script', inScript?.[2] === '2', `${inScript?.[2]}`);
  const { text } = await runCell(tab, cells.python);
  facts.check(
    'Python counts the same steps',
    text.includes(`'steps': ${stored}`) && text.includes(runId),
    text.replaceAll('\n', ' '),
  );
}

async function theme(tab: Tab, ground: 'light' | 'dark'): Promise<void> {
  await command(tab, 'apputils:change-theme', { theme: ground === 'dark' ? 'JupyterLab Dark' : 'JupyterLab Light' });
  await tab.page.locator(`body[data-jp-theme-light="${ground === 'light'}"]`).waitFor({ state: 'attached' });
}

async function picture(demo: Demo, tab: Tab, name: string): Promise<void> {
  await tab.page.screenshot({ path: join(demo.screenshots, `${name}.png`) });
}

/** An answer as lines of text. */
function table({ columns, rows, line }: SqlAnswer): string {
  const cells = [columns, ...rows.map((row) => row.map((text) => text ?? 'NULL'))];
  const widths = columns.map((_, column) => Math.max(...cells.map((row) => row[column]?.length ?? 0)));
  const text = cells.map((row) => row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join('  '));
  return ['', ...text, line].map((each) => `  ${each}`).join('\n');
}

class Facts {
  areRight = true;

  check(what: string, isRight: boolean, seen: string): void {
    console.log(`${isRight ? 'ok    ' : 'WRONG '} ${what}: ${seen}`);
    this.areRight &&= isRight;
  }
}
