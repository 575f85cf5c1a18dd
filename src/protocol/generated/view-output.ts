// Generated from proto/ by tools/generate.ts. Do not edit.

/**
 * application/vnd.duallane.view+json: what a view leaves in the notebook file. It is untrusted input.
 */
export interface ViewOutput {
  version: 1;
  view: "live-telemetry" | "fast-lane" | "sql-cell" | "run-compare" | "episode-player";
  /**
   * @maxItems 1000
   */
  runs: string[];
  /**
   * The element's own options: plain JSON values, checked by the element.
   */
  settings: {};
  model_id?: string;
  title?: string;
  /**
   * The last picture, at most limits.posterBytes of PNG.
   */
  poster?: string;
  poster_at_ms?: number;
  /**
   * The element's last state in numbers, shown when nothing can be reached; at most 100 kB.
   */
  last?: {};
}
