/** P6's peer: Perspective's own widget in the same JupyterLab, fed the same rows by an idle kernel; see p6_perspective.py. */
import type { Stage } from '../support/stage.ts';
import { until } from '../support/until.ts';
import { rounded } from './figures.ts';
import { withKernelPage } from './kernel-page.ts';

const warmUpSeconds = 3;
const nothingFor = 10_000;

/** In the page: at each animation frame the newest row the grid shows, and how old it is. Tasks over 50 ms are noted too. */
const observe = (baseMs: number): string => `void (() => {
  const found = globalThis.peer = { ages: [], tasks: [] };
  const grid = (root) => {
    for (const element of root.querySelectorAll('*')) {
      if (element.localName === 'regular-table') return element;
      const inside = element.shadowRoot && grid(element.shadowRoot);
      if (inside) return inside;
    }
  };
  let table, last = '';
  const look = () => {
    table = table?.isConnected ? table : grid(document);
    const text = table?.querySelector('tbody td')?.textContent.replaceAll(/\\D/g, '') ?? '';
    if (text !== '' && text !== last) found.ages.push(Date.now() - ${baseMs} - Number(text));
    last = text;
    requestAnimationFrame(look);
  };
  look();
  new PerformanceObserver((list) => { for (const { duration } of list.getEntries()) found.tasks.push(duration); }).observe({ type: 'longtask' });
})()`;

export async function perspectiveFigures(stage: Stage, rate: number, seconds: number): Promise<Record<string, number>> {
  const baseMs = Date.now();
  const source = `from p6_perspective import stream
task = stream(${rate}, ${seconds + warmUpSeconds + 60}, ${baseMs})`;
  return withKernelPage(stage, `perspective-${rate}.ipynb`, source, async (page) => {
    await page.evaluate(observe(baseMs));
    const ages = async () => (await page.evaluate<number[]>('globalThis.peer.ages')) ?? [];
    await until(async () => (await ages()).length > 0, { what: 'Perspective to show a row', withinMs: 60_000 });
    await seconded(warmUpSeconds);
    await page.evaluate('void (globalThis.peer.ages.length = globalThis.peer.tasks.length = 0)');
    await seconded(seconds);
    const sorted = (await ages()).sort((a, b) => a - b);
    const at = (share: number): number => rounded(sorted[Math.floor(sorted.length * share)] ?? nothingFor);
    return {
      'Perspective p50 ms': at(0.5),
      'Perspective p95 ms': at(0.95),
      'Perspective paints': sorted.length,
      'Perspective longest task ms': rounded(
        (await page.evaluate<number>('Math.max(0, ...globalThis.peer.tasks)')) ?? Number.NaN,
      ),
    };
  });
}

async function seconded(seconds: number): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, seconds * 1000));
}
