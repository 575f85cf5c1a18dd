/**
 * Frame rings, read. The bridge makes one `FrameRings` and asks it to `watch` a stream for as long as a view looks at it.
 *
 *   const rings = new FrameRings();                              // /dev/shm; tests name another directory
 *   const watch = rings.watch(runId, { onHead, onStatus, signal });
 *   const reading = watch.newest(lastSeen);                      // lastSeen: the frame this view got last, or undefined
 *
 * How a gate uses it: the gate PULLS. `onHead` says "there is something newer" (the poll reads the 80-byte header only); a gate
 * that is free calls `newest(seen)`, which copies the newest whole frame at that moment. A gate that is busy ignores `onHead` and
 * asks when it is free again. Nothing queues here. `newest` answers
 *   frame      a frame this view has not seen,
 *   unchanged  the newest frame is the seen one: wait for `onHead`,
 *   again      the writer was faster than the copy: wait for the next `onHead` (it comes with the next poll),
 *   none       nothing to read yet: `status` says why.
 * Skipped frames of a view = (published now - published when it opened) - frames delivered; see FrameSnapshot.published.
 *
 * Views that look at one stream share one open file, one poll and one copy of each frame: treat `pixels` as read-only.
 * The last frame of a ring that has gone stays readable through `newest`.
 */
export { FrameRings, type FrameSnapshot, type RingWatch } from './frame-rings.ts';
export type { RingStatus } from './ring-status.ts';
