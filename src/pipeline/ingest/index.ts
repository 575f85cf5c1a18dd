/** The way in for rows. */
export { Ingest, liveTopic } from './ingest.ts';
export { refusal } from './lifecycle-events.ts';
export { observationReader } from './observation-json.ts';
export { RowBatcher } from './row-batcher.ts';
