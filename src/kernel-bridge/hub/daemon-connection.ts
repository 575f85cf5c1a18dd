/**
 * The bridge's one connection to the trainer daemon: makes sure there is one, connects, and does so again for ever.
 *
 * Guarantees
 * - `connected` gives clients of a daemon whose contract is ours, or waits; it never gives clients known to be dead.
 * - A daemon that went away is noticed by the open WatchRuns stream (or by polling, where that is not served).
 * - A daemon of another contract is told as `incompatible` with a sentence, and looked at again every `reconnectMaxMs`.
 */
import { type ChannelOptions, type ServiceError, status } from '@grpc/grpc-js';
import { contract, DuallaneError, type Log, limits, sentenceOf } from '../../protocol/index.ts';
import { type ChannelSecurity, openDaemonChannel, type trainer } from '../../protocol/wire.ts';
import { Backoff, delay, Listeners } from '../waiting.ts';
import type { BatchService } from './batch-service.ts';
import type { DaemonAddress } from './ensure-daemon.ts';
import { RowsOnlyDaemon } from './rows-only-daemon.ts';
import { call } from './unary.ts';

export type DaemonState =
  | { state: 'connecting'; sentence: string }
  | { state: 'connected'; pid: number; version: string }
  | { state: 'incompatible'; sentence: string };

export type DaemonClients = { trainer: trainer.TrainerServiceClient; duallane: BatchService };
type Connected = DaemonClients & { servesRowsOnly: boolean };

const pollMs = 2000;
const keepaliveTimeoutMs = 10_000;
const keepalive: ChannelOptions = {
  'grpc.keepalive_time_ms': limits.linkPingMs,
  'grpc.keepalive_timeout_ms': keepaliveTimeoutMs,
};

export class DaemonConnection {
  readonly #ensure: (signal: AbortSignal) => Promise<DaemonAddress>;
  readonly #security: ChannelSecurity;
  readonly #log: Log;
  readonly #signal: AbortSignal;
  readonly #states = new Listeners<DaemonState>();
  readonly #runChanges = new Listeners<void>();
  #state: DaemonState = { state: 'connecting', sentence: 'Connecting to the trainer daemon.' };
  #clients: DaemonClients | undefined;
  #connections = 0;

  constructor(options: {
    ensure: (signal: AbortSignal) => Promise<DaemonAddress>;
    security: ChannelSecurity;
    log: Log;
    signal: AbortSignal;
  }) {
    this.#ensure = options.ensure;
    this.#security = options.security;
    this.#log = options.log;
    this.#signal = options.signal;
  }

