/**
 * One sealed part, of which only the columns that are asked for are fetched and decoded.
 *
 * Guarantees
 * - Of a large part the footer is fetched first and then the wanted columns, neighbours in one request. A server that knows no ranges
 *   sends the whole part, and that is used.
 * - Row groups are decoded one by one: a part of any size takes the memory of one.
 * - What is no Parquet file throws `history-incomplete`.
 */
import { DuallaneError } from '../../protocol/index.ts';
import type { Piece, PieceRange } from '../link/page-link.ts';
import { type Footer, footerBytes, readFooter } from './parquet-footer.ts';
import type { DecodedFile, PartDecoder } from './part-decoder.ts';

/** Of a part up to here everything is fetched at once. */
const smallBytes = 256_000;
/** Holds the footer of some million rows. */
const endBytes = 64_000;
/** Bytes nobody wants that are fetched rather than a further request made. */
const gapBytes = 64_000;

type Ask = (range: PieceRange) => Promise<Piece>;

export class PartFile {
  readonly name: string;
  readonly footer: Footer;
  readonly #ask: Ask;
  readonly #pieces: Piece[];
  #decoded: Promise<DecodedFile> | undefined;
  /** Bytes that came for it. */
  fetchedBytes: number;

  /** `bytes`: its length as it is listed, which may be an estimate. */
  static async open(name: string, bytes: number, ask: Ask): Promise<PartFile> {
    let end = await ask({ lastBytes: bytes <= smallBytes ? bytes : endBytes });
    let fetched = end.bytes.length;
    try {
      const wanted = footerBytes(end.bytes);
      if (wanted > end.bytes.length && end.first > 0) {
        end = await ask({ lastBytes: wanted });
        fetched += end.bytes.length;
      }
      return new PartFile(name, readFooter(end.bytes), end, fetched, ask);
    } catch (cause) {
      throw cause instanceof DuallaneError ? cause : unreadable(name, cause);
    }
  }

  private constructor(name: string, footer: Footer, end: Piece, fetchedBytes: number, ask: Ask) {
    this.name = name;
    this.footer = footer;
    this.#pieces = [end];
    this.fetchedBytes = fetchedBytes;
    this.#ask = ask;
  }

  /** Fetches these columns of the row groups from `group` on, as far as they are not here yet. */
  async fetch(columns: ReadonlySet<string>, group = 0): Promise<this> {
    const missing = this.#rangesOf(columns, group).filter(({ first, end }) => !this.#find(first, end));
    const pieces = await Promise.all(missing.map((range) => this.#ask(range)));
    for (const piece of pieces) this.fetchedBytes += piece.bytes.length;
    this.#pieces.push(...pieces);
    return this;
  }

  /** Bytes that `fetch` of these columns takes. */
  wantedBytes(columns: ReadonlySet<string>): number {
    return this.#rangesOf(columns, 0).reduce((sum, { first, end }) => sum + end - first, 0);
  }

  /** One complete Arrow IPC stream with those of `columns` that the part has. They have been fetched. */
  async decode(group: number, columns: readonly string[], decoder: PartDecoder): Promise<Uint8Array> {
    const has = new Set(this.footer.groups[group]?.chunks.map(({ column }) => column));
    try {
      this.#decoded ??= decoder.open(this);
      const decoded = await this.#decoded;
      return await decoded.group(
        group,
        columns.filter((name) => has.has(name)),
      );
    } catch (cause) {
      throw unreadable(this.name, cause);
    }
  }

  async close(): Promise<void> {
    (await this.#decoded?.catch(() => undefined))?.close();
    this.#pieces.length = 0;
  }

  /** Length in bytes. */
  get size(): number {
    return this.#pieces[0]?.size ?? 0;
  }

  /** A copy of bytes [first, end). What was not fetched reads as zeros, which the decoder refuses. */
  read(first: number, end: number): ArrayBuffer {
    const piece = this.#find(first, end);
    if (!piece) return new ArrayBuffer(end - first);
    return piece.bytes.slice(first - piece.first, end - piece.first).buffer as ArrayBuffer;
  }

  #find(first: number, end: number): Piece | undefined {
    return this.#pieces.find((piece) => piece.first <= first && end <= piece.first + piece.bytes.length);
  }

  #rangesOf(columns: ReadonlySet<string>, fromGroup: number): { first: number; end: number }[] {
    const chunks = this.footer.groups.slice(fromGroup).flatMap((group) => group.chunks);
    const wanted = chunks.filter(({ column }) => columns.has(column)).sort((a, b) => a.first - b.first);
    const ranges: { first: number; end: number }[] = [];
    for (const { first, end } of wanted) {
      const last = ranges.at(-1);
      if (last && first - last.end <= gapBytes) last.end = Math.max(last.end, end);
      else ranges.push({ first, end });
    }
    return ranges;
  }
}

function unreadable(name: string, cause: unknown): DuallaneError {
  return new DuallaneError(
    'history-incomplete',
    `Part ${name} of the history cannot be read: it is not the Parquet file it should be.`,
    { cause },
  );
}
