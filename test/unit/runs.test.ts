import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from '@jest/globals';
import { Catalogue } from '../../src/pipeline/history/index.ts';
import {
  isUlid,
  mayMove,
  type Run,
  RunCatalogue,
  RunRegistry,
  runStatuses,
  ulid,
  type Worker,
  watchLeases,
} from '../../src/pipeline/runs/index.ts';
import { readRunConfig } from '../../src/pipeline/runs/run-config.ts';
import { planLaunch, readWorkerMetadata } from '../../src/pipeline/runs/worker-command.ts';

const directory = mkdtempSync(join(tmpdir(), 'dl-'));
let now = 1_000_000;
const open = (path = ':memory:') =>
  new RunRegistry(
    new RunCatalogue(new Catalogue(path)),
    () => now,
    () => undefined,
  );
const create = (registry: RunRegistry, runId = 'r') =>
  registry.create({ runId, name: runId, configJson: '{}', digest: '', origin: 'opened', status: 'HSHK' });
const worker = (workerId: string): Worker => ({
  workerId,
  registered: true,
  workerKind: 'k',
  protoVersion: 'v',
  schemaId: 's',
  schemaVersion: 1,
  supportsPause: true,
  supportsCheckpoint: false,
});

afterEach(() => rmSync(directory, { recursive: true, force: true }));

describe('the states of a run', () => {
  it('are left only by the moves of the table, and TERM never', () => {
    const moves = runStatuses.flatMap((from) => runStatuses.filter((to) => mayMove(from, to)).map((to) => `${from} ${to}`));
    expect(moves).toEqual([
      'INIT HSHK',
      'INIT RDY',
      'INIT EXEC',
      'INIT FAULT',
      'INIT TERM',
      'HSHK RDY',
      'HSHK EXEC',
      'HSHK FAULT',
      'HSHK TERM',
      'RDY EXEC',
      'RDY FAULT',
      'RDY TERM',
      'EXEC PAUSE',
      'EXEC FAULT',
      'EXEC TERM',
      'PAUSE EXEC',
      'PAUSE FAULT',
      'PAUSE TERM',
      'FAULT RDY',
      'FAULT EXEC',
      'FAULT PAUSE',
      'FAULT TERM',
    ]);
  });

  it('refuse another move by name and stay as they are', () => {
    const registry = open();
    const run = create(registry);
    expect(() => registry.move(run, 'PAUSE')).toThrow(/run r is opened and cannot become paused/);
    expect(run.status).toBe('HSHK');
  });

  it('go HSHK, RDY, EXEC, TERM as a worker registers, publishes and completes', () => {
    const registry = open();
    const run = create(registry);
    const seen = [run.status];
    registry.register(run, worker('w'));
    seen.push(run.status);
    registry.rowsFrom(run, 'w');
    seen.push(run.status);
    registry.workerEnded(run, 'w', { outcome: 'succeeded', reason: '' });
    expect([...seen, run.status, run.outcome]).toEqual(['HSHK', 'RDY', 'EXEC', 'TERM', 'succeeded']);
  });
});

describe('the end of a run', () => {
  it.each([
    [['succeeded', 'succeeded'], 'succeeded'],
    [['succeeded', 'canceled'], 'canceled'],
    [['canceled', 'failed', 'succeeded'], 'failed'],
  ] as const)('comes with its last worker: %p make %s', (outcomes, expected) => {
    const registry = open();
    const run = create(registry);
    for (const index of outcomes.keys()) registry.rowsFrom(run, `w${index}`);
    for (const [index, outcome] of outcomes.entries()) {
      expect(run.status).toBe('EXEC');
      registry.workerEnded(run, `w${index}`, { outcome, reason: outcome === 'failed' ? 'out of memory' : '' });
    }
    expect([run.status, run.outcome, run.failureReason]).toEqual([
      'TERM',
      expected,
      expected === 'failed' ? 'out of memory' : '',
    ]);
  });

  it('says of a failed run why, where a worker said it, not its exit code', () => {
    const registry = open();
    const run = create(registry);
    for (const worker of ['proxy', 'python']) registry.rowsFrom(run, worker);
    registry.workerEnded(run, 'proxy', { outcome: 'failed', reason: 'exit code 1', exitCode: 1 });
    registry.workerEnded(run, 'python', { outcome: 'failed', reason: 'ValueError: NaN in the loss' });
    expect([run.outcome, run.failureReason]).toEqual(['failed', 'ValueError: NaN in the loss']);
  });

  it('stays canceled when the cancelled worker says that it failed', () => {
    const registry = open();
    const run = create(registry);
    registry.rowsFrom(run, 'w');
    registry.requestCancel(run, 'by hand');
    registry.workerEnded(run, 'w', { outcome: 'failed', reason: 'SIGTERM' });
    registry.finish(run, 'succeeded', '');
    expect([run.status, run.outcome, run.failureReason]).toEqual(['TERM', 'canceled', 'by hand']);
  });

  it('takes rows that come after it without moving', () => {
    const registry = open();
    const run = create(registry);
    registry.finish(run, 'succeeded', '');
    const { seqId } = run;
    registry.rowsFrom(run, 'late');
    registry.workerEnded(run, 'late', { outcome: 'failed', reason: 'x' });
    expect([run.status, run.outcome, run.seqId]).toEqual(['TERM', 'succeeded', seqId]);
  });
});

