import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { GridPicture } from '../../src/widgets/stores/grid-cells.ts';
import { stepPicture } from '../../src/widgets/stores/step-picture.ts';

function grid(payload: unknown, observation?: unknown, game = ''): GridPicture {
  const picture = stepPicture(payload === undefined ? undefined : JSON.stringify(payload), observation, game);
  if (picture?.form !== 'grid') throw new Error(`no grid but ${picture?.form}`);
  return picture;
}
const kinds = (picture: GridPicture): string[] => picture.cells.map((row) => row.map(({ kind }) => kind[0]).join(''));

describe('a grid payload', () => {
  it('is drawn from rows of letters, with the agent where it stands', () => {
    const picture = grid({
      mode: 'grid',
      grid: ['SFFF', 'FHFH', 'FFFH', 'HFFG'],
      agent_position: [2, 1],
      game_id: 'FrozenLake-v1',
    });
    expect(kinds(picture)).toEqual(['sfff', 'fhfh', 'fffh', 'hffg']);
    expect(picture.agent).toEqual({ row: 2, col: 1 });
  });

  it('is drawn from cells by word, number and MiniGrid code', () => {
    expect(
      kinds(
        grid({
          grid: [
            ['wall', 'floor'],
            ['goal', 'lava'],
          ],
        }),
      ),
    ).toEqual(['wf', 'gh']);
    expect(kinds(grid({ grid: [[2, 1, 8]], game_id: 'MiniGrid-Empty-5x5-v0' }))).toEqual(['wfg']);
    expect(
      kinds(
        grid({
          grid: [
            [
              [2, 5, 0],
              [9, 0, 0],
            ],
          ],
        }),
      ),
    ).toEqual(['wh']);
    expect(grid({ grid: [[0, 7]] }).cells[0]?.map(({ text }) => text)).toEqual(['0', '7']);
  });

  it('is drawn from the declared form: tiles, width, goals and hazards', () => {
    const tiles = Array.from({ length: 6 }, () => '.');
    const picture = grid({
      tiles,
      width: 3,
      height: 2,
      agent_position: { row: 0, col: 2 },
      goal_positions: [[1, 2]],
      hazards: [
        [1, 0],
        [99, 0],
      ],
    });
    expect(kinds(picture)).toEqual(['fff', 'hfg']);
    expect(picture.agent).toEqual({ row: 0, col: 2 });
  });

  it('is Taxi’s own map when it is printed so: letters are places, bars are walls', () => {
    const rows = ['+---------+', '|R: | : :G|', '| : | : : |', '| : : : : |', '| | : | : |', '|Y| : |B: |', '+---------+'];
    const picture = grid({ mode: 'grid', grid: rows, game_id: 'Taxi-v3' });
    expect(picture.cells).toHaveLength(5);
    expect(picture.cells[0]?.map(({ text }) => text)).toEqual(['R', '', '', '', 'G']);
    expect(picture.cells[0]?.map(({ wallRight }) => !!wallRight)).toEqual([false, true, false, false, false]);
  });
});

describe('an observation without a payload', () => {
  it('is a grid when it has a state and a position', () => {
    const picture = grid(undefined, {
      state: 6,
      position: { row: 1, col: 2 },
      grid_size: [4, 4],
      holes: [[1, 1], { row: 3, col: 0 }],
      goal: [3, 3],
    });
    expect(kinds(picture)).toEqual(['ffff', 'fhff', 'ffff', 'hffg']);
    expect(picture.agent).toEqual({ row: 1, col: 2 });
    expect(picture.note).toBe('built from the observation');
  });

  it('is the known map when it is the state number of a toy-text environment', () => {
    expect(grid(undefined, 14, 'FrozenLake-v1').agent).toEqual({ row: 3, col: 2 });
    expect(grid(undefined, 20, 'FrozenLake8x8-v1').cells).toHaveLength(8);
    expect(kinds(grid(undefined, 36, 'CliffWalking-v1'))[3]).toBe('shhhhhhhhhhg');
    // Gymnasium: ((row * 5 + col) * 5 + passenger) * 4 + destination
    const taxi = grid(undefined, ((3 * 5 + 1) * 5 + 2) * 4 + 0, 'Taxi-v3');
    expect(taxi.agent).toEqual({ row: 3, col: 1 });
    expect(taxi.cells[4]?.[0]?.text).toBe('Yp');
    expect(taxi.cells[0]?.[0]).toMatchObject({ text: 'R', kind: 'goal' });
  });

  it('is what a MiniGrid agent sees, columns turned into rows', () => {
    const image = Array.from({ length: 7 }, (_, col) =>
      Array.from({ length: 7 }, (_, row) => [col === 0 ? 2 : row === 0 ? 8 : 1, 0, 0]),
    );
    const picture = grid(undefined, { image, direction: 1, mission: 'go' });
    expect(kinds(picture)[0]).toBe('wgggggg');
    expect(picture.agent).toEqual({ row: 6, col: 3, heading: 'up' });
  });

  it('is bars for a few numbers, pixels for an image, and nothing for what is neither', () => {
    expect(stepPicture(undefined, [0.1, -2], '')).toEqual({ form: 'numbers', values: [0.1, -2] });
    expect(
      stepPicture(
        undefined,
        [
          [
            [0, 0, 0],
            [1, 0.5, 0],
          ],
          [
            [0, 0, 1],
            [1, 1, 1],
          ],
        ],
        '',
      ),
    ).toEqual({
      form: 'pixels',
      width: 2,
      height: 2,
      rgb: Uint8ClampedArray.from([0, 0, 0, 255, 128, 0, 0, 0, 255, 255, 255, 255]),
    });
    for (const nothing of [undefined, null, 'text', {}, [], Array.from({ length: 1000 }, () => 0)])
      expect(stepPicture(undefined, nothing, '')).toBeUndefined();
  });
});

describe('whatever a worker sends', () => {
  it('never throws, and never draws more than a bounded picture', () => {
    const value = fc.jsonValue();
    const payload = fc.record(
      { grid: value, tiles: value, width: value, agent_position: value, hazards: value, game_id: value },
      { requiredKeys: [] },
    );
    const observation = fc.record(
      { state: value, position: value, grid_size: value, holes: value, image: value, direction: value },
      { requiredKeys: [] },
    );
    fc.assert(
      fc.property(fc.oneof(payload, value), fc.oneof(observation, value), (sent, seen) => {
        const picture = stepPicture(JSON.stringify(sent), seen, 'Taxi-v3');
        if (picture?.form === 'grid') expect(picture.cells.length).toBeLessThanOrEqual(256);
      }),
      { numRuns: 500 },
    );
    expect(stepPicture('{not json', undefined, '')).toBeUndefined();
    expect(grid(undefined, { state: 1, position: [1, 1], grid_size: 1e9 }).cells).toHaveLength(256);
  });
});
