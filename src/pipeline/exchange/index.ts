/** Other people's formats: reading them as rows, and writing rows as them. */
export type { ImportedRun } from './imported.ts';
export { readMonitorCsv } from './monitor-csv.ts';
export { readSourceSqlite } from './source-sqlite.ts';
export { encodeScalar, eventFileHead, readEventFile } from './tensorboard.ts';
export { WandbLog, type WandbValue, wandbDirectory, wandbRunId } from './wandb.ts';
