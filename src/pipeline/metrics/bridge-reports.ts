/**
 * What the bridges of this home last told of their pages and frame rings.
 *
 * Guarantees: bounded, whatever is sent: the newest `bridgesMost` bridges, `viewsMost` views a report, `closedMost` views that have
 * gone. A bridge that has been silent for `silentMs` is forgotten; its views count as closed.
 */
import type { duallane } from '../../protocol/wire.ts';

type Known = { report: duallane.BridgeReport; atMs: number };

const silentMs = 15_000;
const bridgesMost = 64;
const viewsMost = 2048;
const closedMost = 256;

export class BridgeReports {
  readonly #now: () => number;
  readonly #bridges = new Map<string, Known>();
  #closed: duallane.ViewReport[] = [];

  constructor(now: () => number) {
    this.#now = now;
  }

  take(report: duallane.BridgeReport): void {
    const open = report.views.filter((view) => view.open).slice(0, viewsMost);
    this.#remember(report.views.filter((view) => !view.open));
    this.#bridges.delete(report.bridgeId);
    this.#bridges.set(report.bridgeId, { report: { ...report, views: open }, atMs: this.#now() });
    for (const oldest of this.#bridges.keys()) {
      if (this.#bridges.size <= bridgesMost) break;
      this.#bridges.delete(oldest);
    }
  }

  /** Bridges that have spoken lately. */
  bridges(): duallane.BridgeReport[] {
    for (const [id, { report, atMs }] of this.#bridges) {
      if (this.#now() - atMs <= silentMs) continue;
      this.#remember(report.views.map((view) => ({ ...view, open: false })));
      this.#bridges.delete(id);
    }
    return [...this.#bridges.values()].map(({ report }) => report);
  }

  /** Views of a run: open ones first, then the last ones that closed. */
  views(runId: string): duallane.ViewReport[] {
    const open = this.bridges().flatMap((bridge) => bridge.views);
    return [...open, ...this.#closed].filter((view) => view.runId === runId);
  }

  #remember(gone: readonly duallane.ViewReport[]): void {
    this.#closed = [...gone, ...this.#closed].slice(0, closedMost);
  }
}
