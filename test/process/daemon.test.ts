import { execFile } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { credentials, Metadata, status } from '@grpc/grpc-js';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { contract } from '../../src/protocol/index.ts';
import { trainer } from '../../src/protocol/wire.ts';
import {
  type Card,
  call,
  clientOptions,
  failureOf,
  mainScript,
  nodePath,
  startDaemon,
  type TestDaemon,
  temporaryHome,
} from '../support/daemon.ts';
import { until } from '../support/until.ts';

type Ended = { code: number | null; stdout: string; stderr: string };

const run = (...argv: string[]): Promise<Ended> =>
  new Promise((resolve) => {
    execFile(nodePath, [mainScript, ...argv], { timeout: 60_000 }, (error, stdout, stderr) =>
      resolve({ code: error ? Number(error.code) : 0, stdout, stderr }),
    );
  });
const ensure = (home: string, ...argv: string[]) => run('daemon', '--home', home, '--ensure', ...argv);
const isAlive = (pid: number): boolean => {
  try {
    return readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1)?.[0] !== 'Z';
  } catch {
    return false;
  }
};
const gone = (pid: number) => until(() => !isAlive(pid), { what: `end of ${pid}` });
const modeOf = (path: string) => (statSync(path).mode & 0o777).toString(8);

describe('daemon --ensure', () => {
  const pids = new Set<number>();
  const homes = new Set<string>();
  const home = () => {
    const made = temporaryHome();
    homes.add(made);
    return made;
  };
  const cardOf = ({ code, stdout, stderr }: Ended): Card => {
    if (code !== 0) throw new Error(stderr);
    const card = JSON.parse(stdout) as Card;
    pids.add(card.pid);
    return card;
  };
  afterEach(async () => {
    for (const pid of pids) if (isAlive(pid)) process.kill(pid, 'SIGTERM');
    await Promise.all([...pids].map(gone));
    pids.clear();
    for (const made of homes) rmSync(made, { recursive: true, force: true });
    homes.clear();
  });

  it('starts one daemon for ten that ask at once, and all are told the same one', async () => {
    const at = home();
    const cards = (await Promise.all(Array.from({ length: 10 }, () => ensure(at)))).map(cardOf);
    expect(new Set(cards.map((card) => JSON.stringify(card))).size).toBe(1);
    expect(cards[0]).toEqual({
      pid: expect.any(Number),
      socket: join(at, 'daemon.sock'),
      contract: contract.hash,
      version: contract.version,
      retention: expect.any(String),
    });
    const log = () => readFileSync(join(at, 'log', 'daemon.log'), 'utf8');
    await until(() => log().includes('"daemon-ready"'), { what: log });
    expect(log().match(/"daemon-ready"/g)).toHaveLength(1);
  });

  it('starts a daemon that outlives its starter, in a session of its own, with private files', async () => {
    const at = home();
    const { pid, socket } = cardOf(await ensure(at));
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1)?.split(' ');
    expect(fields?.[3]).toBe(String(pid)); // its session
    expect([
      modeOf(at),
      modeOf(socket),
      modeOf(join(at, 'token')),
      modeOf(join(at, 'daemon.json')),
      modeOf(join(at, 'daemon.lock')),
    ]).toEqual(['700', '600', '600', '600', '600']);
    expect(readFileSync(join(at, 'log', 'daemon.log'), 'utf8')).toContain('daemon-ready');
  });

  it('replaces a daemon that was killed and left its socket, its card and its lock behind', async () => {
    const at = home();
    const first = cardOf(await ensure(at));
    process.kill(first.pid, 'SIGKILL');
    await gone(first.pid);
    expect(existsSync(first.socket)).toBe(true);
    const second = cardOf(await ensure(at));
    expect(second.pid).not.toBe(first.pid);
    expect(cardOf(await ensure(at))).toEqual(second);
  });

  it('puts the socket elsewhere when the home has a long path', async () => {
    const at = join(home(), 'x'.repeat(120));
    const { socket } = cardOf(await ensure(at));
    expect(Buffer.byteLength(socket)).toBeLessThanOrEqual(100);
    expect(modeOf(join(socket, '..'))).toBe('700');
  });

  it.each([
    [
      'a file where the home should be',
      (at: string) => writeFileSync(join(at, 'f'), ''),
      (at: string) => join(at, 'f'),
      /cannot be used.*--home/,
    ],
    [
      'a broken catalogue',
      (at: string) => writeFileSync(join(at, 'catalogue.sqlite'), 'x'.repeat(4096)),
      (at: string) => at,
      /did not start.*catalogue\.sqlite/,
    ],
  ])('says in one sentence what is wrong with %s', async (_, breakIt, homeOf, sentence) => {
    const at = home();
    breakIt(at);
    const ended = await ensure(homeOf(at));
    expect(ended.code).not.toBe(0);
    expect(ended.stderr.trim().split('\n')).toHaveLength(1);
    expect(ended.stderr).toMatch(sentence);
  });

  it('says that the living daemon does not listen on TCP when that is asked for', async () => {
    const at = home();
    const { pid } = cardOf(await ensure(at));
    const asked = await ensure(at, '--listen', '127.0.0.1:0');
    expect([asked.code, asked.stderr]).toEqual([1, expect.stringMatching(`pid ${pid}.*without --listen`)]);
  });

  it('drains an idle daemon of another contract and starts its own', async () => {
    const at = home();
    const old = cardOf(await ensure(at));
    writeFileSync(join(at, 'daemon.json'), JSON.stringify({ ...old, contract: 'another' }));
    const fresh = cardOf(await ensure(at));
    expect(fresh.pid).not.toBe(old.pid);
    expect(isAlive(old.pid)).toBe(false);
  });

  it('names a busy daemon of another contract and leaves it alone', async () => {
    const daemon = await startDaemon();
    const { runId } = await daemon.openRun();
    await daemon.publish(runId, 'metrics', [{ agent_id: 'a', name: 'loss', value: 1 }]);
    writeFileSync(join(daemon.home, 'daemon.json'), JSON.stringify({ ...daemon.card, contract: 'another' }));
    const ended = await ensure(daemon.home);
    expect(ended.code).toBe(1);
    expect(ended.stderr).toContain(`pid ${daemon.card.pid}`);
    expect(ended.stderr).toContain(runId);
    await daemon.health();
    await daemon.stop();
  });
});

