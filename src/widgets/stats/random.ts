/**
 * Draws that are the same in every language: the n-th draw of a seed is a hash of both, so nothing depends on the order of work.
 * Hash: lowbias32 (C. Wellons, "Prospecting for Hash Functions", 2018). python-shim/duallane/seed_statistics.py has the same.
 */
function mix(value: number): number {
  let x = value;
  x = Math.imul(x ^ (x >>> 16), 0x7feb352d);
  x = Math.imul(x ^ (x >>> 15), 0x846ca68b);
  return (x ^ (x >>> 16)) >>> 0;
}

/** An integer in [0, size): the draw number `at` (0 and up) of `seed`. */
export function draw(seed: number, at: number, size: number): number {
  return Math.floor((mix(mix(seed + 1) + at) / 2 ** 32) * size);
}

/**
 * Which of `sizes` scores each replicate takes, with replacement and within each stratum (Agarwal et al. 2021, section 4.1: stratified
 * bootstrap). Row r of the result holds sum(sizes) positions into the strata laid end to end.
 */
export function resamples(sizes: readonly number[], replicates: number, seed: number): Uint32Array {
  const total = sizes.reduce((sum, size) => sum + size, 0);
  const picks = new Uint32Array(replicates * total);
  for (let at = 0; at < picks.length; ) {
    let offset = 0;
    for (const size of sizes) {
      for (let i = 0; i < size; i++, at++) picks[at] = offset + draw(seed, at, size);
      offset += size;
    }
  }
  return picks;
}
