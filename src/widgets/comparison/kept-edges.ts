/**
 * The edges of one group's band as they were computed. Bins of a width stay where they are, so a view that is moved needs only those
 * that come into it.
 *
 * Guarantees
 * - What is kept is of the same seeds, values and settings; everything else is forgotten.
 * - When the budget is spent edges are those of the former width at that place, or none, and `isRough` is true.
 */
import type { Edges } from '../stats/bands.ts';
import { binMiddle, type Grid } from '../stats/grid.ts';

/** What computing edges may still take. */
export type Budget = { leftMs: number };
type OfWidth = { width: number; edges: Map<number, Edges> };

const binsMost = 5000;

export class KeptEdges {
  #of = '';
  #now: OfWidth = { width: 0, edges: new Map() };
  #former: OfWidth | undefined;
  isRough = false;

  /** What is asked for from here on; `of` names all that the edges depend on but the width. */
  begin(of: string, width: number): void {
    this.isRough = false;
    if (of !== this.#of) this.#former = undefined;
    else if (width !== this.#now.width) this.#former = this.#now;
    if (of !== this.#of || width !== this.#now.width || this.#now.edges.size > binsMost) this.#now = { width, edges: new Map() };
    this.#of = of;
  }

  at(bin: number, grid: Grid, compute: () => Edges, budget: Budget): Edges | undefined {
    const number = grid.first + bin;
    const kept = this.#now.edges.get(number);
    if (kept) return kept;
    if (budget.leftMs <= 0) {
      this.isRough = true;
      return this.#former?.edges.get(Math.floor(binMiddle(grid, bin) / this.#former.width));
    }
    const began = performance.now();
    const edges = compute();
    budget.leftMs -= performance.now() - began;
    this.#now.edges.set(number, edges);
    return edges;
  }
}
