/**
 * @jest-environment node
 */
import { crc32 } from 'node:zlib';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { WandbLog, wandbDirectory, wandbRunId } from '../../src/pipeline/exchange/index.ts';

/** LevelDB's log, read back by its description. */
function recordsOf(file: Buffer): Buffer[] {
  expect(file.subarray(0, 7).toString('latin1')).toBe(':W&B\u00e1\u00be\0');
  const records: Buffer[] = [];
  let open: Buffer[] | undefined;
  for (let at = 7; at < file.length; ) {
    const left = 32_768 - (at % 32_768);
    if (left < 7) {
      expect(file.subarray(at, at + left).every((byte) => byte === 0)).toBe(true);
      at += left;
      continue;
    }
    const [length, type] = [file.readUInt16LE(at + 4), file[at + 6] as number];
    expect(7 + length).toBeLessThanOrEqual(left);
    const piece = file.subarray(at + 7, at + 7 + length);
    expect(file.readUInt32LE(at)).toBe(crc32(piece, crc32(Buffer.from([type]))));
    if (type === 1 || type === 2) {
      expect(open).toBeUndefined();
      open = [];
    }
    open?.push(piece);
    if (type === 1 || type === 4) {
      records.push(Buffer.concat(open ?? []));
      open = undefined;
    }
    at += 7 + length;
  }
  expect(open).toBeUndefined();
  return records;
}

/** A message's fields by number: varints as numbers, the rest as bytes. */
function fieldsOf(message: Buffer): Map<number, (number | Buffer)[]> {
  const fields = new Map<number, (number | Buffer)[]>();
  let at = 0;
  const varint = (): number => {
    for (let value = 0, scale = 1; ; scale *= 128) {
      const byte = message[at++] as number;
      value += (byte & 127) * scale;
      if (byte < 128) return value;
    }
  };
  while (at < message.length) {
    const key = varint();
    const value = varint();
    const cell = (key & 7) === 2 ? message.subarray(at, at + value) : value;
    if ((key & 7) === 2) at += value;
    fields.set(key >> 3, [...(fields.get(key >> 3) ?? []), cell]);
  }
  return fields;
}
const message = (record: Buffer, number: number) => fieldsOf(fieldsOf(record).get(number)?.[0] as Buffer);
const itemsOf = (record: Buffer, kind: number): Record<string, string> =>
  Object.fromEntries(
    (message(record, kind).get(1) ?? []).map((item) => {
      const fields = fieldsOf(item as Buffer);
      return [String(fields.get(1)?.[0] ?? ''), String(fields.get(16)?.[0])];
    }),
  );

const run = { runId: 'team/run:1', name: 'é', configJson: '{"lr":1e-5,"net":{"layers":[64,64]}}', startedMs: 1_767_225_600_500 };

describe('the log of a W&B offline run', () => {
  it('holds the run with its configuration, its history row by row, the last of every value, and how it ended', () => {
    const log = new WandbLog(run);
    const file = Buffer.concat([
      log.begin(run),
      log.row(
        new Map([
          ['global_step', 5],
          ['loss', 0.5],
        ]),
        1_767_225_601,
      ),
      log.row(
        new Map([
          ['global_step', 10],
          ['loss', Number.NaN],
        ]),
        1_767_225_602,
      ),
      log.end(1),
    ]);
    const records = recordsOf(file);
    expect(records.map((record) => [...fieldsOf(record).keys()])).toEqual([
      [1, 21],
      [1, 17],
      [1, 12],
      [1, 12],
      [1, 2],
      [1, 2],
      [1, 3],
      [1, 18],
    ]);
    const [, told, , , first, second, summary, exit] = records as Buffer[];
    const about = message(told as Buffer, 17);
    expect([about.get(1), about.get(8)].map((cells) => String(cells?.[0]))).toEqual(['team-run-1', 'é']);
    const config = (fieldsOf(about.get(4)?.[0] as Buffer).get(1) ?? []).map((one) => fieldsOf(one as Buffer));
    expect(config.map((one) => [String(one.get(1)?.[0]), String(one.get(16)?.[0])])).toEqual([
      ['lr', '0.00001'],
      ['net', '{"layers":[64,64]}'],
    ]);
    expect(itemsOf(first as Buffer, 2)).toEqual({
      global_step: '5',
      loss: '0.5',
      _timestamp: '1767225601',
      _runtime: '0.5',
      _step: '0',
    });
    expect(itemsOf(second as Buffer, 2)).toMatchObject({ global_step: '10', loss: '"NaN"', _step: '1' });
    expect(itemsOf(summary as Buffer, 3)).toMatchObject({ loss: '"NaN"', global_step: '10' });
    expect(message(exit as Buffer, 18).get(1)).toEqual([1]);
  });

  it('is cut at the ends of blocks and comes whole again, whatever the sizes of its records', () => {
    fc.assert(
      fc.property(
        fc.array(fc.oneof(fc.nat(70), fc.nat(100_000), fc.integer({ min: 32_600, max: 32_800 })), { maxLength: 12 }),
        (sizes) => {
          const texts = sizes.map((size, i) => String(i % 10).repeat(size));
          const whole = new WandbLog(run);
          const file = Buffer.concat([
            whole.begin(run),
            ...texts.map((text) => whole.row(new Map([['text', text]]), 1_767_225_601)),
            whole.end(0),
          ]);
          const found = recordsOf(file).slice(4, -2);
          expect(found.map((record) => itemsOf(record, 2).text)).toEqual(texts.map((text) => JSON.stringify(text)));
        },
      ),
      { numRuns: 40 },
    );
  });

  it('is named as wandb sync expects it, whatever the run is called', () => {
    expect(wandbDirectory(run)).toBe('offline-run-20260101_000000-team-run-1');
    fc.assert(fc.property(fc.string(), (runId) => expect(wandbRunId(runId)).toMatch(/^[A-Za-z0-9_-]{0,128}$/)));
  });
});
