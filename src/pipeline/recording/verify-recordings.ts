/** Reads every recording of a home, for `duallane verify`. */
import { existsSync, mkdirSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import type { JpegDecode } from '../../protocol/index.ts';
import { JpegCodec } from '../../protocol/jpeg.ts';
import { Catalogue } from '../history/index.ts';
import { checkRecording } from './recording-file.ts';
import { recordOfRow } from './recording-record.ts';
import { recordingsDirectory } from './recordings.ts';

/** What `duallane verify` found; `remedy` says what was done, or what to do. */
type Finding = { place: string; problem: string; remedy: string };

/**
 * Reads every recording of a home whole and compares it with its checksum. With `salvage` (the caller holds the home's lock) a
 * damaged one leaves the list, and its file is kept under recordings/damaged/.
 */
export async function verifyRecordings(
  home: string,
  { salvage }: { salvage: boolean },
): Promise<{ recordings: number; bytes: number; findings: Finding[] }> {
  const directory = recordingsDirectory(home);
  const verified: { recordings: number; bytes: number; findings: Finding[] } = { recordings: 0, bytes: 0, findings: [] };
  if (!existsSync(directory)) return verified;
  const codec = await JpegCodec.load();
  const decodeJpeg: JpegDecode = async (file) => codec.decode(file);
  const catalogue = new Catalogue(join(home, 'catalogue.sqlite'), { readOnly: !salvage });
  try {
    const { database } = catalogue;
    if (!database.prepare("SELECT 1 FROM sqlite_master WHERE name = 'recordings'").get()) return verified;
    const isKnown = database.prepare('SELECT 1 FROM recordings WHERE name = ?');
    for (const recording of database.prepare('SELECT * FROM recordings ORDER BY run_id, recorded_ms').all().map(recordOfRow)) {
      const { name, bytes, runId, episode } = recording;
      const problem = await checkRecording(join(directory, name), bytes, decodeJpeg);
      // A daemon beside us may have let it go since it was listed.
      if (problem !== undefined && !isKnown.get(name)) continue;
      verified.recordings += 1;
      verified.bytes += bytes;
      if (problem === undefined) continue;
      const remedy = salvage ? setAside(directory, name, catalogue) : 'stop the daemon and run "duallane verify --salvage"';
      verified.findings.push({ place: `recording ${name} (run ${runId}, episode ${episode})`, problem, remedy });
    }
    return verified;
  } finally {
    catalogue.close();
  }
}

function setAside(directory: string, name: string, catalogue: Catalogue): string {
  catalogue.database.prepare('DELETE FROM recordings WHERE name = ?').run(name);
  const aside = join(directory, 'damaged');
  mkdirSync(aside, { recursive: true, mode: 0o700 });
  if (existsSync(join(directory, name))) renameSync(join(directory, name), join(aside, name));
  return 'it is out of the list; the damaged file is in recordings/damaged';
}
