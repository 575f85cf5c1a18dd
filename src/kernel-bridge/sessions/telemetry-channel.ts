/**
 * One telemetry view: a lane for each kind it asked for, one status for all of them, the ledger and the gaps on a clock.
 *
 * Guarantees: a status is sent when it changes and not otherwise; the ledger likewise, at most as often as `tick` is called.
 */
import type { Ledger, LinkMetas, OpenTelemetry, Painted, RowKind, Status } from '../../protocol/index.ts';
import { DuallaneError } from '../../protocol/index.ts';
import type { FeedState } from '../hub/index.ts';
import { KindLane, type LaneContext } from './kind-lane.ts';
import type { View, ViewContext, ViewFigures } from './view.ts';

/** A round trip that takes so long is the link's own doing: a page that is merely busy answers at once. */
const slowLinkMs = 500;
/** Each report brings some credits: a view is fed well again only when it has not run dry for a while. */
const calmMs = 1500;

export class TelemetryChannel implements View {
  readonly #request: OpenTelemetry;
  readonly #context: ViewContext;
  readonly #lanes: KindLane[];
  readonly #feedStates = new Map<RowKind, FeedState>();
  #isActive = true;
  #ledger = '';
  #status = '';
  #wasStarved = false;
  #starvations = 0;
  #starvedMs: number | undefined;

  constructor(request: OpenTelemetry, context: ViewContext) {
    this.#request = request;
    this.#context = context;
    const lane: LaneContext = {
      ...context,
      isActive: () => this.#isActive,
      onState: (kind, state) => {
        this.#feedStates.set(kind, state);
        this.#tellStatus();
      },
    };
    this.#lanes = request.kinds.map((kind) => new KindLane(kind, request, lane));
  }

  get figures(): ViewFigures {
    return { lanes: this.#lanes.map((lane) => lane.report) };
  }

  get isStarved(): boolean {
    const starvations = this.#lanes.reduce((sum, lane) => sum + lane.starvations, 0);
    const now = this.#context.now();
    if (starvations > this.#starvations || this.#lanes.some((lane) => lane.isStarving)) this.#starvedMs = now;
    this.#starvations = starvations;
    return this.#starvedMs !== undefined && Math.abs(now - this.#starvedMs) < calmMs;
  }

  /** Runs until the history of every kind is sent. */
  async start(): Promise<void> {
    await Promise.all(this.#lanes.map((lane) => lane.start()));
  }

  grant(isActive: boolean): void {
    this.#isActive = isActive;
    this.#tellStatus();
    if (isActive) for (const lane of this.#lanes) lane.catchUp();
  }

  /** Throws `painted-forged`; kinds of the report before the forged one keep their credits. */
  painted(report: Painted): void {
    for (const kind of ['steps', 'episodes', 'metrics', 'events'] as const) {
      const painted = report[kind];
      if (!painted) continue;
      const lane = this.#lanes.find((candidate) => candidate.kind === kind);
      if (!lane) throw new DuallaneError('painted-forged', `This view did not ask for ${kind}.`);
      lane.painted(painted);
    }
    this.#tellStatus();
  }

  /** Called every 500 ms while the page takes messages. */
  tick(): void {
    for (const lane of this.#lanes) lane.tellGaps();
    this.#tellStatus();
    const totals = this.#context.runList.totals(this.#request.run);
    const ledger: Ledger = {
      kinds: Object.fromEntries(this.#lanes.map((lane) => [lane.kind, lane.ledger])) as LinkMetas['ledger']['kinds'],
      ...(totals && { totals }),
    };
    const text = JSON.stringify(ledger);
    if (text === this.#ledger) return;
    this.#ledger = text;
    this.#context.send('ledger', ledger);
  }

  #tellStatus(): void {
    const status = this.#currentStatus();
    const text = `${status.state} ${status.sentence}`;
    if (text === this.#status) return;
    this.#status = text;
    this.#context.send('status', { ...status, sentence: status.sentence.slice(0, 500), since_ms: this.#context.now() });
  }

  #currentStatus(): Status {
    const states = this.#request.kinds.map((kind) => this.#feedStates.get(kind));
    const wasStarved = this.#wasStarved;
    this.#wasStarved = this.isStarved;
    for (const trouble of ['unavailable', 'reconnecting', 'connecting'] as const) {
      const troubled = states.find((state) => state?.state === trouble);
      if (troubled && 'sentence' in troubled) return { state: trouble, sentence: troubled.sentence };
    }
    const ended = states.every((state) => state?.state === 'ended') ? states[0] : undefined;
    if (ended?.state === 'ended')
      return { state: 'ended', sentence: `The run has ended (${ended.outcome || 'no outcome was said'}).` };
    if (!this.#isActive) return { state: 'paused', sentence: 'Hidden: rows are counted and not sent.' };
    if (this.#wasStarved) {
      const isLinkSlow = this.#context.socket.roundTripMs >= slowLinkMs;
      const why = isLinkSlow ? 'The connection to this page carries less than comes' : 'This view paints slower than rows come';
      return { state: 'starved', sentence: `${why}: some are skipped here. All of them are stored.` };
    }
    if (wasStarved) return { state: 'live', sentence: 'Credits are back: rows come again.' };
    if (this.#lanes.every((lane) => lane.ledger.watermark === 0))
      return { state: 'waiting', sentence: 'Waiting for the first row of this run.' };
    return {
      state: 'live',
      sentence: this.#status.startsWith('live Credits') ? 'Credits are back: rows come again.' : 'Rows come as they are stored.',
    };
  }
}
