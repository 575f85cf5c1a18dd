/** The daemon's health in the status bar, from the moment a view or the panel has asked for anything. A click shows the runs. */
import type { JupyterFrontEnd, JupyterFrontEndPlugin } from '@jupyterlab/application';
import { IStatusBar } from '@jupyterlab/statusbar';
import { Widget } from '@lumino/widgets';
import { whenLinked } from '../link/index.ts';
import type { PageLink } from '../link/page-link.ts';
import { healthWords } from './words.ts';

export const statusPlugin: JupyterFrontEndPlugin<void> = {
  id: '@duallane/lab:status',
  description: 'The health of the trainer daemon in the status bar.',
  autoStart: true,
  optional: [IStatusBar],
  activate: (app: JupyterFrontEnd, bar: IStatusBar | null) => {
    if (!bar) return;
    whenLinked((link) => {
      const item = statusItem(link, () => void app.commands.execute('duallane:show-runs'));
      bar.registerStatusItem('@duallane/lab:status', { item, align: 'left', rank: 90 });
    });
  },
};

function statusItem(link: PageLink, show: () => void): Widget {
  const button = document.createElement('button');
  button.className = 'duallane-status';
  Object.assign(button.style, {
    height: '100%',
    padding: '0 4px',
    border: '0',
    color: 'inherit',
    background: 'none',
    font: 'inherit',
    cursor: 'pointer',
  });
  button.addEventListener('click', show);
  const item = new Widget();
  Object.assign(item.node.style, { display: 'flex', alignItems: 'center' });
  item.node.append(button);
  const life = new AbortController();
  item.disposed.connect(() => life.abort());
  const tell = (): void => {
    const { text, exact } = healthWords(link.state, link.runs);
    button.textContent = text;
    button.title = exact;
    button.setAttribute('aria-label', `${text}. ${exact}`);
  };
  link.onState(tell, life);
  link.onRuns(tell, life);
  return item;
}
