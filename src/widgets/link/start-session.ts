/**
 * Starts the link session: in a worker, or in the page where a worker cannot start (a content policy, an old browser).
 * The page hears the same notices either way; without a worker large frames cost it some milliseconds each.
 */
import type { Command, Notice } from './messages.ts';
import { LinkSession } from './session.ts';
import { pageSurroundings } from './surroundings.ts';

export type SendCommand = (command: Command) => void;

export function startSession(tell: (notice: Notice) => void): SendCommand {
  const early: Command[] = [];
  let hasAnswered = false;
  let worker: Worker | undefined;
  let here: LinkSession | undefined;

  function moveHere(): void {
    worker?.terminate();
    worker = undefined;
    here = new LinkSession(pageSurroundings, tell);
    for (const command of early.splice(0)) here.take(command);
  }

  try {
    worker = new Worker(new URL('./link.worker.ts', import.meta.url));
    worker.onmessage = (event: MessageEvent<Notice>) => {
      hasAnswered = true;
      early.length = 0;
      tell(event.data);
    };
    worker.onerror = (event) => {
      event.preventDefault();
      if (!hasAnswered) moveHere();
    };
  } catch {
    moveHere();
  }
  return (command) => {
    if (here) return here.take(command);
    if (!hasAnswered) early.push(command);
    worker?.postMessage(command);
  };
}
