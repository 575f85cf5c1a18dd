/**
 * Parquet parts to Arrow, outside of the engine (its own Parquet reader is an extension that would have to be downloaded).
 * Only the columns a question needs are decoded.
 */
import { tableFromIPC } from 'apache-arrow';

export interface PartDecoder {
  /** One complete Arrow IPC stream with those of `columns` that the part has. Throws when the bytes are no Parquet file. */
  decode(bytes: Uint8Array, columns: readonly string[]): Uint8Array;
}

/** What this needs of parquet-wasm; its browser and Node builds both have it. */
export interface ParquetModule {
  readSchema(bytes: Uint8Array): { intoIPCStream(): Uint8Array };
  readParquet(bytes: Uint8Array, options: { columns: string[] }): { intoIPCStream(): Uint8Array };
}

export function parquetDecoder(parquet: ParquetModule): PartDecoder {
  return {
    decode(bytes, columns) {
      const has = new Set(tableFromIPC(parquet.readSchema(bytes).intoIPCStream()).schema.fields.map((field) => field.name));
      return parquet.readParquet(bytes, { columns: columns.filter((name) => has.has(name)) }).intoIPCStream();
    },
  };
}
