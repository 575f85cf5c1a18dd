/**
 * Notices rows that come again or come late. A hint for the ledger: every row is stored whatever this says.
 *
 * repeated: a steps row whose (run, worker, agent, env_slot, episode, step), or an episodes row whose (run, worker, agent,
 *   env_slot, episode), was seen before.
 * late: a row of an episode that is more than `episodesKept` behind the newest one of its kind and (worker, agent, env_slot): too
 *   old to say whether it is repeated. Steps and episodes travel in batches of their own, which overtake each other: each kind
 *   is measured by itself.
 *
 * Bounds: the newest 64 episodes of each stream, 256 separate step ranges in each, 4096 streams (the longest unused goes first).
 * What falls out, and what was sealed before the daemon started, is forgotten: repetitions of it are not counted.
 */
import type { RecordBatch } from 'apache-arrow';
import { columnData, dictionaryTexts, numbersOf } from '../../protocol/arrow.ts';
import type { RowKind } from '../../protocol/index.ts';
import type { LedgerChange } from './row-ledger.ts';

const episodesKept = 64;
const rangesKept = 256;
const streamsKept = 4096;

/** Ranges of steps seen, ascending, apart from each other: [from, to, from, to, ...]. */
type Episode = { ranges: number[]; ended: boolean };
type Stream = {
  newest: number;
  episodes: Map<number, Episode> /** The episode of the last row: the next one's, nearly always. */;
  last?: { index: number; episode: Episode };
};

export class StepMemory {
  readonly #streams = new Map<string, Stream>();

  /** What a batch adds to the ledger, by agent, and remembers its rows. */
  observe(runId: string, workerId: string, kind: RowKind, batch: RecordBatch): LedgerChange[] {
    if (kind === 'events') return [{ worker: workerId, agent: '', r: batch.numRows }];
    const agents = columnData(batch, 'agent_id');
    const names = dictionaryTexts(agents);
    const indices = agents.values as Int32Array;
    const changes = names.map((agent): LedgerChange => ({ worker: workerId, agent, r: 0 }));
    const judge = kind === 'metrics' ? undefined : this.#judge(runId, workerId, kind, batch, names);
    for (let row = 0; row < batch.numRows; row++) {
      const change = changes[indices[row] as number] as LedgerChange;
      change.r = (change.r as number) + 1;
      const verdict = judge?.(row);
      if (verdict === 'repeated') change.p = (change.p ?? 0) + 1;
      else if (verdict === 'late') change.l = (change.l ?? 0) + 1;
    }
    return changes.filter((change) => (change.r as number) > 0);
  }

  #judge(runId: string, workerId: string, kind: 'steps' | 'episodes', batch: RecordBatch, names: readonly string[]) {
    const agents = columnData(batch, 'agent_id').values as Int32Array;
    const slots = columnData(batch, 'env_slot').values as Int32Array;
    const episodes = numbersOf(batch, 'episode_index');
    const steps = kind === 'steps' ? numbersOf(batch, 'step_index') : undefined;
    // By agent, then by slot: both are small integers, which maps find fastest.
    const streams = names.map(() => new Map<number, Stream>());
    return (row: number): 'new' | 'repeated' | 'late' => {
      const agent = agents[row] as number;
      const slot = slots[row] as number;
      const ofAgent = streams[agent] as Map<number, Stream>;
      let stream = ofAgent.get(slot);
      if (stream === undefined) {
        stream = this.#stream(`${kind}\0${runId}\0${workerId}\0${names[agent]}\0${slot}`);
        ofAgent.set(slot, stream);
      }
      const index = episodes[row] as number;
      const episode = episodeOf(stream, index);
      if (episode === undefined) return 'late';
      if (stream.last?.index !== index) stream.last = { index, episode };
      if (steps !== undefined) return addStep(episode.ranges, steps[row] as number) ? 'new' : 'repeated';
      if (episode.ended) return 'repeated';
      episode.ended = true;
      return 'new';
    };
  }

  #stream(key: string): Stream {
    const known = this.#streams.get(key);
    const stream = known ?? { newest: Number.NEGATIVE_INFINITY, episodes: new Map() };
    // Moved to the end: the first one is the longest unused.
    this.#streams.delete(key);
    this.#streams.set(key, stream);
    if (this.#streams.size > streamsKept) this.#streams.delete(this.#streams.keys().next().value as string);
    return stream;
  }
}

/** Undefined when the episode is too old to be remembered. */
function episodeOf(stream: Stream, index: number): Episode | undefined {
  if (stream.last?.index === index) return stream.last.episode;
  if (index <= stream.newest - episodesKept) return undefined;
  const known = stream.episodes.get(index);
  if (known !== undefined) return known;
  const episode: Episode = { ranges: [], ended: false };
  stream.episodes.set(index, episode);
  if (index > stream.newest) {
    stream.newest = index;
    for (const old of stream.episodes.keys()) {
      if (stream.episodes.size <= episodesKept) break;
      if (old <= index - episodesKept) stream.episodes.delete(old);
    }
  }
  return episode;
}

/** False when the step was there. */
export function addStep(ranges: number[], step: number): boolean {
  const end = ranges.length;
  // The usual case first: the step after the last one.
  if (end > 0 && step === (ranges[end - 1] as number) + 1) {
    ranges[end - 1] = step;
    return true;
  }
  let at = end - 2;
  while (at >= 0 && (ranges[at] as number) > step) at -= 2;
  if (at >= 0 && step <= (ranges[at + 1] as number)) return false;
  const joinsBefore = at >= 0 && (ranges[at + 1] as number) === step - 1;
  const joinsAfter = at + 2 < end && (ranges[at + 2] as number) === step + 1;
  if (joinsBefore && joinsAfter) ranges.splice(at + 1, 2);
  else if (joinsBefore) ranges[at + 1] = step;
  else if (joinsAfter) ranges[at + 2] = step;
  else ranges.splice(at + 2, 0, step, step);
  if (ranges.length > rangesKept * 2) ranges.splice(0, 2);
  return true;
}