  /** Connections after the first. */
  get reconnects(): number {
    return Math.max(0, this.#connections - 1);
  }

  get state(): DaemonState {
    return this.#state;
  }

  onState(listener: (state: DaemonState) => void, lifetime: { signal: AbortSignal }): void {
    this.#states.add(listener, lifetime);
  }

  /** A run was made or changed, or the list may have. */
  onRunChange(listener: () => void, lifetime: { signal: AbortSignal }): void {
    this.#runChanges.add(listener, lifetime);
  }

  /** Clients of the living daemon, as soon as there is one. Rejects with the signal's reason. */
  connected(signal: AbortSignal): Promise<DaemonClients> {
    if (this.#clients) return Promise.resolve(this.#clients);
    return new Promise((resolve, reject) => {
      if (signal.aborted) return reject(signal.reason);
      const settled = new AbortController();
      const lifetime = { signal: AbortSignal.any([signal, settled.signal]) };
      signal.addEventListener('abort', () => reject(signal.reason), { once: true, signal: settled.signal });
      this.#states.add(() => {
        if (!this.#clients) return;
        settled.abort();
        resolve(this.#clients);
      }, lifetime);
    });
  }

  /** Clients now. Throws `daemon-away` with a sentence for people. */
  clients(): DaemonClients {
    if (this.#clients) return this.#clients;
    const sentence = this.#state.state === 'connected' ? 'The trainer daemon went away.' : this.#state.sentence;
    throw new DuallaneError('daemon-away', sentence);
  }

  /** Connects, and again whenever the connection is lost, until the bridge ends. */
  async keep(): Promise<void> {
    const backoff = new Backoff();
    while (!this.#signal.aborted) {
      const waitMs = await this.#once(backoff);
      await delay(waitMs, this.#signal);
    }
  }

  /** One connection from beginning to end; answers how long to wait before the next. */
  async #once(backoff: Backoff): Promise<number> {
    let clients: Connected | undefined;
    try {
      const address = await this.#ensure(this.#signal);
      if (address.contract !== undefined && address.contract !== contract.hash) {
        this.#become({ state: 'incompatible', sentence: incompatible(address.pid, address.version) });
        return limits.reconnectMaxMs;
      }
      clients = await this.#connect(address);
      this.#clients = clients;
      this.#connections += 1;
      this.#become({ state: 'connected', pid: address.pid, version: address.version });
      backoff.reset();
      await this.#watch(clients);
      throw new DuallaneError('daemon-away', 'The trainer daemon went away.');
    } catch (error) {
      if (this.#signal.aborted) return 0;
      this.#clients = undefined;
      const sentence = error instanceof DuallaneError ? error.sentence : 'The trainer daemon went away.';
      this.#log('warn', 'daemon-lost', { reason: sentenceOf(error) });
      this.#become({ state: 'connecting', sentence: `${sentence} Connecting again.` });
      return backoff.next();
    } finally {
      this.#clients = undefined;
      clients?.duallane.close();
      clients?.trainer.close();
    }
  }

  /** Ends, by returning or throwing, when the daemon is gone. */
  async #watch(clients: Connected): Promise<void> {
    if (clients.servesRowsOnly) return this.#poll(clients);
    try {
      const stream = clients.trainer.watchRuns({ statusFilter: [], sinceSeq: 0n });
      this.#signal.addEventListener('abort', () => stream.cancel(), { once: true, signal: AbortSignal.any([this.#signal]) });
      for await (const _record of stream) this.#runChanges.emit();
    } catch (error) {
      if ((error as ServiceError).code !== status.UNIMPLEMENTED) throw error;
      await this.#poll(clients);
    }
  }

  async #poll(clients: DaemonClients): Promise<void> {
    while (!this.#signal.aborted) {
      await delay(pollMs, this.#signal);
      // Not GetHealth, which the source's daemon leaves unanswered.
      await call(clients.trainer, clients.trainer.listRuns, { statusFilter: [] }, this.#signal);
      this.#runChanges.emit();
    }
  }

  /** Clients of a daemon that answers. One that has no batches is asked for its rows instead. */
  async #connect(address: DaemonAddress): Promise<Connected> {
    const target = 'target' in address ? address.target : `unix:${address.socket}`;
    const { trainer: rows, duallane: batches } = openDaemonChannel(target, this.#security, keepalive);
    try {
      await call(batches, batches.describeRuns, { runIds: ['-'] }, this.#signal);
      return { trainer: rows, duallane: batches, servesRowsOnly: false };
    } catch (error) {
      batches.close();
      if ((error as ServiceError).code === status.UNIMPLEMENTED) {
        this.#log('info', 'daemon-serves-rows-only', { target });
        return { trainer: rows, duallane: new RowsOnlyDaemon(rows, this.#log, this.#signal), servesRowsOnly: true };
      }
      rows.close();
      throw error;
    }
  }

  #become(state: DaemonState): void {
    if (state.state !== this.#state.state) this.#log('info', `daemon-${state.state}`, { pid: 'pid' in state ? state.pid : null });
    this.#state = state;
    this.#states.emit(state);
  }
}

function incompatible(pid: number, version: string): string {
  return (
    `The trainer daemon (pid ${pid}) is version ${version} and this Jupyter server has ${contract.version}: ` +
    'their contracts differ. When its runs have ended, stop it and reload the page; a daemon of this version starts by itself.'
  );
}
