/**
 * A trainer daemon with the source's defects (contracts, section 7), over TCP: no batches, no ControlStream, GetHealth that never
 * answers, streams that never end, replays newest first under made-up numbers with most rows told twice, numbers that count over
 * all runs and start again at 1, a database whose writer may die and whose episodes overwrite each other.
 */
import { type handleUnaryCall, Server, ServerCredentials, type ServerWritableStream, status } from '@grpc/grpc-js';
import { trainer } from '../../src/protocol/wire.ts';

type Kind = 'steps' | 'episodes';
type Step = trainer.RunStep;
type Episode = trainer.RunEpisode;
type Row = Step | Episode;
type Stream = ServerWritableStream<{ runId: string; sinceSeq: bigint }, Row>;

const databaseRowsTold = 4096;
const memoryRows = { steps: 4096, episodes: 1024 } as const;

export class SourceDaemon {
  target = '';
  /** False: the writer thread has died, as it does, without a word. */
  isWriting = true;
  /** How many of the next rows every live subscriber's queue drops. */
  dropNext = 0;
  readonly #runs = new Map<string, trainer.RunRecord>();
  readonly #registered = new Set<string>();
  readonly #stepTable: Step[] = [];
  readonly #episodeTable = new Map<string, Episode>();
  #memory: Record<Kind, Row[]> = { steps: [], episodes: [] };
  #counters: Record<Kind, bigint> = { steps: 0n, episodes: 0n };
  readonly #live: Record<Kind, Set<Stream>> = { steps: new Set(), episodes: new Set() };
  #server: Server | undefined;
  #port = 0;

  async start(): Promise<this> {
    const server = new Server();
    server.addService(trainer.TrainerServiceService, this.#service() as trainer.TrainerServiceServer);
    this.#port = await new Promise<number>((resolve, reject) =>
      server.bindAsync(`127.0.0.1:${this.#port}`, ServerCredentials.createInsecure(), (error, port) =>
        error ? reject(error) : resolve(port),
      ),
    );
    this.#server = server;
    this.target = `127.0.0.1:${this.#port}`;
    return this;
  }

  stop(): void {
    for (const kind of ['steps', 'episodes'] as const) this.#live[kind].clear();
    this.#server?.forceShutdown();
  }

  /** What is in memory is gone, and numbers start again at 1. */
  async restart(whileAway: () => void = () => undefined): Promise<void> {
    this.stop();
    this.#memory = { steps: [], episodes: [] };
    this.#counters = { steps: 0n, episodes: 0n };
    whileAway();
    await this.start();
  }

  openRun(runId: string, runStatus: trainer.RunStatus = trainer.RunStatus.EXEC): void {
    const at = { seconds: 1_700_000_000n, nanos: 0 };
    this.#runs.set(runId, {
      runId,
      status: runStatus,
      digest: 'd',
      createdAt: at,
      updatedAt: at,
      lastHeartbeat: at,
      gpuSlot: undefined,
      failureReason: undefined,
      gpuSlots: [],
      seqId: 1n,
    });
  }

  /** Every row that was published, by the daemon's own count. */
  published(kind: Kind): number {
    return Number(this.#counters[kind]);
  }

  storedSteps(runId: string): Step[] {
    return this.#stepTable.filter((step) => step.runId === runId);
  }

  publish(kind: Kind, row: Row): void {
    this.#counters[kind] += 1n;
    const told = { ...row, seqId: this.#counters[kind] };
    const memory = this.#memory[kind];
    memory.push(told);
    const ofRun = memory.filter((kept) => kept.runId === row.runId);
    if (ofRun.length > memoryRows[kind]) memory.splice(memory.indexOf(ofRun[0] as Row), 1);
    if (this.isWriting) this.#store(kind, row);
    if (this.dropNext > 0) this.dropNext -= 1;
    else for (const call of this.#live[kind]) if (call.request.runId === row.runId) call.write(told);
  }

  #store(kind: Kind, row: Row): void {
    if (kind === 'steps') {
      this.#stepTable.push({ ...(row as Step), renderPayloadJson: '', episodeSeed: 0n, workerId: '' });
    } else {
      // The agent is not in the key: agents overwrite each other.
      const id = `${row.runId}-ep${row.episodeIndex}`;
      this.#episodeTable.delete(id);
      this.#episodeTable.set(id, row as Episode);
    }
  }

  #stream(kind: Kind, call: Stream): void {
    const { runId, sinceSeq } = call.request;
    let made = 0n;
    if (sinceSeq === 0n) {
      const stored: Row[] =
        kind === 'steps' ? this.#stepTable.slice(-databaseRowsTold).reverse() : [...this.#episodeTable.values()];
      for (const row of stored.filter((candidate) => candidate.runId === runId)) {
        made += 1n;
        call.write({ ...row, seqId: made });
      }
    }
    // Of episodes the whole memory is told again, of steps what lies beyond the made-up numbers.
    const beyond = kind === 'steps' ? made : 0n;
    for (const row of this.#memory[kind]) if (row.runId === runId && row.seqId > beyond) call.write(row);
    this.#live[kind].add(call);
    call.on('cancelled', () => this.#live[kind].delete(call));
  }

  #service(): Partial<Record<keyof trainer.TrainerServiceServer, unknown>> {
    const unary =
      <Request, Response>(serve: (request: Request) => Response): handleUnaryCall<Request, Response> =>
      (call, done) => {
        try {
          done(null, serve(call.request));
        } catch (error) {
          done(error as Error);
        }
      };
    const known = (runId: string): trainer.RunRecord => {
      const run = this.#runs.get(runId);
      if (!run) throw Object.assign(new Error('unknown run'), { code: status.NOT_FOUND, details: 'unknown run' });
      return run;
    };
    const publish = (kind: Kind) => (call: NodeJS.EventEmitter, done: (error: Error | null, reply?: unknown) => void) => {
      let accepted = 0n;
      call.on('data', (row: Row) => {
        if (!this.#registered.has(row.runId)) return;
        accepted += 1n;
        this.publish(kind, row);
      });
      call.on('end', () => done(null, { accepted, dropped: 1n }));
    };
    return {
      getHealth: () => undefined,
      submitRun: unary(({ configJson }: trainer.SubmitRunRequest) => {
        const { run_name: name } = JSON.parse(configJson) as { run_name: string };
        const runId = `01SOURCE${name.toUpperCase().replaceAll(/[^A-Z0-9]/g, '')}`;
        this.openRun(runId, trainer.RunStatus.INIT);
        return { runId, digest: 'd' };
      }),
      cancelRun: unary(({ runId }: trainer.CancelRunRequest) => {
        Object.assign(known(runId), { status: trainer.RunStatus.TERM });
        return {};
      }),
      listRuns: unary(() => ({ runs: [...this.#runs.values()] })),
      watchRuns: () => undefined,
      heartbeat: unary(({ runId }: trainer.HeartbeatRequest) => known(runId) && {}),
      registerWorker: unary(({ runId, protoVersion }: trainer.RegisterWorkerRequest) => {
        known(runId);
        this.#registered.add(runId);
        return { acceptedVersion: protoVersion, sessionToken: 't' };
      }),
      publishRunSteps: publish('steps'),
      publishRunEpisodes: publish('episodes'),
      streamRunSteps: (call: Stream) => this.#stream('steps', call),
      streamRunEpisodes: (call: Stream) => this.#stream('episodes', call),
    };
  }
}
