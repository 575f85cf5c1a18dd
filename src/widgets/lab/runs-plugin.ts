/**
 * The side panel of runs, and views that open by themselves when a run or an agent begins (two settings, off by default).
 *
 * The page asks for nothing before the panel is seen, unless one of those settings is on.
 */
import { ILabShell, ILayoutRestorer, type JupyterFrontEnd, type JupyterFrontEndPlugin } from '@jupyterlab/application';
import { Clipboard, ICommandPalette } from '@jupyterlab/apputils';
import { ILauncher } from '@jupyterlab/launcher';
import { ISettingRegistry } from '@jupyterlab/settingregistry';
import { Widget } from '@lumino/widgets';
import type { RunEntry } from '../../protocol/index.ts';
import { registerElements } from '../elements/register.ts';
import type { RunsList, RunWish } from '../elements/runs-list.ts';
import { pageLink } from '../link/index.ts';
import { agentBeginnings } from './agent-beginnings.ts';
import { beginnings } from './beginnings.ts';
import { duallaneIcon } from './icons.ts';
import { viewOpener } from './open-view.ts';
import { questionAbout } from './words.ts';

const id = '@duallane/lab:runs';

class RunsPanel extends Widget {
  readonly list: RunsList;

  constructor() {
    super();
    registerElements();
    this.id = 'duallane-runs';
    this.title.icon = duallaneIcon;
    this.title.caption = 'Duallane runs';
    this.list = document.createElement('duallane-runs-list') as RunsList;
    this.list.dataset.lmSuppressShortcuts = 'true';
    this.node.append(this.list);
  }

  protected override onAfterShow(): void {
    this.list.show(pageLink());
  }

  protected override onAfterHide(): void {
    this.list.hide();
  }

  override dispose(): void {
    this.list.hide();
    super.dispose();
  }
}

export const runsPlugin: JupyterFrontEndPlugin<void> = {
  id,
  description: 'A side panel of runs with their states.',
  autoStart: true,
  optional: [ILabShell, ILayoutRestorer, ICommandPalette, ILauncher, ISettingRegistry],
  activate: (
    app: JupyterFrontEnd,
    labShell: ILabShell | null,
    restorer: ILayoutRestorer | null,
    palette: ICommandPalette | null,
    launcher: ILauncher | null,
    settings: ISettingRegistry | null,
  ) => {
    const panel = new RunsPanel();
    const open = viewOpener(app, labShell);
    panel.list.addEventListener('run-wish', (event) => {
      const { action, run } = (event as RunWish).detail;
      if (action === 'copy-sql') Clipboard.copyToSystem(questionAbout(run.run_id));
      else open(action === 'live' ? 'live-telemetry' : 'fast-lane', run, run.name || run.run_id);
    });
    app.shell.add(panel, 'left', { rank: 650 });
    restorer?.add(panel, panel.id);
    const command = 'duallane:show-runs';
    app.commands.addCommand(command, {
      label: (args) => (args.isLauncher ? 'Runs' : 'Show Runs'),
      icon: duallaneIcon,
      execute: () => app.shell.activateById(panel.id),
    });
    palette?.addItem({ command, category: 'Duallane' });
    launcher?.add({ command, category: 'Duallane', rank: 0, args: { isLauncher: true } });
    void followSetting(settings, viewOpener(app, labShell, { isQuiet: true }));
  },
};

async function followSetting(registry: ISettingRegistry | null, open: ReturnType<typeof viewOpener>): Promise<void> {
  if (!registry) return;
  const settings = await registry.load(id);
  let life: AbortController | undefined;
  const apply = (): void => {
    life?.abort();
    life = undefined;
    const isOn = (name: string): boolean => settings.get(name).composite === true;
    const [opensRuns, opensAgents] = [isOn('openNewRuns'), isOn('openNewAgents')];
    if (!opensRuns && !opensAgents) return;
    const begun = new AbortController();
    life = begun;
    const link = pageLink();
    const opened = (run: RunEntry): void => {
      const name = run.name || run.run_id;
      if (opensRuns) open('live-telemetry', run, name);
      if (!opensAgents) return;
      agentBeginnings(link, run.run_id, (agent) => open('live-telemetry', run, `${name} · ${agent}`, { agent }), begun);
    };
    beginnings(link, opened, begun);
  };
  settings.changed.connect(apply);
  apply();
}
