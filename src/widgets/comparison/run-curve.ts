/**
 * A run's rows as one curve: the value asked for over the x asked for. python-shim/duallane/comparison_rows.py has the same rules.
 *
 * - step: sum of the steps of the agent's episodes so far. episode: how many the agent has ended. Several agents count by themselves.
 * - time: seconds since the run was opened, or its first row where that is earlier. process: seconds in which one of the run's
 *   workers was there, the first from the beginning, each other from its first row.
 * - budget: step over the steps the run was meant to take. metric: the newest logged value of that name when the row was logged.
 */
import type { Columns, RunRows } from './run-rows.ts';

export type Axis = 'step' | 'episode' | 'time' | 'process' | 'budget' | `metric:${string}`;
/** 'return' and 'length' of episodes, or a logged value. */
export type Value = 'return' | 'length' | `metric:${string}`;
export type CurveChoice = {
  value: Value;
  axis: Axis;
  agent: string | undefined;
  budget: number | undefined;
  /** When the run was opened; left out, it began with its first row here. */
  createdMs?: number | undefined;
};
/** Ascending in x; `row` is the place in the rows it was made from. */
export type LoggedCurve = { x: Float64Array; y: Float64Array; seconds: Float64Array; row: Uint32Array };

const empty: LoggedCurve = {
  x: new Float64Array(),
  y: new Float64Array(),
  seconds: new Float64Array(),
  row: new Uint32Array(),
};

export function metricName(choice: string): string | undefined {
  return choice.startsWith('metric:') ? choice.slice('metric:'.length) : undefined;
}

/** `values`: the run's logged values, needed when the value or the axis is one. */
export function curveOfRun(episodes: RunRows, values: RunRows, choice: CurveChoice): LoggedCurve {
  const metric = metricName(choice.value);
  const rows = metric === undefined ? episodes : values;
  const { whole } = rows;
  const y = whole.numbers[choice.value === 'return' ? 'total_reward' : choice.value === 'length' ? 'steps' : 'value'];
  const { ts } = whole.numbers;
  if (!y || !ts || whole.rows === 0) return empty;
  const agent = choice.agent === undefined ? undefined : (rows.numberOf(choice.agent) ?? -2);
  const name = metric === undefined ? undefined : (rows.numberOf(metric) ?? -2);
  const { agent_id: agents, name: names } = whole.words;
  const kept = new Uint32Array(whole.rows);
  let n = 0;
  for (let i = 0; i < whole.rows; i++) {
    if (!Number.isFinite(y[i])) continue;
    if (agent !== undefined && agents?.[i] !== agent) continue;
    if (name !== undefined && names?.[i] !== name) continue;
    kept[n++] = i;
  }
  const row = kept.subarray(0, n);
  const began = Math.min(firstTime(episodes, values), (choice.createdMs ?? Number.POSITIVE_INFINITY) * 1000);
  const seconds = each(row, (i) => ((ts[i] as number) - began) / 1e6);
  const x = xOf(whole, row, seconds, episodes, values, choice);
  return ascending({ x, y: pick(y, row), seconds, row: row.slice() });
}

function xOf(
  whole: Columns,
  row: Uint32Array,
  seconds: Float64Array,
  episodes: RunRows,
  values: RunRows,
  { axis, value, budget }: CurveChoice,
): Float64Array {
  const isMetric = metricName(value) !== undefined;
  const steps = (): Float64Array => (isMetric ? pick(whole.numbers.step, row) : counted(whole, row, whole.numbers.steps));
  switch (axis) {
    case 'step':
      return steps();
    case 'episode':
      return isMetric ? atTimes(episodes, pick(whole.numbers.ts, row)) : counted(whole, row, undefined);
    case 'time':
      return seconds;
    case 'process':
      return attended(whole, row, seconds);
    case 'budget':
      return steps().map((at) => at / (budget ?? Number.NaN));
    default:
      return newest(values, metricName(axis) ?? '', pick(whole.numbers.ts, row));
  }
}

function pick(column: Float64Array | undefined, row: Uint32Array): Float64Array {
  return each(row, (i) => column?.[i] ?? Number.NaN);
}

