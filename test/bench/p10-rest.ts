/** P10: what the daemon takes at rest, with 100 runs whose workers are connected and silent, and with 1,000 runs it knows. */
import type { duallane, trainer } from '../../src/protocol/wire.ts';
import { call, startDaemon, type TestDaemon, type TestWriter } from '../support/daemon.ts';
import { type Bench, median, rounded, secondsOf, usage } from './figures.ts';

const restMs = 5000;

export const p10: Bench = async ({ small }) => {
  const daemon = await startDaemon();
  const rows = [];
  const writers: TestWriter[] = [];
  try {
    rows.push(await atRest('no run', daemon, small));
    for (let i = 0; i < (small ? 5 : 100); i++) {
      const { runId } = await daemon.openRun(`idle ${i}`);
      const writer = daemon.writer(runId);
      await writer.publish('metrics', [{ agent_id: 'a', step: 0, ts: 0, name: 'loss', value: 1 }]);
      writers.push(writer);
    }
    rows.push(await atRest(`${writers.length} idle runs`, daemon, small));
    for (const writer of writers) writer.end();
    for (let i = writers.length; i < (small ? 20 : 1000); i++) {
      const { runId } = await daemon.openRun(`known ${i}`);
      await daemon.publish(runId, 'events', [{ ts: 0, kind: 'run_completed', detail_json: '{}' }]);
    }
    rows.push(await atRest(`${small ? 20 : 1000} known runs`, daemon, small));
  } finally {
    await daemon.stop();
  }
  return { title: 'the daemon at rest', reach: 'flat; < 1 % of a core', rows };
};

async function atRest(name: string, daemon: TestDaemon, small: boolean) {
  const before = usage(daemon.card.pid);
  const seconds = await secondsOf(() => new Promise((resolve) => setTimeout(resolve, small ? 500 : restMs)));
  const after = usage(daemon.card.pid);
  const times = async (work: () => Promise<unknown>): Promise<number> => {
    const all = [];
    for (let i = 0; i < 9; i++) all.push(1000 * (await secondsOf(work)));
    return rounded(median(all));
  };
  return {
    case: name,
    figures: {
      'RSS MB': after.rssMb,
      'CPU %': rounded((100 * (after.cpuSeconds - before.cpuSeconds)) / seconds),
      'ListRuns ms': await times(() =>
        call<trainer.ListRunsResponse>((done) => daemon.trainer.listRuns({ statusFilter: [] }, done)),
      ),
      'DescribeRuns ms': await times(() =>
        call<duallane.DescribeRunsResponse>((done) => daemon.duallane.describeRuns({ runIds: [] }, done)),
      ),
    },
  };
}
