/**
 * The bound on what waits for the disk, in rows and bytes. First come, first admitted; who does not fit waits.
 * A batch larger than the whole bound is admitted when nothing else is inside.
 */
import { DuallaneError } from '../../protocol/index.ts';

export class Intake {
  readonly #rowsMax: number;
  readonly #bytesMax: number;
  #rows = 0;
  #bytes = 0;
  #isClosed = false;
  readonly #queue: { rows: number; bytes: number; admit(): void; refuse(error: DuallaneError): void }[] = [];

  constructor(rowsMax: number, bytesMax: number) {
    this.#rowsMax = rowsMax;
    this.#bytesMax = bytesMax;
  }

  /** Resolves when the batch is inside. Throws `sink-closed`. */
  async enter(rows: number, bytes: number): Promise<void> {
    if (this.#isClosed) throw closed();
    if (this.#queue.length === 0 && this.#hasRoom(rows, bytes)) {
      this.#add(rows, bytes);
      return;
    }
    await new Promise<void>((admit, refuse) => this.#queue.push({ rows, bytes, admit, refuse }));
  }

  leave(rows: number, bytes: number): void {
    this.#add(-rows, -bytes);
    for (let next = this.#queue[0]; next !== undefined && this.#hasRoom(next.rows, next.bytes); next = this.#queue[0]) {
      this.#queue.shift();
      this.#add(next.rows, next.bytes);
      next.admit();
    }
  }

  close(): void {
    this.#isClosed = true;
    for (const { refuse } of this.#queue.splice(0)) refuse(closed());
  }

  #hasRoom(rows: number, bytes: number): boolean {
    return this.#bytes === 0 || (this.#rows + rows <= this.#rowsMax && this.#bytes + bytes <= this.#bytesMax);
  }

  #add(rows: number, bytes: number): void {
    this.#rows += rows;
    this.#bytes += bytes;
  }
}

const closed = (): DuallaneError =>
  new DuallaneError('sink-closed', 'the daemon is stopping and takes no more rows; send them to the next one');
