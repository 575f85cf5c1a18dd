/**
 * @jest-environment node
 *
 * A part of four row groups with a heavy column, of which pieces are asked.
 */
import { beforeAll, describe, expect, it } from '@jest/globals';
import { tableFromIPC } from 'apache-arrow';
import * as parquet from 'parquet-wasm';
import { writeParquetPart } from '../../src/pipeline/history/parquet.ts';
import { batchFromRows } from '../../src/protocol/arrow.ts';
import type { PieceRange } from '../../src/widgets/link/page-link.ts';
import { readFooter } from '../../src/widgets/sql/parquet-footer.ts';
import { parquetDecoder } from '../../src/widgets/sql/part-decoder.ts';
import { PartFile } from '../../src/widgets/sql/part-file.ts';
import { pieceOf } from './sql-history.ts';

const rows = 400_000;
const decoder = parquetDecoder(parquet);
let body: Uint8Array;

beforeAll(() => {
  const shared = {
    run_id: 'r',
    worker_id: 'w',
    agent_id: 'a',
    env_slot: 0,
    terminated: false,
    truncated: false,
    payload_version: 1,
  };
  const made = Array.from({ length: rows }, (_, at) => ({
    ...shared,
    seq_id: at + 1,
    episode_index: 0,
    step_index: at,
    reward: at / 2,
    ts: at,
    observation_json: `[${Math.sin(at)},${Math.cos(at)}]`,
  }));
  body = writeParquetPart('steps', batchFromRows('steps', made, undefined, { withDaemonColumns: true }));
}, 60_000);

function watched(serve: (range: PieceRange) => ReturnType<typeof pieceOf>) {
  const asked: PieceRange[] = [];
  const ask = async (range: PieceRange) => {
    asked.push(range);
    return serve(range);
  };
  return { asked, ask };
}

describe('a part file', () => {
  it('knows from its footer where each column lies, as the decoder counts them', async () => {
    const footer = readFooter(body);
    const file = await parquet.ParquetFile.fromFile(new Blob([body as Uint8Array<ArrayBuffer>]));
    const metadata = file.metadata();
    expect(footer.rows).toBe(rows);
    expect(footer.groups.map((group) => group.rows)).toEqual([131_072, 131_072, 131_072, rows - 3 * 131_072]);
    for (const [at, { chunks }] of footer.groups.entries())
      for (const [number, { column, first, end }] of chunks.entries()) {
        const known = metadata.rowGroup(at).column(number);
        expect([[column], end - first]).toEqual([known.columnPath(), known.compressedSize()]);
      }
    file.free();
  });

  it('is fetched only where the wanted columns are, and gives their rows', async () => {
    const { asked, ask } = watched((range) => pieceOf(body, range));
    const columns = ['seq_id', 'reward', 'payload_version'];
    const file = await (await PartFile.open('p', body.length, ask)).fetch(new Set(columns));
    expect(file.fetchedBytes).toBeLessThan(body.length / 3);
    expect(asked.length).toBeLessThan(10);
    let next = 0;
    for (const group of file.footer.groups.keys()) {
      const table = tableFromIPC(await file.decode(group, [...columns, 'not there'], decoder));
      expect(table.schema.names).toEqual(columns);
      expect([table.getChild('seq_id')?.get(0), table.getChild('reward')?.get(0)]).toEqual([BigInt(next + 1), next / 2]);
      next += table.numRows;
    }
    expect(next).toBe(rows);
    await file.close();
  });

  it('takes the whole of a part from a server that knows no ranges', async () => {
    const { asked, ask } = watched(() => pieceOf(body, { first: 0, end: body.length }));
    const file = await (await PartFile.open('p', 12, ask)).fetch(new Set(['reward']), 2);
    expect(asked).toHaveLength(1);
    expect(file.fetchedBytes).toBe(body.length);
    expect(
      tableFromIPC(await file.decode(2, ['reward'], decoder))
        .getChild('reward')
        ?.get(0),
    ).toBe(131_072);
    await file.close();
  });

  it.each([
    ['nothing', () => new Uint8Array()],
    ['what is no Parquet', () => new TextEncoder().encode('<html>not found</html>')],
    ['a footer cut short', () => body.slice(-300)],
    ['a footer of rubbish', () => body.slice(-4000).fill(0x99, 0, 3900)],
  ])('says of %s that it cannot be read', async (_, bytes) => {
    const { ask } = watched(() => ({ bytes: bytes(), first: 0, size: bytes().length }));
    await expect(PartFile.open('p', body.length, ask)).rejects.toMatchObject({ code: 'history-incomplete' });
  });
});
