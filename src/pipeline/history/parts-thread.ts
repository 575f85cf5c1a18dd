/**
 * A thread for work on parts, started when there is some and ended when there has been none for a while: WebAssembly memory
 * never shrinks, an ended thread gives it back.
 *
 * A job whose thread dies is refused with `parts-thread-failed`; the next job starts a new thread.
 */
// The bundler makes the thread's file only for this spelling, and mistakes the name `Worker` for the page's own.
// biome-ignore lint/style/useNodejsImportProtocol: see above
import { Worker as Thread } from 'worker_threads';
import { DuallaneError, sentenceOf } from '../../protocol/index.ts';
import type { PartRecord } from './catalogue.ts';
import type { RowsIpc } from './parquet.ts';
import type { PartJob, PartsAnswer, PartsJob, PartsResult, ReadJob, RewriteJob, ShrinkJob } from './parts-worker.ts';
import type { SealJob } from './seal-segment.ts';

const idleMs = 5000;

export class PartsThread {
  readonly #givesWay: () => boolean;
  #worker: Thread | undefined;
  #workerGivesWay = false;
  #idleTimer: NodeJS.Timeout | undefined;
  #lastId = 0;
  readonly #waiting = new Map<number, { resolve(result: PartsResult): void; reject(error: DuallaneError): void }>();

  /** `givesWay`: whether its work runs at a low priority; a thread can take a lower one and never a higher one again. */
  constructor({ givesWay }: { givesWay: () => boolean }) {
    this.#givesWay = givesWay;
  }

  async seal(seal: SealJob): Promise<PartRecord[]> {
    const result = await this.#perform({ type: 'seal', seal });
    return result.type === 'stored' ? result.parts : [];
  }

  async read(read: ReadJob): Promise<RowsIpc[]> {
    const result = await this.#perform({ type: 'read', read });
    return result.type === 'rows' ? result.batches : [];
  }

  /** Several parts as one, or one in another form. The old ones stay. */
  async rewrite(rewrite: RewriteJob): Promise<PartRecord[]> {
    const result = await this.#perform({ type: 'rewrite', rewrite });
    return result.type === 'stored' ? result.parts : [];
  }

  /** Removes ranges of rows from a run's SQLite file. */
  async shrink(shrink: ShrinkJob): Promise<void> {
    await this.#perform({ type: 'shrink', shrink });
  }

  /** A part as the bytes of a Parquet file. */
  async parquet(of: PartJob): Promise<Uint8Array> {
    const result = await this.#perform({ type: 'parquet', of });
    return result.type === 'bytes' ? result.bytes : new Uint8Array(0);
  }

  /** What is wrong with a part; undefined for nothing. */
  async check(of: PartJob): Promise<string | undefined> {
    const result = await this.#perform({ type: 'check', of });
    return result.type === 'checked' ? result.problem : undefined;
  }

  async close(): Promise<void> {
    clearTimeout(this.#idleTimer);
    const worker = this.#worker;
    this.#worker = undefined;
    await worker?.terminate();
  }

  #perform(job: PartsJob): Promise<PartsResult> {
    clearTimeout(this.#idleTimer);
    if (this.#workerGivesWay && this.#waiting.size === 0 && !this.#givesWay()) void this.close();
    this.#worker ??= this.#start();
    const worker = this.#worker;
    const id = ++this.#lastId;
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject });
      worker.postMessage({ id, job });
    });
  }

  #start(): Thread {
    this.#workerGivesWay = this.#givesWay();
    const worker = new Thread(new URL('./parts-worker.ts', import.meta.url), {
      workerData: { givesWay: this.#workerGivesWay },
      resourceLimits: { maxYoungGenerationSizeMb: 16 },
    });
    worker.on('message', (answer: PartsAnswer) => {
      const waiting = this.#waiting.get(answer.id);
      this.#waiting.delete(answer.id);
      if ('result' in answer) waiting?.resolve(answer.result);
      else waiting?.reject(new DuallaneError('parts-failed', answer.failure));
      if (this.#waiting.size === 0) this.#endWhenIdle();
    });
    worker.on('error', (cause) => this.#lost(worker, cause));
    worker.on('exit', () => this.#lost(worker, undefined));
    return worker;
  }

  #endWhenIdle(): void {
    clearTimeout(this.#idleTimer);
    this.#idleTimer = setTimeout(() => void this.close(), idleMs);
    this.#idleTimer.unref();
  }

  #lost(worker: Thread, cause: unknown): void {
    if (this.#worker === worker) this.#worker = undefined;
    if (this.#worker !== undefined) return;
    const error = new DuallaneError('parts-thread-failed', `the thread for parts ended${cause ? `: ${sentenceOf(cause)}` : ''}`, {
      cause,
    });
    for (const { reject } of this.#waiting.values()) reject(error);
    this.#waiting.clear();
  }
}
