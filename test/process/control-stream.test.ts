/** ControlStream: what views and tools ask of a run, what its workers hear, and that a held worker takes no step. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type ServiceError, status } from '@grpc/grpc-js';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { trainer } from '../../src/protocol/wire.ts';
import { call, nodePath, startDaemon, type TestDaemon } from '../support/daemon.ts';
import { runIdIn, startRun, storedRows } from '../support/proxied-run.ts';
import { until } from '../support/until.ts';

type Event = trainer.ControlEvent['event'];

let daemon: TestDaemon;
let directory: string;
beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), 'dl-'));
  daemon = await startDaemon();
});
afterAll(async () => {
  await daemon?.stop();
  rmSync(directory, { recursive: true, force: true });
});

/** A worker's side of the stream, and what it heard. */
function follow(runId: string, from = daemon) {
  const heard: string[] = [];
  const stream = from.trainer.controlStream();
  const state: { ended?: ServiceError | 'eof' } = {};
  stream.on('data', ({ event }: trainer.ControlEvent) => heard.push(`${event?.$case} ${event?.value}`));
  stream.on('error', (error: ServiceError) => {
    state.ended = error;
  });
  stream.on('end', () => {
    state.ended ??= 'eof';
  });
  stream.write({ runId, event: undefined });
  return { heard, state, stream };
}

/** An order from a tool; resolves with the answers, rejects with the status it was refused with. */
function order(runId: string, ...events: NonNullable<Event>[]): Promise<Event[]> {
  const stream = daemon.trainer.controlStream();
  const answers: Event[] = [];
  return new Promise((resolve, reject) => {
    stream.on('data', ({ event }: trainer.ControlEvent) => answers.push(event));
    stream.on('error', reject);
    stream.on('end', () => resolve(answers));
    for (const event of events) stream.write({ runId, event });
    stream.end();
  });
}

const pause = { $case: 'pause', value: true } as const;
const resume = { $case: 'resume', value: true } as const;
const rate = (value: number) => ({ $case: 'maxRateHz', value }) as const;
const grant = (value: number) => ({ $case: 'grantSteps', value }) as const;
const refusal = (promise: Promise<unknown>) =>
  promise.then(
    () => 'accepted',
    (error: ServiceError) => [error.code, error.metadata.get('duallane-code')[0]],
  );

async function runningRun(): Promise<string> {
  const { runId } = await daemon.openRun();
  await daemon.publish(runId, 'steps', [{ agent_id: 'a' }]);
  return runId;
}

describe('orders', () => {
  it('reach every follower once, in order, and are answered with themselves', async () => {
    const runId = await runningRun();
    const workers = [follow(runId), follow(runId)];
    for (const { heard } of workers) await until(() => heard.length === 2, { what: 'the state' });
    expect(await order(runId, pause, grant(3), rate(50))).toEqual([pause, grant(3), rate(50)]);
    expect((await daemon.describe(runId)).status).toBe('PAUSE');
    expect((await daemon.describe(runId)).maxRateHz).toBe(50);
    expect(await order(runId, pause, resume, grant(4))).toEqual([pause, resume, grant(4)]);
    const wanted = ['resume true', 'maxRateHz 0', 'pause true', 'maxRateHz 50', 'grantSteps 3', 'resume true'];
    for (const { heard } of workers) {
      await until(() => heard.at(-1) === 'resume true' && heard.length >= wanted.length, { what: () => heard.join() });
      expect([...heard].sort()).toEqual([...wanted].sort()); // the grant outside of a pause was told to nobody
    }
    expect((await daemon.describe(runId)).status).toBe('EXEC');
  });

  it('are refused with a sentence when nobody could obey, when the run does not run, and when it has ended', async () => {
    const deaf = await runningRun();
    expect(await refusal(order(deaf, pause))).toEqual([status.FAILED_PRECONDITION, 'pause-unsupported']);
    expect(await refusal(order(deaf, rate(5)))).toEqual([status.FAILED_PRECONDITION, 'pause-unsupported']);
    expect((await daemon.describe(deaf)).status).toBe('EXEC');
    const { runId: waiting } = await daemon.openRun();
    follow(waiting);
    await until(async () => (await refusal(order(waiting, pause)))[1] === 'run-state', { what: 'the refusal' });
    await call((done) => daemon.trainer.cancelRun({ runId: deaf }, done));
    expect(await refusal(order(deaf, resume))).toEqual([status.FAILED_PRECONDITION, 'run-ended']);
    expect(await refusal(order('nobody', pause))).toEqual([status.NOT_FOUND, 'run-unknown']);
    expect(await refusal(order('', pause))).toEqual([status.INVALID_ARGUMENT, 'request-invalid']);
  });

  it('hold after a restart of the daemon, and reach a worker that comes later', async () => {
    const first = await startDaemon();
    const { runId } = await first.openRun();
    await first.publish(runId, 'steps', [{ agent_id: 'a' }]);
    const { heard } = follow(runId, first);
    await until(() => heard.length === 2, { what: 'the state' });
    const stream = first.trainer.controlStream();
    stream.on('error', () => undefined);
    for (const event of [pause, rate(7)]) stream.write({ runId, event });
    await until(() => heard.includes('maxRateHz 7'), { what: 'the orders' });
    await first.kill();
    const second = await startDaemon({ home: first.home });
    const late = follow(runId, second);
    await until(() => late.heard.length === 2, { what: 'the state' });
    expect(late.heard).toEqual(['pause true', 'maxRateHz 7']);
    await second.stop();
    first.removeHome();
  });
});