describe('the daemon', () => {
  it('refuses a second one in its home, and goes with exit code 0 at SIGTERM, leaving no socket', async () => {
    const daemon = await startDaemon();
    const second = await run('daemon', '--home', daemon.home);
    expect([second.code, second.stderr]).toEqual([1, expect.stringMatching(/has the home .* already/)]);
    const { socket } = daemon.card;
    const { runId } = await daemon.openRun();
    await daemon.publish(runId, 'steps', [{ agent_id: 'a' }]);
    daemon.duallane.streamBatches({ runId, cursors: [], snapshot: false }).on('error', () => undefined);
    daemon.duallane.publishBatches().on('error', () => undefined);
    const exit = new Promise((resolve) => daemon.process.once('exit', resolve));
    process.kill(daemon.card.pid, 'SIGTERM');
    expect(await exit).toBe(0);
    expect([existsSync(socket), existsSync(join(daemon.home, 'daemon.json'))]).toEqual([false, false]);
    const again = await startDaemon({ home: daemon.home });
    expect((await again.listParts(runId, ['steps'])).kinds).toMatchObject([{ sealedSeq: 1n, watermark: 1n }]);
    await again.stop();
    daemon.removeHome();
  });

  it.each([
    [['--listen', '0.0.0.0:50055'], 1, /would open the daemon to the network/],
    [['--listen', 'here'], 2, /wants HOST:PORT/],
    [['--surprise'], 2, /--surprise/],
  ])('refuses %p with exit code %i and a sentence', async (argv, code, sentence) => {
    const home = temporaryHome();
    const ended = await run('daemon', '--home', home, ...argv);
    expect(ended.code).toBe(code);
    expect(ended.stderr).toMatch(sentence);
    rmSync(home, { recursive: true });
  });

  it('says that its port is taken', async () => {
    const taken = createServer();
    await new Promise<void>((resolve) => taken.listen(0, '127.0.0.1', resolve));
    const { port } = taken.address() as { port: number };
    const home = temporaryHome();
    const ended = await run('daemon', '--home', home, '--listen', `127.0.0.1:${port}`);
    expect([ended.code, ended.stderr]).toEqual([1, expect.stringMatching(/cannot listen on 127\.0\.0\.1.*choose another/)]);
    taken.close();
    rmSync(home, { recursive: true });
  });
});

