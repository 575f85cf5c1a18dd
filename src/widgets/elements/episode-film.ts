/**
 * The film that a player is making, if any: goes through the steps, draws the panes together, and gives the file.
 *
 * Guarantees: all pictures of a film have the size of its first; one film at a time; `stop` ends it and nothing is saved.
 */
import { DuallaneError, sentenceOf } from '../../protocol/index.ts';
import { cellNumber, count } from '../styles/words.ts';
import { type FilmFormat, makeFilm } from './episode-export.ts';

type Filming = {
  steps: number;
  /** Steps a second. */
  fps: number;
  /** The picture of a step, all panes of it. */
  draw(at: number): Promise<HTMLCanvasElement | undefined>;
};

export class EpisodeFilm {
  /** Pictures made, of how many; undefined while no film is made. */
  progress: { done: number; all: number } | undefined;
  readonly #changed: () => void;
  #stop: AbortController | undefined;

  constructor(changed: () => void) {
    this.#changed = changed;
  }

  stop(): void {
    this.#stop?.abort();
  }

  /** The file, when it was made, and a sentence on how it went. */
  async make(format: FilmFormat, { steps, fps, draw }: Filming): Promise<{ blob?: Blob; sentence: string }> {
    const stop = new AbortController();
    this.#stop = stop;
    this.progress = { done: 0, all: 0 };
    let canvas: HTMLCanvasElement | undefined;
    try {
      const { blob, frames, every } = await makeFilm(format, {
        steps,
        fps,
        draw: async (at) => {
          const picture = await draw(at);
          if (!picture) throw new DuallaneError('film-failed', `There is no picture of step ${at + 1} of ${steps}.`);
          canvas ??= sizedLike(picture);
          drawWhole(canvas, picture);
          return canvas;
        },
        onProgress: (done, all) => {
          this.progress = { done, all };
          this.#changed();
        },
        signal: stop.signal,
      });
      const thinned = every > 1 ? `, one of every ${every} steps` : '';
      return { blob, sentence: `Saved: ${count(frames)} pictures${thinned}, ${cellNumber(blob.size / 1e6)} MB.` };
    } catch (error) {
      return { sentence: stop.signal.aborted ? 'The film was stopped.' : sentenceOf(error) };
    } finally {
      this.progress = undefined;
    }
  }
}

function sizedLike({ width, height }: HTMLCanvasElement): HTMLCanvasElement {
  return Object.assign(document.createElement('canvas'), { width, height });
}

/** The picture as large as it fits, in the middle. */
function drawWhole(canvas: HTMLCanvasElement, picture: HTMLCanvasElement): void {
  const pen = canvas.getContext('2d', { willReadFrequently: true });
  if (!pen) throw new DuallaneError('film-unsupported', 'This browser gives no canvas to draw on.');
  const { width, height } = canvas;
  const scale = Math.min(width / picture.width, height / picture.height);
  const [wide, high] = [picture.width * scale, picture.height * scale];
  pen.fillStyle = '#ffffff';
  pen.fillRect(0, 0, width, height);
  pen.drawImage(picture, (width - wide) / 2, (height - high) / 2, wide, high);
}
