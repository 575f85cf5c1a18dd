/** `duallane metrics`: everything the daemon and its bridges count, as Prometheus text. */
import { withDaemon } from './daemon-calls.ts';
import { placedOptions, placeUsage } from './options.ts';
import { json } from './text.ts';

const usage = `metrics ${placeUsage}`;

/** A scraper asks the socket itself: curl --unix-socket <home>/daemon.sock http://daemon/metrics */
export async function metricsCommand(argv: readonly string[]): Promise<number> {
  const { place, json: isJson } = placedOptions(argv, {}, usage);
  const { text } = await withDaemon(place, (daemon) => daemon.ask(daemon.duallane.metrics.bind(daemon.duallane), {}));
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
