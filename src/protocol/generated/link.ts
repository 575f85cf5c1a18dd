// Generated from proto/ by tools/generate.ts. Do not edit.

/**
 * Page to bridge: a view opens a channel it numbered itself (1 and up).
 */
export type Open = OpenTelemetry | OpenFrames;

/**
 * Both ways, first message, channel 0. The contract hash must be equal on both ends; else the bridge answers error contract-mismatch.
 */
export interface Hello {
  contract: string;
  version: string;
  page?: string;
  daemon?: "connected" | "connecting" | "incompatible";
}
export interface OpenTelemetry {
  view: "telemetry";
  run: string;
  /**
   * @minItems 1
   * @maxItems 4
   */
  kinds: ("steps" | "episodes" | "metrics" | "events")[];
  /**
   * Steps and episodes of these agents only. Values and events of a run come whole: most name no agent.
   *
   * @maxItems 1024
   */
  agents?: string[];
  /**
   * Thinning of steps: every n-th per (run, agent). Default 1.
   */
  every?: number;
  /**
   * Resume: what the view has seen, per kind. Rows after it come first, as history.
   */
  since?: {
    steps?: number;
    episodes?: number;
    metrics?: number;
    events?: number;
  };
  /**
   * Without since: how many of the newest durable rows come first, as history. Default: preViewSteps, preViewEpisodes.
   */
  backlog?: {
    steps?: number;
    episodes?: number;
    metrics?: number;
    events?: number;
  };
}
export interface OpenFrames {
  view: "frames";
  run: string;
  /**
   * A further process of the run, which publishes as <run>-w<worker>. Without it: the run's first.
   */
  worker?: number;
  /**
   * What the page can take; default raw.
   *
   * @maxItems 3
   */
  codecs?: ("raw" | "deflate" | "jpeg")[];
}
/**
 * Page to bridge: the view is gone.
 */
export interface Close {}
/**
 * Page to bridge: false while the view is hidden, scrolled away or detached: it gets no rows, no frames and no credits. True when it can paint again. A channel opens active.
 */
export interface Grant {
  active: boolean;
}
export interface PaintedKind {
  seq: number;
  /**
   * Live rows (not history) that became part of a painted state since the last report.
   */
  rows: number;
}
/**
 * Page to bridge, after a paint: what the view has shown. The bridge grants credits from it; rows beyond what was delivered are an error.
 */
export interface Painted {
  steps?: PaintedKind;
  episodes?: PaintedKind;
  metrics?: PaintedKind;
  events?: PaintedKind;
  /**
   * Head of the frame that was painted, or refused: the next one may come.
   */
  frame?: number;
  paint_ms?: number;
  queue?: number;
}
/**
 * Of one channel and kind, live rows since its opening: delivered + skipped + thinned + overflowed = published.
 */
export interface Counts {
  published: number;
  delivered: number;
  skipped: number;
  thinned: number;
  overflowed: number;
}
/**
 * Bridge to page. Body: one Arrow IPC stream with one record batch, all columns of the kind but run_id, seq_id included, ascending. History rows spend no credits and are not in counts.
 */
export interface Batch {
  kind: "steps" | "episodes" | "metrics" | "events";
  first_seq: number;
  last_seq: number;
  rows: number;
  watermark: number;
  history: boolean;
  counts: Counts;
  /**
   * History that fills a gap that was announced before.
   */
  filled?: boolean;
}
/**
 * Bridge to page. Body: rows, then pixels, then channels, uint8; as they are, as zlib, or as a JPEG file without alpha. JSON numbers that are not finite are sent as null and left out.
 */
export interface Frame {
  head: number;
  width: number;
  height: number;
  channels: 1 | 3 | 4;
  codec: "raw" | "deflate" | "jpeg";
  /**
   * The frame that was sent last as JPEG, without loss: the picture stands still. It is no new frame.
   */
  still?: boolean;
  last_reward: number;
  rolling_return: number;
  step_rate_hz: number;
  /**
   * Bridge's clock when the frame was read, ms since the epoch.
   */
  read_ms: number;
  /**
   * Frames published since opening that this view never got.
   */
  skipped: number;
  episode?: number;
  step?: number;
  agent?: string;
  /**
   * Worker's clock at publish, ms since the epoch.
   */
  t_ms?: number;
}
/**
 * Bridge to page: rows first..last hold `rows` rows this view did not get.
 */
export interface Gap {
  kind: "steps" | "episodes" | "metrics" | "events";
  first: number;
  last: number;
  rows: number;
  reason: "credit" | "overflow" | "unreachable";
}
/**
 * Bridge to page, per channel, when it changes. The sentence is for people: what happened and what to do.
 */
export interface Status {
  state:
    "connecting" | "waiting" | "live" | "paused" | "starved" | "stalled" | "reconnecting" | "unavailable" | "ended";
  sentence: string;
  since_ms?: number;
  /**
   * Of a frames channel without worker: the run's further processes that publish frames now, ascending.
   */
  workers?: number[];
}
export interface KindLedger {
  counts: Counts;
  credits: number;
  window: number;
  watermark: number;
}
export interface RunTotals {
  received: number;
  durable: number;
  repeated: number;
  duplicate: number;
  late: number;
  rejected: number;
  thinned: number;
  violations: number;
  /**
   * Rows that retention has removed.
   */
  removed: number;
}
/**
 * Bridge to page, per channel, at most every 500 ms and only when it changed.
 */
export interface Ledger {
  kinds: {
    steps?: KindLedger;
    episodes?: KindLedger;
    metrics?: KindLedger;
    events?: KindLedger;
  };
  totals?: RunTotals;
}
/**
 * Page to bridge: cancel ends the run; pause, resume, rate (value: steps a second of each worker, 0 lifts the cap) and step (value: how many, while the run is paused) hold its workers; record (value: episodes, 1 when left out) has the frames of its next episodes kept. Answered by reply, or by error with the sentence why not.
 */
