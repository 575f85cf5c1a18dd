/**
 * A real trainer daemon for tests: its own process, its own home.
 *
 *   const daemon = await startDaemon();
 *   const { runId } = await daemon.openRun('a run');
 *   await daemon.publish(runId, 'steps', [{ agent_id: 'a', episode_index: 0, step_index: 0, reward: 1, ts: 0 }]);
 *   await daemon.stop();        // SIGTERM, waits, removes the home it made
 *   await daemon.kill();        // SIGKILL, keeps the home: startDaemon({ home: daemon.home }) goes on in it
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { type Client, type ClientReadableStream, credentials, Metadata, type ServiceError } from '@grpc/grpc-js';
import { encodeRows, type Row } from '../../src/protocol/arrow.ts';
import { limits, type RowKind } from '../../src/protocol/index.ts';
import { batchKinds, duallane, trainer } from '../../src/protocol/wire.ts';
import { until } from './until.ts';

const root = resolve(process.cwd()); // Jest and npm run in the project's root
/** The pinned Node of the project: Jest may run on another one. */
export const nodePath = join(root, 'node_modules', '.bin', 'node');
export const mainScript = join(root, 'src', 'pipeline', 'main.ts');
const startMs = 20_000;

export type DaemonOptions = { home?: string; args?: readonly string[]; env?: Readonly<Record<string, string>> };
export type Card = { pid: number; socket: string; contract: string; version: string; listen?: string };

/** Starts a daemon and waits until it answers. */
export async function startDaemon(options: DaemonOptions | string = {}): Promise<TestDaemon> {
  const { home, args = [], env = {} } = typeof options === 'string' ? { home: options } : options;
  const directory = home ?? temporaryHome();
  const child = spawn(nodePath, [mainScript, 'daemon', '--home', directory, ...args], {
    stdio: ['ignore', 'ignore', 'pipe'],
    env: { ...process.env, ...env },
  });
  let stderr = '';
  child.stderr.on('data', (bytes: Buffer) => {
    stderr += bytes.toString();
  });
  const card = await until(
    () => {
      if (child.exitCode !== null) throw new Error(`the daemon ended with ${child.exitCode}: ${stderr}${logOf(directory)}`);
      const found = cardOf(directory);
      return found?.pid === child.pid && found;
    },
    { what: `a daemon in ${directory}`, withinMs: startMs },
  );
  const daemon = new TestDaemon(directory, card, child, home === undefined);
  await daemon.health();
  return daemon;
}

export class TestDaemon {
  readonly home: string;
  readonly card: Card;
  readonly process: ChildProcess;
  readonly trainer: InstanceType<typeof trainer.TrainerServiceClient>;
  readonly duallane: InstanceType<typeof duallane.DuallaneServiceClient>;
  readonly #ownsHome: boolean;

  constructor(home: string, card: Card, child: ChildProcess, ownsHome: boolean) {
    this.home = home;
    this.card = card;
    this.process = child;
    this.#ownsHome = ownsHome;
    this.trainer = new trainer.TrainerServiceClient(this.target, credentials.createInsecure(), clientOptions);
    this.duallane = new duallane.DuallaneServiceClient(this.target, credentials.createInsecure(), clientOptions);
  }

  /** gRPC target of its Unix socket. */
  get target(): string {
    return `unix:${this.card.socket}`;
  }

  health(): Promise<trainer.HealthCheckResponse> {
    return call((done) =>
      this.trainer.getHealth({}, new Metadata({ waitForReady: true }), { deadline: Date.now() + startMs }, done),
    );
  }

  openRun(runName = 'test run', configJson = '{}', runId = ''): Promise<duallane.OpenRunResponse> {
    return call((done) => this.duallane.openRun({ runName, configJson, runId }, done));
  }

  async describe(runId: string): Promise<duallane.RunDescription> {
    const { runs } = await call<duallane.DescribeRunsResponse>((done) => this.duallane.describeRuns({ runIds: [runId] }, done));
    if (!runs[0]) throw new Error(`run ${runId} is not known`);
    return runs[0];
  }

  listParts(runId: string, kinds: RowKind[] = []): Promise<duallane.ListPartsResponse> {
    return call((done) => this.duallane.listParts({ runId, kinds: kinds.map((kind) => batchKinds[kind]) }, done));
  }

  ledger(runId: string): Promise<duallane.LedgerResponse> {
    return call((done) => this.duallane.ledger({ runId }, done));
  }

  /** A writer of one session; its `publish` resolves when the rows are durable. */
  writer(runId: string, workerId = 'worker_1', writerSession: Buffer = randomBytes(16)): TestWriter {
    return new TestWriter(this, runId, workerId, writerSession);
  }

  /** Publishes rows as one batch of a fresh writer session and waits for the acknowledgement. */
  async publish(runId: string, kind: RowKind, rows: readonly Row[], workerId = 'worker_1'): Promise<void> {
    const writer = this.writer(runId, workerId);
    await writer.publish(kind, rows);
    writer.end();
  }

  /** Everything durable now, per kind. */
  async snapshot(
    runId: string,
    kinds: readonly RowKind[] = ['steps', 'episodes', 'metrics', 'events'],
  ): Promise<duallane.Batch[]> {
    const cursors = kinds.map((kind) => ({ kind: batchKinds[kind], sinceSeq: 0n }));
    return collect(this.duallane.streamBatches({ runId, cursors, snapshot: true }));
  }

