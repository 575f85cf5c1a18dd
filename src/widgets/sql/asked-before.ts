/** The questions that were asked in this browser, newest first, each once; kept by the browser, beyond the page. */
export interface AskedQuestion {
  sql: string;
  atMs: number;
  rows: number;
  tookMs: number;
}

const key = 'duallane.sql.asked';
const most = 50;
const charactersMost = 20_000;

/** What this needs of localStorage, which a browser may refuse. */
interface Shelf {
  getItem(key: string): string | null;
  setItem(key: string, value: string): void;
}

/** The browser's own; undefined where it keeps nothing for this page. */
export function browserShelf(): Shelf | undefined {
  try {
    return globalThis.localStorage;
  } catch {
    return undefined; // Blocked by the browser's settings: the mere look throws.
  }
}

export function askedBefore(shelf: Shelf | undefined): AskedQuestion[] {
  try {
    const read: unknown = JSON.parse(shelf?.getItem(key) ?? '[]');
    return Array.isArray(read) ? read.filter(isAsked) : [];
  } catch {
    return []; // A browser that keeps nothing, or something else's text: there is no history then.
  }
}

export function rememberAsked(shelf: Shelf | undefined, asked: AskedQuestion): void {
  if (asked.sql.length > charactersMost) return;
  const others = askedBefore(shelf).filter(({ sql }) => sql.trim() !== asked.sql.trim());
  try {
    shelf?.setItem(key, JSON.stringify([asked, ...others].slice(0, most)));
  } catch {
    // Full or refused: the list is a convenience.
  }
}

function isAsked(raw: unknown): raw is AskedQuestion {
  const { sql, atMs, rows, tookMs } = (raw ?? {}) as Partial<AskedQuestion>;
  return typeof sql === 'string' && [atMs, rows, tookMs].every((number) => typeof number === 'number');
}
