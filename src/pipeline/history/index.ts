/** History: what is sealed, and the way from journal segments to Parquet and back. */
export { Catalogue, type PartRecord, type SealedSegment } from './catalogue.ts';
export { type RowsIpc, rowGroupRows } from './parquet.ts';
export { PartsThread } from './parts-thread.ts';
export { temporarySuffix } from './seal-segment.ts';
