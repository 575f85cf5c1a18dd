/** What the page and the comparison's worker tell each other. */
import type { BandKind } from '../stats/bands.ts';
import type { Statistic } from '../stats/estimates.ts';
import type { Compared } from '../stats/group-figures.ts';
import type { Better } from '../stats/run-figures.ts';
import type { Smoothing } from '../stats/smoothing.ts';
import type { Axis, Value } from './run-curve.ts';

export type ComparedKind = 'episodes' | 'metrics';
/** `colour`: red, green, blue of the raw points, 0 to 255. */
type AskedGroup = {
  key: string;
  colour: readonly [number, number, number];
  runs: readonly { id: string; task: string; budget: number | undefined; createdMs?: number | undefined }[];
};
export type Domain = readonly [low: number, high: number];
export type Question = {
  groups: readonly AskedGroup[];
  value: Value;
  axis: Axis;
  agent: string | undefined;
  smoothing: Smoothing;
  band: BandKind;
  statistic: Statistic;
  better: Better;
  baseline: string | undefined;
  threshold: number | undefined;
  at: number | undefined;
};
/** The part of the x axis to look at; undefined means all of it. `width` and `height`: pixels of the picture of raw points. */
export type Frame = { x: Domain | undefined; width: number; height: number };

export type GroupLine = {
  key: string;
  x: Float64Array;
  middle: Float64Array;
  low: Float64Array;
  high: Float64Array;
  n: Uint16Array;
};
export type Picture = {
  /** Of everything there is. */
  whole: { x: Domain; y: Domain };
  /** What the lines and points are of; y holds every point in view. */
  view: { x: Domain; y: Domain };
  lines: readonly GroupLine[];
  /** RGBA, width * height; every logged point in view is in it. */
  points: { width: number; height: number; rgba: Uint8ClampedArray };
  /** Logged points in view, and of all. */
  shown: number;
  logged: number;
  /** Runs of the question that have at least one point. */
  runsWithPoints: number;
  /** Some edges of bands are of another width or not there yet: the picture comes again. */
  isRough: boolean;
};
/** A point as it was logged. */
export type LoggedPoint = {
  run: string;
  group: string;
  x: number;
  y: number;
  seconds: number;
  agent: string | undefined;
  /** episode_index of the row; of a logged value, none. */
  episode: number | undefined;
};
export type Known = { agents: readonly string[]; metrics: readonly string[] };

export type ToWorker =
  | { kind: 'part'; request: number; run: string; name: string; of: ComparedKind; bytes: Uint8Array }
  | { kind: 'tail'; request: number; run: string; of: ComparedKind; streams: readonly Uint8Array[] }
  | { kind: 'ask'; question: Question; frame: Frame; isTableWanted: boolean; number: number }
  | { kind: 'locate'; request: number; run: string; agent: string | undefined; episode: number }
  | { kind: 'nearest'; request: number; x: number; y: number; reachX: number; reachY: number };

export type FromWorker =
  | { kind: 'took'; request: number; rows: number; known: Known }
  | { kind: 'refused'; request: number; sentence: string }
  | { kind: 'picture'; number: number; picture: Picture; computeMs: number }
  | { kind: 'table'; number: number; table: Compared }
  | { kind: 'point'; request: number; point: LoggedPoint | undefined };
