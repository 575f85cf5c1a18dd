/** A home on a disk that fills up, while appending and while sealing, and gets space again. Needs the right to mount a tmpfs. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from '@jest/globals';
import { historyForms } from '../../src/pipeline/history/index.ts';
import { openParquetSink, type ParquetSink } from '../../src/pipeline/sinks/index.ts';
import { decodeBatch, encodeRows, rowsOf } from '../../src/protocol/arrow.ts';
import { until } from '../support/until.ts';

const mount = (directory: string, options: string) =>
  spawnSync('mount', ['-t', 'tmpfs', '-o', options, 'tmpfs', directory], { encoding: 'utf8' });
const probe = mkdtempSync(join(tmpdir(), 'dl-'));
const refusal = mount(probe, 'size=64k').status === 0 ? undefined : 'this process may not mount a tmpfs';
spawnSync('umount', [probe]);
rmSync(probe, { recursive: true, force: true });
if (refusal !== undefined) process.stderr.write(`skipped: disk-full tests, because ${refusal}\n`);

let home = '';
let sink: ParquetSink | undefined;
afterEach(async () => {
  await sink?.close();
  spawnSync('umount', [home]);
  rmSync(home, { recursive: true, force: true });
});

/** Rows whose text does not compress, about 60 kB a batch. */
function batch(n: number) {
  const noise = (i: number): string =>
    Array.from({ length: 60 }, (_, j) =>
      Math.sin(n * 7919 + i * 104729 + j)
        .toString(36)
        .slice(3),
    ).join('');
  const rows = Array.from({ length: 100 }, (_, i) => ({
    agent_id: 'a',
    episode_index: n,
    step_index: i,
    observation_json: noise(i),
  }));
  return {
    rows,
    batch: { runId: 'run', workerId: 'w', kind: 'steps' as const, rows: rows.length, ipc: encodeRows('steps', rows) },
  };
}

async function stored(from: ParquetSink): Promise<unknown[]> {
  const rows: unknown[] = [];
  for await (const { ipc } of from.read('run', 'steps', 0))
    for (const row of rowsOf(decodeBatch(ipc))) rows.push([row.episode_index, row.step_index, row.observation_json]);
  return rows;
}
const expected = (batches: number): unknown[] =>
  Array.from({ length: batches }, (_, n) => batch(n).rows)
    .flat()
    .map((row) => [row.episode_index, row.step_index, row.observation_json]);

(refusal === undefined ? describe : describe.skip)('a full disk', () => {
  it('makes appends wait, loses nothing of what was acknowledged, and goes on when there is space', async () => {
    home = mkdtempSync(join(tmpdir(), 'dl-'));
    expect(mount(home, 'size=3m').status).toBe(0);
    const events: string[] = [];
    sink = await openParquetSink({ home, segmentBytes: 600_000, log: (_level, event) => events.push(event) });
    let acknowledged = 0;
    const waiting: Promise<void>[] = [];
    const count = 150;
    for (let n = 0; n < count; n++) {
      const appended = await sink.append(batch(n).batch);
      waiting.push(appended.durable.then(() => void acknowledged++));
    }
    await until(() => events.filter((event) => event === 'journal-write-failed').length >= 2, { what: 'the disk to be full' });
    expect(acknowledged).toBeLessThan(count);
    // What was acknowledged can be read while the disk is full.
    const readable = await stored(sink);
    expect(readable).toEqual(expected(readable.length / 100));
    expect(readable.length).toBe(sink.reach('run', 'steps').watermark);
    expect(mount(home, 'remount,size=64m').status).toBe(0);
    await Promise.all(waiting);
    expect(acknowledged).toBe(count);
    expect(await stored(sink)).toEqual(expected(count));
    sink.seal();
    await until(() => sink?.reach('run', 'steps').sealedSeq === count * 100, { what: () => `all rows in parts: ${events}` });
    expect(await stored(sink)).toEqual(expected(count));
    await sink.close();
    expect(readdirSync(join(home, 'journal'))).toEqual([]);
    sink = await openParquetSink({ home, log: (_level, event) => events.push(event) });
    expect(await stored(sink)).toEqual(expected(count));
  });

  it.each(historyForms)(
    'leaves rows in the journal when sealing as %s finds no space, and seals them when there is',
    async (history) => {
      home = mkdtempSync(join(tmpdir(), 'dl-'));
      expect(mount(home, 'size=2m').status).toBe(0);
      const events: string[] = [];
      sink = await openParquetSink({ home, history, log: (_level, event) => events.push(event) });
      const batches = 18;
      for (let n = 0; n < batches; n++) await (await sink.append(batch(n).batch)).durable;
      sink.seal();
      await until(() => events.includes('seal-failed'), { what: 'sealing to fail' });
      expect(readdirSync(join(home, 'parts'))).toEqual([]);
      expect(sink.parts('run', ['steps'])).toEqual([]);
      expect(await stored(sink)).toEqual(expected(batches));
      expect(mount(home, 'remount,size=64m').status).toBe(0);
      await until(() => sink?.reach('run', 'steps').sealedSeq === batches * 100, { what: 'all rows in parts' });
      expect(await stored(sink)).toEqual(expected(batches));
    },
  );
});
