/** A real bridge process on a socket of its own, as the Jupyter server extension starts it. */
import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { request as httpRequest, type IncomingHttpHeaders } from 'node:http';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';
import { until } from './until.ts';

export type HttpAnswer = { status: number; headers: IncomingHttpHeaders; body: Buffer };

const main = resolve(__dirname, '../../src/kernel-bridge/main.ts');

export class TestBridge {
  readonly socket: string;
  readonly secret: string;
  readonly log: Record<string, unknown>[] = [];
  readonly child: ChildProcessByStdio<Writable, Readable, Readable>;
  readonly exited: Promise<number | NodeJS.Signals>;
  readonly #directory: string;

  /** Starts it and waits until it is ready. `socket`, `secret`: of a bridge that was there before. */
  static async start(options: {
    home: string;
    daemonCommand: readonly string[];
    socket?: string;
    secret?: string;
    daemonTarget?: string;
    daemonSecurity?: Readonly<Record<string, string>>;
  }): Promise<TestBridge> {
    const bridge = new TestBridge(options);
    await bridge.#ready.catch(async (error) => {
      await bridge.stop();
      throw error;
    });
    return bridge;
  }

  readonly #ready: Promise<unknown>;

  private constructor({
    home,
    daemonCommand,
    socket,
    secret,
    daemonTarget,
    daemonSecurity,
  }: {
    home: string;
    daemonCommand: readonly string[];
    socket?: string;
    secret?: string;
    daemonTarget?: string;
    daemonSecurity?: Readonly<Record<string, string>>;
  }) {
    this.#directory = mkdtempSync(join(tmpdir(), 'dlb-'));
    this.socket = socket ?? join(this.#directory, 'b.sock');
    this.secret = secret ?? randomBytes(32).toString('hex');
    this.child = spawn(process.execPath, [main], { stdio: ['pipe', 'pipe', 'pipe'] });
    this.exited = once(this.child, 'exit').then(([code, signal]) => (signal as NodeJS.Signals | null) ?? (code as number));
    createInterface({ input: this.child.stderr }).on('line', (line) => this.log.push(parseLine(line)));
    this.#ready = Promise.race([
      once(createInterface({ input: this.child.stdout }), 'line').then(([line]) => {
        if (JSON.parse(line as string).ready !== true) throw new Error(`the bridge said ${line}`);
      }),
      this.exited.then((code) => {
        throw new Error(`the bridge ended with ${code}: ${JSON.stringify(this.log.at(-1))}`);
      }),
    ]);
    this.child.stdin.write(
      `${JSON.stringify({ socket: this.socket, secret: this.secret, home, daemonCommand, daemonTarget, daemonSecurity })}\n`,
    );
  }

  /** GET over the bridge's socket. */
  async get(path: string, headers: Record<string, string> = { 'x-duallane-secret': this.secret }): Promise<HttpAnswer> {
    const request = httpRequest({ socketPath: this.socket, path, headers });
    request.end();
    const [response] = await once(request, 'response');
    const chunks: Buffer[] = [];
    for await (const chunk of response) chunks.push(chunk as Buffer);
    return { status: response.statusCode, headers: response.headers, body: Buffer.concat(chunks) };
  }

  async health(): Promise<Record<string, unknown> & { daemon: { state: string; pid?: number } }> {
    return JSON.parse((await this.get('/health')).body.toString());
  }

  async untilConnected(pidOtherThan?: number): Promise<void> {
    await until(
      async () => {
        const { daemon } = await this.health();
        return daemon.state === 'connected' && daemon.pid !== pidOtherThan;
      },
      { what: () => `the bridge to find the daemon; its log ends with ${JSON.stringify(this.log.slice(-3))}` },
    );
  }

  /** Ends it as the Jupyter server does: by closing its stdin. */
  async stop(): Promise<void> {
    this.child.stdin.end();
    await this.exited.finally(() => this.child.stderr.destroy());
    rmSync(this.#directory, { recursive: true, force: true });
  }

  async kill(): Promise<void> {
    this.child.kill('SIGKILL');
    await this.exited;
  }
}

function parseLine(line: string): Record<string, unknown> {
  try {
    return JSON.parse(line) as Record<string, unknown>;
  } catch {
    return { level: 'error', event: 'not-json', line };
  }
}
