/** Sessions: one per page, with its views and its requests. */
export { JpegThread } from './jpeg-thread.ts';
export { Session, type SessionContext, type TalliedView } from './session.ts';
export type { FramesReport, LaneReport } from './view.ts';
