/**
 * The bridge's Unix socket: one HTTP server for history and health, and the upgrade to the page link.
 *
 * Guarantees
 * - Nothing is answered without the secret but 403, compared in constant time.
 * - The socket is 0600 from the moment it exists. Links are pinged every `pingMs` (default: limits.linkPingMs), so no proxy takes them for idle; one that does not answer is ended.
 * - A request that fails gets a status and a sentence as JSON, or, in mid-body, a broken connection; the server lives on.
 */
import { createHash, timingSafeEqual } from 'node:crypto';
import { once } from 'node:events';
import { lstat, unlink } from 'node:fs/promises';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import { type WebSocket, WebSocketServer } from 'ws';
import { contract, DuallaneError, limits, sentenceOf } from '../protocol/index.ts';
import { answerPart, answerTail, parseTail, recordingsOf } from './history/index.ts';
import { Session, type SessionContext } from './sessions/index.ts';
import { Tallies } from './tallies.ts';

export type ServerOptions = { socket: string; secret: string; context: SessionContext; pingMs?: number };

const statusOfCode: Readonly<Record<string, number>> = {
  'part-name': 400,
  'tail-request': 400,
  'part-unknown': 404,
  'run-unknown': 404,
  'not-implemented': 501,
  'daemon-away': 503,
};
/** Pings a link may leave unanswered. */
const missedPingsMost = 2;

/** Resolves when the socket listens. It is removed when `context.signal` aborts. */
export async function serve({ socket, secret, context, pingMs = limits.linkPingMs }: ServerOptions): Promise<void> {
  const sessions = new Set<Session>();
  const isAllowed = secretCheck(secret);
  const { connection, log, now, signal } = context;
  const tallies = new Tallies({ connection, log, now, signal });
  const sockets = new WebSocketServer({ noServer: true, perMessageDeflate: false, maxPayload: limits.linkMessageBytes });
  const server = createServer((request, response) => {
    if (!isAllowed(request)) return void sendProblem(response, 403, 'forbidden', 'This socket is for the Jupyter server alone.');
    void answer(request, response, context, sessions);
  });
  server.on('upgrade', (request, stream, head) => {
    if (!isAllowed(request)) return refuseUpgrade(stream, '403 Forbidden');
    if (pathOf(request) !== '/link') return refuseUpgrade(stream, '404 Not Found');
    sockets.handleUpgrade(request, stream, head, (page) => {
      const session = new Session(page, context);
      sessions.add(session);
      tallies.watch(session);
      context.log('info', 'page-opened', { sessions: sessions.size });
      keepAlive(page, pingMs);
      page.once('close', (code) => {
        sessions.delete(session);
        context.log('info', 'page-closed', { code, sessions: sessions.size });
      });
    });
  });
  await removeStale(socket);
  const mask = process.umask(0o177);
  try {
    server.listen(socket);
    await once(server, 'listening');
  } finally {
    process.umask(mask);
  }
  void tallies.keep();
  context.signal.addEventListener('abort', () => {
    server.close();
    server.closeAllConnections();
    for (const page of sockets.clients) page.terminate();
    void unlink(socket).catch(() => {
      // Node removes the socket file itself when the server closes.
    });
  });
}

/** A bridge that was killed leaves its socket behind; nothing else is removed. */
async function removeStale(path: string): Promise<void> {
  const left = await lstat(path).catch(() => undefined);
  if (left?.isSocket()) await unlink(path);
}

function secretCheck(secret: string): (request: IncomingMessage) => boolean {
  const expected = createHash('sha256').update(secret).digest();
  return (request) => {
    const given = request.headers['x-duallane-secret'];
    return typeof given === 'string' && timingSafeEqual(createHash('sha256').update(given).digest(), expected);
  };
}

async function answer(
  request: IncomingMessage,
  response: ServerResponse,
  context: SessionContext,
  sessions: ReadonlySet<Session>,
): Promise<void> {
  try {
    await route(request, response, context, sessions);
  } catch (error) {
    if (response.headersSent || response.destroyed) {
      context.log('warn', 'response-broken', { reason: sentenceOf(error) });
      response.destroy();
      return;
    }
    if (!(error instanceof DuallaneError)) context.log('warn', 'request-failed', { reason: sentenceOf(error) });
    const code = error instanceof DuallaneError ? error.code : 'daemon-away';
    const sentence = error instanceof DuallaneError ? error.sentence : 'The trainer daemon did not answer; try again.';
    sendProblem(response, statusOfCode[code] ?? 500, code, sentence);
  }
}

async function route(
  request: IncomingMessage,
  response: ServerResponse,
  context: SessionContext,
  sessions: ReadonlySet<Session>,
): Promise<void> {
  if (request.method !== 'GET' && request.method !== 'HEAD')
    return sendProblem(response, 405, 'method', 'Only GET is served here.');
  const url = new URL(request.url ?? '/', 'http://bridge');
  const [, room, ...rest] = url.pathname.split('/');
  const [first = '', second = ''] = rest;
  if (room === 'health' && rest.length === 0) return sendJson(response, 200, health(context, sessions));
  if (room === 'parts' && rest.length === 1) return await answerPart(request, response, first, context);
  if (room === 'recordings' && rest.length === 1) return sendJson(response, 200, await recordingsOf(first, context));
  if (room === 'tail' && rest.length === 2)
    return await answerTail(response, parseTail(first, second, url.searchParams), context);
  sendProblem(response, 404, 'not-found', 'There is /link, /parts/<name>, /recordings/<run>, /tail/<run>/<kind> and /health.');
}

function health(context: SessionContext, sessions: ReadonlySet<Session>) {
  return {
    pid: process.pid,
    version: contract.version,
    contract: contract.hash,
    daemon: context.connection.state,
    pages: sessions.size,
    views: [...sessions].reduce((sum, session) => sum + session.channels, 0),
    feeds: context.feeds.size,
    runs: context.runList.runs.length,
    rss_bytes: process.memoryUsage.rss(),
  };
}

function keepAlive(page: WebSocket, everyMs: number): void {
  let unanswered = 0;
  page.on('pong', () => {
    unanswered = 0;
  });
  const timer = setInterval(() => {
    if (unanswered >= missedPingsMost) return page.terminate();
    unanswered += 1;
    page.ping();
  }, everyMs);
  page.once('close', () => clearInterval(timer));
}

function pathOf(request: IncomingMessage): string {
  return (request.url ?? '').split('?')[0] ?? '';
}

function refuseUpgrade(stream: Duplex, status: string): void {
  stream.on('error', () => stream.destroy());
  stream.end(`HTTP/1.1 ${status}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
}

function sendJson(response: ServerResponse, status: number, body: unknown): void {
  response.removeHeader('ETag');
  response.writeHead(status, { 'Content-Type': 'application/json', 'Cache-Control': 'no-store' });
  response.end(JSON.stringify(body));
}

function sendProblem(response: ServerResponse, status: number, code: string, sentence: string): void {
  sendJson(response, status, { code, sentence });
}
