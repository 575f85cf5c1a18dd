/**
 * Native DuckDB beside the Jupyter server, asked over HTTP: for what is too large for the page.
 *
 * Guarantees: those of engine.ts. The answer is a stream of frames (python-shim/duallane/sql_child.py); aborting the request ends
 * the engine's process. An answer that breaks off is an error, never a short answer.
 */
import { DuallaneError } from '../../protocol/index.ts';
import type { PageLink } from '../link/page-link.ts';
import type { Listener, Question, Reach, Summary } from './engine.ts';
import { prepareQuestion } from './prepared-question.ts';

const defaultMaxRows = 1_000_000;

type Frame = { letter: string; body: Uint8Array };
type Done = { rows: number; is_cut: boolean; bytes: number; ask_ms: number; load_ms: number };

export async function askNative(
  link: Pick<PageLink, 'askNative'>,
  question: Question,
  listener: Listener,
  { signal }: { signal: AbortSignal },
): Promise<Summary> {
  const { read, named, variables } = prepareQuestion(question);
  listener.onProgress?.({ stage: 'native' });
  const asked = {
    sql: read.sql,
    runs: question.runs ?? [],
    used: named.map((used) => ({ name: used.name, sql: used.read.sql })),
    variables: Object.fromEntries(variables),
    max_rows: question.maxRows ?? defaultMaxRows,
  };
  try {
    const response = await link.askNative(JSON.stringify(asked), { signal });
    return await follow(response, listener);
  } catch (error) {
    throw signal.aborted ? new DuallaneError('sql-cancelled', 'The question was cancelled.', { cause: error }) : error;
  }
}

async function follow(response: Response, listener: Listener): Promise<Summary> {
  let reach: Reach[] = [];
  for await (const { letter, body } of framesOf(response)) {
    switch (letter) {
      case 'r':
        reach = json<Reach[]>(body);
        break;
      case 'h':
        listener.onColumns(body);
        break;
      case 'b':
        listener.onRows([body]);
        break;
      case 'e': {
        const { code, sentence } = json<{ code: string; sentence: string }>(body);
        throw new DuallaneError(code, sentence);
      }
      case 'd':
        return summaryOf(json<Done>(body), reach);
      default:
        throw brokeOff();
    }
  }
  throw brokeOff();
}

function summaryOf({ rows, is_cut, bytes, ask_ms, load_ms }: Done, reach: readonly Reach[]): Summary {
  const loaded = { parts: 0, rows: 0, bytes: 0 };
  return { rows, isCut: is_cut, bytes, askMs: ask_ms, loadMs: load_ms, loaded, reach, engine: 'native' };
}

async function* framesOf(response: Response): AsyncGenerator<Frame> {
  if (!response.body) throw brokeOff();
  const reader = response.body.getReader();
  let held = new Uint8Array(0);
  for (;;) {
    const length = held.length >= 5 ? new DataView(held.buffer, held.byteOffset).getUint32(1, true) : undefined;
    if (length !== undefined && held.length >= 5 + length) {
      yield { letter: String.fromCharCode(held[0] ?? 0), body: held.slice(5, 5 + length) };
      held = held.subarray(5 + length);
      continue;
    }
    const { done, value } = await reader.read();
    if (done) return;
    const joined = new Uint8Array(held.length + value.length);
    joined.set(held);
    joined.set(value, held.length);
    held = joined;
  }
}

function json<T>(body: Uint8Array): T {
  return JSON.parse(new TextDecoder().decode(body)) as T;
}

function brokeOff(): DuallaneError {
  return new DuallaneError('engine-lost', 'The native SQL engine broke off before the answer was whole. Run the question again.');
}
