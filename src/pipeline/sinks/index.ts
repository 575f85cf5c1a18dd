/** Durable storage of the daemon. */
export type {
  Appended,
  DurableSink,
  LedgerCounts,
  LedgerEntry,
  NewBatch,
  PartEntry,
  Reach,
  SeqGap,
  StoredBatch,
} from './durable-sink.ts';
export { openParquetSink, type ParquetSink, type ParquetSinkOptions } from './parquet-sink.ts';
