/**
 * A real JupyterLab (which serves Notebook 7 too) on a folder and a home directory of its own.
 *
 * Guarantees: token authentication on, loopback only, no configuration of the user's, ended with `stop` or at process exit.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdirSync, openSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { dirname, join } from 'node:path';
import { until } from './until.ts';

const root = join(import.meta.dirname, '../..');

export type Jupyter = {
  /** http://127.0.0.1:PORT/base/ */
  url: string;
  token: string;
  pid: number;
  logFile: string;
  /** Ends it and waits for its end. */
  stop: (signal?: NodeJS.Signals) => Promise<void>;
};

export type JupyterOptions = {
  /** A folder of the test's own: runtime files, settings and the log go below it. */
  folder: string;
  /** Where the notebooks are. */
  notebooks: string;
  /** The Duallane home directory. */
  home: string;
  baseUrl?: string;
  /** A fixed port lets a restarted server take the place of the old one. */
  port?: number;
  token?: string;
  dark?: boolean;
  /** What stands in jupyter_server_config.json. */
  config?: object;
  /** Extra environment, for example another shared-memory folder. */
  environment?: Record<string, string>;
};

/** Starts it and waits until it answers. Throws with the end of its log when it does not within a minute. */
export async function startJupyter(options: JupyterOptions): Promise<Jupyter> {
  const token = options.token ?? crypto.randomUUID();
  const runtime = join(options.folder, 'runtime');
  for (const name of ['runtime', 'config', 'data', 'ipython', 'settings', 'workspaces'])
    mkdirSync(join(options.folder, name), { recursive: true });
  settings(options.folder, 'apputils-extension/notification', { fetchNews: 'false', checkForUpdates: false });
  settings(options.folder, 'apputils-extension/themes', { theme: options.dark ? 'JupyterLab Dark' : 'JupyterLab Light' });
  if (options.config) writeFileSync(join(options.folder, 'config/jupyter_server_config.json'), JSON.stringify(options.config));
  const logFile = join(options.folder, 'jupyter.log');
  const log = openSync(logFile, 'a');
  const child = spawn(
    join(root, '.venv/bin/jupyter'),
    [
      'lab',
      '--no-browser',
      '--allow-root',
      '--ServerApp.ip=127.0.0.1',
      `--ServerApp.port=${options.port ?? 0}`,
      '--ServerApp.port_retries=0',
      `--ServerApp.base_url=${options.baseUrl ?? '/'}`,
      `--ServerApp.root_dir=${options.notebooks}`,
      `--IdentityProvider.token=${token}`,
      '--LabApp.expose_app_in_browser=True',
      '--JupyterNotebookApp.expose_app_in_browser=True',
      `--LabApp.user_settings_dir=${join(options.folder, 'settings')}`,
      `--LabApp.workspaces_dir=${join(options.folder, 'workspaces')}`,
      '--LabApp.news_url=None',
      '--LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate',
    ],
    {
      cwd: options.notebooks,
      stdio: ['ignore', log, log],
      detached: true,
      env: {
        ...process.env,
        PATH: `${join(root, 'node_modules/.bin')}:${join(root, '.venv/bin')}:${process.env.PATH}`,
        JUPYTER_RUNTIME_DIR: runtime,
        JUPYTER_CONFIG_DIR: join(options.folder, 'config'),
        JUPYTER_DATA_DIR: join(options.folder, 'data'),
        JUPYTER_NO_CONFIG: '',
        IPYTHONDIR: join(options.folder, 'ipython'),
        DUALLANE_HOME: options.home,
        SDL_VIDEODRIVER: 'dummy',
        ...options.environment,
      },
    },
  );
  const serverFile = join(runtime, `jpserver-${child.pid}.json`);
  const tail = (): string => readFileSync(logFile, 'utf8').slice(-3000);
  const url = await until(
    async () => {
      if (child.exitCode !== null) throw new Error(`Jupyter ended with ${child.exitCode}\n${tail()}`);
      if (!readdirSync(runtime).includes(`jpserver-${child.pid}.json`)) return undefined;
      const written = readFileSync(serverFile, 'utf8');
      if (!written.trimEnd().endsWith('}')) return undefined; // Jupyter is in the middle of writing it.
      const info = JSON.parse(written) as { url: string };
      const answer = await fetch(`${info.url}api/status?token=${token}`).catch(() => undefined);
      return answer?.ok ? info.url.replace('localhost', '127.0.0.1') : undefined;
    },
    { what: () => `Jupyter to answer\n${tail()}`, withinMs: 60_000 },
  );
  return { url, token, pid: child.pid!, logFile, stop: (signal = 'SIGTERM') => end(child, signal) };
}

/** A port of the loopback interface that nobody had a moment ago. */
export async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  const { port } = server.address() as { port: number };
  await new Promise((closed) => server.close(closed));
  return port;
}

/** A user's setting of one of Lab's plugins. */
function settings(folder: string, plugin: string, values: object): void {
  const path = join(folder, 'settings/@jupyterlab', `${plugin}.jupyterlab-settings`);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, JSON.stringify(values));
}

/** Sends a signal, waits for the end; a process group that does not go within 15 s is killed. */
async function end(child: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  child.kill(signal);
  const killer = setTimeout(() => process.kill(-child.pid!, 'SIGKILL'), 15_000);
  await ended;
  clearTimeout(killer);
}
