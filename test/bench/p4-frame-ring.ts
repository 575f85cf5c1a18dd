/** P4: what publishing one frame costs the training loop, as `duallane bench p4` measures it on a user's machine. */
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import type { Bench } from './figures.ts';
import { python } from './python.ts';

export const p4: Bench = async ({ small }) => {
  const command = ['-m', 'duallane.cli', 'bench', 'p4', '--json', ...(small ? ['--small'] : [])];
  const { stdout } = await promisify(execFile)(python, command);
  const { P4 } = JSON.parse(stdout) as {
    P4: { title: string; reach: string; rows: Record<string, Record<string, number>> };
  };
  return { ...P4, rows: Object.entries(P4.rows).map(([size, figures]) => ({ case: size, figures })) };
};
