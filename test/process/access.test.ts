/** Who may do what: each door, each refusal, and its sentence. */
import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { credentials, Metadata, type ServiceError, status } from '@grpc/grpc-js';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { daemonOptions } from '../../src/pipeline/config.ts';
import { encodeRows } from '../../src/protocol/arrow.ts';
import { duallane, trainer } from '../../src/protocol/wire.ts';
import { Certificates } from '../support/certificates.ts';
import { call, clientOptions, failureOf, startDaemon, type TestDaemon } from '../support/daemon.ts';

const row = { agent_id: 'a', episode_index: 0, step_index: 0, reward: 1, ts: 0 };
const token = (value: string) => {
  const metadata = new Metadata();
  metadata.set('authorization', `Bearer ${value}`);
  return metadata;
};

const emptyStep = (ids: { runId: string; workerId: string }): trainer.RunStep => ({
  ...trainer.RunStep.decode(Buffer.alloc(0)),
  ...ids,
  agentId: 'a',
});

class Caller {
  readonly trainer: InstanceType<typeof trainer.TrainerServiceClient>;
  readonly duallane: InstanceType<typeof duallane.DuallaneServiceClient>;

  constructor(address: string, security = credentials.createInsecure(), options: object = {}) {
    this.trainer = new trainer.TrainerServiceClient(address, security, { ...clientOptions, ...options });
    this.duallane = new duallane.DuallaneServiceClient(address, security, { ...clientOptions, ...options });
  }

  health = () =>
    call<trainer.HealthCheckResponse>((done) =>
      this.trainer.getHealth({}, new Metadata(), { deadline: Date.now() + 10_000 }, done),
    );
  list = (metadata: Metadata) =>
    call<trainer.ListRunsResponse>((done) => this.trainer.listRuns({ statusFilter: [] }, metadata, done));
  beat = (runId: string, metadata: Metadata) => call<object>((done) => this.trainer.heartbeat({ runId }, metadata, done));
  register = (runId: string, workerId: string, metadata: Metadata) =>
    call<trainer.RegisterWorkerResponse>((done) =>
      this.trainer.registerWorker(
        {
          runId,
          workerId,
          workerKind: '',
          protoVersion: '',
          schemaId: '',
          schemaVersion: 1,
          supportsPause: false,
          supportsCheckpoint: false,
        },
        metadata,
        done,
      ),
    );

  publish(runId: string, workerId: string, metadata: Metadata): Promise<bigint> {
    return new Promise((resolve, reject) => {
      const stream = this.duallane.publishBatches(metadata);
      stream.on('data', (ack: duallane.BatchAck) => {
        resolve(ack.batchSequence);
        stream.end();
      });
      stream.on('error', (error: ServiceError) => reject(error));
      stream.write({
        runId,
        workerId,
        writerSession: Buffer.from(`${workerId}0123456789abcdef`.slice(0, 16)),
        batchSequence: 1n,
        kind: duallane.BatchKind.STEPS,
        rows: 1,
        arrowIpc: Buffer.from(encodeRows('steps', [row])),
        firstSeq: 0n,
        watermark: 0n,
      });
    });
  }

  publishRow(runId: string, workerId: string, metadata: Metadata): Promise<trainer.PublishTelemetryResponse> {
    return call((done) => {
      const stream = this.trainer.publishRunSteps(metadata, done);
      stream.write(emptyStep({ runId, workerId }));
      stream.end();
    });
  }

  close(): void {
    this.trainer.close();
    this.duallane.close();
  }
}

describe('over TCP', () => {
  let daemon: TestDaemon;
  let remote: Caller;
  let daemonToken: Metadata;
  beforeAll(async () => {
    daemon = await startDaemon({ args: ['--listen', '127.0.0.1:0'] });
    remote = new Caller(daemon.card.listen ?? '');
    daemonToken = token(readFileSync(join(daemon.home, 'token'), 'utf8').trim());
  });
  afterAll(async () => {
    remote.close();
    await daemon.stop();
  });

  it('the socket and the token are their user’s alone', () => {
    expect(statSync(daemon.card.socket).mode & 0o777).toBe(0o600);
    expect(statSync(join(daemon.home, 'token')).mode & 0o777).toBe(0o600);
  });

  it('health is free, and everything else wants the token and says where it is', async () => {
    expect((await remote.health()).healthy).toBe(true);
    for (const metadata of [new Metadata(), token('wrong'), token('')]) {
      const refused = await failureOf(remote.list(metadata));
      expect(refused.code).toBe(status.UNAUTHENTICATED);
      expect(refused.details).toContain('it is in the file "token" of the home directory');
    }
    expect((await remote.list(daemonToken)).runs).toEqual([]);
    const unsigned = await failureOf(remote.publish('r', 'w', new Metadata()));
    expect(unsigned.code).toBe(status.UNAUTHENTICATED);
    const metrics = await failureOf(call((done) => remote.duallane.metrics({}, token('wrong'), done)));
    expect(metrics.code).toBe(status.UNAUTHENTICATED);
  });

  it('a worker publishes with its own token, and with no other worker’s and into no other run', async () => {
    const mine = await daemon.openRun('mine');
    const other = await daemon.openRun('other');
    const one = token((await remote.register(mine.runId, 'one', token(mine.sessionToken))).sessionToken);
    const two = token((await remote.register(mine.runId, 'two', token(mine.sessionToken))).sessionToken);
    await remote.register(other.runId, 'one', token(other.sessionToken));
    expect(await remote.publish(mine.runId, 'one', one)).toBe(1n);
    expect((await remote.publishRow(mine.runId, 'two', two)).accepted).toBe(1n);
    await remote.beat(mine.runId, one);
    const sentence =
      /^this session token is not that of worker one of run .*: send the session_token that RegisterWorker answered/;
    for (const refused of [
      await failureOf(remote.publish(mine.runId, 'one', two)),
      await failureOf(remote.publishRow(mine.runId, 'one', two)),
      await failureOf(remote.publish(other.runId, 'one', one)),
      await failureOf(remote.publishRow(other.runId, 'one', one)),
      await failureOf(remote.register(other.runId, 'one', one)),
    ]) {
      expect(refused.code).toBe(status.PERMISSION_DENIED);
      expect(refused.details).toMatch(sentence);
    }
    expect((await failureOf(remote.beat(other.runId, one))).code).toBe(status.PERMISSION_DENIED);
    expect((await daemon.describe(other.runId)).kinds[0]?.watermark).toBe(0n);
    expect((await daemon.describe(mine.runId)).kinds[0]?.watermark).toBe(2n);
    // What a worker does not do stays closed to its token.
    expect((await failureOf(remote.list(one))).code).toBe(status.UNAUTHENTICATED);
    // The operator may.
    expect(await remote.publish(other.runId, 'one', daemonToken)).toBe(1n);
  });
});

