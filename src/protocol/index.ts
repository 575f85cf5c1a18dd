/** The contracts, for every room: no gRPC, no Node. gRPC is behind wire.ts. */
export { CreditPool } from './credits.ts';
export { DuallaneError, sentenceOf } from './error.ts';
export {
  createStores,
  type HeaderReading,
  invalidateStore,
  isWhole,
  publishStores,
  type RingFrameMetadata,
  type RingHeader,
  type RingMetrics,
  type RingShape,
  type RingStore,
  readHeader,
  readRingMetadata,
  readSlot,
  ringFrameBytes,
  ringHeaderBytes,
  ringSegmentBytes,
  ringSegmentName,
  ringSlotBytes,
  ringSlotHeaderBytes,
  ringSlotOffset,
} from './frame-ring.ts';
export { arrowSchemas, type RowKind } from './generated/arrow-schemas.ts';
export { contract } from './generated/contract.ts';
export { limits } from './generated/limits.ts';
export * from './generated/link.ts';
export type { RecordingIndex } from './generated/recording.ts';
export type { RecordingList } from './generated/recordings.ts';
export type { RunConfig } from './generated/run-config.ts';
export { sqlViews } from './generated/sql-views.ts';
export * as validators from './generated/validators.js';
export type { ViewOutput } from './generated/view-output.ts';
export { compactJson, JsonObject, readJson } from './json-text.ts';
export { encodeLinkMessage, LinkJoiner, type LinkMessage } from './link-codec.ts';
export { createLog, type Log } from './log.ts';
export { logEvents } from './log-events.ts';
export {
  deltaHeadBytes,
  type JpegDecode,
  jpegCodec,
  placeOfIndex,
  type RecordedFrame,
  Recording,
  recordingFooterBytes,
  recordingMagic,
} from './recording.ts';
export { runWord } from './run-words.ts';
export { type SeqRange, SeqRanges, SequenceCursor, widthOf } from './sequence.ts';
