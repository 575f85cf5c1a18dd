/**
 * The comparison itself, wherever it runs: holds the rows of all runs and answers with lines, points and figures.
 *
 * Guarantees
 * - Curves are derived once for each state of the rows and each question; panning and zooming only bin and draw again.
 * - Every logged point in view is in the picture of points; a line or band is only of what was logged up to there.
 */
import { roundDomain } from '../plots/scale.ts';
import { bandOf } from '../stats/bands.ts';
import { usualSampling } from '../stats/bootstrap.ts';
import { binMiddle, gridOver, lowerBound, lowerEnd, onGrid, rangeOf } from '../stats/grid.ts';
import { type Compared, compareGroups } from '../stats/group-figures.ts';
import { smooth } from '../stats/smoothing.ts';
import { KeptEdges } from './kept-edges.ts';
import type { ComparedKind, Domain, Frame, GroupLine, Known, LoggedPoint, Picture, Question } from './messages.ts';
import { drawPoints } from './point-picture.ts';
import { curveOfRun, type LoggedCurve } from './run-curve.ts';
import { episodeColumns, RunRows, valueColumns } from './run-rows.ts';

type HeldRun = { episodes: RunRows; metrics: RunRows; version: number };
/** A run as a question shows it; `range`: what its smoothing was a share of. */
type ShownRun = { id: string; task: string; version: number; range: number; curve: LoggedCurve; smoothed: Float64Array };
type Derived = { of: string; version: number; curve: LoggedCurve; smoothed: Float64Array | undefined; range: number };

export class Comparison {
  readonly #runs = new Map<string, HeldRun>();
  readonly #derived = new Map<string, Derived>();
  readonly #edges = new Map<string, KeptEdges>();
  #question: Question | undefined;

  add(run: string, of: ComparedKind, stream: Uint8Array): void {
    const held = this.#held(run);
    held[of].add(stream, of === 'episodes' ? episodeColumns : valueColumns);
    held.version += 1;
  }

  rows(run: string, of: ComparedKind): number {
    return this.#held(run)[of].rows;
  }

  /** Agents and names of values of one run, as far as rows have come. */
  known(run: string): Known {
    const { episodes, metrics } = this.#held(run);
    return { agents: episodes.spellingsOf('agent_id'), metrics: metrics.spellingsOf('name') };
  }

  /** The edges of bands take `bandMs` and not much more; what is left then is rough. */
  picture(question: Question, frame: Frame, bandMs = Number.POSITIVE_INFINITY): Picture {
    this.#question = question;
    const groups = this.#curves(question);
    const all = groups.flatMap(({ runs }) => runs);
    const whole = wholeOf(all.map(({ curve }) => curve));
    const x: Domain = frame.x ?? whole.x;
    const y: Domain = frame.x
      ? heightOf(
          all.map(({ curve }) => curve),
          x,
        )
      : whole.y;
    const grid = gridOver(Math.max(x[0], whole.x[0]), Math.min(x[1], whole.x[1]));
    const middles = Float64Array.from({ length: grid.bins }, (_, bin) => binMiddle(grid, bin));
    const budget = { leftMs: bandMs };
    const lines = groups.map(({ key, runs }): GroupLine => {
      const tasks = new Map<string, number>();
      const there = runs.filter(({ curve }) => curve.x.length > 0);
      const seeds = there.map(({ curve, smoothed, task }) => {
        if (!tasks.has(task)) tasks.set(task, tasks.size);
        return { values: onGrid(curve.x, smoothed, grid), task: tasks.get(task) ?? 0 };
      });
      const edges = this.#edgesOf(key, question, there, grid.width);
      const band = bandOf(seeds, grid.bins, question.band, usualSampling, (bin, compute) => edges.at(bin, grid, compute, budget));
      return { key, x: middles.slice(), ...band };
    });
    const points = drawPoints(
      groups.map(({ colour, runs }) => ({ colour, curves: runs.map(({ curve }) => curve) })),
      { x, y },
      frame,
    );
    return {
      whole,
      view: { x, y },
      lines,
      points: { width: points.width, height: points.height, rgba: points.rgba },
      shown: points.shown,
      logged: all.reduce((sum, { curve }) => sum + curve.x.length, 0),
      runsWithPoints: all.filter(({ curve }) => curve.x.length > 0).length,
      isRough: groups.some(({ key }) => this.#edges.get(key)?.isRough),
    };
  }

  #edgesOf(key: string, { value, axis, agent, smoothing, band }: Question, runs: readonly ShownRun[], width: number): KeptEdges {
    const kept = this.#edges.get(key) ?? new KeptEdges();
    this.#edges.set(key, kept);
    const seeds = runs.map(({ id, task, version, range }) => [id, task, version, range]);
    kept.begin(JSON.stringify([value, axis, agent, smoothing, band, seeds]), width);
    return kept;
  }

