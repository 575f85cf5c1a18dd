import { describe, expect, it } from '@jest/globals';
import type { RunEntry } from '../../src/protocol/index.ts';
import { csvOf, tabbed } from '../../src/widgets/elements/sql-export.ts';
import { askedBefore, rememberAsked } from '../../src/widgets/sql/asked-before.ts';
import { type ChartRows, chartNumbers, guessChart, readChoice } from '../../src/widgets/sql/chart-choice.ts';
import { hasNewRows, restMs } from '../../src/widgets/sql/live-question.ts';
import { orderRows } from '../../src/widgets/sql/row-order.ts';
import { configValues } from '../../src/widgets/sql/run-configs.ts';

type Cell = string | null;

function rowsOf(columns: readonly (readonly [name: string, type: string])[], cells: readonly (readonly Cell[])[]): ChartRows {
  const isNumber = (type: string) => !['VARCHAR', 'TIMESTAMP', 'BOOLEAN'].includes(type);
  return {
    columns: columns.map(([name, type]) => ({ name, type, isNumber: isNumber(type) })),
    rows: cells.length,
    text: (row, column) => cells[row]?.[column],
  };
}

const life = { signal: new AbortController().signal, breathe: async () => undefined };

describe('the order of an answer', () => {
  const rows = rowsOf(
    [
      ['agent', 'VARCHAR'],
      ['y', 'DOUBLE'],
    ],
    [
      ['b', '10.0'],
      ['a', null],
      ['B', 'nan'],
      ['a', '9.0'],
      ['b', '-inf'],
    ],
  );

  it('is that of numbers, NaN and NULL last both ways', async () => {
    expect(await orderRows(rows, { column: 1, isDescending: false, filter: '' }, life)).toEqual(Uint32Array.of(4, 3, 0, 2, 1));
    expect(await orderRows(rows, { column: 1, isDescending: true, filter: '' }, life)).toEqual(Uint32Array.of(0, 3, 4, 2, 1));
  });

  it('keeps equal rows as they came, and only those the filter finds', async () => {
    expect(await orderRows(rows, { column: 0, isDescending: false, filter: '' }, life)).toEqual(Uint32Array.of(2, 1, 3, 0, 4));
    expect(await orderRows(rows, { column: undefined, isDescending: false, filter: 'B' }, life)).toEqual(Uint32Array.of(0, 2, 4));
    expect(await orderRows(rows, { column: undefined, isDescending: false, filter: ' ' }, life)).toBeUndefined();
  });
});

describe('the chart of an answer', () => {
  it('is a line over steps, one for each name', () => {
    const rows = rowsOf(
      [
        ['step', 'BIGINT'],
        ['name', 'VARCHAR'],
        ['value', 'DOUBLE'],
      ],
      [
        ['2', 'a', '1'],
        ['1', 'a', '3'],
        ['1', 'b', 'inf'],
        ['5', 'b', null],
      ],
    );
    const choice = guessChart(rows);
    expect(choice).toEqual({ form: 'line', x: 'step', y: ['value'], by: 'name' });
    const drawn = chartNumbers(rows, choice as NonNullable<typeof choice>);
    expect(drawn.series.map(({ name }) => name)).toEqual(['a', 'b']);
    expect([...(drawn.series[0]?.x ?? [])]).toEqual([1, 2]);
    expect([...(drawn.series[0]?.y ?? [])]).toEqual([3, 1]);
    expect([...(drawn.series[1]?.y ?? [])]).toEqual([Number.NaN, Number.NaN]);
  });

  it.each([
    [
      [
        ['algo', 'VARCHAR'],
        ['mean', 'DOUBLE'],
      ],
      [
        ['ppo', '1'],
        ['dqn', '2'],
      ],
      { form: 'bar', x: 'algo', y: ['mean'] },
    ],
    [
      [
        ['loss', 'DOUBLE'],
        ['kl', 'DOUBLE'],
      ],
      [
        ['1', '1'],
        ['2', '3'],
      ],
      { form: 'scatter', x: 'loss', y: ['kl'] },
    ],
    [[['total_reward', 'DOUBLE']], [['1'], ['2']], { form: 'histogram', x: 'total_reward' }],
    [[['run_id', 'VARCHAR']], [['a']], undefined],
  ] as const)('of %j is as guessed', (columns, cells, expected) => {
    const guess = guessChart(rowsOf(columns as never, cells as never));
    if (expected === undefined) expect(guess).toBeUndefined();
    else expect(guess).toMatchObject(expected);
  });

  it('has a line for each run, however many runs there are, and says how many rows are in none', () => {
    const columns = [
      ['run_id', 'VARCHAR'],
      ['episode_index', 'BIGINT'],
      ['mean', 'DOUBLE'],
    ];
    const cells = Array.from({ length: 180 }, (_, at): Cell[] => [`r${Math.floor(at / 3)}`, String(at % 3), '1']);
    const rows = rowsOf(columns as never, cells as never);
    const choice = guessChart(rows);
    expect(choice).toMatchObject({ form: 'line', by: 'run_id' });
    expect(chartNumbers(rows, choice as NonNullable<typeof choice>)).toMatchObject({ series: { length: 50 }, left: 30 });
  });

  it('counts every number of a histogram once, and says what has none', () => {
    const cells = Array.from({ length: 100 }, (_, at): Cell[] => [at === 7 ? null : String(at)]);
    const rows = rowsOf([['r', 'DOUBLE']], cells);
    const { series, left } = chartNumbers(rows, { form: 'histogram', x: 'r', y: [], by: '' });
    expect(series[0]?.y.reduce((sum, n) => sum + n, 0)).toBe(99);
    expect(left).toBe(1);
  });

  it('keeps what was chosen while it fits, and guesses anew when it does not', () => {
    const rows = rowsOf(
      [
        ['a', 'DOUBLE'],
        ['b', 'DOUBLE'],
      ],
      [['1', '2']],
    );
    expect(readChoice({ form: 'line', x: 'b', y: ['a'], by: '' }, rows)).toMatchObject({ form: 'line', x: 'b' });
    for (const raw of [
      null,
      7,
      { form: 'pie', x: 'a', y: ['b'] },
      { form: 'line', x: 'gone', y: ['a'] },
      { form: 'line', x: 'a', y: 3 },
    ])
      expect(readChoice(raw, rows)).toMatchObject({ form: 'scatter' });
  });
});

