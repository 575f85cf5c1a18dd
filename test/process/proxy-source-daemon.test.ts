/** The proxy beside a daemon with the source's defects: rows go by the row RPCs, each once, in order. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { nodePath } from '../support/daemon.ts';
import { startCommand } from '../support/proxied-run.ts';
import { SourceDaemon } from '../support/source-daemon.ts';

let daemon: SourceDaemon;
let directory: string;
beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), 'dl-'));
  daemon = await new SourceDaemon().start();
});
afterAll(() => {
  daemon.stop();
  rmSync(directory, { recursive: true, force: true });
});

it('stores every step and episode of a worker, in order and with what they hold, and passes its exit code on', async () => {
  const script = join(directory, 'worker.mjs');
  writeFileSync(
    script,
    `for (let i = 0; i < 3000; i += 1) {
       console.log(JSON.stringify({ type: 'step', episode_index: Math.floor(i / 1000), step_index: i % 1000, reward: i, observation: [i], agent_id: 'walker' }));
       if (i % 1000 === 999) console.log(JSON.stringify({ type: 'episode', episode_index: Math.floor(i / 1000), total_reward: i, steps: 1000 }));
     }
     console.log('no telemetry');
     process.exitCode = 4;`,
  );
  daemon.openRun('R');
  const command = startCommand([
    'proxy',
    '--target',
    daemon.target,
    '--run-id',
    'R',
    '--agent-id',
    'a',
    '--worker-id',
    'w',
    '--',
    nodePath,
    script,
  ]);
  const { code, stderr } = await command.finished;
  expect([code, stderr]).toEqual([4, expect.stringContaining('daemon-serves-rows-only')]);
  const steps = daemon.storedSteps('R');
  expect(steps.map(({ reward }) => reward)).toEqual(Array.from({ length: 3000 }, (_, index) => index));
  expect(steps.at(-1)).toMatchObject({ episodeIndex: 2n, stepIndex: 999n, agentId: 'walker', observationJson: '[2999]' });
  expect(daemon.published('episodes')).toBe(3);
});
