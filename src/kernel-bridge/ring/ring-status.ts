/** What a frame stream is doing, for its view. The sentence is for people. */
export type RingStatus = RingState & {
  sentence: string;
  /** Clock of the reader when the state began, ms since the epoch. */
  sinceMs: number;
};

export type RingState =
  /** No segment yet, or one that its writer has not finished making. */
  | { state: 'waiting' }
  | { state: 'attached'; width: number; height: number; channels: 1 | 3 | 4 }
  /** Attached, but no new frame for limits.ringStalledMs. */
  | { state: 'stalled' }
  /** The writer replaced its segment: the new one is looked for. */
  | { state: 'reconnecting' }
  /** A segment that cannot be read (garbage, forbidden), or a host without /dev/shm. Looked at again all the same. */
  | { state: 'unavailable' }
  /** The writer took its segment away. A new one is attached to when it comes. */
  | { state: 'ended' };
