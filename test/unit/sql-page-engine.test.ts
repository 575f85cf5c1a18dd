import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { DuallaneError } from '../../src/protocol/index.ts';
import type { Listener, Progress, Summary } from '../../src/widgets/sql/engine.ts';
import {
  cancelGraceMs,
  type EngineWorker,
  type HistoryLink,
  PageEngine,
  recycleBytes,
  startDeadlineMs,
} from '../../src/widgets/sql/page-engine.ts';
import type { FromWorker, ToWorker } from '../../src/widgets/sql/worker-messages.ts';

const summary: Summary = {
  rows: 1,
  isCut: false,
  bytes: 8,
  askMs: 1,
  loadMs: 0,
  loaded: { parts: 0, rows: 0, bytes: 0 },
  reach: [],
};

class FakeWorker implements EngineWorker {
  onmessage: EngineWorker['onmessage'] = null;
  onerror: EngineWorker['onerror'] = null;
  isEnded = false;
  readonly heard: ToWorker[] = [];
  postMessage(message: ToWorker): void {
    this.heard.push(message);
  }
  terminate(): void {
    this.isEnded = true;
  }
  say(message: FromWorker): void {
    this.onmessage?.({ data: message } as MessageEvent<FromWorker>);
  }
  lastOf<K extends ToWorker['kind']>(kind: K): Extract<ToWorker, { kind: K }> {
    return this.heard.findLast((message) => message.kind === kind) as Extract<ToWorker, { kind: K }>;
  }
}

const workers: FakeWorker[] = [];
let link: HistoryLink;
let engine: PageEngine;
const silent: Listener = { onColumns: () => undefined, onRows: () => undefined };
const ask = (signal = new AbortController().signal, listener = silent) => engine.ask({ sql: 'SELECT 1' }, listener, { signal });
const codeOf = (promise: Promise<unknown>) =>
  promise.then(
    () => 'answered',
    (error: DuallaneError) => error.code,
  );
const worker = () => workers.at(-1) as FakeWorker;

beforeEach(() => {
  jest.useFakeTimers();
  workers.length = 0;
  link = {
    runs: [],
    ledgers: async () => ({ request: 1, entries: [], gaps: [], views: [] }),
    parts: async () => ({ request: 1, runs: [] }),
    tail: async () => [],
    askNative: async () => {
      throw new DuallaneError('native-unreachable', 'There is no such address.');
    },
    piece: async () => {
      throw new DuallaneError('history-unreachable', 'The Jupyter server does not answer.');
    },
  };
  engine = new PageEngine(link, () => {
    workers.push(new FakeWorker());
    return worker();
  });
});
afterEach(() => {
  jest.useRealTimers();
});

