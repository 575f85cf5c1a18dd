/**
 * What can be drawn of one step: a grid from its render payload, else from its observation; numbers of the observation else.
 *
 * Payloads come from workers and may be anything: what does not fit a known form gives undefined, and nothing is thrown.
 * Forms: contracts, JSON lines. Known environments (FrozenLake, CliffWalking, Taxi) tell their grid from a state number too.
 */
import { type Cell, type CellKind, cellOf, type GridPicture, miniGridCell } from './grid-cells.ts';
import { gridOfState, isTaxiMap, taxiMap } from './toy-text.ts';

export type NumbersPicture = { form: 'numbers'; values: readonly number[] };
/** Rows of pixels, 0 to 255, one or three channels. */
export type PixelPicture = { form: 'pixels'; width: number; height: number; rgb: Uint8ClampedArray };
export type StepPicture = GridPicture | NumbersPicture | PixelPicture;

const sideMost = 256;
const numbersMost = 64;

export function stepPicture(payloadJson: string | undefined, observation: unknown, gameId: string): StepPicture | undefined {
  const payload = payloadJson ? objectOf(parsed(payloadJson)) : undefined;
  const game = textOf(payload?.game_id) || gameId;
  if (payload) {
    const grid = gridOf(payload, game);
    if (grid) return grid;
  }
  return ofObservation(observation, game);
}

function gridOf(payload: Record<string, unknown>, game: string): GridPicture | undefined {
  const source = payload.grid ?? payload.tiles;
  if (!Array.isArray(source) || source.length === 0 || source.length > sideMost) return undefined;
  const cells = isTaxiMap(source) ? taxiMap(source) : rowsOf(source, payload, game);
  if (!cells) return undefined;
  const marked = withMarks(cells, payload);
  return { form: 'grid', cells: marked, agent: placeOf(payload.agent_position ?? payload.position), note: '' };
}

function rowsOf(source: readonly unknown[], payload: Record<string, unknown>, game: string): Cell[][] | undefined {
  const { width } = payload;
  const isFlat = source.every((cell) => typeof cell !== 'object' && (typeof cell !== 'string' || cell.length < 2));
  const rows =
    isFlat && typeof width === 'number' && width >= 1
      ? Array.from({ length: Math.ceil(source.length / width) }, (_, i) => source.slice(i * width, (i + 1) * width))
      : source.map((row) => (typeof row === 'string' ? [...row] : row));
  if (!rows.every((row) => Array.isArray(row) && row.length <= sideMost)) return undefined;
  return (rows as unknown[][]).map((row) => row.map((cell) => cellOf(cell, game)));
}

function withMarks(cells: readonly Cell[][], { goal_positions, hazards, holes, goal }: Record<string, unknown>): Cell[][] {
  const marked = cells.map((row) => [...row]);
  const mark = (positions: unknown, kind: CellKind, text: string): void => {
    for (const position of listOf(positions)) {
      const place = placeOf(position);
      const row = place && marked[place.row];
      if (row && place.col < row.length) row[place.col] = { kind, text };
    }
  };
  mark(hazards, 'hazard', 'X');
  mark(holes, 'hole', 'H');
  mark(goal_positions, 'goal', 'G');
  mark(goal === undefined ? undefined : [goal], 'goal', 'G');
  return marked;
}

function ofObservation(observation: unknown, game: string): StepPicture | undefined {
  const object = objectOf(observation);
  if (object) return ofObject(object, game);
  if (typeof observation === 'number') return gridOfState(game, observation) ?? { form: 'numbers', values: [observation] };
  if (!Array.isArray(observation) || observation.length === 0) return undefined;
  if (observation.every((value) => typeof value === 'number'))
    return observation.length <= numbersMost ? { form: 'numbers', values: observation } : undefined;
  return pixelsOf(observation);
}

function ofObject(object: Record<string, unknown>, game: string): StepPicture | undefined {
  if (Array.isArray(object.image) && typeof object.direction === 'number') return miniGridView(object.image);
  if (object.image !== undefined || object.observation !== undefined)
    return ofObservation(object.image ?? object.observation, game);
  const place = placeOf(object.position);
  if (!place || object.state === undefined) return undefined;
  const size = sizeOf(object.grid_size, place);
  const floor = Array.from({ length: size.rows }, () =>
    Array.from({ length: size.cols }, (): Cell => ({ kind: 'floor', text: '' })),
  );
  return { form: 'grid', cells: withMarks(floor, object), agent: place, note: 'built from the observation' };
}

function sizeOf(size: unknown, place: { row: number; col: number }): { rows: number; cols: number } {
  const [rows, cols] = Array.isArray(size) ? [Number(size[0]), Number(size[1] ?? size[0])] : [Number(size), Number(size)];
  const bounded = (value: number | undefined, least: number): number =>
    Math.min(sideMost, Math.max(least, value !== undefined && Number.isInteger(value) ? value : 0));
  return { rows: bounded(rows, Math.min(place.row + 1, sideMost)), cols: bounded(cols, Math.min(place.col + 1, sideMost)) };
}

/** MiniGrid's own view: columns first, [object, colour, state]; the agent stands in the middle of the last row and looks up. */
function miniGridView(image: readonly unknown[]): GridPicture | undefined {
  const cols = image.length;
  const rows = Array.isArray(image[0]) ? image[0].length : 0;
  if (cols === 0 || rows === 0 || cols > sideMost || rows > sideMost) return undefined;
  const cells = Array.from({ length: rows }, (_, row) =>
    Array.from({ length: cols }, (_, col) => {
      const cell = (image[col] as unknown[] | undefined)?.[row];
      return miniGridCell(Array.isArray(cell) ? Number(cell[0]) : 0);
    }),
  );
  return { form: 'grid', cells, agent: { row: rows - 1, col: Math.floor(cols / 2), heading: 'up' }, note: 'what the agent sees' };
}

/** Pixels of an image-like observation: H x W, or H x W x 1 or 3; values to 1 are taken as shares. */
function pixelsOf(rows: readonly unknown[]): PixelPicture | undefined {
  const first: unknown = rows[0];
  if (!Array.isArray(first) || rows.length < 2 || first.length < 2 || rows.length > sideMost || first.length > sideMost)
    return undefined;
  const [height, width] = [rows.length, first.length];
  const channels = Array.isArray(first[0]) ? first[0].length : 1;
  if (channels !== 1 && channels !== 3) return undefined;
  const flat = rows.flat(2).map(Number);
  if (flat.length !== height * width * channels || !flat.every(Number.isFinite)) return undefined;
  const scale = Math.max(...flat) <= 1 ? 255 : 1;
  const rgb = new Uint8ClampedArray(height * width * 3);
  for (let i = 0; i < height * width; i++)
    for (let c = 0; c < 3; c++) rgb[i * 3 + c] = (flat[i * channels + (channels === 1 ? 0 : c)] ?? 0) * scale;
  return { form: 'pixels', width, height, rgb };
}

function placeOf(value: unknown): { row: number; col: number } | undefined {
  const object = objectOf(value);
  const [row, col] = Array.isArray(value) ? value : [object?.row, object?.col];
  const isPlace = Number.isInteger(row) && Number.isInteger(col) && (row as number) >= 0 && (col as number) >= 0;
  return isPlace ? { row: row as number, col: col as number } : undefined;
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

function objectOf(value: unknown): Record<string, unknown> | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : undefined;
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

function parsed(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    return undefined; // Not JSON: nothing to draw. The table shows the text.
  }
}
