/**
 * Duallane in JupyterLab 4 and Notebook 7: the MIME renderer, the ipywidgets module, commands, the panel of runs and the
 * status bar.
 * Each plugin stands alone: what it finds missing in the application it does without.
 */
import { IJupyterWidgetRegistry } from '@jupyter-widgets/base';
import type { JupyterFrontEndPlugin } from '@jupyterlab/application';
import { INotebookTracker, type NotebookPanel } from '@jupyterlab/notebook';
import { IRenderMimeRegistry } from '@jupyterlab/rendermime';
import { contract } from '../protocol/index.ts';
import { commandsPlugin } from './lab/commands-plugin.ts';
import { runsPlugin } from './lab/runs-plugin.ts';
import { statusPlugin } from './lab/status-plugin.ts';
import { setNotebookPage, tellBeforeSave } from './mime/notebook-page.ts';
import { ViewRenderer } from './mime/renderer.ts';

/** Before ipywidgets' own -10, so that a view is drawn without a kernel too. */
const rank = -20;

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
        const { version: _version, ...classes } = await import('./index.ts');
        return classes;
      },
    });
  },
};

const plugins: JupyterFrontEndPlugin<void>[] = [renderer, widgets, commandsPlugin, runsPlugin, statusPlugin];
export default plugins;
