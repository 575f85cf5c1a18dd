/** The bridge beside a real daemon that is killed while rows flow, and its history over HTTP. */
import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { credentials } from '@grpc/grpc-js';
import { afterEach, describe, expect, it } from '@jest/globals';
import { decodeBatch, encodeRows, rowsOf } from '../../src/protocol/arrow.ts';
import { duallane } from '../../src/protocol/wire.ts';
import { TestBridge } from '../support/bridge.ts';
import { stepRows } from '../support/bridge-daemon.ts';
import { TestPage } from '../support/bridge-page.ts';
import { type Card, mainScript, nodePath, startDaemon, type TestDaemon, temporaryHome } from '../support/daemon.ts';
import { until } from '../support/until.ts';

let daemon: TestDaemon;
let bridge: TestBridge;
const pages: TestPage[] = [];

async function connect(): Promise<TestPage> {
  const page = await TestPage.connect(bridge);
  pages.push(page);
  return page;
}

async function start(): Promise<void> {
  const home = temporaryHome();
  daemon = await startDaemon({ home });
  bridge = await TestBridge.start({
    home: daemon.home,
    daemonCommand: [nodePath, mainScript, 'daemon', '--ensure', '--home', daemon.home],
  });
  await bridge.untilConnected();
}

function card(): Card {
  return JSON.parse(readFileSync(join(daemon.home, 'daemon.json'), 'utf8')) as Card;
}

function isAlive(pid: number): boolean {
  try {
    return !readFileSync(`/proc/${pid}/stat`, 'utf8').includes(') Z ');
  } catch {
    return false;
  }
}

/** Ends the daemon that the bridge started in place of the test's own. */
async function endSuccessor(): Promise<void> {
  const { pid } = card();
  if (pid === daemon.card.pid || !isAlive(pid)) return;
  process.kill(pid, 'SIGTERM');
  await until(() => !isAlive(pid), { what: 'the daemon to end' });
}

afterEach(async () => {
  for (const page of pages.splice(0)) await page.close();
  await bridge.stop();
  await endSuccessor();
  await daemon.stop();
  rmSync(daemon.home, { recursive: true, force: true });
});

/** A writer as the SDK is one: keeps what is not acknowledged and sends it again to the next daemon. */
class PersistentWriter {
  readonly #session = Buffer.alloc(16, 7);
  readonly #runId: string;
  #batches: duallane.Batch[] = [];
  #next = 1;
  #client: duallane.DuallaneServiceClient | undefined;
  #stream: ReturnType<duallane.DuallaneServiceClient['publishBatches']> | undefined;

  constructor(runId: string) {
    this.#runId = runId;
  }

  get unacknowledged(): number {
    return this.#batches.length;
  }

