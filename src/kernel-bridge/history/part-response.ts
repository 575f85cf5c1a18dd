/**
 * GET parts/<name>: the bytes of one immutable part, from its file where this host has it, else from the daemon.
 *
 * Guarantees: 200 or 206 with an ETag and a year of caching; 404 with a sentence; a reader that breaks off costs nothing more.
 * A range is honoured where the size is known; else the whole part is sent, as HTTP allows.
 */
import { open } from 'node:fs/promises';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { pipeline } from 'node:stream/promises';
import { type ServiceError, status } from '@grpc/grpc-js';
import { DuallaneError } from '../../protocol/index.ts';
import type { DaemonConnection } from '../hub/index.ts';
import { checkPartName, type PartNames } from './part-names.ts';

const cacheForEver = 'private, max-age=31536000, immutable';

export async function answerPart(
  request: IncomingMessage,
  response: ServerResponse,
  name: string,
  context: { parts: PartNames; connection: DaemonConnection; signal: AbortSignal },
): Promise<void> {
  checkPartName(name);
  const etag = `"${name}"`;
  response.setHeader('ETag', etag);
  response.setHeader('Cache-Control', cacheForEver);
  response.setHeader('Content-Type', name.endsWith('.dlrec') ? 'application/octet-stream' : 'application/vnd.apache.parquet');
  if (request.headers['if-none-match'] === etag) {
    response.writeHead(304).end();
    return;
  }
  if (!(await fromFile(request, response, name, context))) await fromDaemon(response, name, context);
}

/** False when this host has no such file, or not the whole of it. */
async function fromFile(
  request: IncomingMessage,
  response: ServerResponse,
  name: string,
  { parts, signal }: { parts: PartNames; signal: AbortSignal },
) {
  const place = parts.find(name);
  const file = place && (await open(place.path, 'r').catch(() => undefined));
  if (!place || !file) return false;
  try {
    const { size } = await file.stat();
    if (size !== place.bytes) return false;
    response.setHeader('Accept-Ranges', 'bytes');
    const range = parseRange(request.headers.range, size);
    if (range === 'unsatisfiable') {
      response.removeHeader('Cache-Control');
      response.writeHead(416, { 'Content-Range': `bytes */${size}` }).end();
      return true;
    }
    const { first, last } = range ?? { first: 0, last: size - 1 };
    const headers = { 'Content-Length': last - first + 1, ...(range && { 'Content-Range': `bytes ${first}-${last}/${size}` }) };
    response.writeHead(range ? 206 : 200, headers);
    if (request.method === 'HEAD' || size === 0) response.end();
    else await pipeline(file.createReadStream({ start: first, end: last, autoClose: false }), response, { signal });
    return true;
  } finally {
    await file.close();
  }
}

async function fromDaemon(
  response: ServerResponse,
  name: string,
  { connection, signal }: { connection: DaemonConnection; signal: AbortSignal },
) {
  const stream = connection.clients().duallane.readPart({ name, offset: 0n, length: 0n });
  const cancel = () => stream.cancel();
  signal.addEventListener('abort', cancel, { once: true });
  response.once('close', cancel);
  try {
    for await (const { bytes } of stream) {
      if (!response.headersSent) response.writeHead(200);
      if (!response.write(bytes)) await new Promise((resolve) => response.once('drain', resolve).once('close', resolve));
    }
    response.end();
  } catch (error) {
    if ((error as ServiceError).code !== status.NOT_FOUND) throw error;
    throw new DuallaneError('part-unknown', `There is no part ${name}. Ask for the list of parts again.`, { cause: error });
  } finally {
    signal.removeEventListener('abort', cancel);
    stream.cancel();
  }
}

/** The one range a header asks for; undefined for none, or for what may be ignored. `size` in bytes. */
export function parseRange(
  header: string | undefined,
  size: number,
): { first: number; last: number } | 'unsatisfiable' | undefined {
  const match = /^bytes=(\d*)-(\d*)$/.exec(header ?? '');
  if (!match || (match[1] === '' && match[2] === '')) return undefined;
  const suffix = match[1] === '';
  const first = suffix ? Math.max(size - Number(match[2]), 0) : Number(match[1]);
  const last = suffix || match[2] === '' ? size - 1 : Math.min(Number(match[2]), size - 1);
  if (!suffix && match[2] !== '' && Number(match[2]) < first) return undefined;
  return first <= last ? { first, last } : 'unsatisfiable';
}
