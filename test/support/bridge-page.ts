/** The page's end of a link, for tests: sends what it is told to, also what no page may, and keeps everything that came. */
import { once } from 'node:events';
import { WebSocket } from 'ws';
import { decodeBatch, rowsOf } from '../../src/protocol/arrow.ts';
import {
  type Batch,
  type Counts,
  contract,
  encodeLinkMessage,
  LinkJoiner,
  type LinkKind,
  type LinkMessage,
  type LinkMetas,
  type OpenFrames,
  type OpenTelemetry,
  type RowKind,
} from '../../src/protocol/index.ts';
import { until } from './until.ts';

export type SeenRow = { seq: number; live: boolean; filled: boolean; cells: Record<string, unknown> };

export class TestPage {
  readonly messages: LinkMessage[] = [];
  readonly socket: WebSocket;
  closed: { code: number; reason: string } | undefined;
  readonly #joiner = new LinkJoiner();
  readonly #sequences = new Map<number, number>();
  #listeners: ((message: LinkMessage) => void)[] = [];

  static async connect(
    bridge: { socket: string; secret: string },
    options: { hello?: boolean; secret?: string } = {},
  ): Promise<TestPage> {
    const page = new TestPage(bridge.socket, options.secret ?? bridge.secret);
    await once(page.socket, 'open');
    if (options.hello !== false) page.send('hello', 0, { contract: contract.hash, version: contract.version, page: 'test' });
    return page;
  }

  private constructor(socketPath: string, secret: string) {
    this.socket = new WebSocket(`ws+unix:${socketPath}:/link`, {
      headers: { 'x-duallane-secret': secret },
      perMessageDeflate: false,
    });
    this.socket.on('message', (bytes: Buffer) => {
      const message = this.#joiner.take(bytes);
      if (!message) return;
      this.messages.push(message);
      for (const listener of [...this.#listeners]) listener(message);
    });
    this.socket.on('close', (code, reason) => {
      this.closed = { code, reason: reason.toString() };
    });
    this.socket.on('error', () => {
      // A refused or broken link shows in `closed`, or in the rejection of `connect`.
    });
  }

  on(listener: (message: LinkMessage) => void): void {
    this.#listeners.push(listener);
  }

  send<K extends LinkKind>(kind: K, channel: number, meta: LinkMetas[K]): void {
    const sequence = (this.#sequences.get(channel) ?? 0) + 1;
    this.#sequences.set(channel, sequence);
    for (const fragment of encodeLinkMessage(kind, channel, sequence, meta)) this.socket.send(fragment);
  }

  of<K extends LinkKind>(kind: K, channel?: number): LinkMessage<K>[] {
    return this.messages.filter(
      (message) => message.kind === kind && (channel === undefined || message.channel === channel),
    ) as LinkMessage<K>[];
  }

  until<T>(what: string, ask: () => T, withinMs?: number): ReturnType<typeof until<T>> {
    return until(ask, {
      what: () =>
        `${what}; the last messages were ${JSON.stringify(this.messages.slice(-4).map(({ kind, channel, meta }) => ({ kind, channel, meta })))}`,
      ...(withinMs !== undefined && { withinMs }),
    });
  }

  /** An open view; it paints each live batch as it comes, unless told not to. */
  view(channel: number, request: OpenTelemetry, options: { paints?: boolean } = {}): TestView {
    return new TestView(this, channel, request, options.paints ?? true);
  }

  frames(channel: number, request: OpenFrames): void {
    this.send('open', channel, request);
  }

  async close(): Promise<void> {
    if (this.closed) return;
    this.socket.close();
    await once(this.socket, 'close');
  }
}

export class TestView {
  readonly channel: number;
  readonly #page: TestPage;
  readonly #rows = new Map<RowKind, SeenRow[]>();
  paints: boolean;
  readonly #painted = new Map<RowKind, { seq: number; rows: number }>();

  constructor(page: TestPage, channel: number, request: OpenTelemetry, paints: boolean) {
    this.#page = page;
    this.channel = channel;
    this.paints = paints;
    page.on((message) => {
      if (message.kind === 'batch' && message.channel === channel) this.#take(message.meta, message.body);
    });
    page.send('open', channel, request);
  }

  rows(kind: RowKind): SeenRow[] {
    return this.#rows.get(kind) ?? [];
  }

  liveRows(kind: RowKind): SeenRow[] {
    return this.rows(kind).filter((row) => row.live);
  }

  /** Reports what came since the last report. */
  paint(kind: RowKind): void {
    const seen = this.#painted.get(kind) ?? { seq: 0, rows: 0 };
    const rows = this.liveRows(kind).length;
    const seq = this.rows(kind).reduce((last, row) => Math.max(last, row.seq), 0);
    this.#page.send('painted', this.channel, { [kind]: { seq, rows: rows - seen.rows } });
    this.#painted.set(kind, { seq, rows });
  }

  counts(kind: RowKind): Counts | undefined {
    return this.#page.of('ledger', this.channel).at(-1)?.meta.kinds[kind]?.counts;
  }

  get states(): string[] {
    return this.#page.of('status', this.channel).map((message) => message.meta.state);
  }

  missed(kind: RowKind): number {
    return this.#page
      .of('gap', this.channel)
      .filter(({ meta }) => meta.kind === kind)
      .reduce((sum, { meta }) => sum + meta.rows, 0);
  }

  #take(meta: Batch, body: Uint8Array): void {
    const rows = this.#rows.get(meta.kind) ?? [];
    this.#rows.set(meta.kind, rows);
    const table = rowsOf(decodeBatch(body));
    if (table.length !== meta.rows || table[0]?.seq_id !== meta.first_seq || table.at(-1)?.seq_id !== meta.last_seq) {
      throw new Error(`a batch of ${table.length} rows says ${JSON.stringify(meta)}`);
    }
    for (const cells of table) rows.push({ seq: Number(cells.seq_id), live: !meta.history, filled: meta.filled ?? false, cells });
    if (this.paints && !meta.history) this.paint(meta.kind);
  }
}