/** Float64Array.from asks its source's iterator for each element, which takes many times as long. */
function each(row: Uint32Array, valueAt: (i: number) => number): Float64Array {
  const out = new Float64Array(row.length);
  for (let at = 0; at < row.length; at++) out[at] = valueAt(row[at] as number);
  return out;
}

/** Running sum of `amounts` for each agent, or of ones. */
function counted({ words }: Columns, row: Uint32Array, amounts: Float64Array | undefined): Float64Array {
  const sums: number[] = [];
  return each(row, (i) => {
    const agent = (words.agent_id?.[i] ?? -1) + 1;
    const sum = (sums[agent] ?? 0) + (amounts ? (amounts[i] as number) : 1);
    sums[agent] = sum;
    return sum;
  });
}

/** Episodes that had ended at each time. */
function atTimes(episodes: RunRows, times: Float64Array): Float64Array {
  const ends = Float64Array.from(episodes.whole.numbers.ts ?? []).sort();
  return times.map((at) => upperBound(ends, at));
}

/** The newest value of that name at each time (µs); NaN before the first. */
function newest(values: RunRows, name: string, times: Float64Array): Float64Array {
  const { numbers, words } = values.whole;
  const number = values.numberOf(name);
  const of = [...(words.name ?? [])].flatMap((word, i) => (word === number ? [i] : []));
  of.sort((a, b) => (numbers.ts?.[a] ?? 0) - (numbers.ts?.[b] ?? 0));
  const at = Float64Array.from(of, (i) => numbers.ts?.[i] ?? 0);
  return times.map((time) => numbers.value?.[of[upperBound(at, time) - 1] ?? -1] ?? Number.NaN);
}

/** `seconds` without those in which no worker was at work: one is there from its first row, or the run's beginning, to its last. */
function attended({ numbers, words }: Columns, row: Uint32Array, seconds: Float64Array): Float64Array {
  const spans = new Map<number, [number, number]>();
  const ts = numbers.ts ?? new Float64Array();
  for (let i = 0; i < ts.length; i++) {
    const worker = words.worker_id?.[i] ?? -1;
    const span = spans.get(worker);
    const at = ts[i] as number;
    if (!span) spans.set(worker, [at, at]);
    else if (at < span[0]) span[0] = at;
    else if (at > span[1]) span[1] = at;
  }
  const pauses: [from: number, length: number][] = [];
  let end = Number.POSITIVE_INFINITY;
  for (const [from, to] of [...spans.values()].sort(([a], [b]) => a - b)) {
    if (from > end) pauses.push([from, from - end]);
    end = Number.isFinite(end) ? Math.max(end, to) : to;
  }
  return seconds.map((second, index) => {
    const at = ts[row[index] as number] as number;
    return second - pauses.reduce((sum, [from, length]) => (from <= at ? sum + length : sum), 0) / 1e6;
  });
}

function firstTime(episodes: RunRows, values: RunRows): number {
  let first = Number.POSITIVE_INFINITY;
  for (const ts of [episodes.whole.numbers.ts, values.whole.numbers.ts]) {
    for (let i = 0; i < (ts?.length ?? 0); i++) if ((ts?.[i] as number) < first) first = ts?.[i] as number;
  }
  return first;
}

function upperBound(ascendingValues: Float64Array, value: number): number {
  let [low, high] = [0, ascendingValues.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((ascendingValues[middle] as number) <= value) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Without rows that have no x; sorted only when they are not yet, and stably. */
function ascending(curve: LoggedCurve): LoggedCurve {
  const { x } = curve;
  let isSorted = true;
  for (let i = 0; i < x.length && isSorted; i++)
    isSorted = Number.isFinite(x[i]) && (i === 0 || (x[i - 1] as number) <= (x[i] as number));
  if (isSorted) return curve;
  const order = Array.from({ length: x.length }, (_, i) => i).filter((i) => Number.isFinite(x[i]));
  order.sort((a, b) => (x[a] as number) - (x[b] as number));
  const take = (values: Float64Array): Float64Array => Float64Array.from(order, (i) => values[i] as number);
  return {
    x: take(x),
    y: take(curve.y),
    seconds: take(curve.seconds),
    row: Uint32Array.from(order, (i) => curve.row[i] as number),
  };
}