  /** SIGTERM; resolves with the exit code. Removes the home when this helper made it. */
  async stop(): Promise<number | null> {
    this.closeClients();
    const code = await ended(this.process, 'SIGTERM');
    this.removeHome();
    return code;
  }

  /** SIGKILL. The home stays. */
  async kill(): Promise<void> {
    this.closeClients();
    await ended(this.process, 'SIGKILL');
  }

  removeHome(): void {
    if (this.#ownsHome) rmSync(this.home, { recursive: true, force: true });
  }

  closeClients(): void {
    for (const client of [this.trainer, this.duallane] as Client[]) client.close();
  }
}

/** One writer session over one PublishBatches stream. */
export class TestWriter {
  readonly runId: string;
  readonly workerId: string;
  readonly session: Buffer;
  /** The last acknowledged batch_sequence. */
  acknowledged = 0;
  /** Of the last acknowledgement. */
  rejectedRows = 0;
  /** Of the last acknowledgement. */
  isFollowed: boolean | undefined;
  /** Why the stream ended, when it did. */
  failure: ServiceError | undefined;
  readonly #stream;
  #sequence = 0;
  readonly #waiting = new Set<() => void>();

  constructor(daemon: TestDaemon, runId: string, workerId: string, session: Buffer) {
    this.runId = runId;
    this.workerId = workerId;
    this.session = session;
    this.#stream = daemon.duallane.publishBatches();
    this.#stream.on('data', (ack: duallane.BatchAck) => {
      this.acknowledged = Math.max(this.acknowledged, Number(ack.batchSequence));
      this.rejectedRows = Number(ack.rejectedRows);
      this.isFollowed = !ack.unfollowed;
      this.#wake();
    });
    this.#stream.on('error', (error: ServiceError) => {
      this.failure = error;
      this.#wake();
    });
    this.#stream.on('end', () => this.#wake());
  }

  /** Sends one batch; resolves with its batch_sequence when it is durable, rejects when the stream fails. */
  publish(kind: RowKind, rows: readonly Row[]): Promise<number> {
    return this.send({ kind: batchKinds[kind], rows: rows.length, arrowIpc: Buffer.from(encodeRows(kind, rows)) });
  }

  /** Sends any message: `fields` win. */
  send(fields: Partial<duallane.Batch>): Promise<number> {
    this.#sequence = fields.batchSequence === undefined ? this.#sequence + 1 : Number(fields.batchSequence);
    const sequence = this.#sequence;
    this.#stream.write({
      runId: this.runId,
      workerId: this.workerId,
      writerSession: this.session,
      batchSequence: BigInt(sequence),
      kind: duallane.BatchKind.STEPS,
      rows: 0,
      arrowIpc: Buffer.alloc(0),
      firstSeq: 0n,
      watermark: 0n,
      ...fields,
    });
    return this.#acknowledged(sequence);
  }

  end(): void {
    this.#stream.end();
  }

  async #acknowledged(sequence: number): Promise<number> {
    while (this.acknowledged < sequence) {
      if (this.failure) throw this.failure;
      await new Promise<void>((resolve_) => this.#waiting.add(resolve_));
    }
    return sequence;
  }

  #wake(): void {
    const waiting = [...this.#waiting];
    this.#waiting.clear();
    for (const wake of waiting) wake();
  }
}

export const clientOptions = {
  // The process-wide pool would hand a client the back-off of an earlier one to the same socket.
  'grpc.use_local_subchannel_pool': 1,
  'grpc.max_receive_message_length': limits.grpcMessageBytes,
  'grpc.max_send_message_length': limits.grpcMessageBytes,
};

/** A unary call as a promise. */
export function call<Response>(
  start: (done: (error: ServiceError | null, response: Response) => void) => unknown,
): Promise<Response> {
  return new Promise((resolve_, reject) => {
    start((error, response) => (error ? reject(error) : resolve_(response)));
  });
}

/** All messages of a stream that ends, or the first ones for which `enough` holds. */
export function collect<Message>(
  stream: ClientReadableStream<Message>,
  enough: (messages: readonly Message[]) => boolean = () => false,
): Promise<Message[]> {
  return new Promise((resolve_, reject) => {
    const messages: Message[] = [];
    stream.on('data', (message: Message) => {
      messages.push(message);
      if (!enough(messages)) return;
      resolve_(messages);
      stream.cancel();
    });
    stream.on('end', () => resolve_(messages));
    stream.on('error', (error: ServiceError) => reject(error));
  });
}

/** The status a stream or call ends with when it fails. */
export function failureOf(promise: Promise<unknown>): Promise<ServiceError & { metadata: Metadata }> {
  return promise.then(
    () => {
      throw new Error('it did not fail');
    },
    (error: ServiceError) => error,
  );
}

/** A new home with a path short enough for sockets. */
export function temporaryHome(): string {
  return mkdtempSync(join(tmpdir(), 'dl-'));
}

function cardOf(home: string): Card | undefined {
  const path = join(home, 'daemon.json');
  return existsSync(path) ? (JSON.parse(readFileSync(path, 'utf8')) as Card) : undefined;
}

function logOf(home: string): string {
  const path = join(home, 'log', 'daemon.log');
  return existsSync(path) ? `\n${readFileSync(path, 'utf8').slice(-4000)}` : '';
}

async function ended(child: ChildProcess, signal: NodeJS.Signals): Promise<number | null> {
  if (child.exitCode !== null || child.signalCode !== null) return child.exitCode;
  const exit = new Promise<number | null>((resolve_) => child.once('exit', (code) => resolve_(code)));
  child.kill(signal);
  return exit;
}
