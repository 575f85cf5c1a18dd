// Generated from proto/ by tools/generate.ts. Do not edit.

/**
 * config_json of SubmitRun. Source: contracts, section 1.
 */
export interface RunConfig {
  run_name: string;
  entry_point: string;
  arguments: string[];
  environment: {
    [k: string]: string | undefined;
  };
  resources: {
    cpus: number;
    memory_mb: number;
    gpus: {
      requested: number;
      mandatory?: boolean;
    };
  };
  artifacts: {
    output_prefix?: string | null;
    persist_logs?: boolean;
    keep_checkpoints?: boolean;
  };
  metadata?: {};
  schedule?: {
    max_duration_seconds?: number;
    max_steps?: number;
  };
}
