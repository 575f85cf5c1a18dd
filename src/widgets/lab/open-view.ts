/** Views outside of notebooks: in a tab of the main area, or at the side where the application has no tabs. */
import type { ILabShell, JupyterFrontEnd } from '@jupyterlab/application';
import { MainAreaWidget } from '@jupyterlab/apputils';
import { Widget } from '@lumino/widgets';
import type { RunEntry, ViewOutput } from '../../protocol/index.ts';
import { createView } from '../elements/create-view.ts';
import { pageLink } from '../link/index.ts';
import { duallaneIcon } from './icons.ts';

export type OpenView = (
  view: ViewOutput['view'],
  run: RunEntry | undefined,
  title: string,
  settings?: Record<string, unknown>,
) => void;

/** `isQuiet`: without taking the focus. */
export function viewOpener(app: JupyterFrontEnd, labShell: ILabShell | null, { isQuiet = false } = {}): OpenView {
  return (view, run, title, settings = {}) => {
    const runs = run ? [run.run_id] : [];
    const widget = mainAreaView({ version: 1, view, runs, settings: { height: 640, ...settings } }, title);
    app.shell.add(widget, labShell ? 'main' : 'right', isQuiet ? { activate: false } : {});
    if (!isQuiet) app.shell.activateById(widget.id);
  };
}

let opened = 0;

function mainAreaView(output: ViewOutput, title: string): MainAreaWidget {
  const content = new Widget();
  const element = createView(output, pageLink(), true);
  content.node.style.overflow = 'auto';
  content.node.style.padding = '0 8px';
  content.node.append(element);
  content.disposed.connect(() => element.dispose());
  const widget = new MainAreaWidget({ content });
  opened += 1;
  widget.id = `duallane-${output.view}-${opened}`;
  widget.title.label = title;
  widget.title.icon = duallaneIcon;
  widget.title.closable = true;
  return widget;
}
