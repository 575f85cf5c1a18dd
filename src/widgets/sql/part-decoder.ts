/**
 * Parquet parts to Arrow, outside of the engine (its own Parquet reader is an extension that would have to be downloaded).
 * Only the columns and row groups that are asked for are decoded: parquet-wasm's readParquet would decode all columns whatever it is
 * told, its ParquetFile does not.
 */

/** Bytes of a Parquet file, as parquet-wasm reads them: `read` gives [first, end). */
interface PartBytes {
  readonly size: number;
  read(first: number, end: number): ArrayBuffer;
}

export interface DecodedFile {
  /** One complete Arrow IPC stream of a row group; of all when none is named. */
  group(group: number | undefined, columns: readonly string[]): Promise<Uint8Array>;
  close(): void;
}

export interface PartDecoder {
  /** Rejects when the bytes are no Parquet file. */
  open(bytes: PartBytes): Promise<DecodedFile>;
}

/** What this needs of parquet-wasm; its browser and Node builds both have it. */
export interface ParquetModule {
  ParquetFile: {
    fromFile(file: Blob): Promise<{
      read(options: { columns: string[]; batchSize: number; rowGroups?: number[] }): Promise<{ intoIPCStream(): Uint8Array }>;
      free(): void;
    }>;
  };
}

/** A row group, or a good part of it, in one batch. */
const batchRows = 131_072;

export function parquetDecoder(parquet: ParquetModule): PartDecoder {
  return {
    async open(bytes) {
      // Of a Blob it asks no more than this.
      const blob = {
        size: bytes.size,
        slice: (first: number, end: number) => ({ arrayBuffer: () => Promise.resolve(bytes.read(first, end)) }),
      };
      const file = await parquet.ParquetFile.fromFile(blob as unknown as Blob);
      return {
        async group(group, columns) {
          const rowGroups = group === undefined ? {} : { rowGroups: [group] };
          return (await file.read({ columns: [...columns], batchSize: batchRows, ...rowGroups })).intoIPCStream();
        },
        close: () => file.free(),
      };
    },
  };
}
