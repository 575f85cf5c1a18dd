// Generated from proto/ by tools/generate.ts. Do not edit.

export const arrowSchemas = {
  "steps": [
    {
      "name": "seq_id",
      "type": "int64",
      "nullable": false,
      "setByDaemon": true
    },
    {
      "name": "run_id",
      "type": "dict",
      "nullable": false,
      "setByDaemon": true
    },
    {
      "name": "worker_id",
      "type": "dict",
      "nullable": false,
      "setByDaemon": true
    },
    {
      "name": "agent_id",
      "type": "dict",
      "nullable": false,
      "setByDaemon": false
    },
    {
      "name": "env_slot",
      "type": "int32",
      "nullable": false,
      "setByDaemon": false
    },
    {
      "name": "episode_index",
      "type": "int64",
      "nullable": false,
      "setByDaemon": false
    },
    {
      "name": "step_index",
      "type": "int64",
      "nullable": false,
      "setByDaemon": false
    },
    {
      "name": "reward",
      "type": "float64",
      "nullable": true,
      "setByDaemon": false
    },
    {
      "name": "terminated",
      "type": "bool",
      "nullable": false,
      "setByDaemon": false
    },
    {
      "name": "truncated",
      "type": "bool",
      "nullable": false,
      "setByDaemon": false
    },
    {
      "name": "ts",
      "type": "timestamp_us",
      "nullable": false,
      "setByDaemon": false
    },
    {
      "name": "action_json",
      "type": "utf8",
      "nullable": true,
      "setByDaemon": false
    },
    {
      "name": "observation_json",
      "type": "utf8",
      "nullable": true,
      "setByDaemon": false
    },
    {
      "name": "observation",
      "type": "binary",
      "nullable": true,
      "setByDaemon": false
    },
    {
      "name": "render_hint_json",
      "type": "utf8",
      "nullable": true,
      "setByDaemon": false
    },
    {
      "name": "render_payload_json",
      "type": "utf8",
      "nullable": true,
      "setByDaemon": false
    },
    {
      "name": "frame_ref",
      "type": "utf8",
      "nullable": true,
      "setByDaemon": false
    },
    {
      "name": "policy_label",
      "type": "dict",
      "nullable": true,
      "setByDaemon": false
    },
    {
      "name": "backend",
      "type": "dict",
      "nullable": true,
      "setByDaemon": false
    },
    {
      "name": "payload_version",
      "type": "int32",
      "nullable": false,
      "setByDaemon": false
    },
    {
      "name": "episode_seed",
      "type": "uint64",
      "nullable": true,
      "setByDaemon": false
    }
  ],
  "episodes": [
    {
      "name": "seq_id",
      "type": "int64",
      "nullable": false,
      "setByDaemon": true
    },
    {
      "name": "run_id",
      "type": "dict",
      "nullable": false,
      "setByDaemon": true
    },
    {
      "name": "worker_id",
      "type": "dict",
      "nullable": false,
      "setByDaemon": true
    },
    {
      "name": "agent_id",
      "type": "dict",
      "nullable": false,
      "setByDaemon": false
    },
    {
      "name": "env_slot",
      "type": "int32",
      "nullable": false,
      "setByDaemon": false
    },
    {
      "name": "episode_index",
      "type": "int64",
      "nullable": false,
      "setByDaemon": false
    },
    {
      "name": "total_reward",
      "type": "float64",
      "nullable": true,
      "setByDaemon": false
    },
    {
      "name": "steps",
      "type": "int64",
      "nullable": false,
      "setByDaemon": false
    },
    {
      "name": "terminated",
      "type": "bool",
      "nullable": false,
      "setByDaemon": false
    },
    {
      "name": "truncated",
      "type": "bool",
      "nullable": false,
      "setByDaemon": false
    },
    {
      "name": "ts",
      "type": "timestamp_us",
      "nullable": false,
      "setByDaemon": false
    },
    {
      "name": "seed",
      "type": "int64",
      "nullable": true,
      "setByDaemon": false
    },
    {
      "name": "episode_seed",
      "type": "uint64",
      "nullable": true,
      "setByDaemon": false
    },
    {
      "name": "mode",
      "type": "dict",
      "nullable": true,
      "setByDaemon": false
    },
    {
      "name": "game_id",
      "type": "dict",
      "nullable": true,
      "setByDaemon": false
    },
    {
      "name": "outcome",
      "type": "dict",
      "nullable": false,
      "setByDaemon": false
    },
    {
      "name": "metadata_json",
      "type": "utf8",
      "nullable": true,
      "setByDaemon": false
    }
  ],
  "metrics": [
    {
      "name": "seq_id",
      "type": "int64",
      "nullable": false,
      "setByDaemon": true
    },
    {
      "name": "run_id",
      "type": "dict",
      "nullable": false,
      "setByDaemon": true
    },
    {
      "name": "worker_id",
      "type": "dict",
      "nullable": false,
      "setByDaemon": true
    },
    {
      "name": "agent_id",
      "type": "dict",
      "nullable": false,
      "setByDaemon": false
    },
    {
      "name": "step",
      "type": "int64",
      "nullable": false,
      "setByDaemon": false
    },
    {
      "name": "ts",
      "type": "timestamp_us",
      "nullable": false,
      "setByDaemon": false
    },
    {
      "name": "name",
      "type": "dict",
      "nullable": false,
      "setByDaemon": false
    },
    {
      "name": "value",
      "type": "float64",
      "nullable": false,
      "setByDaemon": false
    }
  ],
  "events": [
    {
      "name": "seq_id",
      "type": "int64",
      "nullable": false,
      "setByDaemon": true
    },
    {
      "name": "run_id",
      "type": "dict",
      "nullable": false,
      "setByDaemon": true
    },
    {
      "name": "worker_id",
      "type": "dict",
      "nullable": false,
      "setByDaemon": true
    },
    {
      "name": "ts",
      "type": "timestamp_us",
      "nullable": false,
      "setByDaemon": false
    },
    {
      "name": "kind",
      "type": "dict",
      "nullable": false,
      "setByDaemon": false
    },
    {
      "name": "detail_json",
      "type": "utf8",
      "nullable": true,
      "setByDaemon": false
    }
  ]
} as const;

export type RowKind = keyof typeof arrowSchemas;
