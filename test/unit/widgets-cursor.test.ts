import { describe, expect, it } from '@jest/globals';
import { bindCursor } from '../../src/widgets/mime/cursor-model.ts';
import type { SettingsModel } from '../../src/widgets/mime/models.ts';
import { type Cursor, CursorStore, moveOfRow, nowhere, readCursor } from '../../src/widgets/stores/cursor.ts';

const life = () => new AbortController();

/** A model as ipywidgets makes it: traits, change events at each set, and what was sent to the kernel. */
class ScriptedModel implements SettingsModel {
  readonly sent: Record<string, unknown>[] = [];
  readonly #listeners = new Set<() => void>();
  traits: Record<string, unknown>;

  constructor(traits: Record<string, unknown> = {}) {
    this.traits = { runs: [], run: null, agent: null, episode: null, step: null, ...traits };
  }
  get(name: string): unknown {
    return this.traits[name];
  }
  set(name: string, value: unknown): void {
    this.fromKernel({ [name]: value });
  }
  save_changes(): void {
    this.sent.push({ ...this.traits });
  }
  on(_event: string, listener: () => void): void {
    this.#listeners.add(listener);
  }
  off(_event: string, listener: () => void): void {
    this.#listeners.delete(listener);
  }
  fromKernel(traits: Record<string, unknown>): void {
    Object.assign(this.traits, traits);
    for (const listener of this.#listeners) listener();
  }
}

describe('the cursor', () => {
  it('forgets what was below a change, and keeps what the move names', () => {
    const store = new CursorStore();
    store.move({ run: 'a', agent: 'x', episode: 3, step: 7 });
    store.move({ episode: 4 });
    expect(store.now).toEqual({ runs: [], run: 'a', agent: 'x', episode: 4, step: undefined });
    store.move({ run: 'b', episode: 9 });
    expect(store.now).toEqual({ runs: [], run: 'b', agent: undefined, episode: 9, step: undefined });
    store.move({ runs: ['a', 'b'] });
    expect(store.now).toMatchObject({ runs: ['a', 'b'], run: 'b', episode: 9 });
  });

  it('tells each move once, with who moved it, and none that changes nothing', () => {
    const store = new CursorStore();
    const heard: [Cursor, unknown][] = [];
    const stop = life();
    store.onMove((cursor, by) => heard.push([cursor, by]), stop);
    store.move({ run: 'a' }, 'me');
    store.move({ run: 'a' }, 'you');
    stop.abort();
    store.move({ run: 'b' });
    expect(heard).toEqual([[{ ...nowhere, run: 'a' }, 'me']]);
  });

  it.each([
    [['run_id', 'episode_index', 'total_reward'], ['r', 12, 200], { run: 'r', episode: 12 }],
    [['AGENT_ID', 'Step'], ['a', '7'], { run: 'mine', agent: 'a', step: 7 }],
    [['episode'], [12n], { run: 'mine', episode: 12 }],
    [['episode', 'step'], [-1, 2.5], undefined],
    [['mean'], [1], undefined],
    [['run_id'], [null], undefined],
  ])('reads where a row with %j points', (names, cells, move) => {
    expect(moveOfRow(names, (column) => cells[column], 'mine')).toEqual(move);
  });

  it('takes from elsewhere only what a cursor can hold', () => {
    const raw = { runs: ['a', 3, null], run: 7, agent: '', episode: Number.NaN, step: 2 ** 60, script: 'x' };
    expect(readCursor(raw)).toEqual({ ...nowhere, runs: ['a'] });
  });
});

describe('Python’s end of the cursor', () => {
  it('moves the page, and the page moves it, without an echo', () => {
    const [store, model, stop] = [new CursorStore(), new ScriptedModel(), life()];
    bindCursor(model, store, stop);
    model.fromKernel({ run: 'a', episode: 5 });
    expect(store.now).toMatchObject({ run: 'a', episode: 5 });
    expect(model.sent).toEqual([]);
    store.move({ run: 'b', agent: 'x', episode: 6, step: 1 });
    expect(model.sent).toEqual([{ runs: [], run: 'b', agent: 'x', episode: 6, step: 1 }]);
    expect(store.now).toMatchObject({ run: 'b', agent: 'x', episode: 6, step: 1 });
    stop.abort();
    model.fromKernel({ episode: 99 });
    store.move({ episode: 100 });
    expect([store.now.episode, model.traits.episode]).toEqual([100, 99]);
  });

  it('takes over the page’s place when it comes without one, and else brings its own', () => {
    const store = new CursorStore();
    store.move({ run: 'a', episode: 1 });
    const fresh = new ScriptedModel();
    bindCursor(fresh, store, life());
    expect(fresh.traits).toMatchObject({ run: 'a', episode: 1 });
    const placed = new ScriptedModel({ run: 'c' });
    bindCursor(placed, store, life());
    expect([store.now.run, store.now.episode, fresh.traits.run]).toEqual(['c', undefined, 'c']);
  });
});
