/** One JupyterLab, as a hub serves it, and one browser for all that is seen and done in the application: each part below test/e2e/lab/. */
import { afterAll, beforeAll } from '@jest/globals';
import type { Tab } from '../support/browser.ts';
import { behindHub } from '../support/hub.ts';
import { Stage } from '../support/stage.ts';
import { access } from './lab/access.ts';
import { accessOfAsking } from './lab/access-asking.ts';
import { fastLane } from './lab/fast-lane.ts';
import { outputs } from './lab/outputs.ts';
import { rerun } from './lab/reruns.ts';
import { runsPanel } from './lab/runs-panel.ts';

let stage: Stage;
let tab: Tab;

beforeAll(async () => {
  stage = await Stage.open(behindHub);
  tab = await stage.tab();
  await tab.page.goto(`${stage.jupyter.url}lab?reset&token=${stage.jupyter.token}`);
  await tab.page.locator('.jp-Launcher').waitFor({ timeout: 60_000 });
}, 90_000);

afterAll(() => stage?.close(), 60_000);

const place = () => ({ stage, tab });
runsPanel(place);
access(place);
accessOfAsking(place);
fastLane(place);
outputs(place);
rerun(place);