describe('the end of the stream', () => {
  it('is EOF when the run ends, and ABORTED with the reason when it is cancelled', async () => {
    const [ended, canceled] = [await runningRun(), await runningRun()];
    const quiet = follow(ended);
    const stopped = follow(canceled);
    for (const { heard } of [quiet, stopped]) await until(() => heard.length === 2, { what: 'the state' });
    await daemon.publish(ended, 'events', [{ kind: 'run_completed', detail_json: '{}' }]);
    await call((done) => daemon.trainer.cancelRun({ runId: canceled }, done));
    await until(() => quiet.state.ended && stopped.state.ended, { what: 'both ends' });
    expect(quiet.state.ended).toBe('eof');
    const failure = stopped.state.ended as ServiceError;
    expect([failure.code, failure.metadata.get('duallane-code')[0]]).toEqual([status.ABORTED, 'run-canceled']);
    expect(failure.details).toContain('it was cancelled');
  });
});

describe('a worker behind the proxy', () => {
  let scripts = 0;
  /** A worker that steps without a rest, and counts its steps. */
  function stepper(): string[] {
    scripts += 1;
    const path = join(directory, `stepper-${scripts}.mjs`);
    writeFileSync(
      path,
      `for (let i = 0; ; i += 1) {
         console.log(JSON.stringify({ type: 'step', episode_index: 0, step_index: i, reward: 1 }));
         await new Promise((go) => setTimeout(go, 1));
       }`,
    );
    return [nodePath, path];
  }
  const stored = async (runId: string) => (await storedRows(daemon, runId, 'steps')).length;

  /** Rows that are there when no more come. */
  async function settled(runId: string): Promise<number> {
    for (let before = await stored(runId); ; ) {
      await new Promise((resolve) => setTimeout(resolve, 400));
      const now = await stored(runId);
      if (now === before) return now;
      before = now;
    }
  }

  async function started() {
    const command = startRun(daemon.home, stepper());
    const runId = await until(() => runIdIn(command.output.stderr), { what: 'the run' });
    await until(async () => (await stored(runId)) > 20, { what: 'steps' });
    return { command, runId };
  }

  it('takes no step while paused, as many as are granted, and goes on afterwards', async () => {
    const { command, runId } = await started();
    await order(runId, pause);
    const held = await settled(runId);
    expect((await daemon.describe(runId)).status).toBe('PAUSE');
    await order(runId, grant(10));
    await until(async () => (await stored(runId)) >= held + 10, { what: 'the granted steps' });
    const after = await settled(runId);
    expect(after - held).toBeLessThan(60); // it is stopped a moment late, never not
    await order(runId, resume);
    await until(async () => (await stored(runId)) > after + 50, { what: 'more steps' });
    await order(runId, pause);
    // Held as it is, it ends when it is asked to.
    await call((done) => daemon.trainer.cancelRun({ runId }, done));
    const { signal } = await command.finished;
    expect(signal).toBe('SIGTERM');
    expect(await daemon.describe(runId)).toMatchObject({ status: 'TERM', outcome: 'canceled' });
    const rows = await storedRows(daemon, runId, 'steps');
    expect(rows.every((row, index) => row.step_index === index)).toBe(true);
  });

  it('keeps to a cap on its steps', async () => {
    const { command, runId } = await started();
    await order(runId, rate(40));
    // What was under way in pipes comes first.
    const begin = await stored(runId);
    await until(async () => (await stored(runId)) >= begin + 120, { what: 'the cap to hold' });
    const from = await stored(runId);
    const fromMs = Date.now();
    await until(async () => (await stored(runId)) >= from + 120, { what: '120 steps' });
    const rateHz = ((await stored(runId)) - from) / ((Date.now() - fromMs) / 1000);
    expect(rateHz).toBeLessThan(90); // uncapped it takes several hundred
    await order(runId, rate(0));
    await until(async () => (await stored(runId)) > from + 600, { what: 'its own pace' });
    await call((done) => daemon.trainer.cancelRun({ runId }, done));
    await command.finished;
  });
});
