/**
 * Python's cursor and the page's are one: a move on either side is a move on the other, as soon as the kernel is free to hear it.
 * A kernel that comes new to a page takes over the page's cursor, unless it has one of its own.
 */
import { type Cursor, type CursorStore, readCursor } from '../stores/cursor.ts';
import type { SettingsModel } from './models.ts';

const traits = ['runs', 'run', 'agent', 'episode', 'step'] as const;

export function bindCursor(model: SettingsModel, store: CursorStore, { signal }: { signal: AbortSignal }): void {
  const held = (): Cursor => readCursor(Object.fromEntries(traits.map((name) => [name, model.get(name)])));
  let isMine = false;
  const fromModel = (): void => {
    if (!isMine) store.move(held(), model);
  };
  const toModel = (cursor: Cursor): void => {
    const before = held();
    const changed = traits.filter((name) => JSON.stringify(cursor[name]) !== JSON.stringify(before[name]));
    if (changed.length === 0) return;
    isMine = true; // Between two traits the model is at no place that anybody chose.
    for (const name of changed) model.set(name, cursor[name] ?? null);
    isMine = false;
    model.save_changes();
  };
  model.on('change', fromModel);
  signal.addEventListener('abort', () => model.off('change', fromModel), { once: true });
  store.onMove(
    (cursor, by) => {
      if (by !== model) toModel(cursor);
    },
    { signal },
  );
  const { runs, ...place } = held();
  if (runs.length > 0 || Object.values(place).some((value) => value !== undefined)) fromModel();
  else toModel(store.now);
}
