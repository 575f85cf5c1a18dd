/**
 * History over HTTP: immutable parts and the tail after them, with the page's own authentication.
 *
 * Everything that fails rejects with `history-unreachable` (or `history-broken` for a body against the format).
 */
import { DuallaneError, type RowKind, sentenceOf } from '../../protocol/index.ts';
import type { Piece, PieceRange } from './page-link.ts';

export type HistoryAddress = {
  /** Ends with a slash: {base_url}duallane/ */
  base: string;
  fetch(url: string, init: RequestInit): Promise<Response>;
};

/** GET of a path below the base. */
export async function fetchBytes(
  address: HistoryAddress,
  path: string,
  options: { signal?: AbortSignal; cache: RequestCache },
): Promise<Uint8Array<ArrayBuffer>> {
  return (await fetchWhole(address, path, options)).bytes;
}

/** GET of some bytes of an immutable file; where ranges are not known, of all of them. */
export async function fetchPiece(
  address: HistoryAddress,
  path: string,
  range: PieceRange,
  { signal }: { signal: AbortSignal },
): Promise<Piece> {
  const header = 'lastBytes' in range ? `bytes=-${range.lastBytes}` : `bytes=${range.first}-${range.end - 1}`;
  const { bytes, response } = await fetchWhole(address, path, { signal, cache: 'default', headers: { Range: header } });
  if (response.status !== 206) return { bytes, first: 0, size: bytes.length };
  const place = /^bytes (\d+)-\d+\/(\d+)$/.exec(response.headers.get('content-range') ?? '');
  if (!place) throw new DuallaneError('history-broken', 'A part of the history came without its place.');
  return { bytes, first: Number(place[1]), size: Number(place[2]) };
}

async function fetchWhole(
  address: HistoryAddress,
  path: string,
  options: Pick<RequestInit, 'signal' | 'cache' | 'headers'>,
): Promise<{ bytes: Uint8Array<ArrayBuffer>; response: Response }> {
  let response: Response;
  try {
    response = await address.fetch(address.base + path, { ...options, credentials: 'same-origin' });
    if (response.ok) return { bytes: new Uint8Array(await response.arrayBuffer()), response };
  } catch (cause) {
    if (options.signal?.aborted) throw cause;
    throw new DuallaneError(
      'history-unreachable',
      `The history cannot be reached (${sentenceOf(cause)}). Look whether the Jupyter server is running.`,
      { cause },
    );
  }
  throw new DuallaneError('history-unreachable', await refusalOf(response));
}

/** POST of a question; rejects with `native-unreachable` and the server's own sentence. */
export async function postQuestion(
  address: HistoryAddress,
  body: string,
  { signal }: { signal: AbortSignal },
): Promise<Response> {
  const xsrf = /(?:^|; )_xsrf=([^;]*)/.exec(document.cookie)?.[1];
  const headers: Record<string, string> = {
    'Content-Type': 'application/json',
    ...(xsrf && { 'X-XSRFToken': decodeURIComponent(xsrf) }),
  };
  const init: RequestInit = { method: 'POST', body, headers, signal, credentials: 'same-origin', cache: 'no-store' };
  const response = await address.fetch(`${address.base}sql`, init).catch((cause: unknown) => {
    if (signal.aborted) throw cause;
    throw new DuallaneError(
      'native-unreachable',
      `The Jupyter server cannot be reached (${sentenceOf(cause)}). Look whether it is running.`,
      { cause },
    );
  });
  if (!response.ok) throw new DuallaneError('native-unreachable', await refusalOf(response));
  return response;
}

/** What the server says about a refusal: its own sentence where it gives one. */
export async function refusalOf(response: Response): Promise<string> {
  try {
    const body: unknown = await response.json();
    if (typeof body === 'object' && body !== null) {
      for (const key of ['sentence', 'message', 'error']) {
        const value = (body as Record<string, unknown>)[key];
        if (typeof value === 'string' && value) return value.slice(0, 500);
      }
    }
  } catch {
    // No JSON in the answer: the status has to do.
  }
  return `The Jupyter server answered ${response.status} ${response.statusText}`.trim().concat('.');
}

export function tailPath(run: string, kind: RowKind, after: number, upto: number): string {
  return `tail/${encodeURIComponent(run)}/${kind}?after=${after}&upto=${upto}`;
}

/** Body of a tail: repeated [u32 LE length][one Arrow IPC stream]. */
export function splitTail(body: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer>[] {
  const view = new DataView(body.buffer, body.byteOffset, body.byteLength);
  const streams: Uint8Array<ArrayBuffer>[] = [];
  for (let at = 0; at < body.length; ) {
    const length = at + 4 <= body.length ? view.getUint32(at, true) : Number.POSITIVE_INFINITY;
    const end = at + 4 + length;
    if (end > body.length) throw new DuallaneError('history-broken', 'The newest rows of the history arrived cut short.');
    streams.push(body.slice(at + 4, end));
    at = end;
  }
  return streams;
}
