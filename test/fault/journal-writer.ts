/**
 * A process to kill: writes batches into the durable sink of a home and says on stdout which were acknowledged.
 *
 * argv: home, when ('any' | 'before-ack' | 'parts-written' | 'in-commit' | 'committed' | 'merged'), after how many acknowledgements, form of history.
 * With another word than 'any' it kills itself (SIGKILL) at that point. Batch n holds `rowsOfBatch(n)`.
 */
import { writeSync } from 'node:fs';
import { openParquetSink } from '../../src/pipeline/sinks/index.ts';
import { encodeRows } from '../../src/protocol/arrow.ts';
import { rowsOfBatch, runId, workerId, writerSession } from './journal-batches.ts';

const [, , home = '', when = 'any', afterAcks = '0', history = 'parquet'] = process.argv;
const die = () => process.kill(process.pid, 'SIGKILL');
let acks = 0;
const isTime = (point: string): boolean => when === point && acks >= Number(afterAcks);

/** Waits while the pipe is full: who reads it may be slow. */
function say(line: string): void {
  const deadline = Date.now() + 30_000;
  for (;;) {
    try {
      writeSync(1, line);
      return;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EAGAIN' || Date.now() > deadline) throw error;
    }
  }
}

const sink = await openParquetSink({
  home,
  segmentBytes: 32 * 1024,
  history: history === 'sqlite' ? 'sqlite' : 'parquet',
  log: (level, event, fields) => {
    if (event === 'segment-sealed' && isTime('committed')) die();
    if (level === 'error') writeSync(2, `${event} ${JSON.stringify(fields)}\n`);
  },
});
sink.onDurable(() => isTime('before-ack') && die(), { signal: new AbortController().signal });
const { seal, transaction } = sink.catalogue;
sink.catalogue.seal = (sealed) => {
  if (isTime('parts-written')) die();
  seal.call(sink.catalogue, sealed);
};
const { replaceParts } = sink.catalogue;
sink.catalogue.replaceParts = (gone, come) => {
  // The merged part is on disk, the catalogue does not know it yet.
  if (isTime('merged')) die();
  replaceParts.call(sink.catalogue, gone, come);
};
sink.catalogue.transaction = (change) =>
  transaction.call(sink.catalogue, () => {
    const result = change();
    if (isTime('in-commit')) die();
    return result;
  }) as never;

const waiting: Promise<void>[] = [];
for (let n = sink.durableSequence(runId, workerId, writerSession) + 1; ; n++) {
  const rows = rowsOfBatch(n);
  const kind = n % 5 === 0 ? 'metrics' : 'steps';
  const appended = await sink.append({
    runId,
    workerId,
    kind,
    rows: rows.length,
    ipc: encodeRows(kind, rows),
    key: { writerSession, batchSequence: n },
  });
  if (appended.duplicate) throw new Error(`batch ${n} was said to be new and is not`);
  const acknowledged = appended.durable.then(() => {
    acks++;
    say(`${n} ${kind} ${appended.firstSeq}\n`);
  });
  // Up to eight batches in flight, as a real writer has.
  if (waiting.push(acknowledged) === 8) await waiting.shift();
}