  connect(socket: string): void {
    this.#client = new duallane.DuallaneServiceClient(`unix:${socket}`, credentials.createInsecure());
    const stream = this.#client.publishBatches();
    this.#stream = stream;
    stream.on('data', (ack: duallane.BatchAck) => {
      this.#batches = this.#batches.filter((batch) => batch.batchSequence > ack.batchSequence);
    });
    stream.on('error', () => {
      this.#stream = undefined;
    });
    for (const batch of this.#batches) stream.write(batch);
  }

  publish(rows: ReturnType<typeof stepRows>): void {
    const batch = {
      runId: this.#runId,
      workerId: 'w',
      writerSession: this.#session,
      batchSequence: BigInt(this.#next++),
      kind: duallane.BatchKind.STEPS,
      rows: rows.length,
      arrowIpc: Buffer.from(encodeRows('steps', rows)),
      firstSeq: 0n,
      watermark: 0n,
    };
    this.#batches.push(batch);
    this.#stream?.write(batch);
  }

  close(): void {
    this.#stream?.end();
    this.#client?.close();
  }
}

async function tailOf(runId: string, upto: number): Promise<Map<number, number>> {
  const { status, body } = await bridge.get(`/tail/${runId}/steps?after=0&upto=${upto}`);
  expect(status).toBe(200);
  const rows = new Map<number, number>();
  for (let at = 0; at < body.length; ) {
    const length = body.readUInt32LE(at);
    for (const row of rowsOf(decodeBatch(body.subarray(at + 4, at + 4 + length))))
      rows.set(Number(row.seq_id), Number(row.step_index));
    at += 4 + length;
  }
  return rows;
}

describe('a daemon that is killed while rows flow', () => {
  it('is started again by the bridge, and the view ends up with each row once, the same as history has', async () => {
    await start();
    const { runId } = await daemon.openRun('killed');
    const page = await connect();
    const view = page.view(1, { view: 'telemetry', run: runId, kinds: ['steps'] });
    await page.until('the view to wait', () => view.states.includes('waiting'));
    const writer = new PersistentWriter(runId);
    writer.connect(daemon.card.socket);
    const size = 20;
    const count = 60;
    for (let i = 0; i < count; i += 1) {
      writer.publish(stepRows('a', i * size, size));
      if (i === 25) {
        await page.until('some rows', () => view.rows('steps').length > 100);
        await daemon.kill();
        await bridge.untilConnected(daemon.card.pid);
        writer.connect(card().socket);
      }
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
    await until(() => writer.unacknowledged === 0, { what: 'every batch to be durable' });
    await page.until('every row', () => view.rows('steps').length === count * size || view.missed('steps') > 0);
    const history = await tailOf(runId, count * size);
    expect(history.size).toBe(count * size);
    const seen = view.rows('steps');
    expect(new Set(seen.map((row) => row.seq)).size).toBe(seen.length);
    expect(seen.length + view.missed('steps')).toBeGreaterThanOrEqual(count * size);
    for (const row of seen) expect(row.cells.step_index).toBe(history.get(row.seq));
    expect(view.states).toContain('reconnecting');
    writer.close();
  });
});

describe('a run that logs flat out', () => {
  it('adds up for 100,000 steps by two agents: what a view got and what it was told it missed is what is durable', async () => {
    await start();
    const { runId } = await daemon.openRun('flat out');
    const page = await connect();
    const whole = page.view(1, { view: 'telemetry', run: runId, kinds: ['steps', 'episodes'] });
    const thinned = page.view(2, { view: 'telemetry', run: runId, kinds: ['steps'], every: 100 });
    const one = page.view(3, { view: 'telemetry', run: runId, kinds: ['steps'], agents: ['b'] });
    const views = [whole, thinned, one];
    await page.until('the views to wait', () => views.every((view) => view.states.includes('waiting')));
    const before = Number((await bridge.health()).rss_bytes);
    const writer = daemon.writer(runId);
    const total = 100_000;
    const sent: Promise<number>[] = [];
    for (let from = 0; from < total / 2; from += 1000) {
      const rows = [...stepRows('a', from, 1000), ...stepRows('b', from, 1000)];
      sent.push(
        writer.publish(
          'steps',
          rows.sort((x, y) => Number(x.step_index) - Number(y.step_index)),
        ),
      );
    }
    await Promise.all(sent);
    await page.until(
      'the ledgers',
      () => [total, total, total / 2].every((rows, i) => views[i]?.counts('steps')?.published === rows),
      60_000,
    );
    for (const view of views) {
      const counts = view.counts('steps');
      if (!counts) throw new Error('no ledger');
      expect(counts.delivered + counts.skipped + counts.thinned + counts.overflowed).toBe(counts.published);
      expect(view.liveRows('steps').length).toBe(counts.delivered);
      await page.until('the gaps', () => view.missed('steps') === counts.skipped + counts.overflowed);
      const seqs = view.rows('steps').map((row) => row.seq);
      expect(new Set(seqs).size).toBe(seqs.length);
    }
    expect(thinned.counts('steps')?.thinned).toBe((total * 99) / 100);
    expect(one.rows('steps').every((row) => row.cells.agent_id === 'b')).toBe(true);
    expect((await tailOf(runId, total)).size).toBe(total);
    expect(Number((await bridge.health()).rss_bytes) - before).toBeLessThan(400 << 20);
    writer.end();
  });
});

describe('the ledger', () => {
  it('comes whole to a page that asks: what was counted by agent, and what its views were shown', async () => {
    await start();
    const { runId } = await daemon.openRun('ledger', JSON.stringify({ duallane: { keep: { observations: false } } }));
    await daemon.publish(runId, 'steps', stepRows('a', 0, 20));
    await daemon.publish(runId, 'steps', stepRows('b', 0, 5));
    const page = await connect();
    page.send('ledgers', 0, { request: 1, runs: [runId] });
    await page.until('the ledger', () => page.of('ledgerList').length > 0);
    const { entries, gaps } = page.of('ledgerList')[0]?.meta ?? { entries: [], gaps: [] };
    const counted = entries.map(({ agent_id, received, durable }) => [agent_id, received, durable]);
    expect(counted.filter(([agent]) => agent !== '')).toEqual([
      ['a', 20, 20],
      ['b', 5, 5],
    ]);
    expect(gaps).toEqual([]);
    await page.until('the run', () => page.of('runs').some(({ meta }) => meta.runs.some(({ run_id }) => run_id === runId)));
    const run = page
      .of('runs')
      .at(-1)
      ?.meta.runs.find(({ run_id }) => run_id === runId);
    expect(run).toMatchObject({ kept: 'without observations', totals: { removed: 0, violations: 0 } });
  });
});

describe('history', () => {
  it('is listed, and its parts come whole, by range and with a name that is cached for ever', async () => {
    await start();
    const { runId } = await daemon.openRun('history');
    const writer = daemon.writer(runId);
    for (let i = 0; i < 4; i += 1) await writer.publish('steps', stepRows('a', i * 1000, 1000));
    await writer.publish('events', [{ ts: 1n, kind: 'run_completed', detail_json: '{}' }]);
    writer.end();
    // A daemon that ends in peace seals what it has; the bridge starts the next one.
    await daemon.stop();
    await bridge.untilConnected(daemon.card.pid);
    const page = await connect();
    const list = await until(
      async () => {
        const before = page.of('partList').length;
        page.send('parts', 0, { request: before + 1, runs: [runId], kinds: ['steps'] });
        await page.until('the list', () => page.of('partList').length > before);
        const [run] = page.of('partList').at(-1)?.meta.runs ?? [];
        return run && run.parts.length > 0 ? run : undefined;
      },
      { what: 'the run’s rows to be sealed', withinMs: 20_000 },
    );
    expect(list.kinds.map((reach) => [reach.kind, reach.watermark])).toEqual([['steps', 4000]]);
    const [part] = list.parts;
    if (!part) throw new Error('no part');
    const whole = await bridge.get(`/parts/${part.name}`);
    expect([whole.status, whole.body.length]).toEqual([200, part.bytes]);
    expect(whole.headers['cache-control']).toBe('private, max-age=31536000, immutable');
    expect(whole.body.subarray(0, 4).toString()).toBe('PAR1');
    const secret = { 'x-duallane-secret': bridge.secret };
    const range = await bridge.get(`/parts/${part.name}`, { ...secret, range: 'bytes=-4' });
    expect([range.status, range.body.toString(), range.headers['content-range']]).toEqual([
      206,
      'PAR1',
      `bytes ${part.bytes - 4}-${part.bytes - 1}/${part.bytes}`,
    ]);
    const again = await bridge.get(`/parts/${part.name}`, { ...secret, 'if-none-match': String(whole.headers.etag) });
    expect([again.status, again.body.length]).toEqual([304, 0]);
    const beyond = await bridge.get(`/parts/${part.name}`, { ...secret, range: `bytes=${part.bytes}-` });
    expect(beyond.status).toBe(416);

    // A bridge that has not seen the list gets the same bytes from the daemon.
    const fresh = await TestBridge.start({
      home: daemon.home,
      daemonCommand: [nodePath, mainScript, 'daemon', '--ensure', '--home', daemon.home],
    });
    await fresh.untilConnected();
    expect((await fresh.get(`/parts/${part.name}`)).body.equals(whole.body)).toBe(true);
    await fresh.stop();

    expect((await tailOf(runId, 4000)).size).toBe(4000);
    expect((await bridge.get('/tail/NOBODY/steps?upto=10')).status).toBe(404);
  });
});
