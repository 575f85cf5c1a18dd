/** The daemon's intake as a test wants it: acknowledges when told to, refuses with what it is told to, and can be torn down. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Metadata, Server, ServerCredentials, type ServerDuplexStream, type status } from '@grpc/grpc-js';
import { duallane, trainer } from '../../src/protocol/wire.ts';

type Call = ServerDuplexStream<duallane.Batch, duallane.BatchAck>;
export type Refusal = { code: status; duallaneCode?: string; sentence: string };

export class ScriptedIntake {
  readonly #directory = mkdtempSync(join(tmpdir(), 'dli-'));
  readonly target = `unix:${join(this.#directory, 's.sock')}`;
  /** What each stream got, in its order. */
  readonly streams: { sequences: number[]; rows: number; bytes: number; sessions: Set<string> }[] = [];
  /** Acknowledge as batches come. */
  acknowledges = true;
  /** Ends each new stream so, as long as it is set. */
  refusal: Refusal | undefined;
  #server: Server | undefined;
  #calls = new Set<Call>();
  #last: { call: Call; batch: duallane.Batch } | undefined;

  async start(): Promise<void> {
    const server = new Server({ 'grpc.max_receive_message_length': 64 << 20 });
    server.addService(duallane.DuallaneServiceService, { publishBatches: (call: Call) => this.#serve(call) });
    server.addService(trainer.TrainerServiceService, {
      registerWorker: (_call: unknown, done: (error: null, response: trainer.RegisterWorkerResponse) => void) =>
        done(null, { acceptedVersion: 'MOSAIC/1.0', sessionToken: '' }),
    });
    await new Promise<void>((ready, fail) => {
      server.bindAsync(this.target, ServerCredentials.createInsecure(), (error) => (error ? fail(error) : ready()));
    });
    this.#server = server;
  }

  /** As kill -9: every connection breaks at once. */
  tearDown(): void {
    this.#server?.forceShutdown();
    this.#server = undefined;
    this.#calls.clear();
    rmSync(join(this.#directory, 's.sock'), { force: true });
  }

  /** Sends an acknowledgement of whatever sequence, run or session, true or not. */
  claim(what: Partial<duallane.BatchAck>): void {
    if (!this.#last) throw new Error('no batch came that could be acknowledged');
    const { runId, workerId, writerSession, batchSequence } = this.#last.batch;
    this.#last.call.write({ runId, workerId, writerSession, batchSequence, rejectedRows: 0n, unfollowed: false, ...what });
  }

  /** Acknowledges everything that came, and all that comes. */
  release(): void {
    this.acknowledges = true;
    if (this.#last) acknowledge(this.#last.call, this.#last.batch);
  }

  close(): void {
    this.tearDown();
    rmSync(this.#directory, { recursive: true, force: true });
  }

  #serve(call: Call): void {
    this.#calls.add(call);
    const seen = { sequences: [] as number[], rows: 0, bytes: 0, sessions: new Set<string>() };
    this.streams.push(seen);
    call.on('error', () => this.#calls.delete(call)); // torn down
    if (this.refusal) {
      const { code, sentence, duallaneCode } = this.refusal;
      const metadata = new Metadata();
      if (duallaneCode) metadata.set('duallane-code', duallaneCode);
      call.emit('error', { code, details: sentence, metadata });
      return;
    }
    call.on('data', (batch: duallane.Batch) => {
      seen.sequences.push(Number(batch.batchSequence));
      seen.rows += batch.rows;
      seen.bytes += batch.arrowIpc.byteLength;
      seen.sessions.add(batch.writerSession.toString('hex'));
      this.#last = { call, batch };
      if (this.acknowledges) acknowledge(call, batch);
    });
    call.on('end', () => call.end());
  }
}

function acknowledge(call: Call, { runId, workerId, writerSession, batchSequence }: duallane.Batch): void {
  call.write({ runId, workerId, writerSession, batchSequence, rejectedRows: 0n, unfollowed: false });
}
