import { existsSync, statSync } from 'node:fs';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { contract, encodeLinkMessage, linkHeader } from '../../src/protocol/index.ts';
import { TestBridge } from '../support/bridge.ts';
import { ScriptedDaemon, stepRows } from '../support/bridge-daemon.ts';
import { TestPage } from '../support/bridge-page.ts';
import { until } from '../support/until.ts';

const daemon = new ScriptedDaemon();
let bridge: TestBridge;
const pages: TestPage[] = [];
/** What a test started, ended in reverse also when the test failed. */
const ends: (() => unknown)[] = [];

async function connect(options?: { hello?: boolean }): Promise<TestPage> {
  const page = await TestPage.connect(bridge, options);
  pages.push(page);
  return page;
}

function lastError(page: TestPage) {
  return page.of('error').at(-1)?.meta;
}

beforeAll(async () => {
  await daemon.start();
  daemon.openRun('R');
  bridge = await TestBridge.start({ home: daemon.home, daemonCommand: daemon.command });
  await bridge.untilConnected();
});

afterEach(async () => {
  for (const page of pages.splice(0)) await page.close();
  for (const end of ends.splice(0).reverse()) await end();
});

/** Another bridge than the one all tests share. */
async function startAlone(options: Parameters<typeof TestBridge.start>[0]): Promise<TestBridge> {
  const alone = await TestBridge.start(options);
  ends.push(() => alone.stop());
  return alone;
}

async function connectTo(alone: TestBridge): Promise<TestPage> {
  const page = await TestPage.connect(alone);
  pages.push(page);
  return page;
}

function anotherDaemon(): ScriptedDaemon {
  const another = new ScriptedDaemon();
  ends.push(() => another.dispose());
  return another;
}

afterAll(async () => {
  await bridge.stop();
  daemon.dispose();
});

describe('the bridge’s socket', () => {
  it('is for its owner alone', () => {
    expect(statSync(bridge.socket).mode & 0o777).toBe(0o600);
  });

  it('answers nothing but 403 without the secret, over HTTP and on the upgrade', async () => {
    for (const path of ['/health', '/parts/x.parquet', '/tail/R/steps?upto=1', '/link', '/']) {
      for (const headers of [{}, { 'x-duallane-secret': 'a'.repeat(64) }, { 'x-duallane-secret': '' }]) {
        expect((await bridge.get(path, headers as Record<string, string>)).status).toBe(403);
      }
    }
    await expect(TestPage.connect({ socket: bridge.socket, secret: 'b'.repeat(64) })).rejects.toThrow('403');
  });

  it('logs JSON lines, and never the secret', () => {
    expect(bridge.log.filter((line) => line.event === 'not-json')).toEqual([]);
    expect(JSON.stringify(bridge.log)).not.toContain(bridge.secret);
  });

  it.each([
    ['/nothing', 404],
    ['/parts/..%2f..%2fetc', 400],
    ['/parts/none.parquet', 404],
    ['/tail/R/secrets?upto=1', 400],
    ['/tail/R/steps', 400],
    ['/tail/nobody/steps?upto=1', 404],
    ['/tail/%zz/steps?upto=1', 400],
  ])('answers %s with %i and a sentence', async (path, status) => {
    const answer = await bridge.get(path);
    expect(answer.status).toBe(status);
    expect(JSON.parse(answer.body.toString()).sentence).toMatch(/\w+ .*\.$/);
    expect(answer.headers['cache-control']).toBe('no-store');
  });
});

