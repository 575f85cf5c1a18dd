/**
 * What can be chosen before any value is loaded: the names that runs log, as their newest rows have them.
 *
 * A run is looked at once, and again when it has logged twice as much; of many runs the newest are.
 */
import { tableFromIPC } from 'apache-arrow';
import type { PageLink } from '../link/page-link.ts';

const newestRows = 2000;
const runsMost = 32;

export class ValueNames {
  readonly names = new Set<string>();
  readonly #link: Pick<PageLink, 'runs' | 'tail'>;
  readonly #seen = new Map<string, number>();

  constructor(link: Pick<PageLink, 'runs' | 'tail'>) {
    this.#link = link;
  }

  /** Throws as the link does. */
  async look(runs: readonly string[], life: { signal: AbortSignal }): Promise<void> {
    const wanted = this.#link.runs.filter(({ run_id }) => runs.includes(run_id));
    wanted.sort((a, b) => b.created_ms - a.created_ms);
    for (const { run_id, kinds } of wanted.slice(0, runsMost)) {
      const upto = kinds.find(({ kind }) => kind === 'metrics')?.watermark ?? 0;
      if (upto === 0 || upto < 2 * (this.#seen.get(run_id) ?? 0)) continue;
      for (const stream of await this.#link.tail(run_id, 'metrics', Math.max(0, upto - newestRows), upto, life))
        for (const name of tableFromIPC(stream).getChild('name') ?? []) this.names.add(String(name));
      this.#seen.set(run_id, upto);
    }
  }
}
