/**
 * An episode as a film: GIF everywhere, MP4 or WebM where the browser can encode video.
 *
 * Guarantees: one picture for each step, as the player shows it; nothing leaves the page but as a download; `signal` ends it.
 * A film of more steps than `framesMost` has every n-th, and says so.
 */
import { DuallaneError, sentenceOf } from '../../protocol/index.ts';

export type FilmFormat = 'gif' | 'mp4' | 'webm';

export type Filmed = {
  /** Steps there are. */
  steps: number;
  /** Steps a second. */
  fps: number;
  /** Draws step `at` and gives the canvas it is on; always the same canvas, always of the same size. */
  draw(at: number): Promise<HTMLCanvasElement>;
  onProgress(done: number, all: number): void;
  signal: AbortSignal;
};

export type Film = { blob: Blob; frames: number; every: number };

const framesMost = 2000;
/** A GIF shows a frame for 20 ms at least: browsers slow faster ones down. */
const gifFpsMost = 50;
const colours = 256;

/** Throws `film-unsupported` where the browser cannot, `film-failed`. */
export async function makeFilm(format: FilmFormat, filmed: Filmed): Promise<Film> {
  const every = Math.max(1, Math.ceil(filmed.steps / framesMost), format === 'gif' ? Math.ceil(filmed.fps / gifFpsMost) : 1);
  const places = Array.from({ length: Math.ceil(filmed.steps / every) }, (_, i) => i * every);
  try {
    const blob = format === 'gif' ? await gif(filmed, places, every) : await video(format, filmed, places, every);
    return { blob, frames: places.length, every };
  } catch (cause) {
    if (cause instanceof DuallaneError || filmed.signal.aborted) throw cause;
    throw new DuallaneError('film-failed', `The film could not be made (${sentenceOf(cause)}).`, { cause });
  }
}

/** Which formats this browser can make. */
export async function filmFormats(): Promise<FilmFormat[]> {
  if (typeof VideoEncoder === 'undefined') return ['gif'];
  const { canEncodeVideo } = await import('mediabunny');
  const [mp4, webm] = await Promise.all([canEncodeVideo('avc'), canEncodeVideo('vp9')]);
  return ['gif', ...(mp4 ? (['mp4'] as const) : []), ...(webm ? (['webm'] as const) : [])];
}

async function gif(filmed: Filmed, places: readonly number[], every: number): Promise<Blob> {
  const { applyPalette, GIFEncoder, quantize } = await import('gifenc');
  const encoder = GIFEncoder();
  const delay = (1000 * every) / filmed.fps;
  for (const [done, at] of places.entries()) {
    filmed.signal.throwIfAborted();
    const canvas = await filmed.draw(at);
    const { data } = penOf(canvas).getImageData(0, 0, canvas.width, canvas.height);
    const palette = quantize(data, colours);
    encoder.writeFrame(applyPalette(data, palette), canvas.width, canvas.height, { palette, delay });
    filmed.onProgress(done + 1, places.length);
    if (done % 8 === 7) await new Promise((resolve) => setTimeout(resolve));
  }
  encoder.finish();
  return new Blob([encoder.bytes()], { type: 'image/gif' });
}

async function video(format: 'mp4' | 'webm', filmed: Filmed, places: readonly number[], every: number): Promise<Blob> {
  const { BufferTarget, CanvasSource, Mp4OutputFormat, Output, Quality, WebMOutputFormat } = await import('mediabunny');
  const first = await filmed.draw(0);
  // Video encoders want even sides.
  const even = document.createElement('canvas');
  even.width = first.width + (first.width % 2);
  even.height = first.height + (first.height % 2);
  const source = new CanvasSource(even, { codec: format === 'mp4' ? 'avc' : 'vp9', quality: new Quality('high') });
  const target = new BufferTarget();
  const output = new Output({ format: format === 'mp4' ? new Mp4OutputFormat() : new WebMOutputFormat(), target });
  output.addVideoTrack(source);
  await output.start();
  try {
    const seconds = every / filmed.fps;
    for (const [done, at] of places.entries()) {
      filmed.signal.throwIfAborted();
      penOf(even).drawImage(await filmed.draw(at), 0, 0);
      await source.add(done * seconds, seconds);
      filmed.onProgress(done + 1, places.length);
    }
    await output.finalize();
  } catch (error) {
    await output.cancel();
    throw error;
  }
  if (!target.buffer) throw new DuallaneError('film-failed', 'The browser made an empty film. Try GIF.');
  return new Blob([target.buffer], { type: `video/${format}` });
}

function penOf(canvas: HTMLCanvasElement): CanvasRenderingContext2D {
  const pen = canvas.getContext('2d', { willReadFrequently: true });
  if (!pen) throw new DuallaneError('film-unsupported', 'This browser gives no canvas to draw on.');
  return pen;
}
