/** Cells of a grid world, whatever letters, words or numbers a payload uses for them. */
export type CellKind = 'floor' | 'start' | 'goal' | 'hole' | 'hazard' | 'wall' | 'door' | 'key' | 'thing' | 'unseen' | 'mark';
/** `text`: at most two characters that are written into the cell. */
export type Cell = { kind: CellKind; text: string; wallRight?: boolean };
export type GridPicture = {
  form: 'grid';
  cells: readonly (readonly Cell[])[];
  agent: { row: number; col: number; heading?: 'up' | 'right' | 'down' | 'left' } | undefined;
  /** Where the picture comes from, when it was not sent as one. */
  note: string;
};

/** MiniGrid's objects by their number. */
const miniGridKinds: readonly CellKind[] = [
  'unseen',
  'floor',
  'wall',
  'floor',
  'door',
  'key',
  'thing',
  'thing',
  'goal',
  'hazard',
  'mark',
];
const words: Readonly<Record<string, CellKind>> = {
  '': 'floor',
  ' ': 'floor',
  '.': 'floor',
  '0': 'floor',
  '-': 'floor',
  f: 'floor',
  free: 'floor',
  frozen: 'floor',
  empty: 'floor',
  floor: 'floor',
  s: 'start',
  start: 'start',
  g: 'goal',
  goal: 'goal',
  '*': 'goal',
  h: 'hole',
  hole: 'hole',
  c: 'hazard',
  x: 'hazard',
  cliff: 'hazard',
  lava: 'hazard',
  hazard: 'hazard',
  l: 'hazard',
  w: 'wall',
  '#': 'wall',
  wall: 'wall',
  d: 'door',
  door: 'door',
  k: 'key',
  key: 'key',
  b: 'thing',
  ball: 'thing',
  box: 'thing',
  o: 'thing',
  unseen: 'unseen',
  '?': 'unseen',
  a: 'mark',
  agent: 'mark',
  p: 'mark',
};

export function cellOf(cell: unknown, game: string): Cell {
  if (Array.isArray(cell)) return miniGridCell(Number(cell[0]));
  if (typeof cell === 'number')
    return /minigrid|babyai/i.test(game)
      ? miniGridCell(cell)
      : { kind: cell === 0 ? 'floor' : 'mark', text: String(cell).slice(0, 2) };
  const text = typeof cell === 'string' ? cell.trim() : '';
  const kind = Object.hasOwn(words, text.toLowerCase()) ? (words[text.toLowerCase()] as CellKind) : 'mark';
  return { kind, text: kind === 'floor' ? '' : text.slice(0, text.length > 2 ? 1 : 2).toUpperCase() };
}

export function miniGridCell(object: number): Cell {
  const kind = miniGridKinds[object] ?? 'mark';
  return { kind, text: { door: 'D', key: 'K', thing: 'O', goal: 'G' }[kind as string] ?? '' };
}
