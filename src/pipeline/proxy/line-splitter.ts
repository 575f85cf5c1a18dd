/**
 * Chunks of bytes to lines of bytes, without their newline.
 *
 * Guarantees
 * - However the bytes are cut into chunks, the lines are the same.
 * - At most `maxBytes` of one line are held: a longer one is told as 'oversize' with its beginning and its length, and the
 *   line after it is whole.
 */
export type SplitLine = { kind: 'line'; bytes: Buffer } | { kind: 'oversize'; start: Buffer; length: number };

const keptOfOversize = 4096;

export class LineSplitter {
  readonly #maxBytes: number;
  #held: Buffer[] = [];
  #heldBytes = 0;
  /** Set while the rest of a line that is too long is thrown away. */
  #oversize: { start: Buffer; length: number } | undefined;

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  /** The lines that `chunk` completes. The chunk may be kept: do not write to it again. */
  *push(chunk: Buffer): Generator<SplitLine> {
    let from = 0;
    for (let newline = chunk.indexOf(10); newline >= 0; newline = chunk.indexOf(10, from)) {
      this.#hold(chunk.subarray(from, newline));
      from = newline + 1;
      yield this.#take();
    }
    this.#hold(chunk.subarray(from));
  }

  /** What stands after the last newline, when there is something. */
  *end(): Generator<SplitLine> {
    if (this.#heldBytes > 0 || this.#oversize) yield this.#take();
  }

  #hold(bytes: Buffer): void {
    if (this.#oversize) {
      this.#oversize.length += bytes.length;
      return;
    }
    if (bytes.length === 0) return;
    this.#held.push(bytes);
    this.#heldBytes += bytes.length;
    if (this.#heldBytes <= this.#maxBytes) return;
    const start = Buffer.from(this.#joined().subarray(0, keptOfOversize));
    this.#oversize = { start, length: this.#heldBytes };
    this.#clear();
  }

  #take(): SplitLine {
    const line: SplitLine = this.#oversize ? { kind: 'oversize', ...this.#oversize } : { kind: 'line', bytes: this.#joined() };
    this.#clear();
    this.#oversize = undefined;
    return line;
  }

  #joined(): Buffer {
    return this.#held.length === 1 ? (this.#held[0] as Buffer) : Buffer.concat(this.#held);
  }

  #clear(): void {
    this.#held = [];
    this.#heldBytes = 0;
  }
}
