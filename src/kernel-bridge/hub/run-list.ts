/**
 * What the bridge knows of all runs, asked for again when the daemon says that something changed, and every two seconds while
 * a page is there (ledger counters move without a change of state).
 *
 * Guarantees: listeners hear of it at most every 500 ms, and only when something is different.
 */
import { type Log, type RunEntry, type RunTotals, sentenceOf } from '../../protocol/index.ts';
import { delay, Listeners } from '../waiting.ts';
import type { DaemonConnection } from './daemon-connection.ts';
import { toRunEntry } from './translate.ts';
import { call } from './unary.ts';

const leastMs = 500;
const pollMs = 2000;

export class RunList {
  readonly #connection: DaemonConnection;
  readonly #log: Log;
  readonly #signal: AbortSignal;
  readonly #listeners = new Listeners<readonly RunEntry[]>();
  #runs: readonly RunEntry[] = [];
  #byId = new Map<string, RunEntry>();
  #known = '';
  #wake = new AbortController();

  constructor(connection: DaemonConnection, log: Log, signal: AbortSignal) {
    this.#connection = connection;
    this.#log = log;
    this.#signal = signal;
    const wake = () => this.#wake.abort();
    connection.onRunChange(wake, { signal });
    connection.onState(wake, { signal });
  }

  /** The newest list; empty until the daemon has answered once. */
  get runs(): readonly RunEntry[] {
    return this.#runs;
  }

  totals(runId: string): RunTotals | undefined {
    return this.#byId.get(runId)?.totals;
  }

  onChange(listener: (runs: readonly RunEntry[]) => void, lifetime: { signal: AbortSignal }): void {
    this.#listeners.add(listener, lifetime);
    this.#wake.abort();
  }

  async keep(): Promise<void> {
    while (!this.#signal.aborted) {
      this.#wake = new AbortController();
      if (this.#connection.state.state === 'connected') await this.#ask();
      await delay(leastMs, this.#signal);
      const isWatched = this.#listeners.size > 0;
      const woken = AbortSignal.any([this.#wake.signal, this.#signal]);
      await delay(isWatched ? pollMs - leastMs : 24 * 3600 * 1000, woken);
    }
  }

  async #ask(): Promise<void> {
    try {
      const clients = this.#connection.clients();
      const answer = await call(clients.duallane, clients.duallane.describeRuns, { runIds: [] }, this.#signal);
      const runs = answer.runs.map(toRunEntry);
      const known = JSON.stringify(runs);
      if (known === this.#known) return;
      this.#known = known;
      this.#runs = runs;
      this.#byId = new Map(runs.map((run) => [run.run_id, run]));
      this.#listeners.emit(runs);
    } catch (error) {
      if (!this.#signal.aborted) this.#log('warn', 'run-list-unreachable', { reason: sentenceOf(error) });
    }
  }
}
