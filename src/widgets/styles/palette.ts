/**
 * Series colours: Okabe and Ito's palette, without the two that vanish on a white or a black ground.
 * A run has the same colour in every view of every page; its agents take the next ones, dashed when the colours are used up.
 * The order keeps the two blues and the two oranges, which `onGround` brings nearer to each other, as far apart as can be.
 */
const colours = ['#0072b2', '#d55e00', '#009e73', '#56b4e9', '#e69f00', '#cc79a7'] as const;
export const dashes: readonly (readonly number[])[] = [[], [6, 3], [2, 3], [8, 3, 2, 3]];

export type SeriesStyle = { colour: string; dash: readonly number[] };

export function seriesStyle(runId: string, ordinal = 0): SeriesStyle {
  const at = fnv1a(runId) % colours.length;
  return {
    colour: colours[(at + ordinal) % colours.length] ?? colours[0],
    dash: dashes[Math.floor(ordinal / colours.length) % dashes.length] ?? [],
  };
}

const leastContrast = 3.5;

/** The colour, moved towards white or black until it stands out from the ground. Both as #rrggbb; another notation is left as it is. */
export function onGround(colour: string, ground: string): string {
  const [from, under] = [rgbOf(colour), rgbOf(ground)];
  if (!from || !under) return colour;
  const end = luminance(under) < 0.4 ? 255 : 0;
  for (let share = 0; share < 1; share += 0.05) {
    const mixed = from.map((channel) => Math.round(channel + (end - channel) * share));
    if (contrast(mixed, under) >= leastContrast) return hexOf(mixed);
  }
  return colour;
}

function rgbOf(text: string): number[] | undefined {
  if (!/^#[0-9a-f]{6}$/i.test(text)) return undefined;
  return [1, 3, 5].map((at) => Number.parseInt(text.slice(at, at + 2), 16));
}

function hexOf(channels: readonly number[]): string {
  return `#${channels.map((channel) => channel.toString(16).padStart(2, '0')).join('')}`;
}

/** Relative luminance and contrast as WCAG 2 defines them. */
function luminance(channels: readonly number[]): number {
  const linear = channels.map((channel) => {
    const share = channel / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * (linear[0] ?? 0) + 0.7152 * (linear[1] ?? 0) + 0.0722 * (linear[2] ?? 0);
}

function contrast(one: readonly number[], other: readonly number[]): number {
  const [a, b] = [luminance(one), luminance(other)];
  return (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
}

/** 32-bit FNV-1a of the text's UTF-16 units: spreads run ids that differ in one letter. */
function fnv1a(text: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  return hash >>> 0;
}
