/**
 * @jest-environment node
 */
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { stepSchemaOf, stepViolations } from '../../src/pipeline/ingest/step-schema.ts';
import { batchFromRows, decodePublished, encodeBatch, type Row, withFieldMetadata } from '../../src/protocol/arrow.ts';

function problemOf(row: Row, schemaId = 'jsonl.telemetry', layout?: Record<string, string>): string | undefined {
  const batch = withFieldMetadata(batchFromRows('steps', [{ agent_id: 'a', episode_index: 3, step_index: 7, ...row }]), {
    ...(layout && { observation: new Map(Object.entries(layout)) }),
  });
  const [found] = stepViolations(decodePublished('steps', encodeBatch(batch)), stepSchemaOf(schemaId));
  expect(found?.count ?? 0).toBe(found?.samples.length ?? 0);
  return found?.samples[0]?.replace('episode 3 step 7: ', '');
}
const payloadProblem = (payload: unknown, schemaId?: string) =>
  problemOf({ render_payload_json: typeof payload === 'string' ? payload : JSON.stringify(payload) }, schemaId);

describe('a render payload', () => {
  const grid = { mode: 'grid', grid: ['ab', 'cd'], agent_position: [1, 0], game_id: 'x' };
  it.each([
    [grid],
    [
      {
        ...grid,
        grid: [
          [0, 1],
          [2, 3],
        ],
        agent_position: null,
      },
    ],
    [{ tiles: [[0, 1]], width: 2, height: 1, goal_positions: [[0, 1]], hazards: [] }],
    [{ mode: 'rgb_array', rgb: [[[1, 2, 3]], [[4, 5, 6]]] }],
    [{ mode: 'rgb_array', shape: [1, 2, 3], data: 'AAAAAAAA' }],
    [{ nodes: [1, 2], edges: [[0, 1]], node_features: [] }],
    [{ mode: 'ansi', text: 'whatever a worker likes' }],
    ['{"mode":"grid","grid":[[NaN,1]]}'],
  ])('that keeps to its form is none: %j', (payload) => {
    expect(payloadProblem(payload)).toBeUndefined();
  });

  it.each([
    [{ ...grid, grid: ['ab', 'c'] }, "the grid's rows are not of one length: row 1 has 1 cells, row 0 has 2"],
    [{ ...grid, grid: 'ab' }, 'a grid\'s "grid" is not an array of rows'],
    [{ ...grid, grid: [1, 2] }, 'a row of the grid is neither an array of cells nor a string'],
    [{ ...grid, agent_position: [2, 0] }, '"agent_position" is not [row, column] inside of 2 x 2'],
    [{ tiles: [[0, 1]], width: 3 }, 'the grid\'s "width" is 3, it has 2'],
    [{ tiles: [[0, 1]], hazards: [[0, 5]] }, '"hazards" are not [row, column] inside of 1 x 2'],
    [{ mode: 'rgb_array', rgb: [[[1, 2, 3]], [[4, 5]]] }, 'the rows of an rgb_array payload are not of one length'],
    [{ mode: 'rgb_array', shape: [1, 2, 3], data: 'AAAA' }, '3 bytes are not a picture of 1 x 2 x 3'],
    [{ mode: 'graph', nodes: [1] }, 'a graph\'s "edges" is not an array'],
    ['{"mode":', 'the render payload is not JSON'],
    ['[1]', 'the render payload is array, not an object'],
  ])('that does not is said to, in words: %j', (payload, sentence) => {
    expect(payloadProblem(payload)).toContain(sentence);
  });

  it('must be of the form the worker registered', () => {
    expect(payloadProblem(grid, 'maze.step.grid')).toBeUndefined();
    expect(payloadProblem(grid, 'maze.step.RGB')).toBe('the render payload is grid, not rgb');
    expect(payloadProblem({ mode: 'ansi' }, 'grid')).toBe('the render payload is of no known form, not grid');
  });
});

describe('the metadata of a vector', () => {
  it.each([
    [{ observation: new Uint8Array(16) }, { dtype: '<f4', shape: '[4]' }, undefined],
    [{ observation: new Uint8Array(6) }, { dtype: 'uint8', shape: '[1, 2, 3]' }, undefined],
    [{ observation: new Uint8Array(8) }, { dtype: 'float64', shape: '[]' }, undefined],
    [
      { observation: new Uint8Array(15) },
      { dtype: '<f4', shape: '[4]' },
      'the observation has 15 bytes, its dtype and shape say 16',
    ],
    [{ observation: new Uint8Array(4) }, undefined, 'the observation is raw bytes without a dtype and shape that are known'],
    [{ observation: new Uint8Array(4) }, { dtype: 'O', shape: '[1]' }, 'without a dtype and shape that are known'],
    [{ observation: new Uint8Array(4) }, { layouts: 'no JSON' }, 'without a dtype and shape that are known'],
    [{ env_slot: -1 }, undefined, 'env_slot -1 is below 0'],
    [{ observation_json: '[1,' }, undefined, 'the observation is not JSON'],
  ])('%j with %j: %s', (row, layout, sentence) => {
    if (sentence === undefined) expect(problemOf(row, 'v', layout)).toBeUndefined();
    else expect(problemOf(row, 'v', layout)).toContain(sentence);
  });

  it('is wanted of every step of a worker that registered one', () => {
    expect(problemOf({ observation_json: '[1]' }, 'atari.vector')).toBe(
      'there is no observation as raw bytes with dtype and shape',
    );
  });
});

it('counts each agent by itself, with a few samples of many, and never throws whatever the rows hold', () => {
  const rows = fc.array(
    fc.record({
      agent_id: fc.constantFrom('a', 'b'),
      env_slot: fc.integer({ min: -1, max: 2 }),
      render_payload_json: fc.option(fc.oneof(fc.string(), fc.json(), fc.constant('{"grid":[[1],[1,2]]}'))),
      observation_json: fc.option(fc.oneof(fc.string(), fc.json())),
      observation: fc.option(fc.uint8Array({ maxLength: 9 })),
    }),
    { minLength: 1, maxLength: 30 },
  );
  fc.assert(
    fc.property(rows, fc.constantFrom('', 'x.grid', 'rgb', 'vector', 'graph'), fc.string(), (given, schemaId, layouts) => {
      const batch = withFieldMetadata(batchFromRows('steps', given as Row[]), { observation: new Map([['layouts', layouts]]) });
      const found = stepViolations(decodePublished('steps', encodeBatch(batch)), stepSchemaOf(schemaId));
      for (const { agentId, count, samples } of found) {
        expect(count).toBeLessThanOrEqual(given.filter(({ agent_id }) => agent_id === agentId).length);
        expect(samples).toHaveLength(Math.min(8, count));
      }
      expect(found.reduce((sum, { count }) => sum + count, 0)).toBeGreaterThanOrEqual(
        given.filter((row) => row.env_slot < 0).length,
      );
    }),
    { numRuns: 200 },
  );
});
