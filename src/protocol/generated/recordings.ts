// Generated from proto/ by tools/generate.ts. Do not edit.

/**
 * HTTP GET recordings/<run>: what is recorded of a run. The bytes of a recording are parts/<name>.
 */
export interface RecordingList {
  run: string;
  /**
   * What is recorded, in words; empty for nothing.
   */
  policy: string;
  /**
   * The run's frames are being read now.
   */
  live: boolean;
  budget_bytes: number;
  used_bytes: number;
  /**
   * Recordings that went so that others fit the budget.
   */
  evicted: number;
  /**
   * Failed episodes whose frames were not kept, because others were a moment before.
   */
  passed: number;
  /**
   * Recordings that could not be written.
   */
  failed: number;
  recordings: {
    name: string;
    agent: string;
    env_slot: number;
    episode: number;
    seed: number | null;
    steps: number | null;
    total_reward: number | null;
    terminated: boolean;
    truncated: boolean;
    reasons: string[];
    frames: number;
    /**
     * Of these so many are JPEG: close to what was rendered, not exact.
     */
    jpeg_frames: number;
    bytes: number;
    recorded_ms: number;
  }[];
}
