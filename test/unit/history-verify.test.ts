/**
 * @jest-environment node
 */
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, describe, expect, it } from '@jest/globals';
import { type HistoryForm, historyForms, rowFilePath } from '../../src/pipeline/history/index.ts';
import { verifyHome } from '../../src/pipeline/history/verify.ts';
import { openParquetSink, type ParquetSink } from '../../src/pipeline/sinks/index.ts';
import { damageOfSegment } from '../../src/pipeline/sinks/journal-record.ts';
import { decodeBatch, encodeRows, type Row, rowsOf } from '../../src/protocol/arrow.ts';

const homes: string[] = [];
afterEach(() => {
  for (const home of homes.splice(0)) rmSync(home, { recursive: true, force: true });
});
const check = (home: string, salvage = false) => verifyHome(home, { salvage, checkSegment: damageOfSegment });

/** A home with three parts of 50 rows each, whose daemon has ended. */
async function sealedHome(history: HistoryForm): Promise<string> {
  const home = mkdtempSync(join(tmpdir(), 'dl-'));
  homes.push(home);
  const sink = await openParquetSink({ home, history, log: () => undefined });
  for (let part = 0; part < 3; part++) {
    const rows = Array.from({ length: 50 }, (_, i) => ({
      agent_id: 'a',
      step_index: part * 50 + i,
      reward: Math.sin(part * 50 + i),
      observation_json: JSON.stringify(Array.from({ length: 40 }, (_, j) => Math.sin(i * 7919 + j))),
    }));
    await (await sink.append({ runId: 'run', workerId: 'w', kind: 'steps', rows: 50, ipc: encodeRows('steps', rows) })).durable;
    await sink.sealRun('run');
  }
  await sink.close();
  return home;
}

async function contentOf(home: string, read: (sink: ParquetSink) => void = () => undefined) {
  const sink = await openParquetSink({ home, log: () => undefined });
  const rows = [];
  for await (const { firstSeq, ipc } of sink.read('run', 'steps', 0))
    rows.push(...rowsOf(decodeBatch(ipc)).map((row, i) => ({ ...row, seq: firstSeq + i })));
  read(sink);
  await sink.close();
  return rows;
}

describe('verify', () => {
  it.each(historyForms)('finds nothing wrong with a home that is whole, kept as %s', async (form) => {
    expect(await check(await sealedHome(form))).toMatchObject({ parts: 3, rows: 150, findings: [] });
  });

  it('names the part in which one byte has changed, at whatever place, and changes nothing', async () => {
    const home = await sealedHome('parquet');
    const [, name = ''] = readdirSync(join(home, 'parts')).sort((a, b) => Number(a.split('-')[2]) - Number(b.split('-')[2]));
    const path = join(home, 'parts', name);
    const whole = readFileSync(path);
    for (let at = 0; at < whole.length; at += Math.ceil(whole.length / 15)) {
      const bytes = Buffer.from(whole);
      bytes[at] = (bytes[at] as number) ^ 0x20;
      writeFileSync(path, bytes);
      const { findings } = await check(home);
      expect(findings).toMatchObject([{ place: `part ${name} (run run, steps 51 to 100)`, problem: expect.any(String) }]);
    }
    writeFileSync(path, whole);
    expect((await check(home)).findings).toEqual([]);
  });

  it('keeps the other parts, and counts the rows of one that is gone or beyond reading', async () => {
    const home = await sealedHome('parquet');
    const names = readdirSync(join(home, 'parts')).sort((a, b) => Number(a.split('-')[2]) - Number(b.split('-')[2]));
    rmSync(join(home, 'parts', names[0] as string));
    writeFileSync(join(home, 'parts', names[2] as string), 'PAR1');
    expect((await check(home)).findings).toHaveLength(2);
    await check(home, true);
    let rejected = 0;
    const left = await contentOf(home, (sink) => {
      rejected = sink.ledger('run').totals.rejected;
    });
    expect(left.map(({ seq }) => seq)).toEqual(Array.from({ length: 50 }, (_, i) => 51 + i));
    expect(rejected).toBe(100);
  });

  it('finds a value that was changed in SQLite, and rows that are missing there, and keeps the others', async () => {
    const home = await sealedHome('sqlite');
    const database = new DatabaseSync(rowFilePath({ partsDirectory: '', rowsDirectory: join(home, 'rows') }, 'run'));
    database.exec('UPDATE steps SET reward = 7 WHERE seq_id = 3; DELETE FROM steps WHERE seq_id BETWEEN 120 AND 129');
    database.close();
    const { findings } = await check(home);
    expect(findings.map(({ problem }) => problem)).toEqual(['its values have changed', 'it holds 40 rows of 50']);
    await check(home, true);
    expect((await contentOf(home)).map(({ seq }) => seq)).toEqual(
      Array.from({ length: 150 }, (_, i) => i + 1).filter((seq) => seq < 120 || seq > 129),
    );
    expect((await check(home)).findings).toEqual([]);
  });
});

