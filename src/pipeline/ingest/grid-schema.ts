/**
 * A grid payload: {"mode":"grid","grid":[[cell]] or [string],"agent_position":[row,col],"game_id"}, or the declared form with "tiles",
 * "width", "height", "goal_positions" and "hazards". Source: contracts, section 3. Positions are [row, column] from 0.
 */
import type { JsonObject } from '../../protocol/index.ts';

/** What is wrong with it, in words; undefined for nothing. */
export function gridProblem(payload: JsonObject): string | undefined {
  const key = payload.kind('grid') === undefined ? 'tiles' : 'grid';
  const rows = fieldOf(payload, key);
  if (!Array.isArray(rows) || rows.length === 0) return `a grid's "${key}" is not an array of rows`;
  const widths = rows.map((row: unknown) => (Array.isArray(row) ? row.length : typeof row === 'string' ? [...row].length : -1));
  const width = widths[0] as number;
  const odd = widths.findIndex((one) => one !== width);
  if (width < 0) return 'a row of the grid is neither an array of cells nor a string';
  if (odd > 0)
    return `the grid's rows are not of one length: row ${odd} has ${Math.max(0, widths[odd] as number)} cells, row 0 has ${width}`;
  for (const [name, side] of [
    ['width', width],
    ['height', rows.length],
  ] as const) {
    const told = payload.number(name);
    if (told !== undefined && told !== side) return `the grid's "${name}" is ${told}, it has ${side}`;
  }
  const inside = (at: unknown): boolean =>
    Array.isArray(at) && at.length === 2 && isIndex(at[0], rows.length) && isIndex(at[1], width);
  const agent = fieldOf(payload, 'agent_position');
  if (agent !== undefined && agent !== null && !inside(agent))
    return `"agent_position" is not [row, column] inside of ${rows.length} x ${width}`;
  for (const name of ['goal_positions', 'hazards']) {
    const places = fieldOf(payload, name);
    if (places !== undefined && places !== null && !(Array.isArray(places) && places.every(inside)))
      return `"${name}" are not [row, column] inside of ${rows.length} x ${width}`;
  }
  return undefined;
}

const isIndex = (value: unknown, size: number): boolean =>
  Number.isSafeInteger(value) && (value as number) >= 0 && (value as number) < size;

/** The value of a key, its bare NaN and infinities as texts. */
const fieldOf = (payload: JsonObject, key: string): unknown => {
  const text = payload.compact(key);
  return text === undefined ? undefined : JSON.parse(text);
};