describe('the engine of a page', () => {
  it('starts one worker with the first question and none before', async () => {
    expect(workers).toHaveLength(0);
    const first = ask();
    void ask().catch(() => undefined);
    expect(workers).toHaveLength(1);
    worker().say({ kind: 'ready' });
    worker().say({ kind: 'answered', ask: 1, summary, memoryBytes: 1 });
    expect(await first).toEqual(summary);
  });

  it('gives up a worker that shows no sign of life, says why, and tries again with the next question', async () => {
    const asked = ask();
    jest.advanceTimersByTime(startDeadlineMs - 1);
    worker().say({ kind: 'starting', loadedBytes: 1, totalBytes: 2 });
    jest.advanceTimersByTime(startDeadlineMs - 1);
    expect(worker().isEnded).toBe(false);
    jest.advanceTimersByTime(1);
    await expect(asked).rejects.toMatchObject({ code: 'engine-start', sentence: expect.stringContaining('WebAssembly') });
    expect(workers[0]?.isEnded).toBe(true);
    void ask().catch(() => undefined);
    expect(workers).toHaveLength(2);
  });

  it('says why the worker could not start', async () => {
    const asked = ask();
    worker().say({ kind: 'unstarted', failure: { code: 'engine-start', sentence: 'It is served as text/plain.' } });
    await expect(asked).rejects.toMatchObject({ code: 'engine-start', sentence: 'It is served as text/plain.' });
  });

  it('ends a worker that does not let go of a cancelled question, and tells the others to ask again', async () => {
    const stop = new AbortController();
    const stuck = ask(stop.signal);
    const other = ask();
    worker().say({ kind: 'ready' });
    stop.abort();
    expect(worker().lastOf('cancel')).toEqual({ kind: 'cancel', ask: 1 });
    jest.advanceTimersByTime(cancelGraceMs);
    expect([await codeOf(stuck), await codeOf(other)]).toEqual(['sql-cancelled', 'engine-lost']);
    expect(worker().isEnded).toBe(true);
  });

  it('lets go at once of a question that is cancelled while the engine starts, and goes on starting it', async () => {
    const stop = new AbortController();
    const asked = ask(stop.signal);
    stop.abort();
    expect(await codeOf(asked)).toBe('sql-cancelled');
    jest.advanceTimersByTime(cancelGraceMs * 2);
    expect(worker().isEnded).toBe(false);
  });

  it('keeps a worker that lets go of a cancelled question', async () => {
    const stop = new AbortController();
    const asked = ask(stop.signal);
    worker().say({ kind: 'ready' });
    stop.abort();
    worker().say({
      kind: 'failed',
      ask: 1,
      failure: { code: 'sql-cancelled', sentence: 'The question was cancelled.' },
      memoryBytes: 1,
    });
    expect(await codeOf(asked)).toBe('sql-cancelled');
    jest.advanceTimersByTime(cancelGraceMs * 2);
    expect(worker().isEnded).toBe(false);
  });

  it('recycles a worker that has grown too large once nobody waits for it', async () => {
    const first = ask();
    const second = ask();
    worker().say({ kind: 'ready' });
    worker().say({ kind: 'answered', ask: 1, summary, memoryBytes: recycleBytes + 1 });
    await first;
    expect(worker().isEnded).toBe(false);
    worker().say({ kind: 'answered', ask: 2, summary, memoryBytes: recycleBytes + 1 });
    await second;
    expect(worker().isEnded).toBe(true);
  });

  it('starts anew after the engine broke off', async () => {
    const asked = ask();
    worker().say({ kind: 'ready' });
    worker().say({ kind: 'failed', ask: 1, failure: { code: 'engine-lost', sentence: 'It broke off.' }, memoryBytes: 1 });
    expect(await codeOf(asked)).toBe('engine-lost');
    expect(worker().isEnded).toBe(true);
  });

  it('fetches history for the worker and passes a failure on with its code and sentence', async () => {
    void ask().catch(() => undefined);
    worker().say({ kind: 'fetch', fetch: 7, wanted: { what: 'parts', runs: [], kinds: ['steps'] } });
    worker().say({ kind: 'fetch', fetch: 8, wanted: { what: 'piece', name: 'a.parquet', range: { lastBytes: 9 } } });
    await jest.advanceTimersByTimeAsync(0);
    expect(worker().lastOf('fetched')).toEqual({ kind: 'fetched', fetch: 7, value: { request: 1, runs: [] } });
    expect(worker().lastOf('unfetched')).toEqual({
      kind: 'unfetched',
      fetch: 8,
      failure: { code: 'history-unreachable', sentence: 'The Jupyter server does not answer.' },
    });
  });

  it('stops fetching what the worker no longer wants', async () => {
    let isStopped = false;
    engine = new PageEngine(
      {
        ...link,
        piece: (_name, _range, lifetime) =>
          new Promise((_resolve, reject) =>
            lifetime.signal.addEventListener('abort', () => {
              isStopped = true;
              reject(new Error('stopped'));
            }),
          ),
      },
      () => {
        workers.push(new FakeWorker());
        return worker();
      },
    );
    void ask().catch(() => undefined);
    worker().say({ kind: 'fetch', fetch: 1, wanted: { what: 'piece', name: 'a', range: { first: 0, end: 9 } } });
    worker().say({ kind: 'unwanted', fetch: 1 });
    expect(isStopped).toBe(true);
  });

  it('tells how the start goes', () => {
    const seen: Progress[] = [];
    void ask(undefined, { ...silent, onProgress: (progress) => seen.push(progress) }).catch(() => undefined);
    worker().say({ kind: 'starting', loadedBytes: 5, totalBytes: 10 });
    expect(seen.at(-1)).toMatchObject({ stage: 'starting', loadedBytes: 5, totalBytes: 10 });
  });
});

