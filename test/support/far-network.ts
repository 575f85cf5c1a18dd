/** A browser in a network namespace from which the Jupyter server is far away (far_network.py). Linux, root. */
import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { once } from 'node:events';
import { accessSync, chmodSync, constants, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';
import { type Browser, chromium } from 'playwright-core';
import { browserArguments, browserExecutable } from './browser.ts';
import { python } from './daemon-parquet.ts';
import type { Jupyter } from './jupyter.ts';
import type { Stage } from './stage.ts';

/** `loss`: the part of the packets that is lost, each way. `delayMs`: one way. */
type Distance = { bytesPerSecond: number; delayMs: number; loss: number };

/** Why there can be no such namespace here; undefined when there can. */
export function whyNoFarNetwork(): string | undefined {
  if (process.getuid?.() !== 0) return 'a network namespace needs root';
  try {
    accessSync('/dev/net/tun', constants.R_OK | constants.W_OK);
    return undefined;
  } catch {
    return 'there is no TUN device here';
  }
}

export class FarNetwork {
  readonly browser: Browser;
  /** The same server, by the address that it has from there. Not a secure origin: plain HTTP, and no loopback. */
  readonly jupyter: Jupyter;
  readonly #process: ChildProcessByStdio<Writable, Readable, null>;

  static async start({ folder, jupyter }: Stage, { bytesPerSecond, delayMs, loss }: Distance): Promise<FarNetwork> {
    const { port, pathname } = new URL(jupyter.url);
    const shape = ['--port', port, '--bytes-per-second', `${bytesPerSecond}`, '--delay-ms', `${delayMs}`, '--loss', `${loss}`];
    const network = spawn(python, [join(import.meta.dirname, 'far_network.py'), ...shape], {
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    const first = await createInterface({ input: network.stdout })[Symbol.asyncIterator]().next();
    if (first.done) throw new Error('the far network did not begin');
    const { pid, address } = JSON.parse(first.value) as { pid: number; address: string };
    const executablePath = join(folder, 'far-chromium');
    writeFileSync(executablePath, `#!/bin/sh\nexec nsenter --target ${pid} --net ${browserExecutable()} "$@"\n`);
    chmodSync(executablePath, 0o700);
    const resolves = `--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE ${address}`;
    const args = [...browserArguments.filter((argument) => !argument.startsWith('--host-resolver-rules')), resolves];
    const browser = await chromium.launch({ executablePath, args });
    return new FarNetwork(network, browser, { ...jupyter, url: `http://${address}:${port}${pathname}` });
  }

  private constructor(network: ChildProcessByStdio<Writable, Readable, null>, browser: Browser, jupyter: Jupyter) {
    this.#process = network;
    this.browser = browser;
    this.jupyter = jupyter;
  }

  async close(): Promise<void> {
    await this.browser.close();
    const ended = once(this.#process, 'exit');
    this.#process.stdin.end();
    await ended;
  }
}
