/** The newest returns of a run, for a line as small as a word. Costs one channel of episodes; hidden, it gets none. */
import type { ChannelEvent, PageLink } from '../link/page-link.ts';
import { RowBatch } from './row-batch.ts';
import { ValueSeries } from './value-series.ts';

const episodesAtFirst = 200;
const pointsMost = 512;

export class ReturnSpark {
  readonly series = new ValueSeries(pointsMost);
  /** Grows whenever points were added. */
  version = 0;

  constructor(link: PageLink, run: string, changed: () => void, life: { signal: AbortSignal }) {
    const request = { view: 'telemetry' as const, run, kinds: ['episodes' as const], backlog: { episodes: episodesAtFirst } };
    const channel = link.open(request, (event) => this.#take(event, report, changed), life);
    const report = (seq: number, rows: number): void => channel.painted({ episodes: { seq, rows } });
  }

  #take(event: ChannelEvent, report: (seq: number, rows: number) => void, changed: () => void): void {
    if (event.kind !== 'batch') return;
    const { history, rows, last_seq } = event.meta;
    const batch = new RowBatch(event.body);
    const points = Array.from({ length: batch.rows }, (_, i) => ({
      x: batch.seq(i),
      y: batch.number('total_reward', i) ?? Number.NaN,
      seq: batch.seq(i),
    }));
    this.series.add(points);
    this.version += 1;
    report(last_seq, history ? 0 : rows);
    changed();
  }
}
