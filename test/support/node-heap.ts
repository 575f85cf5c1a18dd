/**
 * Collects the garbage of another Node process, over its inspector (SIGUSR1 opens it at 127.0.0.1:9229): what it holds then is what it
 * keeps. A second process of the machine that listens there makes it fail.
 */
import { once } from 'node:events';
import { until } from './until.ts';

const inspector = 'http://127.0.0.1:9229/json/list';

export async function collectGarbageOf(pid: number): Promise<void> {
  process.kill(pid, 'SIGUSR1');
  const target = await until(() => targetOf(), { what: `the inspector of process ${pid}` });
  const socket = new WebSocket(target);
  await once(socket, 'open');
  for (const [id, method] of ['HeapProfiler.enable', 'HeapProfiler.collectGarbage'].entries()) {
    socket.send(JSON.stringify({ id, method }));
    await answered(socket, id);
  }
  socket.close();
}

async function targetOf(): Promise<string | undefined> {
  try {
    const [target] = (await (await fetch(inspector)).json()) as { webSocketDebuggerUrl: string }[];
    return target?.webSocketDebuggerUrl;
  } catch {
    return undefined; // not open yet
  }
}

async function answered(socket: WebSocket, id: number): Promise<void> {
  for (;;) {
    const [{ data }] = (await once(socket, 'message')) as [MessageEvent];
    if ((JSON.parse(String(data)) as { id?: number }).id === id) return;
  }
}
