import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { Dictionary, Float64, Int32, Int64, Table, TimestampMicrosecond, tableToIPC, Utf8, vectorFromArray } from 'apache-arrow';
import { Comparison } from '../../src/widgets/comparison/comparison.ts';
import { budgetOf, configDifferences, flatConfig, groupRuns, taskOf } from '../../src/widgets/comparison/groups.ts';
import type { FromWorker, Question } from '../../src/widgets/comparison/messages.ts';
import { drawPoints } from '../../src/widgets/comparison/point-picture.ts';
import { curveOfRun } from '../../src/widgets/comparison/run-curve.ts';
import { episodeColumns, RunRows, valueColumns } from '../../src/widgets/comparison/run-rows.ts';
import { WorkerSide } from '../../src/widgets/comparison/worker-side.ts';

const golden = JSON.parse(readFileSync('proto/fixtures/run-groups.golden.json', 'utf8'));
const runs = golden.runs.map((run: { run_id: string; name: string; config: object }) => ({
  run_id: run.run_id,
  name: run.name,
  config_json: JSON.stringify(run.config),
  status: 'TERM',
  created_ms: 0,
}));

describe('runs as groups of seeds', () => {
  it.each(['seed', 'name', 'algo'])('are the golden ones by %s', (by) => {
    const found = groupRuns(runs, by).map((group) => ({
      label: group.label,
      runs: group.runs.map(({ run_id }) => run_id),
      missing: group.missingSeeds,
    }));
    expect(found).toEqual(golden.by[by]);
  });

  it('know their task and budget', () => {
    const config = (id: string) => flatConfig(runs.find(({ run_id }: { run_id: string }) => run_id === id).config_json);
    for (const [id, task] of Object.entries(golden.tasks)) expect(taskOf(config(id))).toBe(task);
    for (const [id, budget] of Object.entries(golden.budgets)) expect(budgetOf(config(id)) ?? null).toBe(budget);
  });

  it('differ in nested keys, told only where they do', () => {
    const groups = groupRuns(runs.slice(0, 3), 'seed');
    expect(configDifferences(groups, 'seed')).toEqual([{ path: 'net.width', values: [['64'], ['128']] }]);
    expect(configDifferences(groupRuns(runs.slice(0, 2), 'run'), 'run')).toEqual([{ path: 'seed', values: [['1'], ['2']] }]);
  });

  it('take a configuration that is no JSON object for an empty one', () => {
    for (const text of ['', 'null', '[1]', '{"a":', '7']) expect(flatConfig(text).size).toBe(0);
    expect([...flatConfig('{"a":{},"b":{"c":null,"d":[1,{"e":2}]}}')]).toEqual([
      ['a', '{}'],
      ['b.c', 'null'],
      ['b.d', '[1,{"e":2}]'],
    ]);
  });
});

type Episode = { seq: number; agent?: string; worker?: string; total: number | null; steps: number; second: number };
const bigints = (values: number[]) => vectorFromArray(values.map(BigInt), new Int64());
const words = (values: string[]) => vectorFromArray(values, new Dictionary(new Utf8(), new Int32()));
const times = (seconds: number[]) =>
  vectorFromArray(
    seconds.map((at) => at * 1000),
    new TimestampMicrosecond(),
  );

function episodes(rows: readonly Episode[]): Uint8Array {
  return tableToIPC(
    new Table({
      seq_id: bigints(rows.map(({ seq }) => seq)),
      worker_id: words(rows.map(({ worker }) => worker ?? 'w')),
      agent_id: words(rows.map(({ agent }) => agent ?? 'a')),
      total_reward: vectorFromArray(
        rows.map(({ total }) => total),
        new Float64(),
      ),
      steps: bigints(rows.map(({ steps }) => steps)),
      episode_index: bigints(rows.map(({ seq }) => seq + 2 ** 40)),
      ts: times(rows.map(({ second }) => second)),
    }),
    'stream',
  );
}

function values(rows: readonly { seq: number; name: string; step: number; value: number; second: number }[]): Uint8Array {
  return tableToIPC(
    new Table({
      seq_id: bigints(rows.map(({ seq }) => seq)),
      worker_id: words(rows.map(() => 'w')),
      agent_id: words(rows.map(() => 'a')),
      name: words(rows.map(({ name }) => name)),
      step: bigints(rows.map(({ step }) => step)),
      value: vectorFromArray(
        rows.map(({ value }) => value),
        new Float64(),
      ),
      ts: times(rows.map(({ second }) => second)),
    }),
    'stream',
  );
}

