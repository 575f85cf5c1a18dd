/**
 * Values that a run logged by name (losses, entropy, learning rate …), one series per name and agent.
 * Memory is bounded: names, agents of a name, and points of a series all have a limit; `leftOut` counts names beyond it.
 */
import type { RowBatch } from './row-batch.ts';
import { type ValuePoint, ValueSeries } from './value-series.ts';

const namesMost = 512;
const agentsMost = 32;
const pointsMost = 16_384;

export class NamedValues {
  readonly #byName = new Map<string, Map<string, ValueSeries>>();
  readonly #leftOut = new Set<string>();
  /** Grows whenever something was added. */
  version = 0;

  /** Names that were not kept, as far as they were counted. */
  get leftOut(): number {
    return this.#leftOut.size;
  }

  get size(): number {
    return this.#byName.size;
  }

  /** What is worth seeing first comes first, the rest by the alphabet. */
  names(): string[] {
    return [...this.#byName.keys()].sort((a, b) => worth(a) - worth(b) || (a < b ? -1 : 1));
  }

  of(name: string): ReadonlyMap<string, ValueSeries> {
    return this.#byName.get(name) ?? new Map();
  }

  add(batch: RowBatch): void {
    this.version += 1;
    const fresh = new Map<string, Map<string, ValuePoint[]>>();
    for (let i = 0; i < batch.rows; i++) {
      const name = batch.text('name', i);
      const y = batch.number('value', i);
      if (name === undefined || y === undefined) continue;
      const agents = entry(fresh, name, () => new Map<string, ValuePoint[]>());
      const points = entry(agents, batch.text('agent_id', i) ?? 'default', () => []);
      points.push({ x: batch.number('step', i) ?? 0, y, seq: batch.seq(i) });
    }
    for (const [name, agents] of fresh) this.#extend(name, agents);
  }

  dropAbove(seq: number): void {
    this.version += 1;
    for (const agents of this.#byName.values()) for (const series of agents.values()) series.dropAbove(seq);
  }

  #extend(name: string, agents: ReadonlyMap<string, readonly ValuePoint[]>): void {
    const known = this.#byName.get(name);
    if (!known && this.#byName.size >= namesMost) {
      if (this.#leftOut.size < namesMost) this.#leftOut.add(name);
      return;
    }
    const series = known ?? new Map<string, ValueSeries>();
    this.#byName.set(name, series);
    for (const [agent, points] of agents) {
      if (!series.has(agent) && series.size >= agentsMost) continue;
      entry(series, agent, () => new ValueSeries(pointsMost)).add(points);
    }
  }
}

/** Names of PPO, DQN and SAC as CleanRL and Stable-Baselines3 write them, in the order people look at them. */
const wellKnown = [
  /(episodic_return|ep_rew_mean|eval.*reward)/i,
  /(value_loss|critic_loss|qf\d*_loss|td_loss|(^|\/)loss$)/i,
  /(policy_loss|policy_gradient_loss|actor_loss)/i,
  /entropy/i,
  /kl/i,
  /explained_var/i,
  /clip_?frac/i,
  /(alpha|ent_coef|epsilon|exploration_rate)/i,
  /(learning_rate|(^|\/)lr$)/i,
  /(sps|fps)/i,
];

function worth(name: string): number {
  const rank = wellKnown.findIndex((pattern) => pattern.test(name));
  return rank < 0 ? wellKnown.length : rank;
}

function entry<K, V>(map: Map<K, V>, key: K, make: () => V): V {
  const known = map.get(key);
  if (known !== undefined) return known;
  const made = make();
  map.set(key, made);
  return made;
}
