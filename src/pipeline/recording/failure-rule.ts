/**
 * Which episodes of a run have failed. The first of these that can tell, tells:
 * - `failure_below`: a return below it.
 * - What the environment said: `is_success` or `success` in the info of the last step.
 * - How it ended: episodes terminate or are truncated, and one of the two is what the run does worse with. An episode whose return is
 *   not above the median of those that ended the other way has failed: CartPole's that terminated, MountainCar's that were truncated.
 * - While too few ended the other way: terminated with a return of 0 or less, or in less than half of the usual steps.
 */
import type { EpisodeEnd } from './episode-take.ts';

const usualOf = 32;
const usualLeast = 8;

export class FailureRule {
  readonly #below: number | undefined;
  readonly #lengths: number[] = [];
  readonly #returns: Record<'terminated' | 'truncated', number[]> = { terminated: [], truncated: [] };

  constructor(below: number | undefined) {
    this.#below = below;
  }

  /** Whether the episode failed, by those before it; it is one of them from now on. */
  judge(end: EpisodeEnd): boolean {
    const hasFailed = this.#hasFailed(end);
    if (end.terminated || end.truncated) {
      keep(this.#lengths, end.steps);
      if (end.totalReward !== null) keep(this.#returns[end.terminated ? 'terminated' : 'truncated'], end.totalReward);
    }
    return hasFailed;
  }

  #hasFailed({ terminated, truncated, totalReward: total, steps, success }: EpisodeEnd): boolean {
    if (this.#below !== undefined) return total !== null && total < this.#below;
    if (success !== undefined) return !success;
    if (!terminated && !truncated) return false;
    const others = medianOf(this.#returns[terminated ? 'truncated' : 'terminated']);
    if (others !== undefined && total !== null) return total <= others;
    return terminated && ((total !== null && total <= 0) || steps < (medianOf(this.#lengths) ?? 0) / 2);
  }
}

function keep(list: number[], value: number): void {
  list.push(value);
  if (list.length > usualOf) list.shift();
}

/** Undefined for a few: nobody knows what is usual. */
function medianOf(list: readonly number[]): number | undefined {
  return list.length < usualLeast ? undefined : list.toSorted((a, b) => a - b)[list.length >> 1];
}