describe('TCP', () => {
  let daemon: TestDaemon;
  beforeAll(async () => {
    daemon = await startDaemon({ args: ['--listen', '127.0.0.1:0'] });
  });
  afterAll(() => daemon.stop());
  const list = (client: InstanceType<typeof trainer.TrainerServiceClient>, metadata: Metadata) =>
    call<trainer.ListRunsResponse>((done) => client.listRuns({ statusFilter: [] }, metadata, done));

  it('answers GetHealth to everybody and the rest only to those with the token', async () => {
    const client = new trainer.TrainerServiceClient(daemon.card.listen ?? '', credentials.createInsecure(), clientOptions);
    expect(await call<trainer.HealthCheckResponse>((done) => client.getHealth({}, done))).toMatchObject({
      healthy: true,
      pid: BigInt(daemon.card.pid),
    });
    const wrong = new Metadata();
    wrong.set('authorization', `Bearer ${'0'.repeat(64)}`);
    for (const metadata of [new Metadata(), wrong]) {
      const failure = await failureOf(list(client, metadata));
      expect([failure.code, failure.details]).toEqual([status.UNAUTHENTICATED, expect.stringMatching(/token/)]);
    }
    const streamed = await failureOf(
      new Promise((_, reject) => client.watchRuns({ statusFilter: [], sinceSeq: 0n }).on('error', reject)),
    );
    expect(streamed.code).toBe(status.UNAUTHENTICATED);
    const right = new Metadata();
    right.set('authorization', `Bearer ${readFileSync(join(daemon.home, 'token'), 'utf8').trim()}`);
    expect((await list(client, right)).runs).toEqual([]);
    client.close();
  });
});

