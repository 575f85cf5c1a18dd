/** A view's picture as the notebook keeps it. */
import { limits, type ViewOutput } from '../../protocol/index.ts';

/** A data: URL of a PNG of at most limits.posterBytes, made smaller until it fits; undefined when it never does. */
export function posterOf(picture: HTMLCanvasElement): string | undefined {
  let canvas = picture;
  for (let attempt = 0; attempt < 8; attempt++) {
    const url = canvas.toDataURL('image/png');
    if (!url.startsWith('data:image/png;base64,')) return undefined;
    const bytes = ((url.length - 'data:image/png;base64,'.length) * 3) / 4;
    if (bytes <= limits.posterBytes) return url;
    canvas = scaled(canvas, 0.7);
  }
  return undefined;
}

/** The fallback for pages without Duallane: the poster as an image, never markup of its own. */
export function posterHtml(output: ViewOutput): string {
  const caption = escapeHtml(`Duallane: ${output.title || output.runs.join(', ') || output.view}`);
  return output.poster ? `<img src="${output.poster}" alt="${caption}" style="max-width: 100%">` : `<p>${caption}</p>`;
}

function scaled(from: HTMLCanvasElement, factor: number): HTMLCanvasElement {
  const canvas = document.createElement('canvas');
  canvas.width = Math.max(1, Math.round(from.width * factor));
  canvas.height = Math.max(1, Math.round(from.height * factor));
  canvas.getContext('2d')?.drawImage(from, 0, 0, canvas.width, canvas.height);
  return canvas;
}

function escapeHtml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
}
