/**
 * Arrow batches of the contract, for every room and for the browser: decode and check, take, concatenate, number, encode.
 * Batches are apache-arrow RecordBatches inside of a room; between rooms and engines they travel as IPC bytes.
 */
export { blank, concat, dictionaryTexts, slice, take } from './arrow/columns.ts';
export { decodeBatch, decodePublished } from './arrow/decode.ts';
export { type Layout, type LayoutRuns, layoutMetadata, layoutRunsOf } from './arrow/layouts.ts';
export { batchFromRows, type Cell, encodeRows, type Row, rowsOf } from './arrow/rows.ts';
export {
  type Column,
  type ColumnType,
  isRowKind,
  publishedColumns,
  rowKinds,
  storedColumns,
} from './arrow/schema.ts';
export {
  columnData,
  encodeBatch,
  numbersOf,
  select,
  withFieldMetadata,
  withSequence,
} from './arrow/stored-batch.ts';
