// Generated from proto/ by tools/generate.ts. Do not edit.

export const frameRingLayout = {
  "magic": "FLAN",
  "version": 1,
  "header_bytes": 80,
  "slot_header_bytes": 16,
  "flag_invalidated": 1,
  "segment_prefix": "mosaic.fastlane.",
  "header": {
    "magic": {
      "offset": 0,
      "type": "bytes4"
    },
    "version": {
      "offset": 4,
      "type": "u32"
    },
    "flags": {
      "offset": 8,
      "type": "u32"
    },
    "capacity": {
      "offset": 12,
      "type": "u32"
    },
    "slot_size": {
      "offset": 16,
      "type": "u32"
    },
    "payload_size": {
      "offset": 20,
      "type": "u32"
    },
    "width": {
      "offset": 24,
      "type": "u32"
    },
    "height": {
      "offset": 28,
      "type": "u32"
    },
    "channels": {
      "offset": 32,
      "type": "u32"
    },
    "format_hash": {
      "offset": 36,
      "type": "u32"
    },
    "head": {
      "offset": 40,
      "type": "u64"
    },
    "tail": {
      "offset": 48,
      "type": "u64"
    },
    "last_reward": {
      "offset": 56,
      "type": "f64"
    },
    "rolling_return": {
      "offset": 64,
      "type": "f64"
    },
    "step_rate_hz": {
      "offset": 72,
      "type": "f64"
    }
  },
  "slot": {
    "seq": {
      "offset": 0,
      "type": "u64"
    },
    "payload_len": {
      "offset": 8,
      "type": "u32"
    },
    "metadata_len": {
      "offset": 12,
      "type": "u32"
    },
    "frame": {
      "offset": 16,
      "type": "bytes"
    }
  },
  "format_hashes": {
    "RGB": 3079920306,
    "RGBA": 4127318001
  }
} as const;
