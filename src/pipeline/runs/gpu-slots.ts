/** GPU slots: which live run has which device. What is taken is read from the registry, so a restart forgets nothing. */
import { readdirSync } from 'node:fs';
import type { RunRegistry } from './registry.ts';

export class GpuSlots {
  readonly #slots: readonly number[];
  readonly #registry: RunRegistry;

  /** `configured` undefined: the NVIDIA devices of this machine. */
  constructor(configured: readonly number[] | undefined, registry: RunRegistry) {
    this.#slots = configured ?? devices();
    this.#registry = registry;
  }

  get count(): number {
    return this.#slots.length;
  }

  /** `count` free slots, or undefined when there are fewer. */
  choose(count: number): number[] | undefined {
    const taken = new Set(
      this.#registry
        .all()
        .filter((run) => run.status !== 'TERM')
        .flatMap((run) => run.gpuSlots),
    );
    const free = this.#slots.filter((slot) => !taken.has(slot));
    return free.length < count ? undefined : free.slice(0, count);
  }
}

function devices(): number[] {
  try {
    return readdirSync('/dev')
      .flatMap((name) => /^nvidia(\d+)$/.exec(name)?.slice(1).map(Number) ?? [])
      .sort((a, b) => a - b);
  } catch {
    return []; // no /dev: no devices
  }
}
