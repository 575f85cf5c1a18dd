/**
 * Why a run has no frames, as its worker said it: an event of kind fast_lane_off. A worker that starts afterwards takes it back.
 *
 * Guarantees: `tell` hears the sentence when it is known and undefined when it holds no more, in the order of the events, also of
 * those from before the view. It waits for the daemon and for the run as long as the view lives.
 */
import { rowsOf } from '../../protocol/arrow.ts';
import { sentenceOf } from '../../protocol/index.ts';
import { durableRows, type LiveBatch } from '../hub/index.ts';
import type { Rows } from '../rows.ts';
import { Backoff, delay } from '../waiting.ts';
import type { ViewContext } from './view.ts';

type Context = Pick<ViewContext, 'feeds' | 'connection' | 'log' | 'signal'>;
type Word = { said: string | undefined };

/** Events of before the view that are looked at. */
const eventsMost = 1000;

/** Ends, without an error, when the view does. */
export async function hearLaneOff(runId: string, context: Context, tell: (sentence: string | undefined) => void): Promise<void> {
  const { feeds, signal, log } = context;
  let heardLive = false;
  const hear = (word: Word | undefined): void => {
    if (word) tell(word.said);
  };
  const live = (batch: LiveBatch): void => {
    const word = lastWord(batch.table);
    heardLive ||= word !== undefined;
    hear(word);
  };
  const listener = { batch: live, missed: () => {}, state: () => {} };
  const backoff = new Backoff();
  try {
    const position = await feeds.use(runId, 'events', signal).attach(listener, signal);
    for (;;) {
      try {
        const word = await wordOfHistory(runId, position, context);
        if (!heardLive) hear(word);
        return;
      } catch (error) {
        signal.throwIfAborted();
        log('warn', 'events-unreachable', { run: runId, reason: sentenceOf(error) });
        await delay(backoff.next(), signal);
      }
    }
  } catch (error) {
    if (!signal.aborted) throw error;
  }
}

async function wordOfHistory(runId: string, upto: number, { connection, signal }: Context): Promise<Word | undefined> {
  const clients = await connection.connected(signal);
  const request = { runId, kind: 'events', after: Math.max(upto - eventsMost, 0), upto } as const;
  let word: Word | undefined;
  for await (const rows of durableRows(clients, request, signal)) word = lastWord(rows.table) ?? word;
  return word;
}

/** What the last event about the fast lane says; undefined when none is about it. */
function lastWord(events: Rows): Word | undefined {
  let word: Word | undefined;
  for (const { kind, detail_json: detail } of rowsOf(events)) {
    if (kind === 'run_started') word = { said: undefined };
    if (kind === 'fast_lane_off') word = { said: sentenceIn(detail) };
  }
  return word;
}

/** A worker's own words, or ours when it gave none. */
function sentenceIn(detail: unknown): string {
  try {
    const { sentence } = JSON.parse(String(detail)) as { sentence?: unknown };
    if (typeof sentence === 'string' && sentence !== '') return sentence.slice(0, 500);
  } catch {
    // Not ours to judge: the event's kind says enough.
  }
  return 'The worker turned the fast lane off. Training and telemetry go on.';
}
