/**
 * Duallane in JupyterLab 4 and Notebook 7: the MIME renderer, the ipywidgets module, and commands in the palette.
 * Each plugin stands alone: what it finds missing in the application it does without.
 */
import { IJupyterWidgetRegistry } from '@jupyter-widgets/base';
import { ILabShell, type JupyterFrontEndPlugin } from '@jupyterlab/application';
import { Dialog, ICommandPalette, InputDialog, MainAreaWidget, showDialog } from '@jupyterlab/apputils';
import { INotebookTracker, type NotebookPanel } from '@jupyterlab/notebook';
import { IRenderMimeRegistry } from '@jupyterlab/rendermime';
import { Widget } from '@lumino/widgets';
import { contract, type RunEntry, type ViewOutput } from '../protocol/index.ts';
import { createView } from './elements/create-view.ts';
import { pageLink } from './link/index.ts';
import { setNotebookPage, tellBeforeSave } from './mime/notebook-page.ts';
import { ViewRenderer } from './mime/renderer.ts';

/** Before ipywidgets' own -10, so that a view is drawn without a kernel too. */
const rank = -20;
const runsDeadlineMs = 5000;

const renderer: JupyterFrontEndPlugin<void> = {
  id: '@duallane/lab:renderer',
  description: 'Draws Duallane views in notebooks, with or without a kernel.',
  autoStart: true,
  requires: [IRenderMimeRegistry],
  optional: [INotebookTracker],
  activate: (_app, rendermime: IRenderMimeRegistry, notebooks: INotebookTracker | null) => {
    const factory = { safe: true, mimeTypes: [contract.viewMime], createRenderer: () => new ViewRenderer() };
    rendermime.addFactory(factory, rank);
    if (!notebooks) return;
    // Notebooks that were opened before this plugin have their own copy of the registry.
    notebooks.forEach((panel) => {
      panel.content.rendermime.addFactory(factory, rank);
    });
    const noteSaves = (panel: NotebookPanel): void => {
      panel.context.saveState.connect((_context, state) => {
        if (state === 'started') tellBeforeSave();
      });
    };
    notebooks.forEach(noteSaves);
    notebooks.widgetAdded.connect((_tracker, panel) => noteSaves(panel));
    setNotebookPage({
      mayWrite: (node) => {
        const panel = notebooks.find((candidate) => candidate.node.contains(node));
        return !!panel && !panel.isDisposed && !panel.context.model.readOnly && panel.context.contentsModel?.writable !== false;
      },
    });
  },
};

const widgets: JupyterFrontEndPlugin<void> = {
  id: '@duallane/lab:widgets',
  description: 'Carries settings between Python and Duallane views.',
  autoStart: true,
  optional: [IJupyterWidgetRegistry],
  activate: (_app, registry: IJupyterWidgetRegistry | null) => {
    registry?.registerWidget({
      name: '@duallane/lab',
      version: contract.version,
      exports: async () => {
        const { FastLaneModel, FastLaneView, LiveTelemetryModel, LiveTelemetryView, SqlCellModel, SqlCellView } = await import(
          './index.ts'
        );
        return { FastLaneModel, FastLaneView, LiveTelemetryModel, LiveTelemetryView, SqlCellModel, SqlCellView };
      },
    });
  },
};

const commands: JupyterFrontEndPlugin<void> = {
  id: '@duallane/lab:commands',
  description: 'Opens Duallane views without a notebook.',
  autoStart: true,
  optional: [ICommandPalette, ILabShell],
  activate: (app, palette: ICommandPalette | null, labShell: ILabShell | null) => {
    const open = (view: ViewOutput['view'], run: RunEntry | undefined, title: string): void => {
      const runs = run ? [run.run_id] : [];
      const widget = mainAreaView({ version: 1, view, runs, settings: { height: 640 } }, title);
      app.shell.add(widget, labShell ? 'main' : 'right');
      app.shell.activateById(widget.id);
    };
    const add = (id: string, label: string, execute: () => void | Promise<void>): void => {
      app.commands.addCommand(id, { label, execute });
      palette?.addItem({ command: id, category: 'Duallane' });
    };
    const ofChosenRun = (view: ViewOutput['view'], what: string) => async (): Promise<void> => {
      const run = await chooseRun(what);
      if (run) open(view, run, run.name || run.run_id);
    };
    add('duallane:open-sql', 'Open SQL Cell', () => open('sql-cell', undefined, 'SQL'));
    add('duallane:open-live', 'Open Live View of a Run…', ofChosenRun('live-telemetry', 'Live view'));
    add('duallane:open-fast-lane', 'Open Fast Lane of a Run…', ofChosenRun('fast-lane', 'Fast lane'));
  },
};

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
  widget.title.closable = true;
  return widget;
}

async function chooseRun(what: string): Promise<RunEntry | undefined> {
  const runs = [...(await knownRuns())].sort((a, b) => b.created_ms - a.created_ms);
  if (runs.length === 0) {
    const body = 'No run is known here yet. Start one with duallane.Run in Python, or with “duallane run -- …”, then try again.';
    await showDialog({ title: what, body, buttons: [Dialog.okButton()] });
    return undefined;
  }
  const items = runs.map((run) => `${run.name || run.run_id} · ${run.outcome || run.status} · ${run.run_id}`);
  const { value } = await InputDialog.getItem({ title: `${what} of which run?`, items });
  return value === null ? undefined : runs[items.indexOf(value)];
}

/** The bridge's list, once it has come; an empty one when it does not. */
async function knownRuns(): Promise<readonly RunEntry[]> {
  const link = pageLink();
  const life = new AbortController();
  return await new Promise<readonly RunEntry[]>((resolve) => {
    const timer = setTimeout(() => resolve(link.runs), runsDeadlineMs);
    link.onRuns((runs) => {
      if (runs.length === 0) return;
      clearTimeout(timer);
      resolve(runs);
    }, life);
  }).finally(() => life.abort());
}

const plugins: JupyterFrontEndPlugin<void>[] = [renderer, widgets, commands];
export default plugins;
