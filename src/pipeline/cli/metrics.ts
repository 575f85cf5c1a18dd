/** `duallane metrics`: everything the daemon and its bridges count, as Prometheus text. */
import { withDaemon } from './daemon-calls.ts';
import { commandOptions } from './options.ts';
import { json } from './text.ts';

const usage = 'metrics [--home DIR] [--json]';

/** A scraper asks the socket itself: curl --unix-socket <home>/daemon.sock http://daemon/metrics */
export async function metricsCommand(argv: readonly string[]): Promise<number> {
  const { home, json: isJson } = commandOptions(argv, {}, usage);
  const { text } = await withDaemon(home, (daemon) => daemon.ask(daemon.duallane.metrics.bind(daemon.duallane), {}));
  process.stdout.write(isJson ? json(samplesOf(text)) : text);
  return 0;
}

function samplesOf(text: string): { name: string; value: number }[] {
  return text
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'))
    .map((line) => {
      const space = line.lastIndexOf(' ');
      return { name: line.slice(0, space), value: Number(line.slice(space + 1)) };
    });
}
