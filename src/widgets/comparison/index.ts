/** Comparisons of runs, in a worker of the page. One for each view: it ends with it. */
import type { PageLink } from '../link/page-link.ts';
import { ComparisonStore, type ComparisonWorker } from './comparison-store.ts';

export function comparisonStore(
  link: PageLink,
  told: ConstructorParameters<typeof ComparisonStore>[2],
  life: { signal: AbortSignal },
): ComparisonStore {
  const spawn = (): ComparisonWorker => new Worker(new URL('./comparison.worker.ts', import.meta.url)) as ComparisonWorker;
  return new ComparisonStore(link, spawn, told, life);
}
