/**
 * Everything a browser test needs, in folders of its own: a home, a Jupyter server, a Chromium. `close` ends it all, daemon too.
 *
 * The Jupyter server keeps its port and token when it is started again, as a user's does.
 */
import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Browser } from 'playwright-core';
import { isAlive } from './alive.ts';
import { launchBrowser, openNotebook, openTab, type Tab } from './browser.ts';
import type { Card } from './daemon.ts';
import { DrivenRun } from './driven-run.ts';
import { freePort, type Jupyter, type JupyterOptions, startJupyter } from './jupyter.ts';
import { endDaemonOf } from './notebook-server.ts';
import { until } from './until.ts';
import { type SavedView, writeViewNotebook } from './view-notebook.ts';

type Options = Pick<JupyterOptions, 'dark' | 'environment' | 'baseUrl' | 'config'>;

export class Stage {
  readonly folder: string;
  readonly home: string;
  readonly notebooks: string;
  readonly browser: Browser;
  readonly #options: JupyterOptions;
  readonly #tabs: Tab[] = [];
  readonly #runs: DrivenRun[] = [];
  jupyter: Jupyter;

  static async open(options: Options = {}): Promise<Stage> {
    const folder = mkdtempSync(join(tmpdir(), 'dle-'));
    const [home, notebooks] = [join(folder, 'home'), join(folder, 'nb')];
    mkdirSync(home);
    mkdirSync(notebooks);
    const all = { ...options, folder, home, notebooks, token: crypto.randomUUID(), port: await freePort() };
    const [jupyter, browser] = await Promise.all([startJupyter(all), launchBrowser()]);
    return new Stage(folder, all, jupyter, browser);
  }

  private constructor(folder: string, options: JupyterOptions, jupyter: Jupyter, browser: Browser) {
    this.folder = folder;
    this.home = options.home;
    this.notebooks = options.notebooks;
    this.#options = options;
    this.jupyter = jupyter;
    this.browser = browser;
  }

  /** A notebook with these views in it, open in a new tab, no kernel. */
  async show(name: string, cells: readonly (SavedView | number)[], app: 'lab' | 'notebook' = 'notebook'): Promise<Tab> {
    const tab = await this.tab();
    writeViewNotebook(join(this.notebooks, name), cells);
    await openNotebook(tab, this.jupyter, name, { app, kernel: false });
    return tab;
  }

  async tab(options: { width?: number; height?: number } = {}): Promise<Tab> {
    const tab = await openTab(this.browser, this.jupyter, options);
    this.#tabs.push(tab);
    return tab;
  }

  /** What the bridge says of itself, through the Jupyter server. */
  async health(): Promise<{
    pid: number;
    pages: number;
    views: number;
    feeds: number;
    rss_bytes: number;
    daemon: { state: string; pid?: number };
  }> {
    const answer = await fetch(`${this.jupyter.url}duallane/health?token=${this.jupyter.token}`);
    if (!answer.ok) throw new Error(`health: ${answer.status} ${await answer.text()}`);
    return answer.json() as never;
  }

  /** The living daemon's address card, as everybody finds it. */
  get daemon(): Card {
    return JSON.parse(readFileSync(join(this.home, 'daemon.json'), 'utf8')) as Card;
  }

  /** SIGKILL; resolves when it is dead. */
  async kill(pid: number): Promise<void> {
    process.kill(pid, 'SIGKILL');
    await until(() => !isAlive(pid), { what: `process ${pid} to be dead` });
  }

  /** Another server in the place of this one; open pages find it. */
  async restartJupyter(signal: NodeJS.Signals = 'SIGTERM', environment: Record<string, string> = {}): Promise<void> {
    await this.jupyter.stop(signal);
    this.jupyter = await startJupyter({ ...this.#options, environment: { ...this.#options.environment, ...environment } });
  }

  /** Declares a notebook trusted, as its owner would. */
  async trust(name: string): Promise<void> {
    const argv = ['trust', join(this.notebooks, name)];
    const env = { ...process.env, JUPYTER_DATA_DIR: join(this.folder, 'data') };
    await promisify(execFile)(join(process.cwd(), '.venv/bin/jupyter'), argv, { env });
  }

  /** A run in this stage's home; `close` ends it when the test did not. */
  async run(options: Omit<Parameters<typeof DrivenRun.start>[0], 'home'>): Promise<DrivenRun> {
    const run = await DrivenRun.start({ ...options, home: this.home });
    this.#runs.push(run);
    return run;
  }

  /** Throws when a page asked for anything outside of the Jupyter server, and when a process was left behind. */
  async close(): Promise<void> {
    for (const run of this.#runs) run.kill();
    const foreign = this.#tabs.flatMap((tab) => tab.foreign);
    await this.browser.close();
    await this.jupyter.stop();
    await endDaemonOf(this.home);
    const left = await leftBehind(this.folder);
    rmSync(this.folder, { recursive: true, force: true, maxRetries: 5 });
    if (left.length > 0) throw new Error(`processes were left behind: ${left.join('; ')}`);
    if (foreign.length > 0) throw new Error(`the page went outside: ${foreign.slice(0, 5).join(' ')}`);
  }
}

/** Command lines of processes that name the folder and do not go within a while; they are killed. */
async function leftBehind(folder: string): Promise<string[]> {
  let left: { pid: number; command: string }[] = [];
  try {
    await until(
      () => {
        left = naming(folder);
        return left.length === 0;
      },
      { what: 'all processes to end', withinMs: 5000 },
    );
  } catch {
    for (const { pid } of left) process.kill(pid, 'SIGKILL');
  }
  return left.map(({ pid, command }) => `${pid} ${command}`);
}

function naming(folder: string): { pid: number; command: string }[] {
  return readdirSync('/proc').flatMap((name) => {
    const pid = Number(name);
    const command = Number.isInteger(pid) && isAlive(pid) ? commandOf(pid) : '';
    return command.includes(folder) ? [{ pid, command }] : [];
  });
}

/** Empty for a process that has just gone. */
function commandOf(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ');
  } catch {
    return '';
  }
}
