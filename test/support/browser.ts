/**
 * A real Chromium whose only network is the loopback interface.
 *
 * Guarantees: every request that leaves the given origin is written down (`foreign`), and cannot be resolved anyway.
 */
import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { type Browser, type BrowserContext, chromium, type Locator, type Page } from 'playwright-core';
import type { Jupyter } from './jupyter.ts';

const screenshots = join(import.meta.dirname, '../e2e/screenshots');

export function browserExecutable(): string {
  const found = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find(existsSync);
  if (!found) throw new Error('Chromium is needed for the browser tests: apt-get install chromium');
  return found;
}

export const browserArguments = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1',
];

export async function launchBrowser(): Promise<Browser> {
  return chromium.launch({ executablePath: browserExecutable(), args: browserArguments });
}

export type Tab = {
  page: Page;
  context: BrowserContext;
  /** URLs outside of the Jupyter server's origin. */
  foreign: string[];
  errors: string[];
};

/** What the tests touch of the application in the page. */
export type JupyterApp = {
  commands: { execute(id: string, args: unknown): Promise<unknown> };
  shell: {
    currentWidget: {
      content: { activeCellIndex: number; widgets: { model: CellModel }[] };
      sessionContext?: { session?: { kernel?: { status: string; connectionStatus: string } | null } | null };
    } | null;
  };
};
type CellModel = { executionState: string; executionCount: number | null; outputs?: { toJSON(): CellOutput[] } };
type CellOutput = { output_type: string; text?: unknown; data?: Record<string, unknown>; ename?: string; evalue?: string };

/** A page that has logged in by token. `theme` is Lab's own. */
export async function openTab(
  browser: Browser,
  jupyter: Jupyter,
  options: { width?: number; height?: number } = {},
): Promise<Tab> {
  const context = await browser.newContext({ viewport: { width: options.width ?? 1280, height: options.height ?? 960 } });
  const page = await context.newPage();
  const tab: Tab = { page, context, foreign: [], errors: [] };
  const { origin } = new URL(jupyter.url);
  page.on('request', (request) => {
    const url = request.url();
    if (!url.startsWith(origin) && !/^(data|blob|about):/.test(url)) tab.foreign.push(url);
  });
  page.on('websocket', (socket) => {
    if (!socket.url().startsWith(origin.replace('http', 'ws'))) tab.foreign.push(socket.url());
  });
  page.on('pageerror', (error) => tab.errors.push(String(error)));
  return tab;
}

/** Opens a notebook in JupyterLab (`lab`) or Notebook 7 (`notebook`), waits until its cells are there and its kernel is idle. */
export async function openNotebook(
  tab: Tab,
  jupyter: Jupyter,
  name: string,
  { app = 'lab', kernel = true }: { app?: 'lab' | 'notebook'; kernel?: boolean } = {},
): Promise<void> {
  const path = app === 'lab' ? `lab/tree/${name}?reset&token=${jupyter.token}` : `notebooks/${name}?token=${jupyter.token}`;
  await tab.page.goto(jupyter.url + path);
  await tab.page.locator('.jp-Notebook .jp-Cell').first().waitFor({ timeout: 60_000 });
  await tab.page.waitForFunction(() => 'jupyterapp' in globalThis);
  if (kernel) await kernelReady(tab);
}

/**
 * Waits until the notebook's kernel is connected and idle by its own word. Lab's indicator says "idle" before there is a kernel, and
 * a cell that is run then opens a dialogue that asks for one.
 */
export async function kernelReady(tab: Tab, withinMs = 60_000): Promise<void> {
  await tab.page.waitForFunction(
    () => {
      const { jupyterapp } = globalThis as unknown as { jupyterapp?: JupyterApp };
      const kernel = jupyterapp?.shell.currentWidget?.sessionContext?.session?.kernel;
      return kernel?.connectionStatus === 'connected' && kernel.status === 'idle';
    },
    undefined,
    { timeout: withinMs },
  );
}

/** Starts a command of the application, as its palette would. What it does is seen in the page, not waited for here. */
export async function command(tab: Tab, id: string, args: Record<string, unknown> = {}): Promise<void> {
  await tab.page.evaluate(
    ([name, options]) => {
      const { jupyterapp } = globalThis as unknown as { jupyterapp: JupyterApp };
      void jupyterapp.commands.execute(name, options);
    },
    [id, args] as const,
  );
}

/** Another theme, by its name, once the splash that JupyterLab lays over the page meanwhile is gone. */
export async function changeTheme(tab: Tab, theme: string): Promise<void> {
  await command(tab, 'apputils:change-theme', { theme });
  await tab.page.locator(`body[data-jp-theme-name="${theme}"]`).waitFor({ state: 'attached' });
  await tab.page.locator('#jupyterlab-splash').waitFor({ state: 'detached' });
}

/** As `screenshot`, of one view in both themes: NAME-light and NAME-dark. The page is light afterwards. */
export async function inBothThemes(tab: Tab, views: Readonly<Record<string, Locator>>): Promise<void> {
  mkdirSync(screenshots, { recursive: true });
  for (const [theme, word] of [
    ['JupyterLab Dark', 'dark'],
    ['JupyterLab Light', 'light'],
  ] as const) {
    await changeTheme(tab, theme);
    for (const [name, view] of Object.entries(views)) {
      await view.scrollIntoViewIfNeeded();
      await view.screenshot({ path: join(screenshots, `${name}-${word}.png`) });
    }
  }
}

/** A picture for a person to look at, below test/e2e/screenshots. */
export async function screenshot(tab: Tab, name: string): Promise<string> {
  mkdirSync(screenshots, { recursive: true });
  const path = join(screenshots, `${name}.png`);
  await tab.page.screenshot({ path });
  return path;
}
