/**
 * The writer is killed again and again, at random and at the worst moments; then every acknowledged row is looked for by content.
 * DUALLANE_KILLS sets how many random kills (default 10).
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterEach, describe, expect, it } from '@jest/globals';
import { type HistoryForm, historyForms } from '../../src/pipeline/history/index.ts';
import { openParquetSink } from '../../src/pipeline/sinks/index.ts';
import { decodeBatch, rowsOf } from '../../src/protocol/arrow.ts';
import type { RowKind } from '../../src/protocol/index.ts';
import { rowsOfBatch, runId, workerId, writerSession } from './journal-batches.ts';

const kills = Number(process.env.DUALLANE_KILLS ?? 10);
/** Then its content is compared: what every killed life left unsealed is read again by the next one, which adds up. */
const killsOfHome = 10;
const writer = join(__dirname, 'journal-writer.ts');
type Ack = { batch: number; kind: RowKind; firstSeq: number };
const homes: string[] = [];
const children: ChildProcess[] = [];

afterEach(() => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
  for (const home of homes.splice(0)) rmSync(home, { recursive: true, force: true });
});

const newHome = (): string => {
  homes.push(mkdtempSync(join(tmpdir(), 'dl-')));
  return homes.at(-1) as string;
};

/** Runs the writer until it is killed; `acks` gains what it acknowledged. `killAfter`: acknowledgements, then milliseconds. */
async function writeUntilKilled(
  home: string,
  acks: Ack[],
  when: string,
  afterAcks: number,
  history: HistoryForm,
  killMs?: number,
): Promise<void> {
  const child = spawn(process.execPath, [writer, home, when, String(afterAcks), history], { stdio: ['ignore', 'pipe', 'pipe'] });
  children.push(child);
  let said = '';
  child.stderr.on('data', (chunk) => {
    said += chunk;
  });
  const closed = once(child, 'close');
  let count = 0;
  for await (const line of createInterface({ input: child.stdout })) {
    const [batch, kind, firstSeq] = line.split(' ');
    acks.push({ batch: Number(batch), kind: kind as RowKind, firstSeq: Number(firstSeq) });
    if (++count === afterAcks && killMs !== undefined) setTimeout(() => child.kill('SIGKILL'), killMs);
  }
  const [, signal] = await closed;
  expect({ signal, said }).toEqual({ signal: 'SIGKILL', said: '' });
}

/** Everything the home holds, by kind and number, each number once. */
async function contentOf(
  home: string,
): Promise<{ rows: Record<'steps' | 'metrics', Map<number, Record<string, unknown>>>; last: number }> {
  const sink = await openParquetSink({
    home,
    log: (level, event) => expect({ level, event }).not.toMatchObject({ level: 'error' }),
  });
  const rows = { steps: new Map(), metrics: new Map() };
  for (const kind of ['steps', 'metrics'] as const) {
    for await (const { firstSeq, ipc } of sink.read(runId, kind, 0)) {
      rowsOf(decodeBatch(ipc)).forEach((row, i) => {
        expect(rows[kind].has(firstSeq + i)).toBe(false);
        rows[kind].set(firstSeq + i, row);
      });
    }
    expect(rows[kind].size).toBe(sink.reach(runId, kind).watermark);
  }
  const last = sink.durableSequence(runId, workerId, writerSession);
  const { totals } = sink.ledger(runId);
  expect(totals).toMatchObject({ durable: rows.steps.size + rows.metrics.size, repeated: 0, duplicate: 0, rejected: 0 });
  // However many segments a slow disk still has to seal: close alone waits five seconds for it.
  await sink.sealRun(runId);
  await sink.close();
  expect(readdirSync(join(home, 'journal'))).toEqual([]);
  return { rows, last };
}

async function expectNothingLostOrDoubled(home: string, acks: readonly Ack[]): Promise<void> {
  const { rows, last } = await contentOf(home);
  // Every acknowledged row is at the number that was told, with its content.
  for (const { batch, kind, firstSeq } of acks) {
    for (const [i, row] of rowsOfBatch(batch).entries())
      expect(rows[kind as 'steps' | 'metrics'].get(firstSeq + i)).toMatchObject(row);
  }
  expect(last).toBeGreaterThanOrEqual(Math.max(...acks.map(({ batch }) => batch)));
  // And the whole is batches 1 to the last, in order, each once: nothing doubled, nothing left out.
  for (const kind of ['steps', 'metrics'] as const) {
    const all = Array.from({ length: last }, (_, i) => i + 1)
      .filter((n) => (n % 5 === 0) === (kind === 'metrics'))
      .flatMap(rowsOfBatch);
    expect([...rows[kind].values()].map(({ ts }) => ts)).toEqual(all.map(({ ts }) => ts));
  }
}

describe.each(historyForms)('a writer killed with SIGKILL, history as %s', (form) => {
  it(
    `at ${kills / historyForms.length} random moments loses and doubles no acknowledged row`,
    async () => {
      let acknowledged = 0;
      for (let left = kills / historyForms.length; left > 0; left -= killsOfHome) {
        const home = newHome();
        const acks: Ack[] = [];
        for (let round = 0; round < Math.min(left, killsOfHome); round++)
          await writeUntilKilled(home, acks, 'any', 1 + Math.floor(Math.random() * 300), form, Math.random() * 40);
        await expectNothingLostOrDoubled(home, acks);
        rmSync(home, { recursive: true, force: true });
        acknowledged += acks.length;
      }
      expect(acknowledged).toBeGreaterThan(kills / historyForms.length);
      if (kills > 10)
        process.stderr.write(
          `${form}: ${kills / historyForms.length} kills, ${acknowledged} batches acknowledged, all there once\n`,
        );
    },
    60_000 + kills * 10_000,
  );

  it.each(['before-ack', 'parts-written', 'in-commit', 'committed', 'merged'])(
    '%s loses and doubles no acknowledged row',
    async (when) => {
      const home = newHome();
      const acks: Ack[] = [];
      for (const afterAcks of form === 'sqlite' ? [60] : [0, 60]) await writeUntilKilled(home, acks, when, afterAcks, form);
      await expectNothingLostOrDoubled(home, acks);
    },
  );
});
