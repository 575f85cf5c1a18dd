/** What becomes of each kind of line, by the golden table; the JSON reader and the line splitter against everything else. */
import { readFileSync } from 'node:fs';
import { expect, it } from '@jest/globals';
import fc from 'fast-check';
import { LineRecorder } from '../../src/pipeline/proxy/line-recorder.ts';
import { LineSplitter, type SplitLine } from '../../src/pipeline/proxy/line-splitter.ts';
import { readTelemetryLine } from '../../src/pipeline/proxy/telemetry-line.ts';
import { decodePublished, rowsOf } from '../../src/protocol/arrow.ts';
import { compactJson, limits, readJson } from '../../src/protocol/index.ts';

type Case = {
  name: string;
  line?: string;
  base64?: string;
  kind: string;
  row?: Record<string, unknown>;
  picture?: { width: number; height: number; channels: number; pixels: number[] };
  reason?: string;
  rejected: number;
};
const { cases } = JSON.parse(readFileSync('proto/fixtures/json-lines.golden.json', 'utf8')) as { cases: Case[] };
const nowMs = 1_767_225_600_000;

/** All rows a recorder publishes for some bytes, by kind, and how many lines or values it counted. */
function record(...lines: SplitLine[]) {
  const rows: Record<string, Record<string, unknown>[]> = {};
  const others: string[] = [];
  const recorder = new LineRecorder({
    runId: 'r',
    agentId: 'agent_1',
    send: ({ kind, rows: count, ipc }) => {
      rows[kind] = [...(rows[kind] ?? []), ...rowsOf(decodePublished(kind, ipc, count))];
    },
    onOther: (bytes) => others.push(Buffer.from(bytes).toString('utf8')),
    log: () => undefined,
    ringDirectory: '/nowhere',
    now: () => nowMs,
  });
  for (const line of lines) recorder.line(line);
  recorder.end('run_completed', {});
  const events = rows.events ?? [];
  const details = events.filter((row) => row.kind === 'rejected_lines').map((row) => JSON.parse(String(row.detail_json)));
  const rejected = details.reduce((sum: number, detail: { count: number }) => sum + detail.count, 0) as number;
  const isOurs = (row: Record<string, unknown>) =>
    ['rejected_lines', 'run_completed', 'fast_lane_off'].includes(String(row.kind));
  return { rows: { ...rows, events: events.filter((row) => !isOurs(row)) } as typeof rows, rejected, others, details };
}

const comparable = (value: unknown): unknown =>
  typeof value === 'bigint' || (typeof value === 'number' && !Number.isFinite(value)) ? String(value) : value;
const lineOf = (text: string | Buffer): SplitLine => ({ kind: 'line', bytes: Buffer.from(text as string) });

it.each(cases.map((entry) => [entry.name, entry] as const))('%s', (_, entry) => {
  const bytes = entry.base64 === undefined ? Buffer.from(entry.line ?? '') : Buffer.from(entry.base64, 'base64');
  const { rows, rejected, others } = record({ kind: 'line', bytes });
  const row = rows[entry.kind]?.[0];
  for (const [column, expected] of Object.entries(entry.row ?? {}))
    expect([column, comparable(row?.[column])]).toEqual([column, expected]);
  expect(
    Object.entries(rows)
      .filter(([, of]) => of.length > 0)
      .map(([kind, of]) => `${kind} ${of.length}`),
  ).toEqual(entry.row ? [`${entry.kind} 1`] : []);
  expect(rejected).toBe(entry.rejected);
  expect(others.length).toBe(entry.kind === 'other' ? 1 : 0);
  const reading = readTelemetryLine(bytes.toString('utf8'), { agentId: 'agent_1', nowUs: 0n });
  if (entry.reason) expect(reading).toEqual({ kind: 'other', reason: entry.reason });
  if (entry.picture)
    expect(reading).toMatchObject({ picture: { ...entry.picture, pixels: Uint8Array.from(entry.picture.pixels) } });
});

it('a line beyond the limit is counted with its length and harms no line after it', () => {
  const { rows, rejected, details, others } = record(
    { kind: 'oversize', start: Buffer.from('{"type":"step"'), length: 99_000_000 },
    lineOf('{"type":"step","step":1}'),
  );
  expect(rows.steps).toHaveLength(1);
  expect(rejected).toBe(1);
  expect(details[0].samples[0]).toContain('a line of 99000000 bytes');
  expect(others).toEqual(['{"type":"step"\n']);
});

