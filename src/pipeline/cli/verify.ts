/** `duallane verify`: reads all history of a home, names what is damaged, and with --salvage keeps the rest of it. */
import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { DuallaneError } from '../../protocol/index.ts';
import { holdHome } from '../daemon/index.ts';
import { Catalogue, verifyHome } from '../history/index.ts';
import { verifyRecordings } from '../recording/index.ts';
import { RunCatalogue } from '../runs/index.ts';
import { damageOfSegment } from '../sinks/index.ts';
import { commandOptions } from './options.ts';
import { bytes, counted, json, plain } from './text.ts';

const usage = 'verify [--salvage] [--home DIR] [--json]';

/** Exit code 1 when something is damaged and was left as it is. Throws `daemon-lives` for --salvage beside a daemon. */
export async function verifyCommand(argv: readonly string[]): Promise<number> {
  const { flags, home, json: isJson, names } = commandOptions(argv, { salvage: { type: 'boolean' } }, usage);
  if (names.length > 0) throw new DuallaneError('usage', `all of the home is read, name no run (usage: duallane ${usage})`);
  if (!existsSync(home)) throw new DuallaneError('home-unusable', `there is no home ${home}: name the right one with --home`);
  const salvage = flags.salvage ?? false;
  const lock = salvage ? holdHome(home) : undefined;
  if (salvage && lock === undefined)
    throw new DuallaneError('daemon-lives', `a daemon works in ${home}: stop it first ("duallane status" names its pid)`);
  try {
    const verified = await verifyHome(home, { salvage, checkSegment: damageOfSegment });
    if (verified.isRebuilt) nameLostRuns(home);
    const frames = await verifyRecordings(home, { salvage });
    const { parts, rows, segments } = verified;
    const [size, findings] = [verified.bytes + frames.bytes, [...verified.findings, ...frames.findings]];
    if (isJson) process.stdout.write(json({ ...verified, recordings: frames.recordings, bytes: size, findings }));
    else {
      for (const { place, problem, remedy } of findings)
        process.stdout.write(plain(`damaged: ${place}: ${problem}; ${remedy}`).concat('\n'));
      const read = `${counted(parts)} parts with ${counted(rows)} rows, ${counted(segments)} journal segments, ${counted(frames.recordings)} recordings, ${bytes(size)}`;
      process.stdout.write(`read: ${read}; ${findings.length === 0 ? 'all as it was written' : `${findings.length} damaged`}\n`);
    }
    return findings.length > 0 && !salvage ? 1 : 0;
  } finally {
    lock?.release();
  }
}

/** Runs that have rows, and of which a damaged catalogue could tell nothing else any more. */
function nameLostRuns(home: string): void {
  const catalogue = new Catalogue(join(home, 'catalogue.sqlite'));
  try {
    const runs = new RunCatalogue(catalogue);
    const known = runs.load();
    let seqId = Math.max(0, ...known.map((run) => run.seqId));
    const ids = new Set(known.map(({ runId }) => runId));
    const nowMs = Date.now();
    for (const runId of catalogue.runsWithParts().filter((id) => !ids.has(id))) {
      seqId += 1;
      runs.save({
        runId,
        name: runId.slice(0, 120),
        configJson: '{}',
        digest: '',
        origin: 'opened',
        sessionToken: randomBytes(16).toString('hex'),
        createdMs: nowMs,
        status: 'TERM',
        outcome: 'failed',
        failureReason: 'the catalogue was damaged: its rows are here, what became of the run is not known',
        updatedMs: nowMs,
        finishedMs: nowMs,
        seqId,
        gpuSlots: [],
        cancelRequested: false,
        maxRateHz: 0,
        workers: new Map(),
      });
    }
  } finally {
    catalogue.close();
  }
}
