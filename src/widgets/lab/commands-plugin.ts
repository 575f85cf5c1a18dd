/** Commands in the palette and cards in the launcher: views without a notebook. */
import { ILabShell, type JupyterFrontEndPlugin } from '@jupyterlab/application';
import { Dialog, ICommandPalette, InputDialog, showDialog } from '@jupyterlab/apputils';
import { ILauncher } from '@jupyterlab/launcher';
import type { RunEntry, ViewOutput } from '../../protocol/index.ts';
import { pageLink } from '../link/index.ts';
import { duallaneIcon } from './icons.ts';
import { viewOpener } from './open-view.ts';

const runsDeadlineMs = 5000;

export const commandsPlugin: JupyterFrontEndPlugin<void> = {
  id: '@duallane/lab:commands',
  description: 'Opens Duallane views without a notebook.',
  autoStart: true,
  optional: [ICommandPalette, ILabShell, ILauncher],
  activate: (app, palette: ICommandPalette | null, labShell: ILabShell | null, launcher: ILauncher | null) => {
    const open = viewOpener(app, labShell);
    const add = (id: string, label: string, execute: (args: { run?: unknown }) => void | Promise<void>): void => {
      app.commands.addCommand(id, { label, icon: duallaneIcon, execute });
      palette?.addItem({ command: id, category: 'Duallane' });
    };
    const ofRun =
      (view: ViewOutput['view'], what: string) =>
      async ({ run: id }: { run?: unknown }): Promise<void> => {
        const run = typeof id === 'string' ? (await knownRuns()).find((entry) => entry.run_id === id) : await chooseRun(what);
        if (run) open(view, run, run.name || run.run_id);
      };
    add('duallane:open-sql', 'Open SQL Cell', () => open('sql-cell', undefined, 'SQL'));
    add('duallane:open-compare', 'Compare Runs', () => open('run-compare', undefined, 'Comparison'));
    add('duallane:open-live', 'Open Live View of a Run…', ofRun('live-telemetry', 'Live view'));
    add('duallane:open-fast-lane', 'Open Fast Lane of a Run…', ofRun('fast-lane', 'Fast lane'));
    add('duallane:open-player', 'Open Episode Player of a Run…', ofRun('episode-player', 'Episode player'));
    launcher?.add({ command: 'duallane:open-sql', category: 'Duallane', rank: 2 });
    launcher?.add({ command: 'duallane:open-live', category: 'Duallane', rank: 1 });
  },
};

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