it('a trusted loopback lets unmodified clients in', async () => {
  const daemon = await startDaemon({ args: ['--listen', '127.0.0.1:0', '--trust-loopback'] });
  const remote = new Caller(daemon.card.listen ?? '');
  const { runId } = await daemon.openRun('open');
  await remote.register(runId, 'one', new Metadata());
  expect((await remote.publishRow(runId, 'one', new Metadata())).accepted).toBe(1n);
  expect((await remote.list(new Metadata())).runs).toHaveLength(1);
  remote.close();
  await daemon.stop();
});

describe('for other hosts', () => {
  it('nothing opens without certificates of both sides', () => {
    const refusal =
      (...argv: string[]) =>
      () =>
        daemonOptions(['--home', '/nowhere', ...argv]);
    expect(refusal('--listen', '0.0.0.0:1')).toThrow('listen-refused: --listen 0.0.0.0:1 would open the daemon to the network');
    expect(refusal('--listen', '0.0.0.0:1', '--tls-cert', 'c', '--tls-key', 'k')).toThrow('listen-refused');
    expect(refusal('--listen', '[::]:1', '--trust-loopback', '--tls-cert', 'c', '--tls-key', 'k', '--tls-ca', 'a')).toThrow(
      '--trust-loopback is for 127.0.0.1 alone',
    );
    expect(refusal('--listen', '127.0.0.1:1', '--tls-cert', 'c')).toThrow('TLS needs both --tls-cert and --tls-key');
    expect(daemonOptions(['--listen', '0.0.0.0:1', '--tls-cert', '/c', '--tls-key', '/k', '--tls-ca', '/a']).tls).toEqual({
      cert: '/c',
      key: '/k',
      ca: '/a',
    });
  });

  describe('with certificates', () => {
    const certificates = new Certificates();
    const file = (name: string) => certificates.file(name);
    const secured = (name?: string) =>
      credentials.createSsl(
        readFileSync(file('ca.pem')),
        ...(name === undefined ? [] : ([readFileSync(file(`${name}.key`)), readFileSync(file(`${name}.pem`))] as const)),
      );
    let daemon: TestDaemon;

    beforeAll(async () => {
      for (const authority of ['ca', 'strangers']) certificates.authority(authority);
      certificates.issue('daemon', 'ca');
      certificates.issue('worker', 'ca');
      certificates.issue('stranger', 'strangers');
      daemon = await startDaemon({
        args: [
          '--listen',
          '0.0.0.0:0',
          '--tls-cert',
          file('daemon.pem'),
          '--tls-key',
          file('daemon.key'),
          '--tls-ca',
          file('ca.pem'),
        ],
      });
    });
    afterAll(async () => {
      await daemon.stop();
      certificates.remove();
    });
    const address = () => `127.0.0.1:${daemon.card.listen?.split(':').at(-1)}`;

    it('a client of the same authority comes in, and needs the token too', async () => {
      const remote = new Caller(address(), secured('worker'));
      expect((await remote.health()).healthy).toBe(true);
      expect((await failureOf(remote.list(new Metadata()))).code).toBe(status.UNAUTHENTICATED);
      expect((await remote.list(token(readFileSync(join(daemon.home, 'token'), 'utf8').trim()))).runs).toEqual([]);
      remote.close();
    });

    it.each([
      ['without encryption', () => credentials.createInsecure()],
      ['without a certificate', () => secured()],
      ['with a certificate of somebody else’s', () => secured('stranger')],
    ])('a client %s gets nothing, not even health', async (_, security) => {
      const remote = new Caller(address(), security());
      const refused = await failureOf(remote.health());
      expect([status.UNAVAILABLE, status.DEADLINE_EXCEEDED]).toContain(refused.code);
      remote.close();
    });
  });

  it('a certificate that cannot be read is named with its flag', async () => {
    await expect(
      startDaemon({ args: ['--listen', '127.0.0.1:0', '--tls-cert', '/no/such.pem', '--tls-key', '/no/such.key'] }),
    ).rejects.toThrow('--tls-cert, --tls-key and --tls-ca name readable PEM files');
  });
});