describe('a page that breaks the format', () => {
  const bystander = async () => {
    const page = await connect();
    const view = page.view(1, { view: 'telemetry', run: 'R', kinds: ['steps'], backlog: { steps: 0 } });
    await page.until('a status', () => view.states.length > 0 && view.states.at(-1) !== 'connecting');
    return { page, view };
  };

  function header(fields: { channel?: number; sequence?: number; kind?: number; flags?: number; total?: number }): Buffer {
    const bytes = Buffer.alloc(linkHeader.bytes);
    bytes.writeUInt32LE(fields.channel ?? 0, linkHeader.fields.channel.offset);
    bytes.writeUInt32LE(fields.sequence ?? 2, linkHeader.fields.sequence.offset);
    bytes.writeUInt8(fields.kind ?? 2, linkHeader.fields.kind.offset);
    bytes.writeUInt8(fields.flags ?? 1, linkHeader.fields.flags.offset);
    bytes.writeUInt32LE(fields.total ?? 100, linkHeader.fields.total.offset);
    return bytes;
  }

  const replayed = Buffer.from(encodeLinkMessage('parts', 0, 2, { request: 1, runs: [], kinds: ['steps'] })[0] ?? []);

  it.each<[string, string, readonly (Buffer | string)[]]>([
    ['a text message', 'link-format', ['hello']],
    ['no header', 'link-format', [Buffer.alloc(3)]],
    ['an unknown kind', 'link-format', [header({ kind: 99 })]],
    ['a kind that only the bridge sends', 'link-format', [header({ kind: 6 })]],
    ['a claim of 2 GB', 'link-format', [header({ total: 2 ** 31 })]],
    ['a claim of 4 GB', 'link-format', [header({ total: 2 ** 32 - 1 })]],
    [
      'a second hello',
      'link-format',
      encodeLinkMessage('hello', 0, 2, { contract: contract.hash, version: '1' }).map((bytes) => Buffer.from(bytes)),
    ],
    ['a message again', 'link-replay', [replayed, replayed]],
    [
      'JSON that does not fit',
      'link-format',
      encodeLinkMessage('open', 1, 1, { view: 'telemetry', run: 'R', kinds: [] as never }).map((bytes) => Buffer.from(bytes)),
    ],
    ['a fragment without a beginning', 'link-format', [header({ flags: 2 })]],
  ])('with %s is told %s and disconnected, and no other page notices', async (_, code, messages) => {
    const other = await bystander();
    const page = await connect();
    await page.until('hello', () => page.of('hello').length > 0);
    for (const message of messages) page.socket.send(message);
    await page.until('the end', () => page.closed !== undefined);
    expect(lastError(page)?.code).toBe(code);
    expect(page.closed?.code).toBe(1008);
    const before = other.view.rows('steps').length;
    daemon.publish('R', 'steps', stepRows('a', 0, 3));
    await other.page.until('rows elsewhere', () => other.view.rows('steps').length === before + 3);
    expect(other.page.of('error')).toEqual([]);
  });

  it('with a message over 1 MiB is disconnected', async () => {
    const page = await connect();
    page.socket.send(Buffer.alloc((1 << 20) + 1));
    await page.until('the end', () => page.closed !== undefined);
    expect(page.closed?.code).toBe(1009);
  });

  it('with another contract is told what to do, and disconnected', async () => {
    const page = await connect({ hello: false });
    page.send('hello', 0, { contract: '0000000000000000', version: '9.9.9' });
    await page.until('the end', () => page.closed !== undefined);
    expect(lastError(page)?.code).toBe('contract-mismatch');
    expect(lastError(page)?.sentence).toContain('Reload the page');
    expect(page.of('runs')).toEqual([]);
  });

  it('with anything before hello is disconnected', async () => {
    const page = await connect({ hello: false });
    page.send('open', 1, { view: 'telemetry', run: 'R', kinds: ['steps'] });
    await page.until('the end', () => page.closed !== undefined);
    expect(lastError(page)?.code).toBe('link-format');
  });

  it('with a flood is disconnected', async () => {
    const page = await connect();
    page.view(1, { view: 'telemetry', run: 'R', kinds: ['steps'] });
    for (let i = 0; i < 45_000 && !page.closed; i += 1) page.send('grant', 1, { active: true });
    await page.until('the end', () => page.closed !== undefined);
    expect(lastError(page)?.code).toBe('link-flood');
  });
});

describe('a page that asks for what is not its own', () => {
  it('hears of it on the channel, keeps its link, and gets no credits for it', async () => {
    const page = await connect();
    page.send('grant', 7, { active: true });
    await page.until('channel-unknown', () => lastError(page)?.code === 'channel-unknown');
    const view = page.view(1, { view: 'telemetry', run: 'R', kinds: ['steps'], backlog: { steps: 0 } }, { paints: false });
    await page.until('live', () => view.states.length > 0);
    page.send('open', 1, { view: 'telemetry', run: 'R', kinds: ['steps'] });
    await page.until('channel-in-use', () => lastError(page)?.code === 'channel-in-use');
    await page.until('the ledger', () => page.of('ledger', 1).length > 0);
    daemon.publish('R', 'steps', stepRows('a', 0, 250));
    await page.until('200 rows', () => view.liveRows('steps').length === 200);
    for (const forged of [
      { seq: Number.MAX_SAFE_INTEGER, rows: 0 },
      { seq: 1, rows: 201 },
      { seq: 1, rows: Number.MAX_SAFE_INTEGER },
    ]) {
      const before = page.of('error').length;
      page.send('painted', 1, { steps: forged });
      await page.until('painted-forged', () => page.of('error').length > before && lastError(page)?.code === 'painted-forged');
    }
    page.send('painted', 1, { episodes: { seq: 0, rows: 0 } });
    page.send('painted', 1, { frame: 1 });
    daemon.publish('R', 'steps', stepRows('a', 250, 10));
    await page.until('the count', () => (view.counts('steps')?.published ?? 0) >= 260);
    expect(view.liveRows('steps').length).toBe(200);
    expect(page.closed).toBeUndefined();
  });

  it('cannot open more than 256 views', async () => {
    const page = await connect();
    for (let channel = 1; channel <= 257; channel += 1) page.send('open', channel, { view: 'frames', run: `none-${channel}` });
    await page.until('channels-full', () => lastError(page)?.code === 'channels-full');
    expect(page.of('error').length).toBe(1);
  });
});