const logged: Episode[] = [
  { seq: 1, total: 10, steps: 5, second: 100 },
  { seq: 2, total: 20, steps: 7, second: 101, agent: 'b' },
  { seq: 3, total: null, steps: 3, second: 102 },
  { seq: 4, total: 30, steps: 4, second: 110, worker: 'later' },
  { seq: 5, total: 40, steps: 6, second: 111, worker: 'later', agent: 'b' },
];

function held(): { of: RunRows; metrics: RunRows } {
  const [of, metrics] = [new RunRows(), new RunRows()];
  of.add(episodes(logged.slice(0, 3)), episodeColumns);
  of.add(episodes(logged.slice(1)), episodeColumns); // a tail that overlaps what is held
  metrics.add(
    values([
      { seq: 1, name: 'loss', step: 5, value: 3, second: 100.5 },
      { seq: 2, name: 'kl', step: 5, value: 9, second: 100.6 },
      { seq: 3, name: 'loss', step: 12, value: 2, second: 110.5 },
    ]),
    valueColumns,
  );
  return { of, metrics };
}

describe('a run’s rows as a curve', () => {
  const x = (axis: Parameters<typeof curveOfRun>[2]['axis'], agent?: string) => {
    const { of, metrics } = held();
    const curve = curveOfRun(of, metrics, { value: 'return', axis, agent, budget: 100 });
    return [[...curve.x], [...curve.y]];
  };

  it('holds each row once, and indices beyond 2^32 exactly', () => {
    const { of } = held();
    expect(of.rows).toBe(5);
    expect([...(of.whole.numbers.episode_index ?? [])]).toEqual([1, 2, 3, 4, 5].map((seq) => seq + 2 ** 40));
  });

  it.each([
    [
      'step',
      'a',
      [
        [5, 9],
        [10, 30],
      ],
    ],
    [
      'step',
      undefined,
      [
        [5, 7, 9, 13],
        [10, 20, 30, 40],
      ],
    ],
    [
      'episode',
      'b',
      [
        [1, 2],
        [20, 40],
      ],
    ],
    [
      'time',
      undefined,
      [
        [0, 1, 10, 11],
        [10, 20, 30, 40],
      ],
    ],
    [
      'process',
      undefined,
      [
        [0, 1, 2, 3],
        [10, 20, 30, 40],
      ],
    ],
    [
      'budget',
      'a',
      [
        [0.05, 0.09],
        [10, 30],
      ],
    ],
    [
      'metric:loss',
      undefined,
      [
        [2, 3, 3],
        [40, 20, 30],
      ],
    ],
    ['step', 'nobody', [[], []]],
  ] as const)('over %s of agent %s is exact', (axis, agent, wanted) => {
    expect(x(axis, agent)).toEqual(wanted);
  });

  it.each([
    ['time', [2, 3, 12, 13]],
    ['process', [2, 3, 4, 5]],
  ] as const)('over %s begins when the run was opened', (axis, wanted) => {
    const { of } = held();
    const choice = { value: 'return', axis, agent: undefined, budget: undefined, createdMs: 98_000 } as const;
    const curve = curveOfRun(of, new RunRows(), choice);
    expect([[...curve.x], [...curve.seconds]]).toEqual([wanted, [2, 3, 12, 13]]);
  });

  it('of a logged value has its own steps', () => {
    const { of, metrics } = held();
    const curve = curveOfRun(of, metrics, { value: 'metric:loss', axis: 'step', agent: undefined, budget: undefined });
    expect([[...curve.x], [...curve.y], [...curve.seconds]]).toEqual([
      [5, 12],
      [3, 2],
      [0.5, 10.5],
    ]);
  });
});

const question: Question = {
  groups: [
    {
      key: 'g',
      colour: [1, 2, 3],
      runs: [
        { id: 'r', task: '', budget: undefined },
        { id: 's', task: '', budget: undefined },
      ],
    },
  ],
  value: 'return',
  axis: 'step',
  agent: 'a',
  smoothing: { kind: 'off' },
  band: 'min-max',
  statistic: 'mean',
  better: 'higher',
  baseline: undefined,
  threshold: undefined,
  at: undefined,
};
const frame = { x: undefined, width: 40, height: 20 };

