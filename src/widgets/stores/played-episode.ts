/**
 * One episode in a player: its steps from history, its frames from a recording or built again from what the steps hold.
 *
 * Guarantees
 * - What is there is shown: without a recording the steps' own payloads are drawn, without steps the recording's numbers are told.
 * - A step without a recorded frame shows the picture its row holds, else the frame before it; a frame is never shown for a step it
 *   does not belong to without saying of which step it is, and none that is a JPEG without saying so.
 */
import { DuallaneError, type RecordedFrame, Recording, type RecordingList, sentenceOf } from '../../protocol/index.ts';
import type { PageLink } from '../link/page-link.ts';
import { decodeJpeg } from '../link/pixels.ts';
import type { SqlEngine } from '../sql/index.ts';
import { count } from '../styles/words.ts';
import { indexAtTime, type Mark, marksOf } from './episode-alignment.ts';
import {
  askEvents,
  askSteps,
  askValues,
  type EpisodePlace,
  type EpisodeRow,
  type StepRow,
  stepsMost,
  type ValueRow,
  valuesMost,
} from './episode-questions.ts';
import { payloadFrame } from './payload-frame.ts';
import type { Row } from './row-batch.ts';
import { RowHistory } from './row-history.ts';
import { type StepPicture, stepPicture } from './step-picture.ts';

export type RecordedEntry = RecordingList['recordings'][number];
export type PlayedState = { state: 'loading'; what: string } | { state: 'ready' } | { state: 'failed'; sentence: string };
/** `isExact`: false for a frame that was recorded as JPEG. */
export type Shown =
  | { form: 'frame'; frame: RecordedFrame; step: number; isExact: boolean }
  | { form: 'drawn'; picture: StepPicture };

/** What is logged after the last step belongs to it for twice the time a step takes, and at least so long. */
const afterLastUs = 20_000;
/** Steps of a page: they may hold pictures. */
const pageRows = 32;
const pagesKept = 8;

export class PlayedEpisode {
  readonly place: EpisodePlace;
  readonly entry: RecordedEntry | undefined;
  readonly row: EpisodeRow | undefined;
  state: PlayedState = { state: 'loading', what: 'Fetching the episode.' };
  steps: readonly StepRow[] = [];
  recording: Recording | undefined;
  marks: readonly Mark[] = [];
  /** What could not be had, when the rest could. */
  note = '';
  readonly #changed: () => void;
  readonly #values = new Map<string, ValueRow[]>();
  readonly #pages = new Map<number, Promise<Row[]>>();
  #history: { range(first: number, last: number): Promise<Row[]> } | undefined;
  #returns: ArrayLike<number | undefined> = [];
  #holdsPayloads = true;

  constructor(place: EpisodePlace, entry: RecordedEntry | undefined, row: EpisodeRow | undefined, changed: () => void) {
    this.place = place;
    this.entry = entry;
    this.row = row;
    this.#changed = changed;
  }

  get key(): string {
    const { run, agent, slot, episode } = this.place;
    return `${run}\0${agent}\0${slot}\0${episode}`;
  }

  get seed(): string | undefined {
    return this.row?.seed ?? (this.entry?.seed == null ? undefined : String(this.entry.seed));
  }

  /** Steps a second it is meant to be watched at; undefined when nobody said. */
  get fps(): number | undefined {
    return this.recording?.index.fps;
  }

  /** Names of everything that was logged by then, in order. */
  get valueNames(): string[] {
    return [...this.#values.keys()].sort();
  }

  async load(link: PageLink, engine: SqlEngine, life: { signal: AbortSignal }): Promise<void> {
    const failures: string[] = [];
    const history = new RowHistory(link, this.place.run, 'steps', this.#changed, life);
    this.#history = { range: (first, last) => history.range(first, last, life) };
    const fallBack = (error: unknown): undefined => {
      failures.push(error instanceof DuallaneError ? error.sentence : sentenceOf(error));
      return undefined;
    };
    if (this.entry) {
      const name = this.entry.name;
      this.recording = await link
        .part(name, life)
        .then((bytes) => Recording.open(bytes, decodeJpeg))
        .catch(fallBack);
      if (life.signal.aborted) return;
      if (this.recording) {
        this.#take(stepsOfRecording(this.recording), 'ready');
        // The steps between its frames are not here yet: their rewards would be missing in a sum.
        this.#returns = this.recording.index.frames.return.map((total) => total ?? undefined);
        this.#changed();
      }
    }
    this.#become({ state: 'loading', what: 'Reading the steps from history.' });
    const rows = await askSteps(engine, this.place, life).catch(fallBack);
    if (life.signal.aborted) return;
    if (rows && rows.length > 0) this.#take(rows, 'loading');
    if (this.steps.length === 0) {
      const sentence = failures[0] ?? `No step of episode ${this.place.episode} is kept, and no frame of it was recorded.`;
      return this.#become({ state: 'failed', sentence });
    }
    this.note = failures[0] ?? (this.steps.length < stepsMost ? '' : `Only the first ${count(stepsMost)} steps are here.`);
    this.#become({ state: 'ready' });
    await this.#around(engine, life).catch((error: unknown) => this.#noted(error));
    if (!life.signal.aborted) this.#changed();
  }

  /** Index of a step by its number: the last at or before it. */
  indexOfStep(step: number): number {
    const after = this.steps.findIndex((row) => row.step > step);
    return after < 0 ? this.steps.length - 1 : Math.max(0, after - 1);
  }

  /** What there is to see at a step; undefined for nothing. */
  async shownAt(at: number): Promise<Shown | undefined> {
    const row = this.steps[at];
    if (!row) return undefined;
    if (!this.recording) return this.#rebuilt(row, true);
    const frame = frameOf(this.recording, row.step);
    const step = this.recording.index.frames.step[frame] as number;
    const isLookedFor = step !== row.step && this.#holdsPayloads;
    const own = !isLookedFor ? undefined : await this.#rebuilt(row, false).catch((error: unknown) => this.#noted(error));
    return own ?? { form: 'frame', frame: await this.recording.frame(frame), step, isExact: this.recording.isExact(frame) };
  }

  /** What a step's row holds to be drawn: its payload, or its observation where there is nothing better. */
  async #rebuilt(row: StepRow, isObservationShown: boolean): Promise<Shown | undefined> {
    const rows = await this.#page(row.seq);
    const stored = rows.find(({ seq }) => seq === row.seq);
    if (!stored) return undefined;
    // Of a recorded episode a page of rows without any payload is taken for all of them: none is fetched again for nothing.
    if (rows.every(({ batch, index }) => batch.text('render_payload_json', index) === undefined)) this.#holdsPayloads = false;
    const payload = stored.batch.text('render_payload_json', stored.index);
    const frame = payloadFrame(payload);
    if (frame) return { form: 'frame', frame, step: row.step, isExact: true };
    const observation = isObservationShown ? stored.batch.observationValue(stored.index) : undefined;
    const picture = stepPicture(payload, observation, this.row?.game ?? '');
    return picture && { form: 'drawn', picture };
  }

  #noted(error: unknown): undefined {
    this.note = sentenceOf(error);
  }