describe('the bridge’s life', () => {
  it('ends with its stdin, leaving no socket', async () => {
    const mortal = await startAlone({ home: daemon.home, daemonCommand: daemon.command });
    const { socket } = mortal;
    mortal.child.stdin.end();
    expect(await mortal.exited).toBe(0);
    expect(existsSync(socket)).toBe(false);
  });

  it('does not begin with a wrong first line, and says why without the secret', async () => {
    const secret = 'ef'.repeat(32);
    await expect(TestBridge.start({ home: '', daemonCommand: daemon.command, secret })).rejects.toThrow(/ended with 2.*home/);
  });

  it('after kill -9 begins again on the same socket, and a view that comes back has each row once', async () => {
    const first = await startAlone({ home: daemon.home, daemonCommand: daemon.command });
    daemon.openRun('K');
    const before = await connectTo(first);
    const seenBefore = before.view(1, { view: 'telemetry', run: 'K', kinds: ['steps'] });
    await before.until('waiting', () => seenBefore.states.includes('waiting'));
    daemon.publish('K', 'steps', stepRows('a', 0, 20));
    await before.until('20 rows', () => seenBefore.rows('steps').length === 20);
    await first.kill();
    await until(() => before.closed, { what: 'the link to break' });
    daemon.publish('K', 'steps', stepRows('a', 20, 20));
    const second = await startAlone({
      home: daemon.home,
      daemonCommand: daemon.command,
      socket: first.socket,
      secret: first.secret,
    });
    const after = await connectTo(second);
    const seenAfter = after.view(1, { view: 'telemetry', run: 'K', kinds: ['steps'], since: { steps: 20 } });
    await after.until('the other 20', () => seenAfter.rows('steps').length === 20);
    const seqs = [...seenBefore.rows('steps'), ...seenAfter.rows('steps')].map((row) => row.seq);
    expect(seqs).toEqual(Array.from({ length: 40 }, (_, i) => i + 1));
  });

  it('says in every view that the daemon speaks another contract, and keeps the link', async () => {
    const strange = anotherDaemon();
    await strange.start({ contract: 'ffffffffffffffff' });
    const alone = await startAlone({ home: strange.home, daemonCommand: strange.command });
    const page = await connectTo(alone);
    await page.until('incompatible', () => page.of('hello').at(-1)?.meta.daemon === 'incompatible');
    const view = page.view(1, { view: 'telemetry', run: 'R', kinds: ['steps'] });
    await page.until('a status', () => view.states.includes('unavailable'));
    expect(page.of('status', 1).at(-1)?.meta.sentence).toContain('stop it and reload the page');
    expect(page.of('error')).toEqual([]);
    expect((await alone.get('/tail/R/steps?upto=5')).status).toBe(503);
  });

  it('waits for a daemon that cannot be started, says its last words, and connects when it can', async () => {
    const late = anotherDaemon();
    const alone = await startAlone({ home: late.home, daemonCommand: late.command });
    const page = await connectTo(alone);
    await until(async () => JSON.stringify((await alone.health()).daemon).includes('No such file'), { what: 'the sentence' });
    const view = page.view(1, { view: 'telemetry', run: 'R', kinds: ['steps'] });
    await page.until('the view’s sentence', () => page.of('status', 1).at(-1)?.meta.sentence.includes('No such file'));
    expect(view.states).toEqual(['connecting']);
    expect(page.of('hello').at(0)?.meta.daemon).toBe('connecting');
    await late.start();
    await page.until('connected', () => page.of('hello').at(-1)?.meta.daemon === 'connected');
  });

  it('keeps its memory when a page stops reading: rows overflow, counted, and come again when it reads', async () => {
    daemon.openRun('S');
    const page = await connect();
    const view = page.view(1, { view: 'telemetry', run: 'S', kinds: ['steps'] });
    await page.until('waiting', () => view.states.includes('waiting'));
    const wide = stepRows('a', 0, 20).map((row) => ({ ...row, observation_json: 'x'.repeat(200_000) }));
    (page.socket as unknown as { _socket: { pause(): void; resume(): void } })._socket.pause();
    const first = await bridge.health();
    for (let i = 0; i < 10; i += 1) daemon.publish('S', 'steps', wide);
    await bridge.health();
    for (let i = 0; i < 10; i += 1) daemon.publish('S', 'steps', wide);
    const other = await connect();
    const watching = other.view(1, { view: 'telemetry', run: 'S', kinds: ['steps'], backlog: { steps: 1 } });
    await other.until('the end of it', () => watching.rows('steps').some((row) => row.seq === 400));
    expect(Number((await bridge.health()).rss_bytes) - Number(first.rss_bytes)).toBeLessThan(300 << 20);
    (page.socket as unknown as { _socket: { pause(): void; resume(): void } })._socket.resume();
    await page.until('the count', () => view.counts('steps')?.published === 400);
    const counts = view.counts('steps');
    expect(counts?.overflowed).toBeGreaterThan(0);
    expect((counts?.delivered ?? 0) + (counts?.skipped ?? 0) + (counts?.overflowed ?? 0)).toBe(400);
    expect(view.liveRows('steps').length).toBe(counts?.delivered);
    await page.until('what overflowed, from history', () => new Set(view.rows('steps').map((row) => row.seq)).size === 400);
    daemon.publish('S', 'steps', stepRows('a', 400, 1));
    await page.until('rows again', () => view.liveRows('steps').at(-1)?.seq === 401);
  });
});
