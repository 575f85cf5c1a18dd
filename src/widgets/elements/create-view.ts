/** The one place where a view's element is made from what describes it. */
import type { ViewOutput } from '../../protocol/index.ts';
import type { PageLink } from '../link/page-link.ts';
import { registerElements } from './register.ts';
import type { ViewElement } from './view-element.ts';

const tags: Record<ViewOutput['view'], string> = {
  'live-telemetry': 'duallane-live-telemetry',
  'fast-lane': 'duallane-fast-lane',
  'sql-cell': 'duallane-sql-cell',
  'run-compare': 'duallane-run-compare',
  'episode-player': 'duallane-episode-player',
};

/** `output` has been validated. The element opens nothing before it is attached. */
export function createView(output: ViewOutput, link: PageLink, isTrusted: boolean): ViewElement {
  registerElements();
  const element = document.createElement(tags[output.view]) as ViewElement;
  element.dataset.lmSuppressShortcuts = 'true';
  element.isTrusted = isTrusted;
  element.runs = [...output.runs];
  element.settings = { ...output.settings };
  element.memory = {
    poster: output.poster,
    last: output.last as Readonly<Record<string, unknown>> | undefined,
    atMs: output.poster_at_ms,
  };
  element.link = link;
  return element;
}
