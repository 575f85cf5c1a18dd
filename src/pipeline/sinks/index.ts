/** Durable storage of the daemon. */
export type { StoredBatch } from './durable-sink.ts';
export { damageOfSegment } from './journal-record.ts';
export { openParquetSink, type ParquetSink, type ParquetSinkOptions } from './parquet-sink.ts';
export { type FrameForm, noRecording, type RecordPolicy, recordSentence, recordsAnything } from './record-policy.ts';
export { dueRemovals, type HistoryRetention, retentionSentence, type StoredRun } from './retention.ts';
export { defaultSettings, keepSentence, readRunSettings } from './run-settings.ts';
export type { Moved } from './upkeep.ts';
