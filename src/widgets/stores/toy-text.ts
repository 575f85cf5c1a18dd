/** Gymnasium's toy-text environments: their default maps, and what a state number says. */
import { type Cell, cellOf, type GridPicture } from './grid-cells.ts';

const frozenLakes: Readonly<Record<number, readonly string[]>> = {
  4: ['SFFF', 'FHFH', 'FFFH', 'HFFG'],
  8: ['SFFFFFFF', 'FFFFFFFF', 'FFFHFFFF', 'FFFFFHFF', 'FFFHFFFF', 'FHHFFFHF', 'FHFFHFHF', 'FFFHFFFG'],
};
const taxi = ['+---------+', '|R: | : :G|', '| : | : : |', '| : : : : |', '| | : | : |', '|Y| : |B: |', '+---------+'];
const taxiPlaces: readonly (readonly [number, number])[] = [
  [0, 0],
  [0, 4],
  [4, 0],
  [4, 3],
];

/** The grid a state number means in Gymnasium's toy-text environments, on their default maps. */
export function gridOfState(game: string, state: number): GridPicture | undefined {
  if (!Number.isInteger(state) || state < 0) return undefined;
  const note = 'built from the observation, on the default map';
  if (/frozenlake/i.test(game)) {
    const side = /8x8/.test(game) || state >= 16 ? 8 : 4;
    const cells = (frozenLakes[side] ?? []).map((row) => [...row].map((cell) => cellOf(cell, game)));
    return state < side * side
      ? { form: 'grid', cells, agent: { row: Math.floor(state / side), col: state % side }, note }
      : undefined;
  }
  if (/cliffwalking/i.test(game)) {
    const cells = ['............', '............', '............', 'SCCCCCCCCCCG'].map((row) =>
      [...row].map((cell) => cellOf(cell, game)),
    );
    return state < 48 ? { form: 'grid', cells, agent: { row: Math.floor(state / 12), col: state % 12 }, note } : undefined;
  }
  if (/taxi/i.test(game) && state < 500) return taxiState(state, note);
  return undefined;
}

function taxiState(state: number, note: string): GridPicture {
  const [goal, passenger] = [state % 4, Math.floor(state / 4) % 5];
  const [col, row] = [Math.floor(state / 20) % 5, Math.floor(state / 100)];
  const cells = taxiMap(taxi);
  const [goalRow, goalCol] = taxiPlaces[goal] ?? [0, 0];
  const target = cells[goalRow];
  if (target) target[goalCol] = { ...(target[goalCol] as Cell), kind: 'goal' };
  const waits = taxiPlaces[passenger];
  const place = waits && cells[waits[0]];
  if (place && waits) place[waits[1]] = { ...(place[waits[1]] as Cell), text: `${place[waits[1]]?.text ?? ''}p` };
  return { form: 'grid', cells, agent: { row, col }, note: passenger === 4 ? `${note}; the passenger rides` : note };
}

/** Taxi's map as its environment prints it: cells between `|` (a wall) and `:`. */
export function isTaxiMap(source: readonly unknown[]): source is readonly string[] {
  return source.every((row) => typeof row === 'string' && /^[|+]/.test(row)) && source.some((row) => /^\|.:/.test(String(row)));
}

export function taxiMap(source: readonly string[]): Cell[][] {
  return source
    .filter((row) => row.startsWith('|'))
    .map((row) =>
      Array.from({ length: Math.floor((row.length - 1) / 2) }, (_, col): Cell => {
        const text = row[col * 2 + 1]?.trim() ?? '';
        const wallRight = row[col * 2 + 2] === '|' && col * 2 + 3 < row.length;
        return { kind: text ? 'mark' : 'floor', text, ...(wallRight && { wallRight }) };
      }),
    );
}
