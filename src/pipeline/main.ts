/**
 * The command behind `duallane`: trainer daemon, run and telemetry proxy.
 *
 * Exit codes: 0 done, 1 failed with one sentence on stderr, 2 wrong usage; `run` and `proxy` pass the worker's on.
 */
import { sentenceOf } from '../protocol/index.ts';

const usage = `usage: duallane <command>
  daemon [--home DIR] [--ensure] [--listen HOST:PORT] [--trust-loopback]
  run    [--home DIR] [--name NAME] [--run-id ID] [--agent-id A] [--worker-id W] -- <worker command>
  proxy  --target T --run-id R --agent-id A [--worker-id W] -- <worker command>
`;

async function main(argv: readonly string[]): Promise<number> {
  const [command, ...rest] = argv;
  switch (command) {
    case 'daemon':
      return (await import('./daemon/index.ts')).daemonCommand(rest);
    case 'run':
      return (await import('./proxy/index.ts')).runCommand(rest);
    case 'proxy':
      return (await import('./proxy/index.ts')).proxyCommand(rest);
    default:
      process.stderr.write(command === undefined ? usage : `duallane: there is no command "${command}"\n${usage}`);
      return 2;
  }
}

main(process.argv.slice(2)).then(
  (code) => process.exit(code),
  (error: unknown) => {
    process.stderr.write(`duallane: ${sentenceOf(error)}\n`);
    process.exit(1);
  },
);
