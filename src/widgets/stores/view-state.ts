/**
 * The one state a view is in, from what the link, the run list and the channel say. What it means is said in `sentence`.
 */
import type { RunEntry, Status } from '../../protocol/index.ts';
import type { LinkState } from '../link/page-link.ts';
import { count } from '../styles/words.ts';

export type ViewState = {
  state:
    | 'empty'
    | 'connecting'
    | 'live'
    | 'waiting'
    | 'paused'
    | 'starved'
    | 'stalled'
    | 'unavailable'
    | 'reconnecting'
    | 'ended'
    | 'error';
  sentence: string;
};

export type StateSources = {
  link: LinkState;
  /** Undefined while the list of runs has not come, null when it came without this run. */
  run: RunEntry | null | undefined;
  status: Status | undefined;
  problem: string | undefined;
  hasRows: boolean;
};

const outcomeWords: Record<string, string> = { succeeded: 'succeeded', failed: 'failed', canceled: 'was canceled' };

export function viewState(from: StateSources): ViewState {
  const { link, run, status, problem, hasRows } = from;
  if (link.state === 'refused') return { state: 'error', sentence: link.sentence };
  if (problem !== undefined) return { state: 'error', sentence: problem };
  if (link.state === 'reconnecting') return { state: 'reconnecting', sentence: link.sentence };
  if (link.state === 'connecting') return { state: 'connecting', sentence: 'Connecting to the Jupyter server.' };
  if (link.daemon === 'incompatible') {
    return { state: 'error', sentence: 'A trainer daemon of another Duallane version is running. End its runs and restart it.' };
  }
  if (link.daemon === 'connecting') {
    return { state: 'reconnecting', sentence: 'The trainer daemon is not reachable. It is being started.' };
  }
  const hasEnded = run?.status === 'TERM' || status?.state === 'ended';
  if (hasEnded) return { state: 'ended', sentence: endSentence(run, status) + removedSentence(run, hasRows) };
  if (run === null && !hasRows) {
    return { state: 'empty', sentence: 'This run is not in the history here. Start it, or open its own home directory.' };
  }
  if (run?.status === 'PAUSE' && hasRows) return { state: 'paused', sentence: 'The run is paused.' };
  if (status && status.state !== 'live')
    return { state: status.state === 'ended' ? 'ended' : status.state, sentence: status.sentence };
  if (!hasRows)
    return {
      state: 'empty',
      sentence: 'Waiting for the first episode. Steps and returns appear here as soon as the run logs one.',
    };
  return { state: 'live', sentence: '' };
}

function removedSentence(run: RunEntry | null | undefined, hasRows: boolean): string {
  return run && run.totals.removed > 0 && !hasRows ? ` Retention has removed its rows (${count(run.totals.removed)}).` : '';
}

function endSentence(run: RunEntry | null | undefined, status: Status | undefined): string {
  if (!run) return status?.sentence ?? 'The run has ended.';
  const word = outcomeWords[run.outcome] ?? 'has ended';
  // What the daemon says of a cancelled run when nobody gave a reason is no reason.
  const isPlain = run.failure_reason === '' || (run.outcome === 'canceled' && run.failure_reason === 'it was cancelled');
  const reason = isPlain ? '' : `: ${run.failure_reason}`;
  const sentence = `The run ${word}${reason}`;
  return /[.!?]$/.test(sentence) ? sentence : `${sentence}.`;
}
