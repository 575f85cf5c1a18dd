/** History: what is sealed, and the way from journal segments to parts and back. */
export { Catalogue, type HistoryForm, historyForms, type PartRecord, type SealedSegment } from './catalogue.ts';
export { writeParquetPart } from './parquet.ts';
export { type HistoryPlaces, partPath, rowFilePath, temporarySuffix } from './part-store.ts';
export { PartsThread } from './parts-thread.ts';
export { hasHistory } from './rebuild.ts';
export { type Removal, removalsOf, removalTotals, removedRows, removeParts } from './removals.ts';
export { verifyHome } from './verify.ts';