export interface Control {
  request: number;
  run: string;
  action: "cancel" | "pause" | "resume" | "rate" | "step" | "record";
  value?: number;
}
/**
 * Bridge to page: the request was carried out.
 */
export interface Reply {
  request: number;
}
/**
 * Page to bridge: what history is there.
 */
export interface Parts {
  request: number;
  /**
   * Empty: every run.
   *
   * @maxItems 10000
   */
  runs: string[];
  /**
   * @minItems 1
   * @maxItems 4
   */
  kinds: ("steps" | "episodes" | "metrics" | "events")[];
}
export interface PartEntry {
  name: string;
  kind: "steps" | "episodes" | "metrics" | "events";
  first_seq: number;
  last_seq: number;
  rows: number;
  bytes: number;
}
export interface KindReach {
  kind: "steps" | "episodes" | "metrics" | "events";
  sealed_seq: number;
  watermark: number;
}
export interface PartRun {
  run: string;
  parts: PartEntry[];
  kinds: KindReach[];
}
/**
 * Bridge to page. Bytes of a part: GET parts/<name>. Rows after sealed_seq: GET tail/<run>/<kind>?after=<sealed_seq>&upto=<watermark>.
 */
export interface PartList {
  request: number;
  runs: PartRun[];
}
export interface RunEntry {
  run_id: string;
  name: string;
  status: "INIT" | "HSHK" | "RDY" | "EXEC" | "PAUSE" | "FAULT" | "TERM";
  outcome: string;
  failure_reason: string;
  config_json: string;
  digest: string;
  created_ms: number;
  updated_ms: number;
  finished_ms: number | null;
  totals: RunTotals;
  kinds: KindReach[];
  /**
   * What is kept of the run's rows, in words; empty where the daemon does not say.
   */
  kept: string;
}
/**
 * Bridge to page, channel 0: after hello, then when something changed, at most every 500 ms. Whole list.
 */
export interface Runs {
  runs: RunEntry[];
}
/**
 * Page to bridge: the whole ledger of runs, for SQL.
 */
export interface Ledgers {
  request: number;
  /**
   * Empty: every run.
   *
   * @maxItems 10000
   */
  runs: string[];
}
export interface LedgerEntry {
  run_id: string;
  worker_id: string;
  /**
   * Empty for what belongs to no agent.
   */
  agent_id: string;
  received: number;
  durable: number;
  repeated: number;
  duplicate: number;
  late: number;
  rejected: number;
  thinned: number;
  violations: number;
}
export interface LedgerGap {
  run_id: string;
  kind: "steps" | "episodes" | "metrics" | "events";
  first_seq: number;
  last_seq: number;
  rows: number;
  /**
   * lost: the rows cannot be read; removed: retention let go of them.
   */
  cause: "lost" | "removed";
  /**
   * The setting that asked for it; empty for lost.
   */
  reason: string;
  removed_ms: number | null;
}
export interface LedgerView {
  run_id: string;
  view: string;
  kind: "steps" | "episodes" | "metrics" | "events";
  open: boolean;
  published: number;
  delivered: number;
  shown: number;
  skipped: number;
  thinned: number;
  overflowed: number;
  starvations: number;
}
/**
 * Bridge to page.
 */
export interface LedgerList {
  request: number;
  entries: LedgerEntry[];
  gaps: LedgerGap[];
  views: LedgerView[];
}
/**
 * Bridge to page. code: kebab-case, to act on; sentence: for people.
 */
export interface Error {
  code: string;
  sentence: string;
  request?: number;
}


export const linkHeader = {
  "bytes": 16,
  "fields": {
    "channel": {
      "offset": 0,
      "type": "u32"
    },
    "sequence": {
      "offset": 4,
      "type": "u32"
    },
    "kind": {
      "offset": 8,
      "type": "u8"
    },
    "flags": {
      "offset": 9,
      "type": "u8"
    },
    "reserved": {
      "offset": 10,
      "type": "u16"
    },
    "total": {
      "offset": 12,
      "type": "u32"
    }
  },
  "flags": {
    "first": 1,
    "last": 2
  },
  "$comment": "sequence counts the messages of one direction of one channel from 1; all fragments of a message carry it. total is the length of the joined payload, at most limits.linkJoinedBytes."
} as const;

export const linkKinds = {
  hello: 1,
  open: 2,
  close: 3,
  grant: 4,
  painted: 5,
  batch: 6,
  frame: 7,
  gap: 8,
  status: 9,
  ledger: 10,
  control: 11,
  reply: 12,
  parts: 13,
  partList: 14,
  runs: 15,
  error: 16,
  ledgers: 17,
  ledgerList: 18,
} as const;

export type LinkMetas = {
  hello: Hello;
  open: Open;
  close: Close;
  grant: Grant;
  painted: Painted;
  batch: Batch;
  frame: Frame;
  gap: Gap;
  status: Status;
  ledger: Ledger;
  control: Control;
  reply: Reply;
  parts: Parts;
  partList: PartList;
  runs: Runs;
  error: Error;
  ledgers: Ledgers;
  ledgerList: LedgerList;
};

export type LinkKind = keyof LinkMetas;

export type PageKind = 'hello' | 'open' | 'close' | 'grant' | 'painted' | 'control' | 'parts' | 'ledgers';

export type BridgeKind = 'hello' | 'batch' | 'frame' | 'gap' | 'status' | 'ledger' | 'reply' | 'partList' | 'runs' | 'error' | 'ledgerList';
