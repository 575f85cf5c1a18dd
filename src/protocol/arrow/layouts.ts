/**
 * What Arrow field metadata says of the values (dtype and shape of observations), kept right while rows are joined and cut.
 * A field whose rows differ carries one entry `layouts`: JSON `[[rows, {key: value}], ...]`, rows counted from the batch's first.
 */
export type Layout = Readonly<Record<string, string>>;
/** Layouts one after the other, each with how many rows have it. */
export type LayoutRuns = readonly (readonly [rows: number, layout: Layout])[];

/** The runs a field's metadata tells of, over `rows` rows. An entry `layouts` that is none of ours is like any other entry. */
export function layoutRunsOf(metadata: ReadonlyMap<string, string>, rows: number): LayoutRuns {
  return joinedRuns(metadata.get('layouts')) ?? [[rows, Object.fromEntries(metadata)]];
}

function joinedRuns(text: string | undefined): LayoutRuns | undefined {
  if (text === undefined) return undefined;
  try {
    const runs: unknown = JSON.parse(text);
    return Array.isArray(runs) && runs.every(isRun) ? runs : undefined;
  } catch {
    return undefined; // a publisher's own entry of this name
  }
}

function isRun(run: unknown): run is LayoutRuns[number] {
  if (!Array.isArray(run) || run.length !== 2) return false;
  const [rows, layout] = run as unknown[];
  if (!Number.isSafeInteger(rows) || (rows as number) < 0 || typeof layout !== 'object' || layout === null) return false;
  return Object.values(layout).every((value) => typeof value === 'string');
}

/** The field metadata of the rows `from` to `to` (exclusive) of `runs`. */
export function layoutMetadata(runs: LayoutRuns, from: number, to: number): Map<string, string> {
  const cut: [number, Layout][] = [];
  let at = 0;
  for (const [rows, layout] of runs) {
    const inside = Math.min(at + rows, to) - Math.max(at, from);
    if (inside > 0) cut.push([inside, layout]);
    at += rows;
  }
  return cut.length === 1 ? new Map(Object.entries(cut[0]?.[1] ?? {})) : new Map([['layouts', JSON.stringify(cut)]]);
}
