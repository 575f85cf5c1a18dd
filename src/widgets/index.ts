/**
 * The module `@duallane/lab` as ipywidgets knows it: one model and one view for each element.
 *
 * A model carries `runs` and `settings` between the kernel and the page, nothing else. Outputs in notebooks are drawn by the MIME
 * renderer; the views here serve widgets inside of other widgets.
 */
import { DOMWidgetModel, DOMWidgetView, WidgetModel } from '@jupyter-widgets/base';
import { contract, type ViewOutput } from '../protocol/index.ts';
import { createView } from './elements/create-view.ts';
import type { ViewElement } from './elements/view-element.ts';
import { pageLink } from './link/index.ts';
import { bindCursor } from './mime/cursor-model.ts';
import { bindSettings, forgetModel, registerModel, type SettingsModel } from './mime/models.ts';
import { readOutput } from './mime/read-output.ts';
import { pageCursor } from './stores/cursor.ts';

abstract class ViewModel extends DOMWidgetModel {
  override initialize(attributes: Backbone.ObjectHash, options: Parameters<WidgetModel['initialize']>[1]): void {
    super.initialize(attributes, options);
    registerModel(this.model_id, this as unknown as SettingsModel);
    this.listenTo(this, 'destroy', () => forgetModel(this.model_id));
  }
}

abstract class ElementView extends DOMWidgetView {
  abstract readonly kind: ViewOutput['view'];
  #element: ViewElement | undefined;
  readonly #life = new AbortController();

  override render(): void {
    super.render();
    const described = {
      version: 1,
      view: this.kind,
      runs: this.model.get('runs') ?? [],
      settings: this.model.get('settings') ?? {},
    };
    const read = readOutput(described);
    if ('sentence' in read) {
      this.el.textContent = read.sentence;
      return;
    }
    this.#element = createView(read.output, pageLink(), true);
    bindSettings(this.model as unknown as SettingsModel, this.#element, this.#life);
    this.el.style.width = '100%';
    this.el.append(this.#element);
  }

  override remove(): void {
    this.#life.abort();
    this.#element?.dispose();
    super.remove();
  }
}

/** Python's end of the page's cursor: it has no view. */
export class CursorModel extends WidgetModel {
  override initialize(attributes: Backbone.ObjectHash, options: Parameters<WidgetModel['initialize']>[1]): void {
    super.initialize(attributes, options);
    const life = new AbortController();
    this.listenTo(this, 'destroy', () => life.abort());
    bindCursor(this as unknown as SettingsModel, pageCursor, life);
  }
}

export class LiveTelemetryModel extends ViewModel {}
export class FastLaneModel extends ViewModel {}
export class SqlCellModel extends ViewModel {}
export class RunCompareModel extends ViewModel {}
export class EpisodePlayerModel extends ViewModel {}

export class LiveTelemetryView extends ElementView {
  get kind(): 'live-telemetry' {
    return 'live-telemetry';
  }
}

export class FastLaneView extends ElementView {
  get kind(): 'fast-lane' {
    return 'fast-lane';
  }
}

export class SqlCellView extends ElementView {
  get kind(): 'sql-cell' {
    return 'sql-cell';
  }
}

export class RunCompareView extends ElementView {
  get kind(): 'run-compare' {
    return 'run-compare';
  }
}

export class EpisodePlayerView extends ElementView {
  get kind(): 'episode-player' {
    return 'episode-player';
  }
}

export const version = contract.version;
