/** A disk that takes nothing for a while: rows wait, everything else answers. Needs the rights to mount a file system of its own. */
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { duallane } from '../../src/protocol/wire.ts';
import { call, startDaemon, type TestDaemon } from '../support/daemon.ts';

const folder = mkdtempSync(join(tmpdir(), 'dl-'));
const home = join(folder, 'home');
const run = (program: string, ...args: string[]): boolean => spawnSync(program, args).status === 0;
const isMounted = (() => {
  mkdirSync(home);
  const disk = join(folder, 'disk');
  return run('truncate', '-s', '256M', disk) && run('mkfs.ext4', '-q', disk) && run('mount', '-o', 'loop', disk, home);
})();
const mayFreeze = isMounted && run('fsfreeze', '-f', home) && run('fsfreeze', '-u', home);
if (!mayFreeze)
  process.stderr.write('skipped: stalled-disk tests, because this process may not mount and freeze a file system\n');

const steps = (episode: number) =>
  Array.from({ length: 100 }, (_, i) => ({ agent_id: 'a', episode_index: episode, step_index: i, reward: i, ts: i }));

(mayFreeze ? describe : describe.skip)('a stalled disk', () => {
  let daemon: TestDaemon;
  beforeAll(async () => {
    daemon = await startDaemon({ home });
  });
  afterAll(async () => {
    run('fsfreeze', '-u', home);
    await daemon.stop();
  });

  it('holds back acknowledgements and nothing else, and every row is there when it goes on', async () => {
    const { runId } = await daemon.openRun('stalled');
    const writer = daemon.writer(runId);
    await writer.publish('steps', steps(0));
    expect(run('fsfreeze', '-f', home)).toBe(true);
    const waiting = Promise.all(Array.from({ length: 300 }, (_, n) => writer.publish('steps', steps(n + 1))));
    // Far more than the intake holds: it says so, into a log on the same disk.
    for (let look = 0; look < 20; look += 1) {
      expect((await daemon.health()).healthy).toBe(true);
      expect(Number((await daemon.describe(runId)).kinds[0]?.watermark)).toBe(100);
      const { text } = await call<duallane.MetricsResponse>((done) => daemon.duallane.metrics({}, done));
      expect(text).toContain('duallane_intake_rows ');
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    expect(writer.acknowledged).toBe(1);
    expect(run('fsfreeze', '-u', home)).toBe(true);
    await waiting;
    writer.end();
    const rows = (await daemon.snapshot(runId, ['steps'])).reduce((sum, batch) => sum + batch.rows, 0);
    expect([rows, Number((await daemon.describe(runId)).kinds[0]?.watermark)]).toEqual([30_100, 30_100]);
  });
});

afterAll(() => {
  if (isMounted) run('umount', home);
  rmSync(folder, { recursive: true, force: true });
});
