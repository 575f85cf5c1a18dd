/**
 * Where the immutable parts lie, learned from the daemon's lists, so that their bytes need not pass through it.
 *
 * A name that is not known (the bridge is younger than the page) is no error: the daemon is asked for the bytes.
 */
import { basename } from 'node:path';
import { DuallaneError } from '../../protocol/index.ts';

type Place = { path: string; bytes: number };

const namesMost = 200_000;
const namePattern = /^[A-Za-z0-9_][A-Za-z0-9._-]{0,255}$/;

/** Throws `part-name` for anything that is not a plain file name. */
export function checkPartName(name: string): string {
  if (!namePattern.test(name)) throw new DuallaneError('part-name', 'That is not the name of a part.');
  return name;
}

export class PartNames {
  readonly #places = new Map<string, Place>();

  learn(part: { name: string; path: string; bytes: bigint }): void {
    if (!part.path.startsWith('/') || basename(part.path) !== part.name || !namePattern.test(part.name)) return;
    this.#places.delete(part.name);
    this.#places.set(part.name, { path: part.path, bytes: Number(part.bytes) });
    const oldest = this.#places.size > namesMost ? this.#places.keys().next() : undefined;
    if (oldest && !oldest.done) this.#places.delete(oldest.value);
  }

  find(name: string): Place | undefined {
    return this.#places.get(name);
  }
}
