/** The newest step as a picture, beside the curve: grid, image-like observation or numbers, with what was done and what came of it. */
import { css, html, LitElement, type PropertyDeclarations, type TemplateResult } from 'lit';
import type { Area, CurveTheme } from '../plots/curve.ts';
import { drawStepPicture } from '../plots/step-picture.ts';
import type { Row } from '../stores/row-batch.ts';
import { type StepPicture, stepPicture } from '../stores/step-picture.ts';
import { cellNumber, count } from '../styles/words.ts';
import { PlotCanvas } from './plot-canvas.ts';

export class StepCanvas extends PlotCanvas<StepPicture | undefined> {
  constructor() {
    super(undefined, 'The newest step.');
  }

  protected override paint(
    pen: CanvasRenderingContext2D,
    area: Area,
    picture: StepPicture | undefined,
    theme: CurveTheme,
  ): string | undefined {
    if (picture) drawStepPicture(pen, area, picture, theme);
    return undefined;
  }
}

/** The picture of a row's step; undefined when there is nothing that can be drawn. */
export function pictureOfRow({ batch, index }: Row, gameId: string): StepPicture | undefined {
  return stepPicture(batch.text('render_payload_json', index), batch.observationValue(index), gameId);
}

export class StepView extends LitElement {
  static override properties: PropertyDeclarations = { row: { attribute: false }, gameId: { attribute: false } };

  static override styles = css`
    :host { display: flex; flex-direction: column; min-width: 0; min-height: 0; overflow: hidden; }
    duallane-step-canvas { flex: 1 1 0; }
    .caption {
      flex: none; padding: 0 8px 4px; overflow: hidden; text-overflow: ellipsis; white-space: nowrap; text-align: center;
      font-size: var(--jp-ui-font-size0, 11px); color: var(--jp-ui-font-color2, #616161);
    }
  `;

  declare row: Row | undefined;
  declare gameId: string;
  #picture: StepPicture | undefined;
  #drawnRow: Row | undefined;

  constructor() {
    super();
    this.gameId = '';
  }

  /** The picture as it is on the screen. */
  get canvas(): HTMLCanvasElement | undefined {
    return this.renderRoot?.querySelector<StepCanvas>('duallane-step-canvas')?.canvas;
  }

  override willUpdate(): void {
    this.#picture = this.row && pictureOfRow(this.row, this.gameId);
  }

  override render(): TemplateResult {
    const words = this.#words();
    return html`<duallane-step-canvas .label=${`The newest step as a picture: ${words}`}></duallane-step-canvas>
      <div class="caption" title=${words}>${words}</div>`;
  }

  override updated(): void {
    if (this.row === this.#drawnRow) return;
    this.#drawnRow = this.row;
    this.renderRoot.querySelector<StepCanvas>('duallane-step-canvas')?.draw(this.#picture);
  }

  #words(): string {
    const { row } = this;
    if (!row) return 'no step yet';
    if (!this.#picture) return 'this step has nothing that can be drawn';
    const { batch, index } = row;
    const action = batch.text('action_json', index);
    return [
      batch.text('agent_id', index),
      `episode ${count(batch.number('episode_index', index) ?? 0)}, step ${count(batch.number('step_index', index) ?? 0)}`,
      action === undefined ? '' : `action ${action.slice(0, 24)}`,
      `reward ${cellNumber(batch.number('reward', index))}`,
      this.#picture.form === 'grid' ? this.#picture.note : 'the observation',
    ]
      .filter(Boolean)
      .join(' · ');
  }
}