it('a file of an answer tells NULL from an empty text, and holds commas and lines', async () => {
  const rows = rowsOf(
    [
      ['a,b', 'VARCHAR'],
      ['c', 'VARCHAR'],
    ],
    [
      ['x"y', null],
      ['1\n2', ''],
    ],
  );
  expect(await (await csvOf(rows, async () => undefined)).text()).toBe('"a,b",c\r\n"x""y",\r\n"1\n2",""\r\n');
  expect(tabbed(rows)).toBe('a,b\tc\nx"y\t\n1 2\t\n');
});

it('a config becomes rows with the digits it was written with', () => {
  expect(
    configValues(
      '{"lr": 3e-4, "net": {"width": 64, "act": "tanh", "no": {}}, "seeds": [1, 2.50], "x": null, "big": 12345678901234567890}',
    ),
  ).toEqual([
    { key: 'lr', value: '3e-4' },
    { key: 'net.width', value: '64' },
    { key: 'net.act', value: 'tanh' },
    { key: 'net.no', value: '{}' },
    { key: 'seeds', value: '[1,2.50]' },
    { key: 'x', value: 'null' },
    { key: 'big', value: '12345678901234567890' },
  ]);
  for (const text of ['', '[1]', '{"a": NaN}', 'null']) expect(configValues(text)).toEqual([]);
});

describe('a live question', () => {
  const run = (run_id: string, watermark: number) =>
    ({ run_id, kinds: [{ kind: 'steps', watermark, sealed_seq: 0 }] }) as unknown as RunEntry;
  const reach = [{ run: 'a', kind: 'steps' as const, watermark: 5, rows: 5 }];

  it('is asked again for rows it has not seen, and for nothing else', () => {
    expect(hasNewRows(reach, [run('a', 5)], [])).toBe(false);
    expect(hasNewRows(reach, [run('a', 6)], [])).toBe(true);
    expect(hasNewRows(reach, [run('a', 5), run('b', 1)], [])).toBe(true);
    expect(hasNewRows(reach, [run('a', 5), run('b', 1)], ['a'])).toBe(false);
  });

  it('rests four times as long as it took, and at least half a second', () => {
    expect([restMs(10), restMs(2000)]).toEqual([500, 8000]);
  });
});

it('questions asked before come newest first, each once, and a shelf that refuses is none', () => {
  const kept = new Map<string, string>();
  const shelf = {
    getItem: (key: string) => kept.get(key) ?? null,
    setItem: (key: string, value: string) => void kept.set(key, value),
  };
  for (const sql of ['a', 'b', ' a ']) rememberAsked(shelf, { sql, atMs: 1, rows: 2, tookMs: 3 });
  expect(askedBefore(shelf).map(({ sql }) => sql)).toEqual([' a ', 'b']);
  kept.set('duallane.sql.asked', '[{"sql": 1}, 7, null]');
  expect(askedBefore(shelf)).toEqual([]);
  const refusing = {
    getItem: () => {
      throw new Error('no');
    },
    setItem: () => {
      throw new Error('no');
    },
  };
  rememberAsked(refusing, { sql: 'a', atMs: 1, rows: 2, tookMs: 3 });
  expect(askedBefore(refusing)).toEqual([]);
});
