/**
 * The page's one cursor: which runs are selected, and the run, agent, episode and step that everything looks at.
 *
 * Guarantees
 * - One per page: whoever moves it moves it for every view, in every notebook of the page, and for Python where a kernel is bound.
 * - A move to another run, agent or episode forgets what was below it, unless the move names that too.
 * - Nobody hears of a move that changes nothing, so two places that follow each other come to rest.
 */
export type Cursor = Readonly<{
  /** Ids of the selected runs; empty means no choice was made. */
  runs: readonly string[];
  run: string | undefined;
  agent: string | undefined;
  episode: number | undefined;
  step: number | undefined;
}>;
export type CursorMove = { readonly [Key in keyof Cursor]?: Cursor[Key] | undefined };
/** `by`: whoever moved it, so that it need not follow itself. */
export type CursorListener = (cursor: Cursor, by: unknown) => void;

export const nowhere: Cursor = { runs: [], run: undefined, agent: undefined, episode: undefined, step: undefined };
/** Above each: what it belongs to. */
const order = ['run', 'agent', 'episode', 'step'] as const;

export class CursorStore {
  #now: Cursor = nowhere;
  readonly #listeners = new Set<CursorListener>();

  get now(): Cursor {
    return this.#now;
  }

  /** What the move leaves out stays, unless something above it changed. */
  move(move: CursorMove, by?: unknown): void {
    const next: { -readonly [Key in keyof Cursor]: Cursor[Key] } = { ...this.#now };
    if (move.runs) next.runs = [...move.runs];
    let hasChangedAbove = false;
    for (const key of order) {
      const isNamed = Object.hasOwn(move, key);
      const value: Cursor[typeof key] = isNamed ? move[key] : hasChangedAbove ? undefined : this.#now[key];
      hasChangedAbove ||= value !== this.#now[key];
      Object.assign(next, { [key]: value });
    }
    if (isSame(next, this.#now)) return;
    this.#now = next;
    for (const listener of [...this.#listeners]) listener(next, by);
  }

  onMove(listener: CursorListener, { signal }: { signal: AbortSignal }): void {
    if (signal.aborted) return;
    this.#listeners.add(listener);
    signal.addEventListener('abort', () => this.#listeners.delete(listener), { once: true });
  }
}

/** The cursor of this page. */
export const pageCursor = new CursorStore();

const columns: Record<string, (typeof order)[number]> = {
  run_id: 'run',
  run: 'run',
  agent_id: 'agent',
  agent: 'agent',
  episode_index: 'episode',
  episode: 'episode',
  step_index: 'step',
  step: 'step',
};

/**
 * Where a row points whose columns are called as in the tables (run_id, agent_id, episode_index, step_index, or without the
 * ending): undefined when it names none of them. A row without a run means `run`, where that is given.
 */
export function moveOfRow(
  names: readonly string[],
  cell: (column: number) => unknown,
  run?: string | undefined,
): CursorMove | undefined {
  const move: { [Key in (typeof order)[number]]?: unknown } = run === undefined ? {} : { run };
  let isSomewhere = false;
  for (const [column, name] of names.entries()) {
    const key = columns[name.toLowerCase()];
    const value = key && read(key, cell(column));
    if (!key || value === undefined) continue;
    move[key] = value;
    isSomewhere = true;
  }
  return isSomewhere ? (move as CursorMove) : undefined;
}

/** A cursor from what somebody else wrote (Python's traits): what does not fit counts as absent. */
export function readCursor(raw: Readonly<Record<string, unknown>>): Cursor {
  const runs = Array.isArray(raw.runs) ? raw.runs : [];
  return {
    runs: runs.flatMap((run) => read('run', run) ?? []) as string[],
    run: read('run', raw.run) as string | undefined,
    agent: read('agent', raw.agent) as string | undefined,
    episode: read('episode', raw.episode) as number | undefined,
    step: read('step', raw.step) as number | undefined,
  };
}

function read(key: (typeof order)[number], value: unknown): string | number | undefined {
  if (key === 'run' || key === 'agent') return typeof value === 'string' && value && value.length <= 256 ? value : undefined;
  const number =
    typeof value === 'string' && value.trim() !== '' ? Number(value) : typeof value === 'bigint' ? Number(value) : value;
  return typeof number === 'number' && Number.isSafeInteger(number) && number >= 0 ? number : undefined;
}

function isSame(one: Cursor, other: Cursor): boolean {
  const isEqual = order.every((key) => one[key] === other[key]);
  return isEqual && one.runs.length === other.runs.length && one.runs.every((run, at) => run === other.runs[at]);
}
