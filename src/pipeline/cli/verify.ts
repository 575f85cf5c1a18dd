/** `duallane verify`: reads all history of a home, names what is damaged, and with --salvage keeps the rest of it. */
import { existsSync } from 'node:fs';
import { DuallaneError } from '../../protocol/index.ts';
import { holdHome } from '../daemon/index.ts';
import { verifyHome } from '../history/index.ts';
import { verifyRecordings } from '../recording/index.ts';
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
