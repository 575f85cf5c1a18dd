/**
 * GET tail/<run>/<kind>?after=S&upto=W: durable rows that are in no part yet, as framed Arrow IPC streams.
 *
 * Body: repeated [u32 LE length][one Arrow IPC stream with one record batch: all columns]. Rows after S up to W, ascending.
 * Guarantees: memory is bounded by one stream; a daemon that goes away breaks the response off, so that it is never taken for whole.
 */
import { once } from 'node:events';
import type { ServerResponse } from 'node:http';
import { type ServiceError, status } from '@grpc/grpc-js';
import { isRowKind } from '../../protocol/arrow.ts';
import { DuallaneError, type RowKind } from '../../protocol/index.ts';
import { type DaemonConnection, describeRun, durableRows } from '../hub/index.ts';
import { concatRows, encodeWhole, type Rows } from '../rows.ts';

export type TailRequest = { runId: string; kind: RowKind; after: number; upto: number };

const rowsOfStream = 65_536;
const runIdMost = 128;

/** Throws `tail-request` with what is wrong. */
export function parseTail(run: string, kind: string, query: URLSearchParams): TailRequest {
  const runId = runIdOf(run);
  if (!isRowKind(kind)) throw new DuallaneError('tail-request', 'The kind is one of steps, episodes, metrics, events.');
  const after = seqOf(query.get('after') ?? '0', 'after');
  const upto = seqOf(query.get('upto'), 'upto');
  return { runId, kind, after, upto };
}

/** The run id in a path. Throws `tail-request` for what is none. */
export function runIdOf(segment: string): string {
  const runId = decoded(segment);
  if (runId === '' || runId.length > runIdMost) throw new DuallaneError('tail-request', 'The run id has 1 to 128 characters.');
  return runId;
}

/** Empty for what is no percent-encoding. */
function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return '';
  }
}

function seqOf(text: string | null, name: string): number {
  const value = text !== null && /^\d{1,16}$/.test(text) ? Number(text) : Number.NaN;
  if (!Number.isSafeInteger(value)) throw new DuallaneError('tail-request', `"${name}" is a sequence number, 0 or more.`);
  return value;
}

export async function answerTail(
  response: ServerResponse,
  request: TailRequest,
  { connection, signal }: { connection: DaemonConnection; signal: AbortSignal },
): Promise<void> {
  const clients = connection.clients();
  const lifetime = new AbortController();
  const ended = AbortSignal.any([signal, lifetime.signal]);
  response.once('close', () => lifetime.abort());
  let gathered: Rows[] = [];
  let rows = 0;
  const flush = async () => {
    if (gathered.length === 0) return;
    await writeStream(response, concatRows(gathered));
    gathered = [];
    rows = 0;
  };
  try {
    for await (const { table } of durableRows(clients, request, ended)) {
      if (!response.headersSent) writeHead(response);
      gathered.push(table);
      rows += table.numRows;
      if (rows >= rowsOfStream) await flush();
    }
    if (!response.headersSent) {
      // No rows: because there are none, or because there is no such run.
      await describeRun(clients, request.runId, ended);
      writeHead(response);
    }
    await flush();
    response.end();
  } catch (error) {
    if ((error as ServiceError).code !== status.NOT_FOUND) throw error;
    throw new DuallaneError('run-unknown', `Run ${request.runId} is not known to this daemon.`, { cause: error });
  }
}

function writeHead(response: ServerResponse): void {
  response.writeHead(200, { 'Content-Type': 'application/octet-stream', 'Cache-Control': 'private, no-store' });
}

async function writeStream(response: ServerResponse, table: Rows): Promise<void> {
  const ipc = encodeWhole(table);
  const length = Buffer.alloc(4);
  length.writeUInt32LE(ipc.length);
  response.write(length);
  if (response.write(ipc) || response.destroyed) return;
  await Promise.race([once(response, 'drain'), new Promise((resolve) => response.once('close', resolve))]);
}
