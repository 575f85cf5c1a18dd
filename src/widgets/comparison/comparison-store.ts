/**
 * The page's end of a comparison: brings the history of the runs into the worker, follows runs that live, asks for pictures.
 *
 * Guarantees
 * - History comes through the page's own link, parts first and then the tail, each row once; the kernel has no part in it.
 * - A run that is added, or logs more, is followed at most once a second; what was loaded is never loaded again.
 * - Of pictures only the newest that was asked for is told.
 */
import { DuallaneError, type PartRun, type RowKind, type RunEntry, sentenceOf } from '../../protocol/index.ts';
import type { PageLink } from '../link/page-link.ts';
import type { Compared } from '../stats/group-figures.ts';
import type { ComparedKind, Frame, FromWorker, LoggedPoint, Picture, Question, ToWorker } from './messages.ts';
import { ValueNames } from './value-names.ts';

export type ComparisonWorker = {
  postMessage(message: ToWorker, transfer: Transferable[]): void;
  terminate(): void;
  onmessage: ((event: MessageEvent<FromWorker>) => void) | null;
  onerror: ((event: ErrorEvent) => void) | null;
};
export type Progress = { runs: number; loadedRuns: number; rows: number; isLoading: boolean; isBehind: boolean };
type HistoryLink = Pick<PageLink, 'runs' | 'onRuns' | 'parts' | 'part' | 'tail'>;
type Told = (what: 'picture' | 'table' | 'progress' | 'problem') => void;
/** Rows of one run and kind: up to which seq_id they are in the worker. */
type Followed = { run: string; of: ComparedKind; upto: number; rows: number; isLoaded: boolean };

const followMs = 1000;
const tailRows = 50_000;
const runsAtOnce = 6;
const attempts = 3;

export class ComparisonStore {
  readonly #link: HistoryLink;
  readonly #worker: ComparisonWorker;
  readonly #told: Told;
  readonly #signal: AbortSignal;
  readonly #followed = new Map<string, Followed>();
  readonly #waiting = new Map<number, PromiseWithResolvers<FromWorker>>();
  readonly #agents = new Set<string>();
  readonly #values: ValueNames;
  #wanted: readonly string[] = [];
  #kinds: readonly ComparedKind[] = ['episodes'];
  #numbers = 0;
  #asked = 0;
  #isActive = true;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #isLoading = false;
  picture: Picture | undefined;
  /** What the newest picture took in the worker. */
  pictureMs = 0;
  table: Compared | undefined;
  /** Why something is missing; cleared by the next success. */
  problem: string | undefined;

