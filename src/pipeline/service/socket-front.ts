/**
 * One Unix socket for two protocols: gRPC (HTTP/2) for clients, and plain HTTP/1 for whoever scrapes the metrics.
 *
 *   curl --unix-socket <home>/daemon.sock http://daemon/metrics
 *
 * Guarantees
 * - A connection is given away by its first bytes, untouched: HTTP/2 begins with its preface, everything else is HTTP/1.
 * - HTTP/1 can only read /metrics and /health; it is as private as the socket is.
 * - A connection that says nothing for `silentMs` is closed.
 */
import { createServer as createHttpServer, type ServerResponse } from 'node:http';
import { createServer, type Server as NetServer, type Socket } from 'node:net';
import { sentenceOf } from '../../protocol/index.ts';

/** What HTTP/1 may read. */
export type Readings = { metrics: () => string; health: () => object };

const silentMs = 30_000;
const preface = Buffer.from('PRI * HTTP/2.0');

/** Resolves when `path` listens. Rejects with the system's error. */
export function openSocketFront(path: string, grpc: (connection: Socket) => void, readings: Readings): Promise<NetServer> {
  const http = createHttpServer((request, response) => {
    try {
      answer(request.method ?? '', (request.url ?? '').split('?')[0] ?? '', response, readings);
    } catch (error) {
      send(response, 500, 'text/plain', `${sentenceOf(error)}\n`);
    }
  });
  const front = createServer((socket) => {
    const drop = () => socket.destroy();
    socket.once('error', drop);
    socket.setTimeout(silentMs, drop);
    socket.once('readable', () => {
      const first = socket.read() as Buffer | null;
      if (first === null) return drop();
      socket.setTimeout(0);
      socket.removeListener('timeout', drop);
      socket.unshift(first);
      const length = Math.min(first.byteLength, preface.byteLength);
      if (first.subarray(0, length).equals(preface.subarray(0, length))) grpc(socket);
      else http.emit('connection', socket);
    });
  });
  front.once('close', () => http.closeAllConnections());
  return new Promise((resolve, reject) => {
    front.once('error', reject);
    front.listen(path, () => {
      front.removeListener('error', reject);
      resolve(front);
    });
  });
}

function answer(method: string, path: string, response: ServerResponse, readings: Readings): void {
  if (method !== 'GET' && method !== 'HEAD') send(response, 405, 'text/plain', 'Only GET is served here; calls are gRPC.\n');
  else if (path === '/metrics') send(response, 200, 'text/plain; version=0.0.4; charset=utf-8', readings.metrics());
  else if (path === '/health') send(response, 200, 'application/json', `${JSON.stringify(readings.health())}\n`);
  else send(response, 404, 'text/plain', 'There is /metrics and /health.\n');
}

function send(response: ServerResponse, status: number, type: string, body: string): void {
  response.writeHead(status, { 'Content-Type': type, 'Content-Length': Buffer.byteLength(body), 'Cache-Control': 'no-store' });
  response.end(body);
}
