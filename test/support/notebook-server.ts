/**
 * A Jupyter server with a home directory and notebooks of its own, and everything that came with it ended afterwards: the daemon, which
 * outlives servers by design, too.
 */
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isAlive } from './alive.ts';
import { type Jupyter, type JupyterOptions, startJupyter } from './jupyter.ts';
import { until } from './until.ts';

export const examples = join(import.meta.dirname, '../../examples');

export type NotebookServer = {
  folder: string;
  notebooks: string;
  home: string;
  jupyter: Jupyter;
  /** Ends server, kernels and daemon, and removes the folder. */
  end: () => Promise<void>;
};

/** `examples`: which of them are copied into the folder of the notebooks. */
export async function startNotebookServer(
  options: Partial<JupyterOptions> & { examples?: readonly string[] } = {},
): Promise<NotebookServer> {
  const folder = mkdtempSync(join(tmpdir(), 'dle-'));
  const [notebooks, home] = [join(folder, 'notebooks'), join(folder, 'home')];
  mkdirSync(notebooks);
  for (const name of options.examples ?? []) copyFileSync(join(examples, name), join(notebooks, name));
  const jupyter = await startJupyter({ folder, notebooks, home, ...options });
  const end = async (): Promise<void> => {
    await jupyter.stop();
    await endDaemonOf(home);
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  };
  return { folder, notebooks, home, jupyter, end };
}

/** Ends the daemon of a home, whoever started it, when there is one. */
export async function endDaemonOf(home: string): Promise<void> {
  let pid: number;
  try {
    pid = (JSON.parse(readFileSync(join(home, 'daemon.json'), 'utf8')) as { pid: number }).pid;
  } catch {
    return; // none was started, or it has ended
  }
  if (!isAlive(pid)) return;
  process.kill(pid, 'SIGTERM');
  await until(() => !isAlive(pid), { what: `daemon ${pid} to end`, withinMs: 20_000 });
}

/** Shuts every kernel down, as the page's "Shut Down All" does. */
export async function shutDownKernels({ url, token }: Jupyter): Promise<void> {
  const headers = { Authorization: `token ${token}` };
  for (const { id } of await kernels({ url, token })) await fetch(`${url}api/kernels/${id}`, { method: 'DELETE', headers });
}

export async function kernels({ url, token }: Pick<Jupyter, 'url' | 'token'>): Promise<{ id: string }[]> {
  const answer = await fetch(`${url}api/kernels`, { headers: { Authorization: `token ${token}` } });
  return (await answer.json()) as { id: string }[];
}