  table(question: Question): Compared {
    const groups = this.#curves(question).map(({ key, runs }) => ({
      key,
      runs: runs.map(({ id, task, curve, smoothed }) => ({
        id,
        task,
        curve: { x: curve.x, raw: curve.y, smoothed, seconds: curve.seconds },
      })),
    }));
    return compareGroups(groups, question);
  }

  /** The logged point nearest to a place, when one is within reach of it; distances are in shares of the reaches. */
  nearest(x: number, y: number, reachX: number, reachY: number): LoggedPoint | undefined {
    let found: { group: string; run: string; curve: LoggedCurve; at: number } | undefined;
    let least = 1;
    for (const { key, runs } of this.#question ? this.#curves(this.#question) : []) {
      for (const { id, curve } of runs) {
        for (let at = lowerBound(curve.x, x - reachX); at < curve.x.length && (curve.x[at] as number) <= x + reachX; at++) {
          const away = (((curve.x[at] as number) - x) / reachX) ** 2 + (((curve.y[at] as number) - y) / reachY) ** 2;
          if (away > least) continue;
          least = away;
          found = { group: key, run: id, curve, at };
        }
      }
    }
    return found && this.#point(found);
  }

  /** The point of an episode; undefined when the curves on show have none of it. */
  locate(run: string, agent: string | undefined, episode: number): LoggedPoint | undefined {
    const question = this.#question;
    if (!question || question.value.startsWith('metric:')) return undefined;
    const { numbers, words } = this.#held(run).episodes.whole;
    const wanted = agent === undefined ? undefined : this.#held(run).episodes.numberOf(agent);
    for (const { key, runs } of this.#curves(question)) {
      const found = runs.find(({ id }) => id === run);
      const at = found?.curve.row.findIndex(
        (row) => numbers.episode_index?.[row] === episode && (wanted === undefined || words.agent_id?.[row] === wanted),
      );
      if (found && at !== undefined && at >= 0) return this.#point({ group: key, run, curve: found.curve, at });
    }
    return undefined;
  }

  #point({ group, run, curve, at }: { group: string; run: string; curve: LoggedCurve; at: number }): LoggedPoint {
    const held = this.#held(run);
    const rows = this.#question?.value.startsWith('metric:') ? held.metrics : held.episodes;
    const { numbers, words } = rows.whole;
    const row = curve.row[at] as number;
    const agent = words.agent_id?.[row];
    return {
      run,
      group,
      x: curve.x[at] as number,
      y: curve.y[at] as number,
      seconds: curve.seconds[at] as number,
      agent: agent === undefined ? undefined : rows.word(agent),
      episode: numbers.episode_index?.[row],
    };
  }

  #held(run: string): HeldRun {
    const known = this.#runs.get(run);
    if (known) return known;
    const held = { episodes: new RunRows(), metrics: new RunRows(), version: 0 };
    this.#runs.set(run, held);
    return held;
  }

  #curves(question: Question) {
    const { value, axis, agent, smoothing } = question;
    const of = JSON.stringify([value, axis, agent]);
    const derived = question.groups.map(({ key, colour, runs }) => ({
      key,
      colour,
      runs: runs.map((run) => ({ id: run.id, task: run.task, derived: this.#derive(run, of, question) })),
    }));
    const [low, high] = spanOf(derived.flatMap(({ runs }) => runs.map((run) => run.derived.curve)));
    const range = rangeOf(gridOver(low, high));
    return derived.map(({ key, colour, runs }) => ({
      key,
      colour,
      runs: runs.map(({ id, task, derived: one }): ShownRun => {
        const width = smoothing.kind === 'ema' ? range * smoothing.share : smoothing.kind === 'mean' ? -smoothing.episodes : 0;
        if (!one.smoothed || one.range !== width) {
          one.smoothed = smooth(one.curve.x, one.curve.y, smoothing, range);
          one.range = width;
        }
        return { id, task, version: one.version, range: width, curve: one.curve, smoothed: one.smoothed };
      }),
    }));
  }

  #derive(
    { id, budget, createdMs }: Question['groups'][number]['runs'][number],
    of: string,
    { value, axis, agent }: Question,
  ): Derived {
    const held = this.#held(id);
    const known = this.#derived.get(id);
    if (known && known.of === of && known.version === held.version) return known;
    if (axis === 'budget' && budget === undefined) {
      const none = { x: new Float64Array(), y: new Float64Array(), seconds: new Float64Array(), row: new Uint32Array() };
      return { of, version: held.version, curve: none, smoothed: undefined, range: 0 };
    }
    const curve = curveOfRun(held.episodes, held.metrics, { value, axis, agent, budget, createdMs });
    const made: Derived = { of, version: held.version, curve, smoothed: undefined, range: 0 };
    this.#derived.set(id, made);
    return made;
  }
}

/** Around what is in [from, to] of x, rounded, so that it does not move with every point. */
function heightOf(curves: readonly LoggedCurve[], [from, to]: Domain): Domain {
  let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const { x, y } of curves) {
    for (let i = lowerBound(x, from); i < y.length && (x[i] as number) <= to; i++) {
      const value = y[i] as number;
      if (value < low) low = value;
      if (value > high) high = value;
    }
  }
  return low > high ? [0, 1] : roundDomain(low, high);
}

function wholeOf(curves: readonly LoggedCurve[]): { x: Domain; y: Domain } {
  return { x: spanOf(curves), y: heightOf(curves, [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY]) };
}

/** The whole axis: 0 belongs to it. */
function spanOf(curves: readonly LoggedCurve[]): Domain {
  const low = lowerEnd(curves.map(({ x }) => x));
  const end = curves.reduce((most, { x }) => Math.max(most, x.at(-1) ?? 0), 0);
  return [low, end > low ? end : low + 1];
}
