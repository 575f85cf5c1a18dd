import { describe, expect, it } from '@jest/globals';
import { RunBus } from '../../src/pipeline/bus/index.ts';
import { Exposition } from '../../src/pipeline/metrics/exposition.ts';
import { BridgeReports, Histogram } from '../../src/pipeline/metrics/index.ts';
import { Intake } from '../../src/pipeline/sinks/intake.ts';
import type { duallane } from '../../src/protocol/wire.ts';

describe('Prometheus text', () => {
  it('names help and type once a family and escapes what a label holds', () => {
    const out = new Exposition();
    out.sample('gauge', 'a', 'Of\nthis.', 1, { run: 'q"\\\n' });
    out.sample('gauge', 'a', 'Of this.', Number.POSITIVE_INFINITY);
    expect(out.text()).toBe('# HELP a Of\\nthis.\n# TYPE a gauge\na{run="q\\"\\\\\\n"} 1\na +Inf\n');
  });
  it('shows a histogram with cumulative buckets, its sum and its count', () => {
    const times = new Histogram();
    for (const seconds of [0.0004, 0.02, 0.02, 99]) times.observe(seconds);
    const out = new Exposition();
    out.histogram('t_seconds', 'Times.', times.figures);
    const lines = out.text().split('\n');
    expect(lines).toContain('t_seconds_bucket{le="0.0005"} 1');
    expect(lines).toContain('t_seconds_bucket{le="0.01"} 1');
    expect(lines).toContain('t_seconds_bucket{le="0.025"} 3');
    expect(lines).toContain('t_seconds_bucket{le="30"} 3');
    expect(lines).toContain('t_seconds_bucket{le="+Inf"} 4');
    expect(lines).toContain('t_seconds_count 4');
  });
});

it('the intake tells of pressure at 80 %, once, and of relief below a half, once', async () => {
  const told: [boolean, number][] = [];
  const intake = new Intake(1000, 100, ({ isPressed, bytes }) => told.push([isPressed, bytes]));
  for (let batch = 0; batch < 9; batch += 1) await intake.enter(1, 10);
  expect(told).toEqual([[true, 80]]);
  expect(intake.load).toMatchObject({ bytes: 90, fill: 0.9, isPressed: true });
  const waiting = intake.enter(1, 20);
  expect(intake.load.waiting).toBe(1);
  intake.leave(1, 10);
  await waiting;
  for (let batch = 0; batch < 6; batch += 1) intake.leave(1, 10);
  expect(told).toEqual([
    [true, 80],
    [false, 40],
  ]);
});

it('the bus counts what overflow dropped also after the subscriber has gone', () => {
  const bus = new RunBus<object>();
  const gone = new AbortController();
  bus.subscribe('t', { bounds: { events: 5, bytes: 1e9 }, signal: gone.signal, onQueued: () => undefined });
  for (let event = 0; event < 8; event += 1) bus.publish('t', {});
  expect(bus.figures()).toEqual({ subscribers: 1, queued: 5, deepest: 5, pressed: 1, dropped: 3 });
  gone.abort();
  expect(bus.figures()).toEqual({ subscribers: 0, queued: 0, deepest: 0, pressed: 0, dropped: 3 });
});

describe('reports of bridges', () => {
  const view = (name: string, open: boolean) => ({ view: name, runId: 'r', open }) as duallane.ViewReport;
  const report = (bridgeId: string, views: duallane.ViewReport[]) =>
    ({ bridgeId, views, rings: [] }) as unknown as duallane.BridgeReport;

  it('keep the newest of each bridge, and views that closed', () => {
    const reports = new BridgeReports(() => 0);
    reports.take(report('a', [view('1.1', true), view('1.2', true)]));
    reports.take(report('a', [view('1.1', true), view('1.2', false)]));
    expect(reports.views('r').map(({ view: name, open }) => [name, open])).toEqual([
      ['1.1', true],
      ['1.2', false],
    ]);
    expect(reports.views('another')).toEqual([]);
  });
  it('forget a bridge that has been silent for 15 s: its views count as closed', () => {
    let nowMs = 0;
    const reports = new BridgeReports(() => nowMs);
    reports.take(report('a', [view('1.1', true)]));
    nowMs = 15_001;
    expect(reports.bridges()).toEqual([]);
    expect(reports.views('r').map(({ open }) => open)).toEqual([false]);
  });
  it('stay bounded whatever is sent', () => {
    const reports = new BridgeReports(() => 0);
    for (let bridge = 0; bridge < 200; bridge += 1)
      reports.take(
        report(
          String(bridge),
          Array.from({ length: 3000 }, (_, index) => view(String(index), bridge % 2 === 0)),
        ),
      );
    expect(reports.bridges().length).toBe(64);
    expect(reports.views('r').length).toBeLessThanOrEqual(64 * 2048 + 256);
  });
});