describe('the registry', () => {
  it('knows its runs, their workers and the sequence of changes after a restart', () => {
    const home = mkdtempSync(join(tmpdir(), 'dl-'));
    const path = join(home, 'catalogue.sqlite');
    const catalogue = new Catalogue(path);
    const before = new RunRegistry(
      new RunCatalogue(catalogue),
      () => now,
      () => undefined,
    );
    const run = create(before);
    before.register(run, worker('w'));
    before.setChild(run, { pid: 77, startedTicks: '123' });
    before.workerEnded(create(before, 'gone'), 'x', { outcome: 'failed', reason: 'why' });
    catalogue.database.close();

    const after = open(path);
    expect(after.get('r')).toEqual(run);
    expect(after.get('gone')).toMatchObject({ status: 'TERM', outcome: 'failed', failureReason: 'why' });
    expect(after.changedSince(run.seqId).map((changed) => changed.runId)).toEqual(['gone']);
    expect(create(after, 'next').seqId).toBe(after.get('gone').seqId + 1);
    rmSync(home, { recursive: true });
  });

  it('announces a change once it is written, with the next number', () => {
    const registry = open();
    const lifetime = new AbortController();
    const queue = registry.changes.subscribe('', {
      bounds: { events: 9, bytes: 9 },
      signal: lifetime.signal,
      onQueued: () => undefined,
    });
    const run = create(registry);
    registry.rowsFrom(run, 'w');
    registry.rowsFrom(run, 'w');
    expect([queue.take(), queue.take(), queue.take()].map((change) => change && [change.status, change.seqId])).toEqual([
      ['HSHK', 1],
      ['EXEC', 2],
      undefined,
    ]);
    lifetime.abort();
  });
});

describe('a disk that refuses', () => {
  it('keeps a run from being created, and only delays the changes of the others', () => {
    const catalogue = new Catalogue(':memory:');
    const events: string[] = [];
    const registry = new RunRegistry(
      new RunCatalogue(catalogue),
      () => now,
      (_, event) => events.push(event),
    );
    const run = create(registry);
    catalogue.database.exec('PRAGMA query_only = ON');
    expect(() => create(registry, 'next')).toThrow(/history-full: run next cannot be written down/);
    registry.rowsFrom(run, 'w');
    registry.workerEnded(run, 'w', { outcome: 'succeeded', reason: '' });
    registry.flush();
    expect([run.status, registry.find('next')]).toEqual(['TERM', undefined]);
    catalogue.database.exec('PRAGMA query_only = OFF');
    registry.flush();
    expect(new RunCatalogue(catalogue).load()).toEqual([run]);
    expect(events).toEqual(['run-not-saved', 'run-saved-again']);
  });
});

