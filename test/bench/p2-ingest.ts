/**
 * P2: rows per second from PublishBatches to the acknowledgement that they are on disk, with 1 and with 8 workers.
 *
 * In the same run, in the same folder: the same bytes appended to a file with fdatasync after every batch (the limit of the disk), sent
 * to a server of the same kind that keeps none of them (the limit of the wire: large batches meet it first), and the same rows
 * inserted into SQLite (WAL, synchronous NORMAL, a transaction per batch). The worker is in this process, the daemon in its own, both
 * on the same cores; the batches are made beforehand.
 */
import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { open, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { credentials } from '@grpc/grpc-js';
import { duallane } from '../../src/protocol/wire.ts';
import { clientOptions, nodePath, startDaemon, type TestDaemon } from '../support/daemon.ts';
import { type Bench, median, rounded, secondsOf, usage } from './figures.ts';
import { stepBatches } from './step-batches.ts';

/** Batches a worker has in flight at the most. */
const inFlight = 32;

export const p2: Bench = async ({ small }) => {
  const total = small ? 16_384 : 524_288;
  const rounds = small ? 1 : 3;
  const rows = [];
  for (const size of small ? [4096] : [256, 4096, 16_384]) {
    const batches = stepBatches(total / size, size);
    const daemon = await startDaemon();
    const wire = await startCounting(join(daemon.home, 'counting.sock'));
    try {
      const counted: number[] = [];
      const raw: number[] = [];
      const sqlite: number[] = [];
      const one: number[] = [];
      const eight: number[] = [];
      const before = usage(daemon.card.pid);
      // Warm code is measured: a daemon lives for days.
      await publish(daemon, batches.slice(0, Math.ceil(batches.length / 4)), size, 1);
      for (let round = 0; round < rounds; round++) {
        raw.push(total / (await secondsOf(() => append(join(daemon.home, 'raw'), batches))));
        counted.push(total / (await secondsOf(() => wire.count(batches, size))));
        one.push(total / (await secondsOf(() => publish(daemon, batches, size, 1))));
        eight.push(total / (await secondsOf(() => publish(daemon, batches, size, 8))));
        if (size === 4096) sqlite.push(total / (await secondsOf(() => insert(join(daemon.home, 'raw.sqlite'), total, size))));
      }
      const after = usage(daemon.card.pid);
      const published = total * (2 * rounds) + Math.ceil(batches.length / 4) * size;
      rows.push({
        case: `${size} rows a batch (${Math.round((batches[0]?.byteLength ?? 0) / size)} B a row)`,
        figures: {
          '1 worker rows/s': Math.round(median(one)),
          '8 workers rows/s': Math.round(median(eight)),
          'raw append rows/s': Math.round(median(raw)),
          'wire alone rows/s': Math.round(median(counted)),
          ...(sqlite.length > 0 && { 'SQLite rows/s': Math.round(median(sqlite)) }),
          '1 worker % of raw': rounded(median(one.map((rate, i) => (100 * rate) / (raw[i] as number)))),
          '1 worker % of wire': rounded(median(one.map((rate, i) => (100 * rate) / (counted[i] as number)))),
          '8 workers % of raw': rounded(median(eight.map((rate, i) => (100 * rate) / (raw[i] as number)))),
          'daemon CPU us/row': rounded(((after.cpuSeconds - before.cpuSeconds) * 1e6) / published),
          'daemon peak MB': after.peakMb,
        },
      });
    } finally {
      wire.stop();
      await daemon.stop();
    }
  }
  return { title: 'ingest to durable, batched', reach: '>= 50 % of the raw append, >= 500,000 rows/s on 2 cores', rows };
};

/** Publishes all batches, dealt out to `workers`; resolves when every one is acknowledged. Throws when a row is missing. */
async function publish(daemon: TestDaemon, batches: readonly Buffer[], size: number, workers: number): Promise<void> {
  const { runId } = await daemon.openRun(`p2 ${workers}`);
  const work = async (worker: number): Promise<void> => {
    const writer = daemon.writer(runId, `worker_${worker}`);
    const sent: Promise<unknown>[] = [];
    for (let at = worker; at < batches.length; at += workers) {
      if (sent.length >= inFlight) await sent.shift();
      sent.push(writer.send({ rows: size, arrowIpc: batches[at] as Buffer }));
    }
    await Promise.all(sent);
    writer.end();
  };
  await Promise.all(Array.from({ length: workers }, (_, worker) => work(worker)));
  const { kinds } = await daemon.describe(runId);
  const stored = Number(kinds[0]?.watermark);
  if (stored !== batches.length * size) throw new Error(`${stored} of ${batches.length * size} rows are stored`);
}

/** A server that acknowledges and keeps nothing, and one worker's way of sending all batches to it. */
async function startCounting(socket: string) {
  const server = spawn(nodePath, [join(import.meta.dirname, 'counting-server.ts'), socket], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  await once(server.stdout, 'data');
  const client = new duallane.DuallaneServiceClient(`unix:${socket}`, credentials.createInsecure(), clientOptions);
  return {
    async count(batches: readonly Buffer[], rows: number): Promise<void> {
      const stream = client.publishBatches();
      const batch = {
        runId: 'r',
        workerId: 'w',
        writerSession: randomBytes(16),
        kind: duallane.BatchKind.STEPS,
        rows,
        firstSeq: 0n,
        watermark: 0n,
      };
      let acknowledged = 0;
      stream.on('data', () => acknowledged++);
      for (const [at, arrowIpc] of batches.entries()) {
        while (at - acknowledged >= inFlight) await once(stream, 'data');
        stream.write({ ...batch, arrowIpc, batchSequence: BigInt(at + 1) });
      }
      while (acknowledged < batches.length) await once(stream, 'data');
      stream.end();
    },
    stop: () => {
      client.close();
      server.stdin.end();
    },
  };
}

async function append(path: string, batches: readonly Uint8Array[]): Promise<void> {
  const file = await open(path, 'w');
  for (const bytes of batches) {
    await file.write(bytes);
    await file.datasync();
  }
  await file.close();
  await rm(path);
}

async function insert(path: string, total: number, size: number): Promise<void> {
  const database = new DatabaseSync(path);
  database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL');
  database.exec(
    `CREATE TABLE steps (seq_id INTEGER PRIMARY KEY, worker_id TEXT, agent_id TEXT, episode_index INTEGER, step_index INTEGER, reward REAL,
      terminated INTEGER, truncated INTEGER, ts INTEGER, action_json TEXT, observation_json TEXT)`,
  );
  const statement = database.prepare('INSERT INTO steps VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)');
  for (let seq = 0; seq < total; ) {
    database.exec('BEGIN');
    for (let i = 0; i < size; i++, seq++)
      statement.run(
        seq,
        'worker_1',
        'agent_0',
        seq / size,
        i,
        1,
        0,
        0,
        1_767_225_600_000_000 + i,
        String(i % 2),
        '[0.0123,-0.4321,0.0456,0.6789]',
      );
    database.exec('COMMIT');
  }
  database.close();
  for (const suffix of ['', '-wal', '-shm']) await rm(path + suffix, { force: true });
}
