/** Recordings of frames: read off the rings of live runs, kept beside the parts of their history. */
export { Recorder } from './recorder.ts';
export type { RecordingRecord } from './recording-record.ts';
export { Recordings } from './recordings.ts';
export { verifyRecordings } from './verify-recordings.ts';
