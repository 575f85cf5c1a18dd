/** Frames as pictures: on a canvas, with their numbers burnt in, and as a file. */
import type { Frame } from '../../protocol/index.ts';
import type { HeldFrame } from '../stores/frame-store.ts';
import { hudLines } from '../stores/hud.ts';

/** Draws a frame into a canvas of its own size, in pixels. */
export function putFrame(canvas: HTMLCanvasElement, { meta, rgba }: HeldFrame): void {
  if (canvas.width !== meta.width) canvas.width = meta.width;
  if (canvas.height !== meta.height) canvas.height = meta.height;
  const pen = canvas.getContext('2d', { alpha: false });
  const pixels = new Uint8ClampedArray(rgba.buffer as ArrayBuffer, rgba.byteOffset, rgba.byteLength);
  pen?.putImageData(new ImageData(pixels, meta.width, meta.height), 0, 0);
}

/** The frame with its HUD burnt in, at most 640 px wide. */
export function withHud(frame: HTMLCanvasElement, meta: Frame): HTMLCanvasElement | undefined {
  const canvas = document.createElement('canvas');
  const scale = Math.min(640 / frame.width, Math.max(1, Math.floor(320 / frame.width)));
  canvas.width = Math.round(frame.width * scale);
  canvas.height = Math.round(frame.height * scale);
  const pen = canvas.getContext('2d');
  if (!pen) return undefined;
  pen.imageSmoothingEnabled = scale < 1;
  pen.drawImage(frame, 0, 0, canvas.width, canvas.height);
  pen.font = '12px monospace';
  pen.fillStyle = 'rgba(0, 0, 0, 0.6)';
  pen.fillRect(4, 4, 132, 54);
  pen.fillStyle = '#ffffff';
  for (const [i, line] of hudLines(meta).entries()) pen.fillText(line, 10, 20 + i * 16);
  return canvas;
}

/** Hands the frame to the browser's downloads as a PNG, named after the run, the episode and the step, and whether it came as JPEG. */
export function saveAsPicture(canvas: HTMLCanvasElement, meta: Frame, title: string): void {
  canvas.toBlob((blob) => {
    if (!blob) return;
    const url = URL.createObjectURL(blob);
    const anchor = document.createElement('a');
    anchor.href = url;
    const loss = meta.codec === 'jpeg' ? '-from-jpeg' : '';
    anchor.download = `${(title || 'frame').replaceAll(/[^\w.-]+/g, '-')}-${meta.episode ?? 0}-${meta.step ?? meta.head}${loss}.png`;
    anchor.click();
    setTimeout(() => URL.revokeObjectURL(url), 10_000);
  }, 'image/png');
}

/** Pictures side by side, as on the wall; at most 640 px wide. */
export function wallPicture(pictures: readonly HTMLCanvasElement[]): HTMLCanvasElement | undefined {
  const rows = Math.ceil(Math.sqrt(pictures.length));
  const columns = Math.ceil(pictures.length / rows);
  const [width, height] = [Math.floor(640 / columns), Math.floor(480 / rows)];
  const canvas = document.createElement('canvas');
  canvas.width = width * columns;
  canvas.height = height * rows;
  const pen = canvas.getContext('2d');
  if (!pen) return undefined;
  pen.fillStyle = '#000000';
  pen.fillRect(0, 0, canvas.width, canvas.height);
  for (const [i, picture] of pictures.entries()) {
    const scale = Math.min(width / picture.width, height / picture.height);
    const [wide, high] = [picture.width * scale, picture.height * scale];
    const [left, top] = [(i % columns) * width + (width - wide) / 2, Math.floor(i / columns) * height + (height - high) / 2];
    pen.drawImage(picture, left, top, wide, high);
  }
  return canvas;
}