describe('a comparison', () => {
  it('draws and compares over a logged value that falls below 0', () => {
    const comparison = new Comparison();
    const rows = Array.from({ length: 100 }, (_, i) => ({ seq: i + 1, total: i, steps: 1, second: 100 + i }));
    comparison.add('r', 'episodes', episodes(rows));
    const falling = rows.map(({ seq, second }) => ({ seq, name: 'kl', step: seq, value: -seq, second }));
    comparison.add('r', 'metrics', values(falling));
    const runs = [{ id: 'r', task: '', budget: undefined }];
    const over: Question = { ...question, axis: 'metric:kl', groups: [{ key: 'g', colour: [1, 2, 3], runs }] };
    const { view, shown, lines } = comparison.picture(over, { x: undefined, width: 200, height: 100 });
    expect([view.x, shown]).toEqual([[-100, 0], 100]);
    expect([...(lines[0]?.middle ?? [])].filter(Number.isFinite)).toHaveLength(199);
    const { at, groups } = comparison.table(over);
    expect([at, groups[0]?.value]).toEqual([-1, 4.5]);
  });

  const made = (): Comparison => {
    const comparison = new Comparison();
    comparison.add('r', 'episodes', episodes(logged));
    comparison.add(
      's',
      'episodes',
      episodes(logged.map((row) => ({ ...row, total: row.total === null ? null : row.total + 10 }))),
    );
    return comparison;
  };

  it('counts every logged point, and those in view', () => {
    const comparison = made();
    const whole = comparison.picture(question, frame);
    expect([whole.shown, whole.logged, whole.runsWithPoints, whole.whole]).toEqual([4, 4, 2, { x: [0, 9], y: [10, 40] }]);
    const part = comparison.picture(question, { ...frame, x: [4, 6] });
    expect([part.shown, part.logged, part.view.y]).toEqual([2, 4, [10, 20]]);
  });

  it('draws again only what has new rows, and finds it', () => {
    const comparison = made();
    const line = () => comparison.picture(question, frame).lines[0];
    const before = line()?.middle.at(-1);
    comparison.add('r', 'episodes', episodes([{ seq: 6, total: 1000, steps: 1, second: 120 }]));
    expect([before, line()?.middle.at(-1), line()?.n.at(-1)]).toEqual([35, 1000, 1]);
  });

  it('keeps bands while it is moved: each view has those of a comparison that has seen no other', () => {
    const moved = made();
    for (const low of [0, 1, 2, 2.5, 1.5]) {
      const at = { ...frame, x: [low, low + 4] as const };
      expect(moved.picture(question, at).lines).toEqual(made().picture(question, at).lines);
    }
    const fresh = made();
    for (const one of [moved, fresh]) one.add('r', 'episodes', episodes([{ seq: 6, total: 1000, steps: 1, second: 120 }]));
    expect(moved.picture(question, frame).lines).toEqual(fresh.picture(question, frame).lines);
  });

  it('says that a picture is rough when its bands had no time, and draws its line all the same', () => {
    const comparison = made();
    const rough = comparison.picture(question, frame, 0);
    const whole = comparison.picture(question, frame);
    expect([rough.isRough, whole.isRough, rough.lines[0]?.middle]).toEqual([true, false, whole.lines[0]?.middle]);
    expect(rough.lines[0]?.low.every(Number.isNaN)).toBe(true);
    expect(whole.lines[0]?.low.some(Number.isFinite)).toBe(true);
    expect(comparison.picture(question, frame, 0).lines).toEqual(whole.lines);
  });

  it('reads only what was logged, and finds an episode again', () => {
    const comparison = made();
    comparison.picture(question, frame);
    const point = comparison.nearest(5.2, 11, 1, 5);
    expect(point).toMatchObject({ run: 'r', group: 'g', x: 5, y: 10, agent: 'a', episode: 2 ** 40 + 1 });
    expect(comparison.nearest(7, 25, 0.5, 5)).toBeUndefined();
    expect(comparison.locate('r', 'a', 2 ** 40 + 4)).toMatchObject({ x: 9, y: 30 });
    expect(comparison.locate('r', 'b', 2 ** 40 + 5)).toBeUndefined();
  });

  it('answers with the figures of its groups', () => {
    const { at, groups } = made().table(question);
    expect([at, groups[0]?.n, groups[0]?.value, groups[0]?.each.map(({ score }) => score)]).toEqual([9, 2, 35, [30, 40]]);
  });
});

