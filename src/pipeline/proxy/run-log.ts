/**
 * What a worker printed that is not telemetry, in <run directory>/logs.
 *
 * Guarantees: two files of about `maxBytes` each per stream, the older one with ".1"; a log that cannot be written costs the
 * log, with one sentence, and nothing else.
 */
import { closeSync, mkdirSync, openSync, renameSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { type Log, sentenceOf } from '../../protocol/index.ts';

const maxBytes = 64 << 20;

export class RunLog {
  readonly #path: string | undefined;
  readonly #log: Log;
  #fd: number | undefined;
  #bytes = 0;

  /** Without a directory nothing is kept. */
  constructor(directory: string | undefined, name: string, log: Log) {
    this.#log = log;
    this.#path = directory && join(directory, name);
    if (directory) this.#attempt(() => mkdirSync(directory, { recursive: true, mode: 0o700 }));
  }

  write(bytes: Uint8Array): void {
    const path = this.#path;
    if (path === undefined || this.#bytes < 0) return;
    this.#attempt(() => {
      if (this.#bytes > maxBytes) {
        this.close();
        renameSync(path, `${path}.1`);
        this.#bytes = 0;
      }
      this.#fd ??= openSync(path, 'a', 0o600);
      this.#bytes += writeSync(this.#fd, bytes);
    });
  }

  close(): void {
    if (this.#fd !== undefined) closeSync(this.#fd);
    this.#fd = undefined;
  }

  #attempt(act: () => void): void {
    try {
      act();
    } catch (error) {
      this.#bytes = -1;
      this.#log('warn', 'run-log-off', { path: this.#path, sentence: `the worker's output is not kept: ${sentenceOf(error)}` });
    }
  }
}
