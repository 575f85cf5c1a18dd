/** Waiting on states: asks again and again, soon at first, until the answer is there or the bound is reached. */

type Bound = { what: string | (() => string); withinMs?: number };

/** The first answer of `ask` that is neither undefined, null nor false. Throws `timed out waiting for …`. */
export async function until<T>(
  ask: () => T | Promise<T>,
  { what, withinMs = 30_000 }: Bound,
): Promise<NonNullable<Exclude<T, false>>> {
  const deadline = Date.now() + withinMs;
  for (let pauseMs = 10; ; pauseMs = Math.min(pauseMs * 1.5, 250)) {
    const answer = await ask();
    if (answer !== undefined && answer !== null && answer !== false) return answer as NonNullable<Exclude<T, false>>;
    if (Date.now() > deadline)
      throw new Error(`timed out after ${withinMs} ms waiting for ${typeof what === 'function' ? what() : what}`);
    await new Promise((resolve) => setTimeout(resolve, pauseMs));
  }
}

/** The same for a page: looks once per animation frame, at most 200 times. */
export async function painted(holds: () => boolean): Promise<void> {
  for (let frame = 0; frame < 200; frame++) {
    if (holds()) return;
    await new Promise<void>((resolve) => requestAnimationFrame(() => resolve()));
  }
  throw new Error(`not painted within 200 frames: ${holds}`);
}