describe('the lease', () => {
  const settle = () => new Promise((resolve) => setTimeout(resolve, 120));

  it('faults a run that is not heard of, and a sign of life brings it back where it was', async () => {
    const registry = open();
    const lifetime = new AbortController();
    const attended = new Set<string>();
    watchLeases(registry, {
      leaseMs: 100,
      now: () => now,
      isAttended: (run: Run) => attended.has(run.runId),
      signal: lifetime.signal,
    });
    const [silent, watched, waiting] = ['silent', 'watched', 'waiting'].map((id) => create(registry, id)) as [Run, Run, Run];
    for (const run of [silent, watched]) registry.rowsFrom(run, 'w');
    attended.add('watched');
    now += 50;
    await settle();
    expect(silent.status).toBe('EXEC');
    now += 1_000;
    await settle();
    expect([silent.status, watched.status, waiting.status]).toEqual(['FAULT', 'EXEC', 'HSHK']);
    expect(silent.failureReason).toMatch(/nothing was heard/);
    registry.heartbeat(silent);
    expect([silent.status, silent.failureReason]).toEqual(['EXEC', '']);
    lifetime.abort();
  });

  it('a clock that is set back neither faults a run that is heard of nor lets a dead one live for longer than a lease', async () => {
    const registry = open();
    const lifetime = new AbortController();
    watchLeases(registry, { leaseMs: 100, now: () => now, isAttended: () => false, signal: lifetime.signal });
    const run = create(registry, 'back');
    registry.rowsFrom(run, 'w');
    const before = now;
    now -= 3_600_000;
    await settle();
    expect(run.status).toBe('EXEC');
    now += 50;
    registry.heartbeat(run);
    now += 90;
    await settle();
    expect(run.status).toBe('EXEC');
    now += 20;
    await settle();
    expect(run.status).toBe('FAULT');
    registry.heartbeat(run);
    expect([run.status, now < before]).toEqual(['EXEC', true]);
    lifetime.abort();
  });
});

describe('a worker command', () => {
  const config = (worker_: object, environment: object = {}) =>
    readRunConfig(
      JSON.stringify({
        run_name: 'r',
        entry_point: 'x',
        arguments: [],
        environment,
        resources: { cpus: 1, memory_mb: 256, gpus: { requested: 0 } },
        artifacts: {},
        metadata: { worker: worker_ },
      }),
    );
  const plan = (worker_: object, environment: object = {}) => {
    const submitted = config(worker_, environment);
    const metadata = readWorkerMetadata(submitted.config.metadata);
    if (!metadata) throw new Error('no worker');
    const places = {
      runId: '01ARZ3NDEKTSV4RRFFQ69G5FAV',
      target: 'unix:/s',
      configFile: '/h/c.json',
      runDirectory: '/h/run',
      gpuSlots: [0, 2],
    };
    return planLaunch(metadata, submitted, places, { PATH: '/nowhere', HOME: '/me' });
  };

  it('runs a module with its arguments, config, target and worker id', () => {
    expect(plan({ module: 'cleanrl_worker', arguments: ['--fast'], worker_id: 'w1' })).toMatchObject({
      command: [
        'python',
        '-m',
        'cleanrl_worker',
        '--fast',
        '--config',
        '/h/c.json',
        '--grpc',
        '--grpc-target',
        'unix:/s',
        '--worker-id',
        'w1',
      ],
      agentId: 'agent_01ARZ3ND',
      workerId: 'w1',
      logName: 'w1',
    });
  });

  it('adds no flag the arguments have already, and no gRPC when it is off', () => {
    expect(plan({ script: '/bin/worker', arguments: ['--config=/mine'], use_grpc: false, agent_id: 'a' })).toMatchObject({
      command: ['/bin/worker', '--config=/mine'],
      agentId: 'a',
      workerId: '',
    });
  });

  it('gets the run id and real paths in the variables it has, and the GPU slots', () => {
    const { environment } = plan({ module: 'm' }, { CLEANRL_RUN_ID: '?', MOSAIC_RUN_DIR: '?', WORKER_ID: 'mine', HOME: '/else' });
    expect(environment).toEqual({
      PATH: '/nowhere',
      HOME: '/else',
      CLEANRL_RUN_ID: '01ARZ3NDEKTSV4RRFFQ69G5FAV',
      MOSAIC_RUN_DIR: '/h/run',
      WORKER_ID: 'mine',
      CUDA_VISIBLE_DEVICES: '0,2',
      TRAINER_WORKER_CONFIG_PATH: '/h/c.json',
    });
  });

  it('is not there when metadata names neither module nor script', () => {
    expect(readWorkerMetadata(config({ agent_id: 'a' }).config.metadata)).toBeUndefined();
  });
});

describe('a ULID', () => {
  it('is 26 upper-case characters that sort by time', () => {
    const [early, late] = [ulid(1_000), ulid(2_000)];
    expect([early, late].every((id) => isUlid(id) && id === id.toUpperCase() && id.length === 26)).toBe(true);
    expect(early < late).toBe(true);
    expect(ulid(0xffff_ffff_ffff)).toMatch(/^7ZZZZZZZZZ/);
  });
});