it('the end that the worker tells is published once, last, and with what it said', () => {
  const events: Record<string, unknown>[] = [];
  const recorder = new LineRecorder({
    runId: 'r',
    agentId: 'a',
    send: ({ kind, ipc }) => events.push(...rowsOf(decodePublished(kind, ipc))),
    onOther: () => undefined,
    log: () => undefined,
  });
  recorder.line(lineOf('{"event":"run_completed","total":3}'));
  recorder.line(lineOf('{"type":"step"}'));
  expect(recorder.saidEnd).toEqual({ kind: 'run_completed', detail: '{"total":3}' });
  recorder.end('run_completed', { exit_code: 0 });
  expect(events.map((row) => row.kind ?? 'step')).toEqual(['step', 'run_completed']);
  expect(events[1]?.detail_json).toBe('{"exit_code":0,"worker":{"total":3}}');
});

it('reads what JSON.parse reads, and refuses what it refuses', () => {
  fc.assert(
    fc.property(fc.json(), (text) => {
      const value = JSON.parse(text) as unknown;
      const reading = readJson(text);
      expect(reading.kind).toBe(typeof value === 'object' && value !== null && !Array.isArray(value) ? 'object' : 'other');
      if (reading.kind !== 'object') return;
      const last = value as Record<string, unknown>;
      for (const key of reading.object.keys()) expect(JSON.parse(reading.object.compact(key) ?? '')).toEqual(last[key]);
    }),
    { numRuns: 500 },
  );
  fc.assert(
    fc.property(fc.json(), fc.nat(), fc.constantFrom('"', '{', ']', ',', '0', '\\', 'e', '\u0001', ''), (text, at, mark) => {
      const place = at % (text.length + 1);
      const broken = text.slice(0, place) + mark + text.slice(place + 1);
      expect(readJson(broken).kind === 'bad').toBe(!isJson(broken));
    }),
    { numRuns: 3000 },
  );
});

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

it('compact JSON loses white space and nothing else', () => {
  fc.assert(
    fc.property(fc.jsonValue(), (value) => expect(compactJson(JSON.stringify(value, null, 2))).toBe(JSON.stringify(value))),
  );
  expect(compactJson('{"a b" : [1.0, 12345678901234567890 , NaN]}')).toBe('{"a b":[1.0,12345678901234567890,"NaN"]}');
});

it('refuses nesting without end instead of overflowing', () => {
  expect(readJson('['.repeat(100_000))).toMatchObject({ kind: 'bad', reason: expect.stringContaining('nested too deeply') });
});

it('gives the same lines however the bytes are cut', () => {
  const bytes = fc.uint8Array({ maxLength: 200 }).map((array) => Buffer.from(array.map((byte) => (byte % 5 === 0 ? 10 : byte))));
  fc.assert(
    fc.property(bytes, fc.array(fc.integer({ min: 1, max: 30 })), (all, cuts) => {
      const splitter = new LineSplitter(1000);
      const lines: string[] = [];
      const take = (line: SplitLine) => lines.push(line.kind === 'line' ? line.bytes.toString('latin1') : 'oversize');
      let at = 0;
      for (const cut of [...cuts, all.length]) {
        for (const line of splitter.push(all.subarray(at, at + cut))) take(line);
        at += cut;
      }
      for (const line of splitter.end()) take(line);
      const expected = all.toString('latin1').split('\n');
      if (expected.at(-1) === '') expected.pop();
      expect(lines).toEqual(expected);
    }),
  );
});

it('keeps the beginning of a line that is too long, counts its bytes, and gives the next line whole', () => {
  const splitter = new LineSplitter(10);
  const lines = [
    ...splitter.push(Buffer.from('12345678')),
    ...splitter.push(Buffer.from('901234')),
    ...splitter.push(Buffer.from('56\nnext\n')),
  ];
  expect(lines).toEqual([
    { kind: 'oversize', start: Buffer.from('12345678901234'), length: 16 },
    { kind: 'line', bytes: Buffer.from('next') },
  ]);
});

it('takes a 10 MB line as a row', () => {
  expect(limits.jsonLineBytes).toBeGreaterThan(10_000_000);
  const { rows, rejected } = record(lineOf(`{"type":"step","observation":[${'1234567,'.repeat(1_250_000)}0]}`));
  expect(rejected).toBe(0);
  expect(String(rows.steps?.[0]?.observation_json)).toHaveLength(10_000_003);
});
