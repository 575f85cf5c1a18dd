/**
 * The bound on what waits for the disk, in rows and bytes. First come, first admitted; who does not fit waits.
 * A batch larger than the whole bound is admitted when nothing else is inside. While it is held, nobody is admitted.
 */
import { DuallaneError } from '../../protocol/index.ts';

/** What is inside, what it may hold, and how many wait outside. `fill` is the fuller of the two, 0 to 1 (more for one huge batch). */
export type IntakeLoad = {
  rows: number;
  bytes: number;
  rowsMax: number;
  bytesMax: number;
  waiting: number;
  fill: number;
  /** From 80 % on, until it is half empty. */
  isPressed: boolean;
};

const pressedAt = 0.8;
const relievedAt = 0.5;

export class Intake {
  readonly #onPressure: (load: IntakeLoad) => void;
  readonly #rowsMax: number;
  readonly #bytesMax: number;
  #rows = 0;
  #bytes = 0;
  #isClosed = false;
  #isPressed = false;
  #isHeld = false;
  readonly #queue: { rows: number; bytes: number; admit(): void; refuse(error: DuallaneError): void }[] = [];

  /** `onPressure` is told once when the intake gets pressed, and once when it is relieved. */
  constructor(rowsMax: number, bytesMax: number, onPressure: (load: IntakeLoad) => void = () => undefined) {
    this.#onPressure = onPressure;
    this.#rowsMax = rowsMax;
    this.#bytesMax = bytesMax;
  }

  /** Resolves when the batch is inside. Throws `sink-closed`. */
  async enter(rows: number, bytes: number): Promise<void> {
    if (this.#isClosed) throw noMoreRows();
    if (this.#queue.length === 0 && this.#hasRoom(rows, bytes)) {
      this.#add(rows, bytes);
      return;
    }
    await new Promise<void>((admit, refuse) => this.#queue.push({ rows, bytes, admit, refuse }));
  }

  leave(rows: number, bytes: number): void {
    this.#add(-rows, -bytes);
    this.#admit();
  }

  /** Lets nobody in, or goes on. What is inside stays and leaves. */
  hold(isHeld: boolean): void {
    this.#isHeld = isHeld;
    this.#admit();
  }

  #admit(): void {
    for (let next = this.#queue[0]; next !== undefined && this.#hasRoom(next.rows, next.bytes); next = this.#queue[0]) {
      this.#queue.shift();
      this.#add(next.rows, next.bytes);
      next.admit();
    }
  }

  close(): void {
    this.#isClosed = true;
    for (const { refuse } of this.#queue.splice(0)) refuse(noMoreRows());
  }

  get load(): IntakeLoad {
    const { rows, bytes, rowsMax, bytesMax } = {
      rows: this.#rows,
      bytes: this.#bytes,
      rowsMax: this.#rowsMax,
      bytesMax: this.#bytesMax,
    };
    const fill = Math.max(rows / rowsMax, bytes / bytesMax);
    return { rows, bytes, rowsMax, bytesMax, waiting: this.#queue.length, fill, isPressed: this.#isPressed };
  }

  #hasRoom(rows: number, bytes: number): boolean {
    if (this.#isHeld) return false;
    return this.#bytes === 0 || (this.#rows + rows <= this.#rowsMax && this.#bytes + bytes <= this.#bytesMax);
  }

  #add(rows: number, bytes: number): void {
    this.#rows += rows;
    this.#bytes += bytes;
    const fill = Math.max(this.#rows / this.#rowsMax, this.#bytes / this.#bytesMax);
    if (this.#isPressed ? fill >= relievedAt : fill < pressedAt) return;
    this.#isPressed = !this.#isPressed;
    this.#onPressure(this.load);
  }
}

/** What rows are refused with while the daemon stops. */
export const noMoreRows = (): DuallaneError =>
  new DuallaneError('sink-closed', 'the daemon is stopping and takes no more rows; send them to the next one');
