/** The link session off the page's main thread: the socket, the joining, the checks and the pixels are its work. */
import type { Command, Notice } from './messages.ts';
import { LinkSession } from './session.ts';
import { pageSurroundings } from './surroundings.ts';

type WorkerScope = {
  postMessage(notice: Notice, transfer: ArrayBuffer[]): void;
  onmessage: ((event: MessageEvent<Command>) => void) | null;
};

const scope = self as unknown as WorkerScope;
const session = new LinkSession(pageSurroundings, (notice) => scope.postMessage(notice, transferable(notice)));
scope.onmessage = (event) => session.take(event.data);

function transferable(notice: Notice): ArrayBuffer[] {
  if (notice.notice !== 'event' || (notice.event.kind !== 'batch' && notice.event.kind !== 'frame')) return [];
  return [notice.event.body.buffer as ArrayBuffer];
}