  constructor(link: HistoryLink, spawn: () => ComparisonWorker, told: Told, { signal }: { signal: AbortSignal }) {
    this.#link = link;
    this.#told = told;
    this.#signal = signal;
    this.#worker = spawn();
    this.#values = new ValueNames(link);
    this.#worker.onmessage = ({ data }) => this.#hear(data);
    this.#worker.onerror = (event) => this.#broke(event.message);
    signal.addEventListener('abort', () => this.#end(), { once: true });
    link.onRuns(() => this.#soon(), { signal });
  }

  get agents(): readonly string[] {
    return [...this.#agents].sort();
  }

  /** Names of the values these runs log. */
  get metrics(): readonly string[] {
    return [...this.#values.names].sort();
  }

  get progress(): Progress {
    const wanted = [...this.#followed.values()].filter(({ run, of }) => this.#wanted.includes(run) && this.#kinds.includes(of));
    const loading = new Set(wanted.filter(({ isLoaded }) => !isLoaded).map(({ run }) => run));
    return {
      runs: this.#wanted.length,
      loadedRuns: this.#wanted.filter((run) => !loading.has(run) && this.#followed.has(`${run} episodes`)).length,
      rows: wanted.reduce((sum, { rows }) => sum + rows, 0),
      isLoading: this.#isLoading,
      isBehind: wanted.some(({ run, of, upto }) => upto < watermarkOf(this.#link.runs, run, of)),
    };
  }

  /** Which runs and kinds of rows are needed; `metrics` only when a value or an axis is one. */
  want(runs: readonly string[], kinds: readonly ComparedKind[]): void {
    if (String(runs) === String(this.#wanted) && String(kinds) === String(this.#kinds)) return;
    this.#wanted = [...runs];
    this.#kinds = [...kinds];
    void this.#follow();
  }

  /** false while nobody can see it: nothing is fetched. */
  setActive(isActive: boolean): void {
    this.#isActive = isActive;
    if (isActive) this.#soon();
  }

  ask(question: Question, frame: Frame, isTableWanted: boolean): void {
    this.#asked += 1;
    this.#post({ kind: 'ask', question, frame, isTableWanted, number: this.#asked });
  }

  /** Where the episode is in the curves asked for last, when it is there. */
  async locate(run: string, agent: string | undefined, episode: number): Promise<LoggedPoint | undefined> {
    const answer = await this.#request((request) => ({ kind: 'locate', request, run, agent, episode }));
    return answer.kind === 'point' ? answer.point : undefined;
  }

  /** The logged point nearest to a place, within reach of it. */
  async nearest(x: number, y: number, reachX: number, reachY: number): Promise<LoggedPoint | undefined> {
    const answer = await this.#request((request) => ({ kind: 'nearest', request, x, y, reachX, reachY }));
    return answer.kind === 'point' ? answer.point : undefined;
  }

  #soon(): void {
    if (this.#timer !== undefined || !this.#isActive || this.#signal.aborted) return;
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      void this.#follow();
    }, followMs);
  }

  async #follow(): Promise<void> {
    if (this.#isLoading || this.#signal.aborted || !this.#isActive) return;
    this.#isLoading = true;
    const [runs, kinds] = [String(this.#wanted), String(this.#kinds)];
    try {
      await this.#list();
      await this.#tails();
      await this.#values.look(this.#wanted, { signal: this.#signal });
      this.problem = undefined;
    } catch (cause) {
      if (!this.#signal.aborted) this.problem = sentenceOf(cause);
    } finally {
      this.#isLoading = false;
    }
    if (this.#signal.aborted) return;
    this.#told(this.problem === undefined ? 'progress' : 'problem');
    if (runs !== String(this.#wanted) || kinds !== String(this.#kinds)) void this.#follow();
    else if (this.problem !== undefined) this.#soon();
  }

  /** Loads the parts of what is new. */
  async #list(): Promise<void> {
    const fresh = this.#wanted.flatMap((run) =>
      this.#kinds.filter((of) => !this.#followed.get(`${run} ${of}`)?.isLoaded).map((of) => ({ run, of })),
    );
    const known = new Set(this.#link.runs.map(({ run_id }) => run_id));
    const runs = [...new Set(fresh.map(({ run }) => run))].filter((run) => known.has(run));
    if (runs.length === 0) return;
    const list = await this.#link.parts(runs, this.#kinds);
    const queue = fresh.flatMap(({ run, of }) => {
      const listed = list.runs.find((entry) => entry.run === run);
      return listed ? [{ of, listed }] : [];
    });
    // The first part has the link to itself, and is in the picture while the others are on their way.
    const first = Promise.withResolvers<void>();
    await Promise.all(
      Array.from({ length: runsAtOnce }, async (_, at) => {
        if (at > 0) await first.promise;
        for (let next = queue.shift(); next; next = queue.shift())
          await this.#load(next.listed, next.of, first.resolve).finally(first.resolve);
        first.resolve();
      }),
    );
  }

  /** `onCame`: the bytes of a part are here. */
  async #load(listed: PartRun, of: ComparedKind, onCame: () => void): Promise<void> {
    const followed = this.#one(listed.run, of);
    const parts = listed.parts.filter(({ kind }) => kind === of).sort((a, b) => a.first_seq - b.first_seq);
    for (const part of parts) {
      if (part.last_seq <= followed.upto) continue;
      const bytes = await this.#link.part(part.name, { signal: this.#signal });
      onCame();
      const message = (request: number): ToWorker => ({ kind: 'part', request, run: listed.run, name: part.name, of, bytes });
      this.#took(followed, await this.#request(message, [bytes.buffer]), part.last_seq);
    }
    const watermark = listed.kinds.find(({ kind }) => kind === of)?.watermark ?? 0;
    await this.#catchUp(followed, watermark);
    followed.isLoaded = true;
  }

  /** Brings in what the runs have logged since. */
  async #tails(): Promise<void> {
    for (const followed of this.#followed.values()) {
      const { run, of, isLoaded } = followed;
      if (isLoaded && this.#wanted.includes(run)) await this.#catchUp(followed, watermarkOf(this.#link.runs, run, of));
    }
  }

  async #catchUp(followed: Followed, watermark: number): Promise<void> {
    for (let failures = 0; followed.upto < watermark; ) {
      const upto = Math.min(watermark, followed.upto + tailRows);
      try {
        const streams = await this.#link.tail(followed.run, followed.of, followed.upto, upto, { signal: this.#signal });
        const message = (request: number): ToWorker => ({ kind: 'tail', request, run: followed.run, of: followed.of, streams });
        this.#took(followed, await this.#request(message), upto);
      } catch (cause) {
        // A tail that is sealed in this moment is there again at once.
        failures += 1;
        if (this.#signal.aborted || failures === attempts) throw cause;
      }
    }
  }

  #took(followed: Followed, answer: FromWorker, upto: number): void {
    if (answer.kind === 'refused') throw new DuallaneError('history-broken', answer.sentence);
    if (answer.kind !== 'took') return;
    followed.upto = upto;
    followed.rows = answer.rows;
    for (const agent of answer.known.agents) this.#agents.add(agent);
    for (const metric of answer.known.metrics) this.#values.names.add(metric);
    this.#told('progress');
  }

  #one(run: string, of: ComparedKind): Followed {
    const key = `${run} ${of}`;
    const known = this.#followed.get(key);
    if (known) return known;
    const followed: Followed = { run, of, upto: 0, rows: 0, isLoaded: false };
    this.#followed.set(key, followed);
    return followed;
  }

  async #request(message: (request: number) => ToWorker, transfer: Transferable[] = []): Promise<FromWorker> {
    const request = ++this.#numbers;
    const waiting = Promise.withResolvers<FromWorker>();
    this.#waiting.set(request, waiting);
    this.#post(message(request), transfer);
    return await waiting.promise;
  }

  #post(message: ToWorker, transfer: Transferable[] = []): void {
    if (!this.#signal.aborted) this.#worker.postMessage(message, transfer);
  }

  #hear(message: FromWorker): void {
    switch (message.kind) {
      case 'picture':
        this.picture = message.picture;
        this.pictureMs = message.computeMs;
        this.#told('picture');
        return;
      case 'table':
        this.table = message.table;
        this.#told('table');
        return;
      case 'took':
      case 'refused':
      case 'point':
        this.#waiting.get(message.request)?.resolve(message);
        this.#waiting.delete(message.request);
        return;
      default:
        message satisfies never;
    }
  }

  #broke(message: string): void {
    this.problem = `The comparison broke off (${message || 'its script could not be loaded'}). Reload the page.`;
    for (const { reject } of this.#waiting.values()) reject(new DuallaneError('engine-lost', this.problem));
    this.#waiting.clear();
    this.#told('problem');
  }

  #end(): void {
    clearTimeout(this.#timer);
    this.#worker.onmessage = null;
    this.#worker.terminate();
    for (const { reject } of this.#waiting.values()) reject(new DuallaneError('engine-lost', 'The view is gone.'));
    this.#waiting.clear();
  }
}

function watermarkOf(runs: readonly RunEntry[], run: string, of: RowKind): number {
  return runs.find(({ run_id }) => run_id === run)?.kinds.find(({ kind }) => kind === of)?.watermark ?? 0;
}
