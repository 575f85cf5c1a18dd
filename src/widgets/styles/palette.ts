/**
 * Series colours: Okabe and Ito's palette, without the two that vanish on a white or a black ground.
 * A run has the same colour in every view of every page; its agents take the next ones, dashed when the colours are used up.
 */
const colours = ['#0072b2', '#d55e00', '#009e73', '#cc79a7', '#e69f00', '#56b4e9'] as const;
const dashes: readonly (readonly number[])[] = [[], [6, 3], [2, 3], [8, 3, 2, 3]];

export type SeriesStyle = { colour: string; dash: readonly number[] };

export function seriesStyle(runId: string, ordinal = 0): SeriesStyle {
  const at = fnv1a(runId) % colours.length;
  return {
    colour: colours[(at + ordinal) % colours.length] ?? colours[0],
    dash: dashes[Math.floor(ordinal / colours.length) % dashes.length] ?? [],
  };
}

/** 32-bit FNV-1a of the text's UTF-16 units: spreads run ids that differ in one letter. */
function fnv1a(text: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  return hash >>> 0;
}
