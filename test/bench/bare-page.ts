/**
 * A page of Chromium that is watched as little as can be: no network events, one evaluation now and then, over the DevTools protocol
 * (https://chromedevtools.github.io/devtools-protocol/). Playwright hears of each WebSocket message, 900 kB for a frame, and halves the
 * frame rate that way.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { browserArguments, browserExecutable } from '../support/browser.ts';
import { until } from '../support/until.ts';

type Answer = {
  id?: number;
  result?: {
    result?: { value?: unknown };
    exceptionDetails?: { text: string };
    metrics?: { name: string; value: number }[];
  };
};

export class BarePage {
  readonly #chromium: ChildProcess;
  readonly #profile: string;
  readonly #socket: WebSocket;
  readonly #waiting = new Map<number, (answer: Answer) => void>();
  #lastId = 0;

  static async open(url: string): Promise<BarePage> {
    const profile = mkdtempSync(join(tmpdir(), 'dlb-'));
    const own = ['--headless=new', '--remote-debugging-port=0', `--user-data-dir=${profile}`, '--window-size=1280,960'];
    const chromium = spawn(browserExecutable(), [...browserArguments, ...own, url], { stdio: ['ignore', 'ignore', 'pipe'] });
    const port = await portOf(chromium);
    const target = await until(
      async () => {
        const list = (await (await fetch(`http://127.0.0.1:${port}/json/list`)).json()) as {
          type: string;
          webSocketDebuggerUrl: string;
        }[];
        return list.find(({ type }) => type === 'page');
      },
      { what: 'the page' },
    );
    const socket = new WebSocket(target.webSocketDebuggerUrl);
    await once(socket, 'open');
    return new BarePage(chromium, profile, socket);
  }

  private constructor(chromium: ChildProcess, profile: string, socket: WebSocket) {
    this.#chromium = chromium;
    this.#profile = profile;
    this.#socket = socket;
    socket.addEventListener('message', ({ data }) => {
      const answer = JSON.parse(String(data)) as Answer;
      this.#waiting.get(answer.id ?? 0)?.(answer);
      this.#waiting.delete(answer.id ?? 0);
    });
  }

  /** The value of a JavaScript expression in the page: plain JSON, undefined for nothing. Throws what the page threw. */
  async evaluate<T>(expression: string): Promise<T | undefined> {
    const answer = await this.#ask('Runtime.evaluate', { expression, returnByValue: true });
    if (answer.result?.exceptionDetails) throw new Error(`${expression}: ${answer.result.exceptionDetails.text}`);
    return answer.result?.result?.value as T | undefined;
  }

  /** For how many seconds the page's main thread has worked so far, from the first call on. */
  async busySeconds(): Promise<number> {
    await this.#ask('Performance.enable', {});
    const { result } = await this.#ask('Performance.getMetrics', {});
    return result?.metrics?.find(({ name }) => name === 'TaskDuration')?.value ?? Number.NaN;
  }

  #ask(method: string, params: object): Promise<Answer> {
    const id = ++this.#lastId;
    return new Promise((resolve) => {
      this.#waiting.set(id, resolve);
      this.#socket.send(JSON.stringify({ id, method, params }));
    });
  }

  async close(): Promise<void> {
    this.#socket.close();
    const ended = once(this.#chromium, 'exit');
    this.#chromium.kill();
    await ended;
    rmSync(this.#profile, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
  }
}

async function portOf(chromium: ChildProcess): Promise<number> {
  if (!chromium.stderr) throw new Error('Chromium says nothing');
  for await (const line of createInterface({ input: chromium.stderr })) {
    const port = /DevTools listening on ws:\/\/127\.0\.0\.1:(\d+)\//.exec(line)?.[1];
    if (port === undefined) continue;
    chromium.stderr.resume();
    return Number(port);
  }
  throw new Error('Chromium ended before it listened');
}
