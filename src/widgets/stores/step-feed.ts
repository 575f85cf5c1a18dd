/**
 * The newest step of a run and the name of its environment: what a lane draws of a run that sends no frames (boards, grids,
 * observations).
 *
 * One row is kept. Rows are reported to the bridge after the paint that showed them, so a slow view gets fewer.
 */
import { type Batch, type Status, sentenceOf } from '../../protocol/index.ts';
import type { Channel, ChannelEvent, PageLink } from '../link/page-link.ts';
import { KindTally } from './kind-tally.ts';
import { type Row, RowBatch } from './row-batch.ts';

type Kind = 'steps' | 'episodes';

export class StepFeed {
  row: Row | undefined;
  gameId = '';
  status: Status | undefined;
  problem: string | undefined;
  readonly #changed: () => void;
  readonly #channel: Channel;
  readonly #tallies = { steps: new KindTally(), episodes: new KindTally() };

  constructor(link: PageLink, run: string, changed: () => void, life: { signal: AbortSignal }) {
    this.#changed = changed;
    const backlog = { steps: 1, episodes: 1 };
    const request = { view: 'telemetry' as const, run, kinds: ['steps' as const, 'episodes' as const], backlog };
    this.#channel = link.open(request, (event) => this.#take(event), life);
  }

  setActive(isActive: boolean): void {
    this.#channel.grant(isActive);
  }

  /** To be called when the newest row is on the screen. */
  afterPaint(paintMs: number): void {
    const [steps, episodes] = [this.#tallies.steps.painted()?.report, this.#tallies.episodes.painted()?.report];
    if (steps || episodes) this.#channel.painted({ ...(steps && { steps }), ...(episodes && { episodes }), paint_ms: paintMs });
  }

  #take(event: ChannelEvent): void {
    switch (event.kind) {
      case 'batch':
        this.#takeBatch(event.meta, event.body);
        break;
      case 'status':
        this.status = event.meta;
        break;
      case 'error':
        this.problem = event.meta.sentence;
        break;
      case 'reopened':
        this.#tallies.steps.reopened();
        this.#tallies.episodes.reopened();
        this.problem = undefined;
        return;
      case 'frame':
      case 'gap':
      case 'ledger':
        return;
      default:
        event satisfies never;
    }
    this.#changed();
  }

  #takeBatch(meta: Batch, body: Uint8Array): void {
    if (!isKind(meta.kind)) return;
    this.#tallies[meta.kind].took(meta.rows, meta.last_seq, meta.history, undefined);
    try {
      const batch = new RowBatch(body);
      if (batch.rows === 0) return;
      const newest = batch.row(batch.rows - 1);
      if (meta.kind === 'episodes') this.gameId = batch.text('game_id', newest.index) ?? this.gameId;
      else if (!this.row || newest.seq >= this.row.seq) this.row = newest;
    } catch (error) {
      this.problem = sentenceOf(error);
    }
  }
}

function isKind(kind: string): kind is Kind {
  return kind === 'steps' || kind === 'episodes';
}
