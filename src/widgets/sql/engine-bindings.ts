/**
 * The few calls the tables and questions make of duckdb-wasm's synchronous build, which has the same shape in a browser's worker
 * and in Node.
 *
 * Settings, fixed before the first question: no extension is ever loaded, no file and no network is reachable, configuration is
 * locked. Kept history lives in the attached, compressed in-memory database `mem`.
 */

import type { DuckDBBindings } from '@duckdb/duckdb-wasm/blocking';
import { tableFromIPC } from 'apache-arrow';

const memoryLimit = '2GB';
/** How long one poll of a running question may keep the worker's thread, in ms. */
const pollMs = 20;

const lock = 'SET lock_configuration = true';
const settings = [
  'SET autoload_known_extensions = false',
  'SET autoinstall_known_extensions = false',
  `SET memory_limit = '${memoryLimit}'`,
  "ATTACH ':memory:' AS mem (COMPRESS)",
  'SET enable_external_access = false',
  lock,
];

export class Engine {
  readonly bindings: DuckDBBindings;
  /** The connection history is loaded on. */
  readonly #loading: number;
  /** One whose tables without a database's name are those of `mem`. */
  readonly #appending: number;
  #isAppending = false;

  constructor(bindings: DuckDBBindings) {
    this.bindings = bindings;
    bindings.open({ path: ':memory:', query: { queryPollingInterval: pollMs } });
    this.#loading = this.connect();
    this.#appending = this.connect();
    for (const setting of settings) {
      // After the settings are locked no connection can change its database.
      if (setting === lock) this.run('USE mem', this.#appending);
      this.run(setting);
    }
  }

  connect(): number {
    return this.bindings.connect().useUnsafe((_, connection) => connection);
  }

  run(sql: string, connection: number = this.#loading): Uint8Array {
    return this.bindings.runQuery(connection, sql);
  }

  /** First column of the first row; NULL is 0. */
  number(sql: string): number {
    return Number(tableFromIPC(this.run(sql)).getChildAt(0)?.get(0) ?? 0);
  }

  /** First column of all rows. */
  texts(sql: string): string[] {
    return [...(tableFromIPC(this.run(sql)).getChildAt(0) ?? [])].map(String);
  }

  /** One complete Arrow IPC stream into a table of the uncompressed database. */
  insert(stream: Uint8Array, table: string, create: boolean): void {
    this.bindings.insertArrowFromIPCStream(this.#loading, stream, { name: table, create });
  }

  /**
   * One complete Arrow IPC stream, its columns those of the table in their order, into a table of the compressed database. Belongs to
   * a transaction that `settle` ends: rows are compressed there, and those of a row group that is not full again with the next ones.
   */
  append(stream: Uint8Array, table: string): void {
    if (!this.#isAppending) this.run('BEGIN', this.#appending);
    this.#isAppending = true;
    this.bindings.insertArrowFromIPCStream(this.#appending, stream, { name: table, create: false });
  }

  /** Keeps what was appended since the last time, or lets go of all of it. */
  settle(how: 'COMMIT' | 'ROLLBACK'): void {
    if (!this.#isAppending) return;
    this.#isAppending = false;
    this.run(how, this.#appending);
  }

  /** Bytes the engine has taken from the page; never shrinks. */
  memoryBytes(): number {
    const { mod } = this.bindings as unknown as { mod?: { HEAPU8?: Uint8Array } };
    return mod?.HEAPU8?.byteLength ?? 0;
  }
}