  returnAt(at: number): number | undefined {
    return this.#returns[at];
  }

  /** Each name's newest value at that step. */
  valuesAt(at: number): ReadonlyMap<string, number> {
    // A value is logged after its step, and before the next one.
    const until = (this.steps[at + 1]?.atUs ?? this.#endUs) - 1;
    const found = new Map<string, number>();
    for (const [name, rows] of this.#values) {
      const after = indexAtTime(rows, until + 1);
      const last = (rows[after]?.atUs ?? Number.POSITIVE_INFINITY) <= until ? rows[after] : rows[after - 1];
      if (last) found.set(name, last.value);
    }
    return found;
  }

  /** Whole rows around a step: what one looks at next. */
  #page(seq: number): Promise<Row[]> {
    const page = Math.floor((seq - 1) / pageRows);
    let rows = this.#pages.get(page);
    if (!rows) {
      const first = page * pageRows + 1;
      rows = this.#history?.range(first, first + pageRows - 1) ?? Promise.resolve([]);
      this.#pages.set(page, rows);
      rows.catch(() => this.#pages.delete(page));
      if (this.#pages.size > pagesKept) this.#pages.delete(this.#pages.keys().next().value as number);
    }
    return rows;
  }

  /** When nothing belongs to the episode any more. */
  get #endUs(): number {
    const [first, last] = [this.steps[0]?.atUs ?? 0, this.steps.at(-1)?.atUs ?? 0];
    return last + Math.max(afterLastUs, (2 * (last - first)) / Math.max(1, this.steps.length - 1));
  }

  async #around(engine: SqlEngine, life: { signal: AbortSignal }): Promise<void> {
    const [from, to] = [this.steps[0]?.atUs ?? 0, this.#endUs];
    const { run } = this.place;
    const [values, events] = await Promise.all([askValues(engine, run, from, to, life), askEvents(engine, run, from, to, life)]);
    for (const value of values.rows) {
      const known = this.#values.get(value.name);
      if (known) known.push(value);
      else this.#values.set(value.name, [value]);
    }
    this.marks = marksOf(this.steps, events.rows);
    if (values.isWhole && events.isWhole) return;
    const beyond = `Of what was logged in this episode only the first ${count(valuesMost)} are here; SQL has them all.`;
    this.note = `${this.note} ${beyond}`.trim();
  }

  #take(steps: readonly StepRow[], state: 'ready' | 'loading'): void {
    this.steps = steps;
    const returns = new Float64Array(steps.length);
    let total = 0;
    for (const [at, { reward }] of steps.entries()) {
      total += reward ?? 0;
      returns[at] = total;
    }
    this.#returns = returns;
    this.marks = marksOf(steps, []);
    if (state === 'ready') this.#become({ state: 'ready' });
  }

  #become(state: PlayedState): void {
    // What can be looked at already is not taken away while the rest comes.
    if (state.state === 'loading' && this.steps.length > 0) return;
    this.state = state;
    this.#changed();
  }
}

/** The last frame at or before a step, else the first there is. */
function frameOf({ index }: Recording, step: number): number {
  const { step: steps } = index.frames;
  let [low, high] = [0, steps.length - 1];
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((steps[middle] as number) <= step) low = middle;
    else high = middle - 1;
  }
  return low;
}

function stepsOfRecording({ index }: Recording): StepRow[] {
  const { step, t_us, reward } = index.frames;
  return step.map((number, at) => ({
    seq: 0,
    step: number,
    atUs: t_us[at] ?? 0,
    action: undefined,
    reward: reward[at] ?? undefined,
    terminated: index.terminated && at === step.length - 1,
    truncated: index.truncated && at === step.length - 1,
    observation: undefined,
  }));
}