describe('native DuckDB beside the Jupyter server', () => {
  const frame = (letter: string, body: Uint8Array) => {
    const framed = new Uint8Array(5 + body.length);
    framed[0] = letter.charCodeAt(0);
    new DataView(framed.buffer).setUint32(1, body.length, true);
    framed.set(body, 5);
    return framed;
  };
  const json = (letter: string, value: unknown) => frame(letter, new TextEncoder().encode(JSON.stringify(value)));
  const done = { rows: 2, is_cut: false, bytes: 8, ask_ms: 3, load_ms: 4 };
  const reach = [{ run: 'a', kind: 'steps', watermark: 9, rows: 9 }];
  /** An answer whose chunks know nothing of frames. */
  const answering = (frames: Uint8Array[], chunkBytes = 7) => {
    const whole = new Uint8Array(frames.flatMap((each) => [...each]));
    const chunks = Array.from({ length: Math.ceil(whole.length / chunkBytes) }, (_, at) =>
      whole.slice(at * chunkBytes, (at + 1) * chunkBytes),
    );
    const body = new ReadableStream({
      start(controller) {
        for (const chunk of chunks) controller.enqueue(chunk);
        controller.close();
      },
    });
    return { body } as Response;
  };
  const tooLarge = (code: string) => {
    worker().say({ kind: 'ready' });
    worker().say({ kind: 'failed', ask: 1, failure: { code, sentence: 'Too much for the page.' }, memoryBytes: 1 });
  };

  it.each(['history-too-large', 'sql-memory', 'sql-extension'])('answers what is %s for the page, visibly', async (code) => {
    const bodies: string[] = [];
    link.askNative = async (body) => {
      bodies.push(body);
      return answering([json('r', reach), frame('h', Uint8Array.of(1)), frame('b', Uint8Array.of(2, 3)), json('d', done)]);
    };
    const heard: unknown[] = [];
    const stages: string[] = [];
    const listener: Listener = {
      onColumns: (header) => heard.push([...header]),
      onRows: (chunks) => heard.push(chunks.map((chunk) => [...chunk])),
      onProgress: ({ stage }) => stages.push(stage),
    };
    const asked = engine.ask({ sql: 'SELECT {{k}}', params: { k: "'" }, runs: ['a'] }, listener, {
      signal: new AbortController().signal,
    });
    tooLarge(code);
    expect(await asked).toMatchObject({ engine: 'native', rows: 2, reach });
    expect(heard).toEqual([[1], [[2, 3]]]);
    expect(stages.at(-1)).toBe('native');
    expect(JSON.parse(bodies[0] ?? '')).toEqual({
      sql: "SELECT getvariable('param__k')",
      runs: ['a'],
      used: [],
      variables: { param__k: "'" },
      max_rows: 1_000_000,
    });
  });

  it('never takes an answer that breaks off for a whole one', async () => {
    link.askNative = async () => answering([json('r', reach), frame('h', Uint8Array.of(1)), frame('b', Uint8Array.of(2))]);
    const asked = ask();
    tooLarge('sql-memory');
    expect(await codeOf(asked)).toBe('engine-lost');
  });

  it('leaves the page’s own words when nobody can be asked', async () => {
    const asked = ask();
    tooLarge('history-too-large');
    await expect(asked).rejects.toMatchObject({ code: 'history-too-large', sentence: 'Too much for the page.' });
  });

  it('says what the engine says, and is not asked for an ordinary mistake', async () => {
    link.askNative = async () => answering([json('e', { code: 'sql-failed', sentence: 'no such column' })]);
    const asked = ask();
    tooLarge('sql-memory');
    await expect(asked).rejects.toMatchObject({ code: 'sql-failed', sentence: 'no such column' });
    const plain = ask();
    worker().say({ kind: 'failed', ask: 2, failure: { code: 'sql-failed', sentence: 'here' }, memoryBytes: 1 });
    await expect(plain).rejects.toMatchObject({ sentence: 'here' });
  });
});