describe('the worker’s side', () => {
  it('answers between two arrivals, takes every row once, and draws a rough picture again', async () => {
    const said: FromWorker[] = [];
    const side = new WorkerSide(
      { open: () => Promise.reject(new Error('no parts here')) },
      (message) => said.push(message),
      () => new Promise((resolve) => setTimeout(resolve, 1)),
    );
    const streams = [episodes(logged)];
    side.hear({ kind: 'tail', request: 1, run: 'r', of: 'episodes', streams });
    side.hear({ kind: 'tail', request: 2, run: 's', of: 'episodes', streams });
    side.hear({ kind: 'part', request: 3, run: 't', name: 'torn.parquet', of: 'episodes', bytes: new Uint8Array(4) });
    const runs = ['r', 's'].map((id) => ({ id, task: '', budget: undefined }));
    const groups = [{ key: 'g', colour: [1, 2, 3] as const, runs }];
    const base = { value: 'return', axis: 'step', agent: 'a', smoothing: { kind: 'off' }, statistic: 'iqm' } as const;
    const question = {
      ...base,
      groups,
      band: 'iqm',
      better: 'higher',
      baseline: undefined,
      threshold: undefined,
      at: undefined,
    } as const;
    side.hear({ kind: 'ask', question, frame: { x: undefined, width: 40, height: 20 }, isTableWanted: true, number: 1 });
    const isDone = () => said.some(({ kind }) => kind === 'refused') && said.at(-1)?.kind !== 'took';
    for (let at = 0; at < 500 && !(isDone() && said.some((one) => one.kind === 'picture' && !one.picture.isRough)); at++)
      await new Promise((resolve) => setTimeout(resolve, 10));
    expect(said.flatMap((one) => (one.kind === 'took' ? [[one.request, one.rows]] : []))).toEqual([
      [1, 5],
      [2, 5],
    ]);
    expect(said.find((one) => one.kind === 'refused')).toMatchObject({
      request: 3,
      sentence: expect.stringContaining('Part torn.parquet of the history cannot be read'),
    });
    expect(said.findLast((one) => one.kind === 'picture')?.picture.isRough).toBe(false);
    expect(said.filter(({ kind }) => kind === 'table')).toHaveLength(1);
  });
});

describe('the first rows', () => {
  it('are drawn before others are taken in', async () => {
    const said: FromWorker[] = [];
    const asked: Question = { ...question, agent: undefined, band: 'none' };
    const side = new WorkerSide(
      { open: () => Promise.reject(new Error('no parts here')) },
      (message) => {
        said.push(message);
        // As the page does: it asks as soon as it hears of rows.
        if (message.kind === 'took')
          setTimeout(() => side.hear({ kind: 'ask', question: asked, frame, isTableWanted: false, number: 1 }), 5);
      },
      async () => undefined,
    );
    const streams = [episodes(logged)];
    side.hear({ kind: 'tail', request: 1, run: 'r', of: 'episodes', streams });
    side.hear({ kind: 'tail', request: 2, run: 's', of: 'episodes', streams });
    for (let at = 0; at < 500 && said.filter(({ kind }) => kind === 'took').length < 2; at++)
      await new Promise((resolve) => setTimeout(resolve, 5));
    expect(said.map(({ kind }) => kind).slice(0, 3)).toEqual(['took', 'picture', 'took']);
  });
});

describe('the picture of points', () => {
  const curve = (x: number[], y: number[]) => ({
    x: Float64Array.from(x),
    y: Float64Array.from(y),
    seconds: new Float64Array(x.length),
    row: new Uint32Array(x.length),
  });

  it('holds a point of each corner, and none from outside', () => {
    const picture = drawPoints(
      [{ colour: [255, 0, 0], curves: [curve([0, 10, 11], [0, 5, 2])] }],
      { x: [0, 10], y: [0, 5] },
      { width: 10, height: 5 },
    );
    const alpha = (column: number, row: number) => picture.rgba[(row * 10 + column) * 4 + 3];
    expect([picture.shown, alpha(0, 4), alpha(9, 0), alpha(5, 2)]).toEqual([2, 120, 120, 0]);
  });
});
