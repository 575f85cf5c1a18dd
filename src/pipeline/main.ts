/**
 * The command behind `duallane`: trainer daemon, run and telemetry proxy.
 *
 * Exit codes: 0 done, 1 failed with one sentence on stderr, 2 wrong usage; `run` and `proxy` pass the worker's on.
 */
import { contract, DuallaneError, sentenceOf } from '../protocol/index.ts';
import { boundHeap } from './daemon-heap.ts';

const usage = `usage: duallane <command>            --version, --help
  daemon [--home DIR] [--ensure] [--listen HOST:PORT] [--trust-loopback] [--tls-cert F --tls-key F --tls-ca F] [--history parquet|sqlite]
         [--keep-days N] [--keep-size 20GB]   lets go of ended runs' rows that are older, or more, than that
  run    [--home DIR] [--name NAME] [--run-id ID] [--agent-id A] [--worker-id W] [--record every=10,best] -- <worker command>
  run --wrap [...] -- python train.py   the same for a Python script that nobody edited (the wheel's command)
  proxy  --target T --run-id R --agent-id A [--worker-id W] -- <worker command>
  runs   [--all]                    the runs of the home
  status [RUN]                      the daemon, or one run with its ledger
  cancel RUN...                     stops runs
  pause RUN... | resume RUN...      the workers stand still, and go on
  rate RUN HZ                       at most so many steps a second per worker; 0 is no cap
  step RUN [COUNT]                  lets a paused run take some steps
  logs   RUN [--lines N] [--follow] what a run's workers printed
  doctor                            checks every link of the chain and says what to do
  bench  [p1 p2 p4] [--json]        what logging, storing and frames cost on this machine (the wheel's command)
  metrics                           what is counted, as Prometheus text
  archive RUN... [--restore]        out of the lists; the history stays
  delete RUN... [--yes]             removes runs with their history
  convert RUN --to parquet|sqlite   keeps a run's history in the other form
  compact [RUN]                     makes few large parts of many small ones
  import FILE [--name NAME]         the source's SQLite file, a monitor.csv, a TensorBoard event file
  export RUN --to DIR [--as parquet|csv|tensorboard|wandb]
  verify [--salvage]                reads all history, names what is damaged, keeps the rest of it
RUN is a run id, its beginning or end, or a name. All take --home DIR, and those that list or change runs --json.
Those that only talk to a daemon also take --daemon HOST:PORT, with --tls-ca, --tls-cert, --tls-key and --token-file for one on
another host; DUALLANE_TLS_CA, DUALLANE_TLS_CERT, DUALLANE_TLS_KEY and DUALLANE_TOKEN_FILE name the same files.
`;

/** The lines of the usage that are about one command, and what holds for all; undefined without such a command. */
function usageOf(command: string): string | undefined {
  const all = usage.split('\n');
  const notes = all.slice(all.findIndex((line) => line.startsWith('RUN is')));
  const own: string[] = [];
  let isOwn = false;
  for (const line of all.slice(1, all.length - notes.length)) {
    if (/^ {2}\S/.test(line)) isOwn = line.startsWith(`  ${command} `) || line.includes(`| ${command} `);
    if (isOwn) own.push(line);
  }
  return own.length > 0 ? ['usage: duallane', ...own, ...notes].join('\n') : undefined;
}

function asksForHelp(rest: readonly string[]): boolean {
  const before = rest.includes('--') ? rest.slice(0, rest.indexOf('--')) : rest;
  return before.includes('--help') || before.includes('-h');
}

async function main(argv: readonly string[]): Promise<number> {
  const [command, ...rest] = argv;
  const help = command !== undefined && asksForHelp(rest) ? usageOf(command) : undefined;
  if (help !== undefined) {
    process.stdout.write(help);
    return 0;
  }
  switch (command) {
    case 'help':
    case '--help':
    case '-h':
      process.stdout.write(usage);
      return 0;
    case '--version':
      process.stdout.write(`${contract.version}\n`);
      return 0;
    case 'daemon':
      if (!rest.includes('--ensure')) boundHeap();
      return (await import('./daemon/index.ts')).daemonCommand(rest);
    case 'run':
      return (await import('./proxy/index.ts')).runCommand(rest);
    case 'proxy':
      return (await import('./proxy/index.ts')).proxyCommand(rest);
    case 'runs':
      return (await import('./cli/index.ts')).runsCommand(rest);
    case 'status':
      return (await import('./cli/index.ts')).statusCommand(rest);
    case 'cancel':
      return (await import('./cli/index.ts')).cancelCommand(rest);
    case 'pause':
      return (await import('./cli/index.ts')).pauseCommand(rest);
    case 'resume':
      return (await import('./cli/index.ts')).resumeCommand(rest);
    case 'rate':
      return (await import('./cli/index.ts')).rateCommand(rest);
    case 'step':
      return (await import('./cli/index.ts')).stepCommand(rest);
    case 'doctor':
      return (await import('./cli/index.ts')).doctorCommand(rest);
    case 'metrics':
      return (await import('./cli/index.ts')).metricsCommand(rest);
    case 'logs':
      return (await import('./cli/index.ts')).logsCommand(rest);
    case 'archive':
      return (await import('./cli/index.ts')).archiveCommand(rest);
    case 'delete':
      return (await import('./cli/index.ts')).deleteCommand(rest);
    case 'convert':
      return (await import('./cli/index.ts')).convertCommand(rest);
    case 'import':
      return (await import('./cli/index.ts')).importCommand(rest);
    case 'export':
      return (await import('./cli/index.ts')).exportCommand(rest);
    case 'verify':
      return (await import('./cli/index.ts')).verifyCommand(rest);
    case 'compact':
      return (await import('./cli/index.ts')).compactCommand(rest);
    case 'jpeg-pixels': // of another program, not of people: it is not in the usage
      return (await import('./cli/jpeg-pixels.ts')).jpegPixelsCommand();
    default:
      process.stderr.write(command === undefined ? usage : `duallane: there is no command "${command}"\n${usage}`);
      return 2;
  }
}

main(process.argv.slice(2)).then(
  (code) => process.exit(code),
  (error: unknown) => {
    process.stderr.write(`duallane: ${sentenceOf(error)}\n`);
    process.exit(error instanceof DuallaneError && error.code === 'usage' ? 2 : 1);
  },
);
