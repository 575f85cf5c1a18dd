/** Recordings of frames: read off the rings of live runs, kept beside the parts of their history. */
export { Recorder } from './recorder.ts';
export { type RecordingRecord, Recordings, verifyRecordings } from './recordings.ts';
