/**
 * A frame out of a step's render payload: `{"mode": "rgb_array", "rgb": HxWxC}` (also `pixels`, `frame`), or
 * `{"shape": [h, w, c], "data": base64}`. Source of the forms: contracts, JSON lines. What does not fit gives undefined.
 */
import type { RecordedFrame } from '../../protocol/index.ts';

const sideMost = 8192;
const bytesMost = 1 << 28;

export function payloadFrame(json: string | undefined): RecordedFrame | undefined {
  // Parsing a large picture only to find that it is none would be waste.
  if (!json || !/"(rgb|pixels|frame|data)"/.test(json)) return undefined;
  const payload = parsed(json);
  if (!payload) return undefined;
  if (Array.isArray(payload.shape) && typeof payload.data === 'string') return ofBytes(payload.shape, payload.data);
  return ofRows(payload.rgb ?? payload.pixels ?? payload.frame);
}

function ofBytes(shape: readonly unknown[], data: string): RecordedFrame | undefined {
  const [height = 0, width = 0, channels = 1] = shape.map(Number);
  if (!fits(height, width, channels)) return undefined;
  try {
    const pixels = Uint8Array.from(atob(data), (letter) => letter.charCodeAt(0));
    return pixels.length === height * width * channels ? { height, width, channels, pixels } : undefined;
  } catch {
    return undefined; // no base64: the table shows the text
  }
}

function ofRows(rows: unknown): RecordedFrame | undefined {
  const first: unknown = Array.isArray(rows) ? rows[0] : undefined;
  if (!Array.isArray(rows) || !Array.isArray(first)) return undefined;
  const [height, width, channels] = [rows.length, first.length, Array.isArray(first[0]) ? first[0].length : 1];
  if (!fits(height, width, channels)) return undefined;
  const flat = rows.flat(2);
  if (flat.length !== height * width * channels || !flat.every((value) => typeof value === 'number')) return undefined;
  return { height, width, channels, pixels: Uint8Array.from(flat as number[]) };
}

function fits(height: number, width: number, channels: number): boolean {
  const isSide = (side: number): boolean => Number.isInteger(side) && side >= 1 && side <= sideMost;
  return isSide(height) && isSide(width) && [1, 3, 4].includes(channels) && height * width * channels <= bytesMost;
}

function parsed(json: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(json);
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : undefined;
  } catch {
    return undefined; // not JSON: nothing to draw
  }
}
