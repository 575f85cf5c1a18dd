/** Retention as an operator sets it, against a real daemon. */
import { afterEach, expect, it } from '@jest/globals';
import type { Row } from '../../src/protocol/arrow.ts';
import { call, startDaemon, type TestDaemon } from '../support/daemon.ts';
import { startCommand, storedRows } from '../support/proxied-run.ts';
import { until } from '../support/until.ts';

let daemon: TestDaemon;
afterEach(() => daemon.stop());

const rows = (count: number): Row[] =>
  Array.from({ length: count }, (_, i) => ({ agent_id: 'a', episode_index: 0, step_index: i, reward: i, ts: i }));

it.each(['parquet', 'sqlite'])(
  'lets go of rows of ended runs in %s that are too old, says so everywhere, and leaves the others alone',
  async (history) => {
    daemon = await startDaemon({ args: ['--history', history, '--keep-size', '50GB'], env: { DUALLANE_RETENTION_MS: '200' } });
    const run = async (name: string, retain: unknown, end = true) => {
      const { runId } = await daemon.openRun(name, JSON.stringify({ duallane: { retain } }));
      await daemon.publish(runId, 'steps', rows(30));
      if (end) await daemon.publish(runId, 'events', [{ kind: 'run_completed', ts: 0 }], 'worker_1');
      return runId;
    };
    const short = { days: 0.5 / 86_400 };
    const gone = await run('gone', short);
    const going = await run('going', short, false);
    const kept = await run('kept', 'forever');
    const duallane = (...argv: string[]) => startCommand([...argv, '--home', daemon.home]).finished;
    for (const runId of [gone, going, kept]) await call((done) => daemon.duallane.compactHistory({ runId }, done)); // seals
    await until(async () => (await daemon.ledger(gone)).removed.length === 2, { what: 'rows that are gone' });

    const ledger = await daemon.ledger(gone);
    expect(ledger.gaps).toEqual([]);
    expect(ledger.totals).toMatchObject({ received: 31n, durable: 31n });
    expect(ledger.removed[0]).toMatchObject({ kind: 1, firstSeq: 1n, lastSeq: 30n, rows: 30n });
    expect(await storedRows(daemon, gone, 'steps')).toEqual([]);
    expect((await daemon.describe(gone)).removedRows).toBe(31n);
    for (const runId of [going, kept]) {
      expect(await storedRows(daemon, runId, 'steps')).toHaveLength(30);
      expect((await daemon.ledger(runId)).removed).toEqual([]);
    }
    const status = (await duallane('status', gone)).stdout;
    expect(status).toMatch(/removed: steps 1 to 30 \(30 rows\) on \d{4}-\d\d-\d\d: older than/);
    expect(status).not.toContain('gap:');
    expect((await duallane('status')).stdout).toContain('while all history is at most 50 GB');
    expect((await call<{ text: string }>((done) => daemon.duallane.metrics({}, done))).text).toMatch(
      /^duallane_removed_rows 31$/m,
    );
  },
);

it.each([
  [['--keep-days', '0'], '--keep-days wants a number of days above 0'],
  [['--keep-size', 'much'], '--keep-size wants a size such as 500MB or 20GB'],
])('refuses %j with what it wants', async (args, sentence) => {
  daemon = await startDaemon();
  const { code, stderr } = await startCommand(['daemon', '--home', daemon.home, ...args]).finished;
  expect({ code, stderr }).toEqual({ code: 2, stderr: expect.stringContaining(sentence) });
});
