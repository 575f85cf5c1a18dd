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

const settings = [
  'SET autoload_known_extensions = false',
  'SET autoinstall_known_extensions = false',
  `SET memory_limit = '${memoryLimit}'`,
  "ATTACH ':memory:' AS mem (COMPRESS)",
  'SET enable_external_access = false',
  'SET lock_configuration = true',
];

export class Engine {
  readonly bindings: DuckDBBindings;
  /** The connection history is loaded on. */
  readonly #loading: number;

  constructor(bindings: DuckDBBindings) {
    this.bindings = bindings;
    bindings.open({ path: ':memory:', query: { queryPollingInterval: pollMs } });
    this.#loading = this.connect();
    for (const setting of settings) this.run(setting);
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

  /** Bytes the engine has taken from the page; never shrinks. */
  memoryBytes(): number {
    const { mod } = this.bindings as unknown as { mod?: { HEAPU8?: Uint8Array } };
    return mod?.HEAPU8?.byteLength ?? 0;
  }
}
