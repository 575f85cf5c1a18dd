# Generated from proto/ by tools/generate.ts. Do not edit.

import pyarrow as pa

ARROW_SCHEMAS = {
    "steps": pa.schema(
        [
            pa.field("seq_id", pa.int64(), nullable=False),
            pa.field("run_id", pa.dictionary(pa.int32(), pa.utf8()), nullable=False),
            pa.field("worker_id", pa.dictionary(pa.int32(), pa.utf8()), nullable=False),
            pa.field("agent_id", pa.dictionary(pa.int32(), pa.utf8()), nullable=False),
            pa.field("env_slot", pa.int32(), nullable=False),
            pa.field("episode_index", pa.int64(), nullable=False),
            pa.field("step_index", pa.int64(), nullable=False),
            pa.field("reward", pa.float64(), nullable=True),
            pa.field("terminated", pa.bool_(), nullable=False),
            pa.field("truncated", pa.bool_(), nullable=False),
            pa.field("ts", pa.timestamp("us"), nullable=False),
            pa.field("action_json", pa.utf8(), nullable=True),
            pa.field("observation_json", pa.utf8(), nullable=True),
            pa.field("observation", pa.binary(), nullable=True),
            pa.field("render_hint_json", pa.utf8(), nullable=True),
            pa.field("render_payload_json", pa.utf8(), nullable=True),
            pa.field("frame_ref", pa.utf8(), nullable=True),
            pa.field("policy_label", pa.dictionary(pa.int32(), pa.utf8()), nullable=True),
            pa.field("backend", pa.dictionary(pa.int32(), pa.utf8()), nullable=True),
            pa.field("payload_version", pa.int32(), nullable=False),
            pa.field("episode_seed", pa.uint64(), nullable=True),
        ]
    ),
    "episodes": pa.schema(
        [
            pa.field("seq_id", pa.int64(), nullable=False),
            pa.field("run_id", pa.dictionary(pa.int32(), pa.utf8()), nullable=False),
            pa.field("worker_id", pa.dictionary(pa.int32(), pa.utf8()), nullable=False),
            pa.field("agent_id", pa.dictionary(pa.int32(), pa.utf8()), nullable=False),
            pa.field("env_slot", pa.int32(), nullable=False),
            pa.field("episode_index", pa.int64(), nullable=False),
            pa.field("total_reward", pa.float64(), nullable=True),
            pa.field("steps", pa.int64(), nullable=False),
            pa.field("terminated", pa.bool_(), nullable=False),
            pa.field("truncated", pa.bool_(), nullable=False),
            pa.field("ts", pa.timestamp("us"), nullable=False),
            pa.field("seed", pa.int64(), nullable=True),
            pa.field("episode_seed", pa.uint64(), nullable=True),
            pa.field("mode", pa.dictionary(pa.int32(), pa.utf8()), nullable=True),
            pa.field("game_id", pa.dictionary(pa.int32(), pa.utf8()), nullable=True),
            pa.field("outcome", pa.dictionary(pa.int32(), pa.utf8()), nullable=False),
            pa.field("metadata_json", pa.utf8(), nullable=True),
        ]
    ),
    "metrics": pa.schema(
        [
            pa.field("seq_id", pa.int64(), nullable=False),
            pa.field("run_id", pa.dictionary(pa.int32(), pa.utf8()), nullable=False),
            pa.field("worker_id", pa.dictionary(pa.int32(), pa.utf8()), nullable=False),
            pa.field("agent_id", pa.dictionary(pa.int32(), pa.utf8()), nullable=False),
            pa.field("step", pa.int64(), nullable=False),
            pa.field("ts", pa.timestamp("us"), nullable=False),
            pa.field("name", pa.dictionary(pa.int32(), pa.utf8()), nullable=False),
            pa.field("value", pa.float64(), nullable=False),
        ]
    ),
    "events": pa.schema(
        [
            pa.field("seq_id", pa.int64(), nullable=False),
            pa.field("run_id", pa.dictionary(pa.int32(), pa.utf8()), nullable=False),
            pa.field("worker_id", pa.dictionary(pa.int32(), pa.utf8()), nullable=False),
            pa.field("ts", pa.timestamp("us"), nullable=False),
            pa.field("kind", pa.dictionary(pa.int32(), pa.utf8()), nullable=False),
            pa.field("detail_json", pa.utf8(), nullable=True),
        ]
    ),
}

SET_BY_DAEMON = frozenset({"seq_id", "run_id", "worker_id"})
