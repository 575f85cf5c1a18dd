/** Where numbers are missing: pure arithmetic over closed ranges. */

export type SeqExtent = { firstSeq: number; lastSeq: number };

/** The numbers from 1 to `watermark` that no range covers, ascending. The ranges may overlap and come in any order. */
export function holesIn(covered: readonly SeqExtent[], watermark: number): SeqExtent[] {
  const holes: SeqExtent[] = [];
  let next = 1;
  for (const { firstSeq, lastSeq } of [...covered].sort((a, b) => a.firstSeq - b.firstSeq)) {
    if (firstSeq > next) holes.push({ firstSeq: next, lastSeq: firstSeq - 1 });
    next = Math.max(next, lastSeq + 1);
  }
  if (next <= watermark) holes.push({ firstSeq: next, lastSeq: watermark });
  return holes;
}
