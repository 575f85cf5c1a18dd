/**
 * Frames as JPEG, made in a thread of their own that starts with the first frame and ends when there has been none for a while.
 *
 * A frame that cannot be encoded ends the thread: all that wait for it are refused with `jpeg-failed`, and the next frame starts a new one.
 */
// The bundler makes the thread's file only for this spelling, and mistakes the name `Worker` for the page's own.
// biome-ignore lint/style/useNodejsImportProtocol: see above
import { Worker as Thread } from 'worker_threads';
import { DuallaneError, sentenceOf } from '../../protocol/index.ts';
import type { Picture } from '../../protocol/jpeg.ts';

const idleMs = 30_000;

export class JpegThread {
  #thread: Thread | undefined;
  #started = Promise.withResolvers<void>();
  #idleTimer: NodeJS.Timeout | undefined;
  /** Pictures on their way, oldest first: the thread answers in that order. */
  #waiting: PromiseWithResolvers<Uint8Array>[] = [];

  /** Resolves when pictures are encoded at once. Starting takes longer than a picture. Rejects with `jpeg-failed`. */
  ready(): Promise<void> {
    this.#thread ??= this.#start();
    return this.#started.promise;
  }

  /** One picture as a JPEG file's bytes; alpha is left out. Rejects with `jpeg-failed`. */
  encode(picture: Picture): Promise<Uint8Array> {
    clearTimeout(this.#idleTimer);
    this.#thread ??= this.#start();
    const waiting = Promise.withResolvers<Uint8Array>();
    this.#waiting.push(waiting);
    this.#thread.postMessage(picture);
    return waiting.promise;
  }

  #start(): Thread {
    const thread = new Thread(new URL('./jpeg-worker.ts', import.meta.url));
    this.#started = Promise.withResolvers();
    thread.on('message', (jpeg: Uint8Array | 'ready') => {
      if (jpeg === 'ready') this.#started.resolve();
      else this.#waiting.shift()?.resolve(jpeg);
      if (this.#waiting.length > 0) return;
      this.#idleTimer = setTimeout(() => this.#leave(thread, undefined), idleMs);
      this.#idleTimer.unref();
    });
    thread.on('error', (cause) => this.#leave(thread, cause));
    thread.unref();
    return thread;
  }

  #leave(thread: Thread, cause: unknown): void {
    if (this.#thread === thread) this.#thread = undefined;
    clearTimeout(this.#idleTimer);
    void thread.terminate();
    const error = new DuallaneError('jpeg-failed', `a frame could not be made a JPEG: ${sentenceOf(cause)}`, { cause });
    this.#started.promise.catch(() => undefined); // nobody may be waiting for it
    for (const { reject } of [this.#started, ...this.#waiting.splice(0)]) reject(error);
  }
}
