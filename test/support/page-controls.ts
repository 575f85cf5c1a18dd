/** What can be used in a view, and what can be read there: found in the page, through all shadow roots. */
import type { Locator } from 'playwright-core';
import type { Tab } from './browser.ts';

/** Roles that mean nothing to a listener without a name. */
const nameless = /^\s*- (button|combobox|slider|textbox|searchbox|tab|img|checkbox|radio|region|grid)( \[[^\]]*\])*:?$/;

/** What is in the way of somebody without a mouse or without eyes: a sentence for each control, none when all is well. */
export async function obstacles(tab: Tab, view: Locator): Promise<string[]> {
  const reached = await tabThrough(tab, view);
  const names = new Set(reached.map(({ name }) => name));
  const read = (await view.ariaSnapshot()).split('\n');
  return [
    ...(await controlsOf(view)).filter((name) => !names.has(name)).map((name) => `Tab does not reach ${name}`),
    ...reached.flatMap(({ name, outline }) =>
      name && outline ? [] : [`no ${name ? 'focus is seen on' : 'name after'} ${name}`],
    ),
    ...read.filter((line) => nameless.test(line)).map((line) => `no name for ${line.trim()}`),
  ];
}

/** Every control of the view that can be used now, by its name, in no order. */
export function controlsOf(view: Locator): Promise<string[]> {
  return view.evaluate((host) => {
    const controls: string[] = [];
    const walk = (root: ParentNode): void => {
      for (const element of root.querySelectorAll<HTMLElement>('*')) {
        const isControl = element.matches('button, select, input, textarea, summary, a[href], [tabindex="0"]');
        const isUsable = !element.matches(':disabled, [tabindex="-1"]') && element.checkVisibility({ visibilityProperty: true });
        if (isControl && isUsable && element.getClientRects().length > 0)
          controls.push(element.getAttribute('aria-label') ?? element.innerText ?? '');
        if (element.shadowRoot) walk(element.shadowRoot);
      }
    };
    walk(host.shadowRoot ?? host);
    return controls;
  });
}

/** What the Tab key reaches in the view, from its first control until it is left; `outline`: whether the focus is seen. */
export async function tabThrough(tab: Tab, view: Locator): Promise<{ name: string; outline: boolean }[]> {
  await view.evaluate((host) => {
    const anchor = document.createElement('button');
    anchor.id = 'before-the-view';
    host.before(anchor);
    anchor.focus();
  });
  const reached: { name: string; outline: boolean }[] = [];
  while (reached.length < 200) {
    await tab.page.keyboard.press('Tab');
    const next = await view.evaluate((host) => {
      let element = document.activeElement as HTMLElement | null;
      if (!element || (element !== host && !host.contains(element))) return null;
      while (element?.shadowRoot?.activeElement) element = element.shadowRoot.activeElement as HTMLElement;
      const name = element?.getAttribute('aria-label') ?? element?.innerText ?? '';
      // An editor's focus is seen around it all.
      const around = (element?.getRootNode() as ShadowRoot | undefined)?.host;
      const isSeen = (at: Element | null | undefined): boolean =>
        !!at && (getComputedStyle(at).outlineStyle !== 'none' || getComputedStyle(at).boxShadow !== 'none');
      return { name, outline: isSeen(element) || (!!element?.isContentEditable && isSeen(around)) };
    });
    if (!next) break;
    reached.push(next);
  }
  await tab.page.evaluate(() => document.querySelector('#before-the-view')?.remove());
  return reached;
}

/** Texts whose colour stands out from its ground by less than `least` (WCAG's ratio), with the ratio. */
export function faintTexts(view: Locator, least: number): Promise<string[]> {
  return view.evaluate((host, ratioLeast) => {
    type Colour = [number, number, number, number];
    const read = (text: string): Colour => {
      const [r = 0, g = 0, b = 0, a = 1] = (text.match(/[\d.]+/g) ?? []).map(Number);
      return [r, g, b, a];
    };
    const light = ([r, g, b]: Colour): number => {
      const [x = 0, y = 0, z = 0] = [r, g, b].map((value) => {
        const share = value / 255;
        return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
      });
      return 0.2126 * x + 0.7152 * y + 0.0722 * z;
    };
    const above = (element: Element): Element | null =>
      element.parentElement ?? ((element.getRootNode() as ShadowRoot).host as Element | undefined) ?? null;
    const ground = (element: Element | null): Colour => {
      for (let at = element; at; at = above(at)) {
        const colour = read(getComputedStyle(at).backgroundColor);
        if (colour[3] === 1) return colour;
      }
      return [255, 255, 255, 1];
    };
    const faint: string[] = [];
    const walk = (root: ParentNode): void => {
      for (const element of root.querySelectorAll<HTMLElement>('*')) {
        if (element.shadowRoot) walk(element.shadowRoot);
        const text = [...element.childNodes]
          .filter((node) => node.nodeType === Node.TEXT_NODE)
          .map((node) => node.textContent)
          .join('')
          .trim();
        if (!text || element.matches(':disabled, style, .hud *') || element.getClientRects().length === 0) continue;
        const [a, b] = [light(read(getComputedStyle(element).color)), light(ground(element))];
        const ratio = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
        if (ratio < ratioLeast) faint.push(`${text.slice(0, 40)} (${ratio.toFixed(1)}, ${element.className})`);
      }
    };
    walk(host.shadowRoot ?? host);
    return faint;
  }, least);
}
