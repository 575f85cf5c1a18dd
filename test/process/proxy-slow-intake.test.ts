/** A daemon that does not acknowledge: the worker waits in its pipe, the proxy's memory stays bounded, and no row is lost. */
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { nodePath } from '../support/daemon.ts';
import { startCommand } from '../support/proxied-run.ts';
import { ScriptedIntake } from '../support/scripted-intake.ts';
import { until } from '../support/until.ts';

let intake: ScriptedIntake;
let directory: string;
beforeEach(async () => {
  intake = new ScriptedIntake();
  await intake.start();
  directory = mkdtempSync(join(tmpdir(), 'dl-'));
});
afterEach(() => {
  intake.close();
  rmSync(directory, { recursive: true, force: true });
});

const lines = 3000;
const lineBytes = 50_000; // 150 MB in all, over twice of what may be held

it('the worker waits, and goes on when the daemon acknowledges', async () => {
  intake.acknowledges = false;
  const script = join(directory, 'worker.mjs');
  const progress = join(directory, 'progress');
  writeFileSync(
    script,
    `import { appendFileSync, writeSync } from 'node:fs';
     const observation = 'x'.repeat(${lineBytes});
     for (let i = 0; i < ${lines}; i += 1) {
       const line = Buffer.from(JSON.stringify({ type: 'step', step_index: i, observation }) + '\\n');
       for (let done = 0; done < line.length; ) {
         try { done += writeSync(1, line, done); } catch (error) { if (error.code !== 'EAGAIN') throw error; }
       }
       appendFileSync(${JSON.stringify(progress)}, '.');
     }`,
  );
  const { process: child, finished } = startCommand([
    'proxy',
    '--target',
    intake.target,
    '--run-id',
    'r',
    '--agent-id',
    'a',
    '--',
    nodePath,
    script,
  ]);
  const written = () => (existsSync(progress) ? statSync(progress).size : 0);
  let last = -1;
  await until(
    async () => {
      const before = last;
      last = written();
      await new Promise((again) => setTimeout(again, 500));
      return last > 500 && written() === before;
    },
    { what: 'a worker that stands still' },
  );
  expect(written()).toBeLessThan(lines);
  const residentKb = Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${child.pid}/status`, 'utf8'))?.[1]);
  expect(residentKb).toBeLessThan(600_000);
  intake.release();
  expect((await finished).code).toBe(0);
  expect(written()).toBe(lines);
  const [stream] = intake.streams;
  expect(stream?.rows).toBe(lines + 2); // run_started and run_completed
});
