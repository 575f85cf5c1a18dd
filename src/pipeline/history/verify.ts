/**
 * Reads all of a home's history, says what is damaged, and salvages the rest.
 *
 * Guarantees
 * - Every part is read whole and compared with its checksum, every journal record with its own, the catalogue by SQLite itself.
 * - Without `salvage` nothing is changed, and a daemon may go on beside it. With it no daemon may live (the caller holds the
 *   lock): of a damaged part the rows that can still be read take its place, what is lost is counted as rejected in the run's
 *   ledger, and the damaged file is kept under parts/damaged/.
 * A salvaged value may differ from what was written where Parquet itself cannot tell; the finding says so.
 */
import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { sentenceOf } from '../../protocol/index.ts';
import { Catalogue, type PartRecord } from './catalogue.ts';
import { checkPart, type HistoryPlaces, partPath } from './part-store.ts';
import { hasHistory, type Rebuilt, rebuildCatalogue } from './rebuild.ts';
import { salvagePart } from './salvage.ts';

/** Something that is not as it was written; `remedy` says what was done, or what to do. */
type Finding = { place: string; problem: string; remedy: string };
export type Verified = { parts: number; rows: number; bytes: number; segments: number; findings: Finding[]; isRebuilt: boolean };
/** Looks for damage in a journal segment's bytes. */
type SegmentCheck = (bytes: Buffer) => string | undefined;

type Options = { salvage: boolean; checkSegment: SegmentCheck };

export async function verifyHome(home: string, { salvage, checkSegment }: Options): Promise<Verified> {
  const verified: Verified = { parts: 0, rows: 0, bytes: 0, segments: 0, findings: [], isRebuilt: false };
  const places = { partsDirectory: join(home, 'parts'), rowsDirectory: join(home, 'rows') };
  const path = join(home, 'catalogue.sqlite');
  const problem = await catalogueProblem(home, path);
  if (problem !== undefined) {
    const remedy = salvage ? rebuiltSentence(await rebuildCatalogue(home, places)) : remedyOfCatalogue;
    verified.findings.push({ place: path, problem, remedy });
    verified.isRebuilt = salvage;
    if (!salvage) return verified;
  }
  if (!existsSync(path)) return verified;
  const catalogue = new Catalogue(path, { readOnly: !salvage });
  try {
    for (const part of catalogue.allParts()) await verifyPart(part, catalogue, places, salvage, verified);
    await verifyJournal(join(home, 'journal'), checkSegment, verified);
  } finally {
    catalogue.close();
  }
  return verified;
}

const remedyOfCatalogue =
  'stop the daemon, copy the home, and run "duallane verify --salvage", which makes it anew from parts, rows and what can be read of it';

/** Undefined when the catalogue is whole, or when there is neither one nor anything it could tell of. */
async function catalogueProblem(home: string, path: string): Promise<string | undefined> {
  if (!existsSync(path)) return hasHistory(home) ? 'it is gone, and there are parts it told of' : undefined;
  let catalogue: Catalogue | undefined;
  try {
    catalogue = new Catalogue(path, { readOnly: true });
    const problem = catalogue.check();
    if (problem === undefined) catalogue.allParts();
    return problem;
  } catch (error) {
    return sentenceOf(error);
  } finally {
    catalogue?.close();
  }
}

function rebuiltSentence({ parts, rows, unreadable, keptAs }: Rebuilt): string {
  const kept = keptAs === undefined ? '' : `; the old one is ${keptAs}`;
  const lost = unreadable.length === 0 ? '' : `; unreadable: ${unreadable.join(', ')}`;
  return `made anew with ${parts} parts and ${rows} rows${kept}${lost}`;
}

async function verifyPart(
  part: PartRecord,
  catalogue: Catalogue,
  places: HistoryPlaces,
  salvage: boolean,
  verified: Verified,
): Promise<void> {
  const problem = await checkPart(places, part);
  // A daemon beside us may have merged the part, or let it go, since it was listed.
  if (problem !== undefined && catalogue.part(part.name) === undefined) return;
  verified.parts += 1;
  verified.rows += part.rows;
  verified.bytes += part.bytes;
  if (problem === undefined) return;
  const place = `part ${part.name} (run ${part.runId}, ${part.kind} ${part.firstSeq} to ${part.lastSeq})`;
  const remedy = salvage ? await replaceDamaged(part, catalogue, places) : 'stop the daemon and run "duallane verify --salvage"';
  verified.findings.push({ place, problem, remedy });
}

async function replaceDamaged(part: PartRecord, catalogue: Catalogue, places: HistoryPlaces): Promise<string> {
  const { parts, rows } = await salvagePart(places, part);
  const lost = part.rows - rows;
  catalogue.replaceDamaged(part, parts, lost);
  if (part.form === 'parquet') {
    const aside = join(places.partsDirectory, 'damaged');
    await mkdir(aside, { recursive: true, mode: 0o700 });
    await rename(partPath(places, part.name), join(aside, part.name)).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'ENOENT') throw error;
    });
  }
  const kept =
    rows === 0
      ? 'none of its rows can be read'
      : `${rows} of ${part.rows} rows are kept; values may differ where Parquet cannot tell`;
  return `${kept}; the damaged file is in parts/damaged`;
}

async function verifyJournal(directory: string, checkSegment: SegmentCheck, verified: Verified): Promise<void> {
  const names = await readdir(directory).catch(() => []);
  for (const name of names.filter((one) => one.endsWith('.journal')).sort()) {
    let bytes: Buffer;
    try {
      bytes = await readFile(join(directory, name));
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') continue; // sealed since it was listed
      verified.findings.push({ place: `journal ${name}`, problem: sentenceOf(error), remedy: 'look at the disk' });
      continue;
    }
    verified.segments += 1;
    verified.bytes += bytes.length;
    const problem = checkSegment(bytes);
    if (problem !== undefined)
      verified.findings.push({
        place: `journal ${name}`,
        problem,
        remedy: 'the next start of the daemon keeps what is whole and counts the rest',
      });
  }
}
