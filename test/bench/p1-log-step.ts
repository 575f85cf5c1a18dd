/** P1: what logging one step costs the training loop; measured in Python, see p1_log_step.py, with the peers that are installed. */
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { type Bench, rounded } from './figures.ts';
import { peersPython } from './peers.ts';

const loops = ['CartPole loop', 'PPO on CartPole'] as const;
type Measured = { median_ns: number; p99_ns: number };

export const p1: Bench = async ({ small }) => {
  const { stdout } = await promisify(execFile)(peersPython(), [
    join(import.meta.dirname, 'p1_log_step.py'),
    small ? '2000' : '200000',
  ]);
  const { P1, lost_rows, unsent_rows } = JSON.parse(stdout.trim().split('\n').at(-1) ?? '') as {
    P1: Record<string, Measured> & Record<(typeof loops)[number], Record<string, number>>;
    lost_rows: number;
    unsent_rows: number;
  };
  if (lost_rows + unsent_rows > 0) throw new Error(`${lost_rows} rows are lost and ${unsent_rows} unsent`);
  const calls = Object.entries(P1).filter(([name]) => !loops.some((loop) => loop === name));
  const line = (P1['JSON line'] as Measured).median_ns;
  const ours = (P1.log_step as Measured).median_ns;
  return {
    title: 'cost of logging one step in the training loop',
    reach:
      '<= 2 us median without, <= 4 us with a small observation; >= 5 x cheaper than a JSON line, >= 100 x than three TensorBoard scalars; < 1 % of the PPO loop',
    rows: [
      ...calls.map(([name, { median_ns, p99_ns }]) => ({
        case: name,
        figures: {
          'median ns': median_ns,
          'p99 ns': p99_ns,
          'x cheaper than a JSON line': rounded(line / Math.max(median_ns, 1)),
          'x log_step': rounded(median_ns / ours),
        },
      })),
      ...loops.map((loop) => ({ case: loop, figures: P1[loop] })),
    ],
  };
};
