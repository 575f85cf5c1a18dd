/** The pictures of a player's panes as one, and what a player's settings ask for. */
import type { Wanted } from '../stores/episode-shelf.ts';
import type { EpisodePane } from './episode-pane.ts';
import type { ViewSettings } from './view-element.ts';

/** So many episodes stand side by side. */
export const episodesMost = 6;
const gap = 4;
const widest = 1280;

/** Side by side at the height of the highest, whole pixels up, at most 1280 px wide; undefined when no pane has a picture. */
export function drawTogether(panes: readonly EpisodePane[]): HTMLCanvasElement | undefined {
  const pictures = panes.flatMap((pane) => pane.canvas ?? []);
  if (pictures.length === 0) return undefined;
  const high = Math.max(...pictures.map(({ height }) => height));
  const up = Math.max(1, Math.floor(240 / high));
  const widths = pictures.map(({ width, height }) => Math.round((width * high * up) / height));
  const wide = widths.reduce((sum, width) => sum + width, 0) + gap * (pictures.length - 1);
  const scale = Math.min(1, widest / wide);
  const canvas = document.createElement('canvas');
  canvas.width = Math.round(wide * scale);
  canvas.height = Math.round(high * up * scale);
  const pen = canvas.getContext('2d', { willReadFrequently: true });
  if (!pen) return undefined;
  pen.imageSmoothingEnabled = scale < 1;
  pen.fillStyle = '#ffffff';
  pen.fillRect(0, 0, canvas.width, canvas.height);
  let left = 0;
  for (const [at, picture] of pictures.entries()) {
    pen.drawImage(picture, left, 0, (widths[at] as number) * scale, canvas.height);
    left += ((widths[at] as number) + gap) * scale;
  }
  return canvas;
}

/** The episodes that settings name, as far as they can be read; at most six. */
export function readWanted({ episodes }: ViewSettings): Wanted[] {
  if (!Array.isArray(episodes)) return [];
  return episodes.slice(0, episodesMost).flatMap((one: unknown): Wanted[] => {
    const { run, agent, slot, episode } = (typeof one === 'object' && one !== null ? one : { episode: one }) as Record<
      string,
      unknown
    >;
    if (typeof episode !== 'number' || !Number.isSafeInteger(episode) || episode < 0) return [];
    return [
      {
        run: typeof run === 'string' ? run : undefined,
        agent: typeof agent === 'string' ? agent : undefined,
        slot: typeof slot === 'number' ? slot : undefined,
        episode,
      },
    ];
  });
}
