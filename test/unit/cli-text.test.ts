import { describe, expect, it } from '@jest/globals';
import { pickRun } from '../../src/pipeline/cli/find-run.ts';
import { lastLines } from '../../src/pipeline/cli/logs.ts';
import { bytes, counted, json, plain, span, table } from '../../src/pipeline/cli/text.ts';
import { holesIn } from '../../src/pipeline/sinks/holes.ts';
import type { duallane } from '../../src/protocol/wire.ts';

describe('tables and figures', () => {
  it('put numbers to the right and leave no blanks at line ends', () => {
    expect(
      table(
        ['RUN', 'STEPS'],
        [
          ['a', 5n],
          ['long name', 12_345n],
        ],
      ),
    ).toBe('RUN         STEPS\na               5\nlong name  12 345\n');
  });
  it('show control characters and direction marks of a worker as blanks', () => {
    expect(plain('a\u001b[2Jb\r\nc\u202ed')).toBe('a [2Jb c d');
  });
  it('name sizes and times by their largest unit', () => {
    expect([bytes(10), bytes(2048), bytes(3 << 20), span(3_000), span(300_000), span(90_000_000)]).toEqual([
      '10 B',
      '2.0 KiB',
      '3.0 MiB',
      '3 s',
      '5 min',
      '25 h',
    ]);
    expect(counted(1_234_567n)).toBe('1 234 567');
  });
  it('write messages of the wire as JSON with numbers, names and times that scripts can read', () => {
    expect(
      JSON.parse(json({ runId: 'r', rows: 3n, createdAt: { seconds: 1n, nanos: 500_000_000 }, kinds: [{ sealedSeq: 1n }] })),
    ).toEqual({
      run_id: 'r',
      rows: 3,
      created_at: '1970-01-01T00:00:01.500Z',
      kinds: [{ sealed_seq: 1 }],
    });
  });
});

describe('a run is found', () => {
  const runs = [
    { runId: '01AAAA1111', name: 'cartpole' },
    { runId: '01AAAA2222', name: 'twin' },
    { runId: '01BBBB3333', name: 'twin' },
  ] as duallane.RunDescription[];
  it('by id, beginning, end and name, in any case', () => {
    for (const name of ['01AAAA1111', '01aaaa1', '1111', 'cartpole']) expect(pickRun(runs, name).runId).toBe('01AAAA1111');
  });
  it('never by guessing', () => {
    expect(() => pickRun(runs, '01AAAA')).toThrow('run-ambiguous: 2 runs fit "01AAAA" (01AAAA1111, 01AAAA2222)');
    expect(() => pickRun(runs, 'twin')).toThrow('run-ambiguous');
    expect(() => pickRun(runs, '333')).toThrow('run-unknown');
  });
});

it('the last lines of a log end where the log ends', () => {
  expect([
    lastLines('a\nb\nc\n', 2),
    lastLines('a\nb\nc', 2),
    lastLines('a\n', 5),
    lastLines('', 5),
    lastLines('a\n', 0),
  ]).toEqual(['b\nc\n', 'b\nc', 'a\n', '', '']);
});

it('numbers that no range covers are holes, whatever the order and overlap of the ranges', () => {
  const range = (firstSeq: number, lastSeq: number) => ({ firstSeq, lastSeq });
  expect(holesIn([range(6, 8), range(2, 3), range(3, 4)], 10)).toEqual([range(1, 1), range(5, 5), range(9, 10)]);
  expect(holesIn([range(1, 10)], 10)).toEqual([]);
  expect(holesIn([], 0)).toEqual([]);
});
