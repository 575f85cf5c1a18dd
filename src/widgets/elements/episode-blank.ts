/** What a player says around its pictures: why there is none yet, and what is recorded of the run. */
import { html, nothing, type TemplateResult } from 'lit';
import type { RecordingList } from '../../protocol/index.ts';
import type { LinkState } from '../link/page-link.ts';
import type { OpenEpisodes } from '../stores/open-episodes.ts';
import { ago, cellNumber, count } from '../styles/words.ts';
import type { ViewMemory } from './view-element.ts';

type Seen = {
  open: OpenEpisodes | undefined;
  runs: readonly string[];
  link: LinkState | undefined;
  memory: ViewMemory | undefined;
  /** Asks for the next episode; undefined when the run has ended or cannot be reached. */
  record: (() => void) | undefined;
  /** Looks for episodes once more. */
  again: () => void;
};

export function episodeBlank({ open, runs, link, memory, record, again }: Seen): TemplateResult {
  const isLooking = open?.isLooking ?? true;
  const away = link?.state === 'refused' || link?.state === 'reconnecting' ? link.sentence : '';
  const { poster, last, atMs } = memory ?? {};
  if (poster && last && (isLooking || away))
    return html`<div class="blank"><img class="memory" src=${poster} alt="The player's last picture" />
      <p>Last state${atMs === undefined ? '' : `, ${ago(Date.now() - atMs)}`}. ${away}</p></div>`;
  const sentence = blankWords(open, runs, away);
  return html`<div class="blank" role="status">
    <p>${sentence}</p>
    ${open?.shelf.sentence && !isLooking ? html`<button class="record" @click=${again}>Look again</button>` : nothing}
    ${record && !isLooking ? html`<button class="record" @click=${record}>Record the next episode</button>` : nothing}</div>`;
}

function blankWords(open: OpenEpisodes | undefined, runs: readonly string[], away: string): string {
  if (runs.length === 0) return 'This view names no run.';
  if (away) return away;
  if (!open || open.isLooking) return 'Looking for episodes of this run.';
  const { shelf } = open;
  const known = [...shelf.rows.values()].flat();
  if (known.length > 0) {
    const [newest, oldest] = [known[0]?.episode ?? 0, known.at(-1)?.episode ?? 0];
    return `Choose an episode by its number: ${count(known.length)} are over, from ${count(oldest)} to ${count(newest)}.`;
  }
  if (shelf.sentence) return 'There is nothing to show.';
  const policy = shelf.lists.get(runs[0] ?? '')?.policy;
  const how = policy ? `Recorded will be: ${policy}.` : 'Open the run with record=10 to have every tenth recorded.';
  return `No episode of this run is over yet, and none is recorded. ${how}`;
}

export function recordedWords(list: RecordingList | undefined): TemplateResult {
  if (!list) return html``;
  const gone = [
    list.evicted ? `${count(list.evicted)} went for the budget` : '',
    list.passed ? `${count(list.passed)} ${list.passed === 1 ? 'failure' : 'failures'} passed over` : '',
    list.failed ? `${count(list.failed)} could not be written` : '',
  ].filter(Boolean);
  const frames = list.recordings.reduce((sum, one) => sum + one.frames, 0);
  const jpegs = list.recordings.reduce((sum, one) => sum + one.jpeg_frames, 0);
  const form = jpegs === 0 ? 'lossless' : `${count(jpegs)} of ${count(frames)} frames as JPEG`;
  const room = `${cellNumber(list.used_bytes / 1e6)} of ${cellNumber(list.budget_bytes / 1e6)} MB, ${form}`;
  return html`<span title=${list.policy}>${count(list.recordings.length)} recorded${list.policy ? `: ${list.policy}` : ''}</span>
    <span>${gone.join(', ')}</span><span class="fill"></span><span>${list.used_bytes > 0 ? room : ''}</span>`;
}
