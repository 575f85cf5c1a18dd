/**
 * P8: history since sequence 0 to a reader over StreamBatches, rows per second. In the same run: the run's Parquet parts read by
 * parquet-wasm in this process, files in memory. The newest rows come from the journal still; the figures name their share.
 */
import { readFile } from 'node:fs/promises';
import { readParquet } from 'parquet-wasm';
import { duallane, openDaemonChannel } from '../../src/protocol/wire.ts';
import { startDaemon, type TestDaemon } from '../support/daemon.ts';
import { type Bench, median, rounded, secondsOf, usage } from './figures.ts';
import { stepBatches } from './step-batches.ts';

const batchRows = 16_384;

export const p8: Bench = async ({ small }) => {
  const rows = [];
  for (const total of small ? [65_536] : [1_048_576, 4_194_304, 10_485_760]) {
    const daemon = await startDaemon();
    try {
      const { runId } = await daemon.openRun('p8');
      await fill(daemon, runId, total);
      const replayed: number[] = [];
      const read: number[] = [];
      let sealed = 0;
      for (let round = 0; round < (small ? 1 : 3); round++) {
        replayed.push(total / (await secondsOf(() => replay(daemon, runId, total))));
        const { parts } = await daemon.listParts(runId, ['steps']);
        sealed = parts.reduce((sum, part) => sum + Number(part.rows), 0);
        const files = await Promise.all(parts.map(({ path }) => readFile(path)));
        if (sealed > 0)
          read.push(
            sealed /
              (await secondsOf(() => {
                for (const bytes of files) readParquet(bytes).intoIPCStream();
              })),
          );
      }
      rows.push({
        case: `${total} rows`,
        figures: {
          'replay rows/s': Math.round(median(replayed)),
          'Parquet alone rows/s': read.length > 0 ? Math.round(median(read)) : '-',
          ratio: read.length > 0 ? rounded(median(replayed) / median(read)) : '-',
          'in parts %': rounded((100 * sealed) / total),
          'daemon peak MB': usage(daemon.card.pid).peakMb,
        },
      });
    } finally {
      await daemon.stop();
    }
  }
  return { title: 'replay of history to a reader', reach: '>= 1,000,000 rows/s', rows };
};

async function fill(daemon: TestDaemon, runId: string, total: number): Promise<void> {
  const writer = daemon.writer(runId);
  for (let first = 0; first < total / batchRows; first += 16) {
    const batches = stepBatches(Math.min(16, total / batchRows - first), batchRows, first);
    await Promise.all(batches.map((arrowIpc) => writer.send({ rows: batchRows, arrowIpc })));
  }
  writer.end();
}

/** Throws when a row is missing or comes twice. */
async function replay(daemon: TestDaemon, runId: string, total: number): Promise<void> {
  const cursors = [{ kind: duallane.BatchKind.STEPS, sinceSeq: 0n }];
  const reader = openDaemonChannel(daemon.target); // as a bridge has it
  let seq = 0;
  for await (const batch of reader.duallane.streamBatches({ runId, cursors, snapshot: true }) as AsyncIterable<duallane.Batch>) {
    if (batch.rows > 0 && Number(batch.firstSeq) !== seq + 1) throw new Error(`row ${seq} is followed by ${batch.firstSeq}`);
    seq += batch.rows;
  }
  reader.close();
  if (seq !== total) throw new Error(`${seq} of ${total} rows came`);
}
