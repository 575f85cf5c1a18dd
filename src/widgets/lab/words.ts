/** What the application's own places say of runs and of the daemon. */
import type { RunEntry } from '../../protocol/index.ts';
import type { LinkState } from '../link/page-link.ts';
import { count } from '../styles/words.ts';

/** One question about one run's episodes; ids are ULIDs or other plain words, quotes are doubled all the same. */
export function questionAbout(runId: string): string {
  return `SELECT episode_index, total_reward, steps, outcome\nFROM episodes\nWHERE run_id = '${runId.replaceAll("'", "''")}'\nORDER BY episode_index`;
}

/** What the item says, and what it means. */
export function healthWords(state: LinkState, runs: readonly RunEntry[]): { text: string; exact: string } {
  switch (state.state) {
    case 'connecting':
      return { text: 'Duallane: connecting', exact: 'Connecting to the Jupyter server.' };
    case 'reconnecting':
      return { text: '▲ Duallane: away', exact: state.sentence };
    case 'refused':
      return { text: '▲ Duallane: refused', exact: state.sentence };
    case 'connected':
      return connectedWords(state.daemon, runs);
    default:
      return state satisfies never;
  }
}

function connectedWords(
  daemon: 'connected' | 'connecting' | 'incompatible',
  runs: readonly RunEntry[],
): { text: string; exact: string } {
  if (daemon === 'connecting')
    return { text: '▲ Duallane: no daemon', exact: 'The trainer daemon is not reachable. It is being started.' };
  if (daemon === 'incompatible')
    return {
      text: '▲ Duallane: other version',
      exact: 'A trainer daemon of another Duallane version is running. End its runs and restart it.',
    };
  const running = runs.filter(({ status }) => status === 'EXEC').length;
  const silent = runs.filter(({ status }) => status === 'FAULT').length;
  const text = `${silent > 0 ? '▲ ' : ''}Duallane: ${running === 0 ? 'idle' : `${count(running)} running`}${silent > 0 ? `, ${count(silent)} silent` : ''}`;
  return {
    text,
    exact: `The trainer daemon is healthy and knows ${count(runs.length)} ${runs.length === 1 ? 'run' : 'runs'}. Click to see them.`,
  };
}
