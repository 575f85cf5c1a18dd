/**
 * `npm run bench`: the figures of the project, each against a peer or a physical limit that is measured in the same run.
 *
 * `npm run bench -- peers` installs the peers that some benches measure (peers.ts). `npm run bench -- p2 p3` runs only these two;
 * `--small` runs each once with few rows, to see that it works (its figures mean nothing); `--minutes 10` adds long cases.
 * Prints tables and writes test/bench/results.json, keyed by number: what was not run keeps its last figures. Ratios can be trusted
 * on a busy machine, absolute figures cannot. Nothing here is asserted but that no row was lost.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { availableParallelism, cpus, loadavg } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { DuallaneError, sentenceOf } from '../../src/protocol/index.ts';
import { type Bench, table } from './figures.ts';
import { p1 } from './p1-log-step.ts';
import { p2 } from './p2-ingest.ts';
import { p3 } from './p3-rows.ts';
import { p4 } from './p4-frame-ring.ts';
import { p5 } from './p5-frames.ts';
import { p6 } from './p6-rows.ts';
import { p7 } from './p7-sql.ts';
import { p8 } from './p8-replay.ts';
import { p9 } from './p9-compare.ts';
import { p10 } from './p10-rest.ts';
import { installPeers } from './peers.ts';

const benches: Record<string, Bench> = { p1, p2, p3, p4, p5, p6, p7, p8, p9, p10 };
const resultsFile = join(import.meta.dirname, 'results.json');

async function main(argv: readonly string[]): Promise<void> {
  if (argv.length === 1 && argv[0] === 'peers') return installPeers();
  const { values, positionals: chosen } = parseArgs({
    args: [...argv],
    allowPositionals: true,
    options: { small: { type: 'boolean', default: false }, minutes: { type: 'string', default: '0' } },
  });
  const { small } = values;
  const minutes = Number(values.minutes);
  const unknown = chosen.filter((name) => !(name in benches));
  if (unknown.length > 0)
    throw new DuallaneError('bench-unknown', `no bench ${unknown.join(', ')}; there are: ${Object.keys(benches).join(' ')}`);
  const results: Record<string, unknown> = small
    ? {}
    : (JSON.parse(readFileSync(resultsFile, 'utf8')) as Record<string, unknown>);
  for (const name of chosen.length > 0 ? chosen : Object.keys(benches)) {
    const before = loadavg()[0] ?? 0;
    const found = await (benches[name] as Bench)({ small, minutes });
    console.log(table(name.toUpperCase(), found));
    const machine = {
      cpu: cpus()[0]?.model,
      cores: availableParallelism(),
      load: Number(before.toFixed(1)),
      node: process.version,
    };
    results[name.toUpperCase()] = { ...found, machine, date: new Date().toISOString().slice(0, 10) };
    if (!small) writeFileSync(resultsFile, `${JSON.stringify(results, null, 2)}\n`);
  }
}

main(process.argv.slice(2)).catch((error: unknown) => {
  console.error(error instanceof DuallaneError ? error.message : error);
  console.error(sentenceOf(error));
  process.exitCode = 1;
});
