/**
 * The ipywidgets models on this page, by id: a view drawn from its output finds its model here once the kernel's side is there.
 * Without a kernel none ever comes, and nothing waits for it.
 */
import { SettingsChange, type ViewElement, type ViewSettings } from '../elements/view-element.ts';

/** What is used of an ipywidgets model. */
export type SettingsModel = {
  get(name: string): unknown;
  set(name: string, value: unknown): void;
  save_changes(): void;
  on(event: string, listener: () => void): void;
  off(event: string, listener: () => void): void;
};

const models = new Map<string, SettingsModel>();
const waiting = new Map<string, Set<(model: SettingsModel) => void>>();

export function registerModel(id: string, model: SettingsModel): void {
  models.set(id, model);
  for (const listener of waiting.get(id) ?? []) listener(model);
}

export function forgetModel(id: string): void {
  models.delete(id);
}

/** Binds the element's settings to the model of this id, now and whenever a new one comes (a restarted kernel). */
export function bindModel(id: string, element: ViewElement, { signal }: { signal: AbortSignal }): void {
  let bound: AbortController | undefined;
  const found = (model: SettingsModel): void => {
    bound?.abort();
    bound = new AbortController();
    bindSettings(model, element, { signal: AbortSignal.any([signal, bound.signal]) });
  };
  const listeners = waiting.get(id) ?? new Set();
  waiting.set(id, listeners);
  listeners.add(found);
  signal.addEventListener(
    'abort',
    () => {
      listeners.delete(found);
      if (listeners.size === 0) waiting.delete(id);
    },
    { once: true },
  );
  const model = models.get(id);
  if (model) found(model);
}

/** The model's settings are the element's, both ways. */
export function bindSettings(model: SettingsModel, element: ViewElement, { signal }: { signal: AbortSignal }): void {
  const fromModel = (): void => {
    const settings = model.get('settings');
    if (isSettings(settings) && JSON.stringify(settings) !== JSON.stringify(element.settings)) {
      element.settings = { ...settings };
      element.dispatchEvent(new SettingsChange(element.settings));
    }
  };
  const fromElement = (event: Event): void => {
    const settings = (event as SettingsChange).detail;
    if (JSON.stringify(settings) === JSON.stringify(model.get('settings'))) return;
    model.set('settings', { ...settings });
    model.save_changes();
  };
  model.on('change:settings', fromModel);
  element.addEventListener('duallane-settings', fromElement, { signal });
  signal.addEventListener('abort', () => model.off('change:settings', fromModel), { once: true });
  fromModel();
}

function isSettings(value: unknown): value is ViewSettings {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