describe('submitted runs', () => {
  let daemon: TestDaemon;
  beforeAll(async () => {
    daemon = await startDaemon();
  });
  afterAll(() => daemon.stop());
  const configOf = (name: string, more: object = {}) =>
    JSON.stringify({
      run_name: name,
      entry_point: 'x',
      arguments: [],
      environment: {},
      resources: { cpus: 1, memory_mb: 256, gpus: { requested: 0 } },
      artifacts: {},
      ...more,
    });
  const submit = (configJson: string, runId = '') =>
    call<trainer.SubmitRunResponse>((done) => daemon.trainer.submitRun({ runId, configJson }, done));
  const cancel = (runId: string) => call<trainer.CancelRunResponse>((done) => daemon.trainer.cancelRun({ runId }, done));
  const script = (name: string, text: string) => {
    const path = join(daemon.home, name);
    writeFileSync(path, `#!/bin/sh\n${text}\n`);
    chmodSync(path, 0o755);
    return path;
  };
  const ended = (runId: string) =>
    until(
      async () => {
        const described = await daemon.describe(runId);
        return described.status === 'TERM' && described;
      },
      { what: `end of run ${runId}` },
    );

  it('wait in INIT for a worker when none is named, and the same configuration is the same run', async () => {
    const first = await submit(configOf('one'));
    expect(await submit(configOf('one'))).toEqual(first);
    expect(await daemon.describe(first.runId)).toMatchObject({ status: 'INIT', name: 'one', digest: first.digest });
    await cancel(first.runId);
    expect(await submit(configOf('one'))).toEqual(first);
    expect(await daemon.describe(first.runId)).toMatchObject({ status: 'TERM', outcome: 'canceled' });
  });

  it('may be run again when they have ended and metadata.rerun is true', async () => {
    const config = configOf('again', { metadata: { rerun: true } });
    const first = await submit(config);
    expect(await submit(config)).toEqual(first);
    await cancel(first.runId);
    const second = await submit(config);
    expect([second.digest, second.runId === first.runId]).toEqual([first.digest, false]);
  });

  it('are refused with every problem, and with a run_id that the configuration does not have', async () => {
    const bad = await failureOf(submit('{"run_name":""}'));
    expect([bad.code, bad.details]).toEqual([
      status.INVALID_ARGUMENT,
      expect.stringMatching(/run_name: .*; .*entry_point: is missing|entry_point: is missing.*; .*run_name: /),
    ]);
    const other = await failureOf(submit(configOf('two'), '01ARZ3NDEKTSV4RRFFQ69G5FAV'));
    expect(other.code).toBe(status.INVALID_ARGUMENT);
    const gpu = await failureOf(
      submit(configOf('gpu', { resources: { cpus: 1, memory_mb: 256, gpus: { requested: 8, mandatory: true } } })),
    );
    expect(gpu.code).toBe(status.RESOURCE_EXHAUSTED);
  });

  it("are launched through the proxy, store their lines, and end with the worker's exit code", async () => {
    const worker = script(
      'worker.sh',
      'for i in 1 2 3; do echo "{\\"type\\":\\"step\\",\\"step_index\\":$i,\\"reward\\":$i}"; done; echo "$@" >&2; exit 3',
    );
    const { runId } = await submit(
      configOf('launched', { metadata: { worker: { script: worker, worker_id: 'w9', agent_id: 'me' } } }),
    );
    const described = await ended(runId);
    expect(described).toMatchObject({ outcome: 'failed', failureReason: expect.stringMatching(/3/) });
    expect(described.kinds[0]).toMatchObject({ watermark: 3n });
    const logged = readFileSync(join(daemon.home, 'runs', runId, 'logs', 'w9.stderr.log'), 'utf8');
    expect(logged).toContain(
      `--config ${join(daemon.home, 'runs', runId, 'worker-config.json')} --grpc --grpc-target ${daemon.target} --worker-id w9`,
    );
  });

  it('are really stopped by CancelRun, also when the worker ignores SIGTERM', async () => {
    mkdirSync(join(daemon.home, 'pids'));
    const pidFile = join(daemon.home, 'pids', 'stubborn');
    const worker = script(
      'stubborn.sh',
      `trap '' TERM; echo $$ > ${pidFile}; echo '{"type":"step","step_index":0}'; while true; do sleep 0.2; done`,
    );
    const { runId } = await submit(configOf('stubborn', { metadata: { worker: { script: worker } } }));
    await until(async () => existsSync(pidFile) && (await daemon.describe(runId)).status === 'EXEC', {
      what: 'a running worker',
    });
    const pid = Number(readFileSync(pidFile, 'utf8'));
    await cancel(runId);
    expect(isAlive(pid)).toBe(false);
    expect(await daemon.describe(runId)).toMatchObject({ status: 'TERM', outcome: 'canceled' });
    await cancel(runId);
    expect((await failureOf(cancel('nobody'))).code).toBe(status.NOT_FOUND);
  });

  it.each([
    ['max_steps', 20],
    ['max_duration_seconds', 1],
  ])('are stopped when their schedule is over: %s', async (limit, value) => {
    const worker = script(
      'long.sh',
      'i=0; while true; do i=$((i+1)); echo "{\\"type\\":\\"step\\",\\"step_index\\":$i}"; sleep 0.02; done',
    );
    const config = configOf(`long by ${limit}`, { metadata: { worker: { script: worker } }, schedule: { [limit]: value } });
    const { runId } = await submit(config);
    expect(await ended(runId)).toMatchObject({
      outcome: 'canceled',
      failureReason: expect.stringContaining(`${limit} ${value}`),
    });
  });

  it('survive the daemon: the next one knows the process and cancels it', async () => {
    const pidFile = join(daemon.home, 'pids', 'survivor');
    const worker = script(
      'survivor.sh',
      `echo $$ > ${pidFile}; i=0; while true; do i=$((i+1)); echo "{\\"type\\":\\"step\\",\\"step_index\\":$i}"; sleep 0.05; done`,
    );
    const { runId } = await submit(configOf('survivor', { metadata: { worker: { script: worker } } }));
    await until(async () => existsSync(pidFile) && (await daemon.describe(runId)).status === 'EXEC', {
      what: 'a running worker',
    });
    const pid = Number(readFileSync(pidFile, 'utf8'));
    const { home } = daemon;
    await daemon.kill();
    const next = await startDaemon({ home });
    expect(isAlive(pid)).toBe(true);
    const before = Number((await next.describe(runId)).kinds[0]?.watermark);
    await until(async () => Number((await next.describe(runId)).kinds[0]?.watermark) > before, {
      what: 'new rows in the next daemon',
    });
    await call<trainer.CancelRunResponse>((done) => next.trainer.cancelRun({ runId }, done));
    expect(isAlive(pid)).toBe(false);
    expect(await next.describe(runId)).toMatchObject({ status: 'TERM', outcome: 'canceled' });
    await next.stop();
    daemon.removeHome();
    daemon = await startDaemon();
  });
});
