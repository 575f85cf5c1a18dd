// Generated from proto/ by tools/generate.ts. Do not edit.

/**
 * The index of a recording: the frames of one episode, as their file (.dlrec) tells them. The file, little endian: magic "DLREC1\n\0" (8 bytes), the frames one after the other, the index as JSON deflated raw, then 48 bytes: u64 bytes of the deflated index, SHA-256 of everything before it (32 bytes), magic again. Lists under `frames` are of one length, an entry for each frame in ascending order. Codec 0 and 1 are raw-deflated bytes and without loss: codec 0 is the pixels (uint8: rows, then pixels, then channels), codec 1 u32 first row and u32 rows, then those rows XOR the frame before (of the same shape, and no JPEG); the others are as they were. Codec 2 is a JPEG file of 1 or 3 channels: close to what was published, not exact. Codec 0 or 2 at least every limits.recordingKeyEvery frames.
 */
export interface RecordingIndex {
  version: 1;
  run: string;
  agent: string;
  env_slot: number;
  episode: number;
  seed: number | null;
  /**
   * Steps the episode had; null when its end was never told.
   */
  steps: number | null;
  total_reward: number | null;
  terminated: boolean;
  truncated: boolean;
  /**
   * Steps a second at which the environment is meant to be watched; absent when it does not say.
   */
  fps?: number;
  /**
   * How frames of codec 2 were made; absent when there are none.
   */
  jpeg?: {
    /**
     * libjpeg's.
     */
    quality: number;
    sampling: "4:4:4" | "4:2:0";
  };
  reasons: ("every" | "best" | "worst" | "failure" | "demand")[];
  /**
   * [height, width, channels]
   */
  shapes: number[][];
  frames: {
    step: number[];
    /**
     * Microseconds since 1970, the worker's clock.
     */
    t_us: number[];
    reward: (number | null)[];
    return: (number | null)[];
    shape: number[];
    codec: (0 | 1 | 2)[];
    offset: number[];
    length: number[];
    /**
     * CRC-32 of the frame's bytes as they stand in the file; absent in recordings of before there were JPEGs.
     */
    crc?: number[];
  };
  /**
   * Frames of the episode that were published and are not here: overwritten before they were read, or beyond a bound.
   */
  missed: number;
}
