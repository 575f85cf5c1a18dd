import { describe, expect, it } from '@jest/globals';
import { StepMemory } from '../../src/pipeline/sinks/step-memory.ts';
import { decodeBatch, encodeRows, type Row } from '../../src/protocol/arrow.ts';
import type { RowKind } from '../../src/protocol/index.ts';

const observe = (memory: StepMemory, kind: RowKind, rows: readonly Row[]) =>
  memory.observe('run', 'worker', kind, decodeBatch(encodeRows(kind, rows)));

const agents = ['left', 'right'];
/** Steps of both agents in turn, as a loop with two agents logs them. */
const steps = (episodes: readonly number[], length: number): Row[] =>
  episodes.flatMap((episode_index) =>
    Array.from({ length }, (_, step_index) => agents.map((agent_id) => ({ agent_id, episode_index, step_index }))).flat(),
  );
const ends = (episodes: readonly number[]): Row[] =>
  episodes.flatMap((episode_index) => agents.map((agent_id) => ({ agent_id, episode_index })));
const range = (from: number, to: number) => Array.from({ length: to - from }, (_, index) => from + index);

describe('rows that come late', () => {
  it('are none in an ordered run of two agents whose batches of episodes overtake those of steps', () => {
    const memory = new StepMemory();
    const changes = [
      observe(memory, 'steps', steps(range(0, 100), 5)),
      observe(memory, 'episodes', ends(range(0, 300))),
      observe(memory, 'steps', steps(range(100, 300), 5)),
      observe(memory, 'episodes', ends(range(300, 310))),
      observe(memory, 'steps', steps(range(300, 310), 5)),
    ].flat();
    expect(changes.reduce((sum, change) => sum + (change.r ?? 0), 0)).toBe(2 * 310 * 5 + 2 * 310);
    expect(changes.filter((change) => change.l !== undefined || change.p !== undefined)).toEqual([]);
  });

  it('are those more than 64 episodes behind the newest one of their kind, agent and slot', () => {
    const memory = new StepMemory();
    observe(memory, 'steps', steps(range(0, 200), 1));
    expect(observe(memory, 'steps', steps([135, 136], 1))).toEqual([
      { worker: 'worker', agent: 'left', r: 2, l: 1, p: 1 },
      { worker: 'worker', agent: 'right', r: 2, l: 1, p: 1 },
    ]);
    const slot = [{ agent_id: 'left', env_slot: 1, episode_index: 0, step_index: 0 }];
    expect(observe(memory, 'steps', slot)).toEqual([{ worker: 'worker', agent: 'left', r: 1 }]);
  });
});