describe('a catalogue', () => {
  const all = Array.from({ length: 150 }, (_, i) => i + 1);

  it.each(historyForms)('that is gone keeps the daemon from starting, and is made anew from history kept as %s', async (form) => {
    const home = await sealedHome(form);
    for (const suffix of ['', '-wal', '-shm']) rmSync(join(home, `catalogue.sqlite${suffix}`), { force: true });
    await expect(contentOf(home)).rejects.toMatchObject({
      code: 'catalogue-missing',
      sentence: expect.stringContaining('--salvage'),
    });
    expect((await check(home)).findings).toMatchObject([{ problem: 'it is gone, and there are parts it told of' }]);
    const { findings, rows } = await check(home, true);
    expect([findings.length, rows]).toEqual([1, 150]);
    let received = 0;
    const left = await contentOf(home, (sink) => {
      received = sink.ledger('run').totals.received;
    });
    expect(left.map(({ seq }) => seq)).toEqual(all);
    expect(left.map((row) => (row as Row).reward)).toEqual(all.map((seq) => Math.sin(seq - 1)));
    expect(received).toBe(150);
    expect((await check(home)).findings).toEqual([]);
  });

  it.each(historyForms)('that is damaged is made anew, with every row that is kept as %s', async (form) => {
    const whole = await sealedHome(form);
    const bytes = readFileSync(join(whole, 'catalogue.sqlite'));
    let rebuilt = 0;
    for (const at of [20, 4096 + 8, 4096 * 3 + 8]) {
      const home = mkdtempSync(join(tmpdir(), 'dl-'));
      homes.push(home);
      cpSync(whole, home, { recursive: true });
      const spoilt = Buffer.from(bytes);
      spoilt.fill(0x5a, at, at + 2000);
      writeFileSync(join(home, 'catalogue.sqlite'), spoilt);
      const { findings } = await check(home, true);
      // Bytes that SQLite does not use may be anything.
      rebuilt += findings.length;
      for (const { remedy } of findings)
        expect(remedy).toMatch(/made anew with \d parts and 150 rows; the old one is .*damaged-1.sqlite/);
      expect((await contentOf(home)).map(({ seq }) => seq)).toEqual(all);
    }
    expect(rebuilt).toBeGreaterThanOrEqual(2);
  });

  it('made anew does not bring back what was removed, takes merged rows once, and leaves a part that has changed', async () => {
    const home = await sealedHome('parquet');
    const kept = readdirSync(join(home, 'parts')).map((name) => [name, readFileSync(join(home, 'parts', name))] as const);
    const sink = await openParquetSink({ home, log: () => undefined });
    await sink.upkeep.compact('run', ['steps'], true);
    await sink.close();
    // As if the daemon had been killed before the merged parts' files went.
    for (const [name, content] of kept) writeFileSync(join(home, 'parts', name), content);
    rmSync(join(home, 'catalogue.sqlite'));
    await check(home, true);
    expect((await contentOf(home)).map(({ seq }) => seq)).toEqual(all);
    const [merged = ''] = readdirSync(join(home, 'parts'));
    rmSync(join(home, 'catalogue.sqlite'));
    writeFileSync(join(home, 'parts', merged), 'PAR1');
    expect((await check(home, true)).findings[0]?.remedy).toContain(`unreadable: ${merged}`);
  });
});
