/**
 * P3: the row calls of the source's wire with an unmodified Python client, rows per second until PublishRunSteps has answered, which
 * here means: on disk. In the same run, with the same clients: a Python grpc.aio server that only counts. The last sizes are for the
 * daemon's memory: it grows until segments of the journal are sealed meanwhile, and then no more.
 */
import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';
import { startDaemon } from '../support/daemon.ts';
import { type Bench, median, rounded, secondsOf, usage } from './figures.ts';
import { python } from './python.ts';

type Talking = { process: ChildProcessByStdio<Writable, Readable, null>; lines: AsyncIterator<string> };

export const p3: Bench = async ({ small }) => {
  const sizes = small ? [2_000] : [2_000, 10_000, 40_000];
  const rounds = small ? 1 : 3;
  const daemon = await startDaemon({ args: ['--listen', '127.0.0.1:0', '--trust-loopback'] });
  const server = start(['counting_server.py']);
  const counting = `127.0.0.1:${await next(server)}`;
  const rows = [];
  try {
    // Warm code is measured, of both: a daemon lives for days.
    if (!small) {
      const { runId } = await daemon.openRun('p3 warm');
      for (const target of [counting, daemon.card.listen as string]) await publish(target, runId, 1, 10_000);
    }
    for (const clients of small ? [1] : [1, 4]) {
      for (const total of sizes) {
        const ours: number[] = [];
        const theirs: number[] = [];
        const before = usage(daemon.card.pid);
        for (let round = 0; round < rounds; round++) {
          const { runId } = await daemon.openRun('p3');
          theirs.push(total / (await publish(counting, runId, clients, total)));
          ours.push(total / (await publish(daemon.card.listen as string, runId, clients, total)));
          const { kinds } = await daemon.describe(runId);
          if (Number(kinds[0]?.watermark) !== total) throw new Error(`${kinds[0]?.watermark} of ${total} rows are stored`);
        }
        const after = usage(daemon.card.pid);
        rows.push({
          case: `${clients} client${clients > 1 ? 's' : ''}, ${total} rows`,
          figures: {
            'rows/s, durable': Math.round(median(ours)),
            'counting server rows/s': Math.round(median(theirs)),
            ratio: rounded(median(ours.map((rate, i) => rate / (theirs[i] as number)))),
            'daemon CPU us/row': rounded(((after.cpuSeconds - before.cpuSeconds) * 1e6) / (total * rounds)),
            'daemon peak MB': after.peakMb,
          },
        });
      }
    }
    for (const total of small ? [1_000] : [160_000, 640_000, 1_280_000]) {
      const { runId } = await daemon.openRun('p3 memory');
      const rate = total / (await publish(daemon.card.listen as string, runId, 4, total));
      const figures = { 'rows/s, durable': Math.round(rate), 'daemon peak MB': usage(daemon.card.pid).peakMb };
      rows.push({ case: `4 clients, ${total} rows, alone`, figures });
    }
  } finally {
    server.process.stdin.end();
    await daemon.stop();
  }
  return {
    title: "ingest to durable, row calls of the source's wire, Python clients",
    reach: '>= 1 x the counting server with 1 and with 4 clients, no row lost, bounded memory',
    rows,
  };
};

/** Seconds from the word to go until every client has its answer. Throws when one is told of other than its rows. */
async function publish(target: string, runId: string, clients: number, total: number): Promise<number> {
  const share = total / clients;
  const all = Array.from({ length: clients }, (_, i) => start(['row_client.py', target, runId, `w${i}`, String(share)]));
  for (const client of all) await next(client);
  return secondsOf(async () => {
    for (const client of all) client.process.stdin.write('go\n');
    for (const client of all) {
      const { accepted, dropped } = JSON.parse(await next(client)) as { accepted: number; dropped: number };
      if (accepted !== share || dropped !== 0) throw new Error(`${accepted} of ${share} rows accepted, ${dropped} dropped`);
    }
    for (const client of all) client.process.stdin.end();
  });
}

function start([script, ...args]: [string, ...string[]]): Talking {
  const child = spawn(python, [join(import.meta.dirname, script), ...args], { stdio: ['pipe', 'pipe', 'inherit'] });
  return { process: child, lines: createInterface({ input: child.stdout })[Symbol.asyncIterator]() };
}

async function next({ lines, process }: Talking): Promise<string> {
  const { value, done } = await lines.next();
  if (!done) return value as string;
  if (process.exitCode === null) await once(process, 'exit');
  throw new Error(`a Python process ended with ${process.exitCode} before it answered`);
}
