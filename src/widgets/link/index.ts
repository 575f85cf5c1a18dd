/**
 * The one link of this page, made on first use from the Jupyter page's own settings (base_url prefix, token, cookies).
 *
 * While the link is away the server is asked over HTTP why, and its own sentence (no Node, not enabled) is told.
 */
import { ServerConnection } from '@jupyterlab/services';
import { type HistoryAddress, refusalOf } from './history-http.ts';
import type { Notice } from './messages.ts';
import type { LinkState, PageLink } from './page-link.ts';
import { SharedLink } from './shared-link.ts';
import { startSession } from './start-session.ts';

export type { PageLink } from './page-link.ts';

let link: PageLink | undefined;
const waiting: ((link: PageLink) => void)[] = [];

export function pageLink(): PageLink {
  if (link) return link;
  link = connect(ServerConnection.makeSettings());
  for (const listener of waiting.splice(0)) listener(link);
  return link;
}

/** `listener` gets the link once somebody has asked for it; until then the page says nothing to the server. */
export function whenLinked(listener: (link: PageLink) => void): void {
  if (link) listener(link);
  else waiting.push(listener);
}

function connect(settings: ServerConnection.ISettings): PageLink {
  const token = settings.appendToken && settings.token ? `?token=${encodeURIComponent(settings.token)}` : '';
  const headers: Record<string, string> = settings.token ? { Authorization: `token ${settings.token}` } : {};
  const { fetch } = settings; // the browser's own function: it refuses to be called as a method of the settings
  const history: HistoryAddress = {
    base: new URL('duallane/', new URL(settings.baseUrl, location.href)).href,
    fetch: (url, init) => fetch(url, { ...init, headers: { ...headers, ...(init.headers as Record<string, string>) } }),
  };
  const hear = (notice: Notice): void => {
    shared.hear(notice);
    if (notice.notice === 'state' && notice.state.state === 'reconnecting') void explain(notice.state);
  };
  const explain = async (state: LinkState & { state: 'reconnecting' }): Promise<void> => {
    const sentence = await whyAway(history);
    if (sentence && shared.state === state) shared.hear({ notice: 'state', state: { ...state, sentence } });
  };
  const send = startSession(hear);
  const shared = new SharedLink(send, history);
  const socketBase = new URL(settings.wsUrl || settings.baseUrl, location.href);
  socketBase.protocol = socketBase.protocol.replace('http', 'ws');
  send({
    command: 'start',
    socketUrl: new URL(`duallane/link${token}`, socketBase).href,
    page: crypto.randomUUID?.() ?? pageName(),
  });
  window.addEventListener('online', () => send({ command: 'hurry' }));
  return shared;
}

/** randomUUID needs a secure context; a hub on plain HTTP is none. */
function pageName(): string {
  return [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, '0')).join('');
}

async function whyAway(history: HistoryAddress): Promise<string | undefined> {
  try {
    const response = await history.fetch(`${history.base}health`, { cache: 'no-store', credentials: 'same-origin' });
    if (response.ok) return undefined;
    if (response.status === 404) {
      return 'This Jupyter server runs without the Duallane extension. Install duallane in its environment and restart it.';
    }
    if (response.status === 401 || response.status === 403)
      return 'The Jupyter server wants you to log in again. Reload the page.';
    return await refusalOf(response);
  } catch {
    return 'The Jupyter server is not reachable. Trying again by itself; training goes on and is stored.';
  }
}
