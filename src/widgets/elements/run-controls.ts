/**
 * What a view can do to its run: pause, step and resume it, cap its rate, cancel it after asking.
 *
 * What a request came to is told as `control-failed`: a sentence, or '' when it was carried out. The run's own state, not the
 * answer, says what it does now.
 */
import { css, html, LitElement, nothing, type PropertyDeclarations, type TemplateResult } from 'lit';
import { type Control, type RunEntry, sentenceOf } from '../../protocol/index.ts';
import type { LinkState, PageLink } from '../link/page-link.ts';
import { pauseIcon, resumeIcon, stepIcon, stopIcon } from '../styles/icons.ts';
import { viewStyles } from '../styles/view-styles.ts';
import { count } from '../styles/words.ts';

type Action = Control['action'];

/** Steps per second; 0 is no cap. */
const rates = [0, 1, 5, 10, 30, 60, 100, 1000];
const failures: Record<Action, string> = {
  cancel: 'The run was not canceled.',
  pause: 'The run was not paused.',
  resume: 'The run was not resumed.',
  rate: 'The rate was not changed.',
  step: 'The run made no step.',
  record: 'No episode will be recorded.',
};

export class ControlFailed extends CustomEvent<string> {
  constructor(sentence: string) {
    super('control-failed', { detail: sentence });
  }
}

export class RunControls extends LitElement {
  static override properties: PropertyDeclarations = {
    link: { attribute: false },
    run: { attribute: false },
    linkState: { attribute: false },
    asksToCancel: { state: true },
    underWay: { state: true },
    rate: { state: true },
  };

  static override styles = [
    viewStyles,
    css`
      :host { display: inline-flex; align-items: center; gap: 4px; margin: 0; background: none; container-type: normal; }
      .ask, .rate { display: inline-flex; align-items: center; gap: 8px; }
      .rate { gap: 4px; }
      /* "resume" stands where "pause" was pressed: as wide, and "step" comes before it. */
      .pause { min-width: 84px; justify-content: flex-start; }
      @container (max-width: 1040px) { .rate .words { display: none; } }
      @container (max-width: 720px) { .rate { display: none; } }
      @container (max-width: 640px) {
        .wide, .question { display: none; }
        .pause { min-width: 0; }
      }
    `,
  ];

  declare link: PageLink | undefined;
  declare run: RunEntry | undefined;
  /** Of `link`, so that a change draws the buttons anew. */
  declare linkState: LinkState['state'] | undefined;
  declare asksToCancel: boolean;
  declare underWay: Action | undefined;
  /** The cap this view has set; undefined when it set none. */
  declare rate: number | undefined;

  constructor() {
    super();
    this.asksToCancel = false;
  }

  override willUpdate(changed: Map<PropertyKey, unknown>): void {
    const before = changed.get('run') as RunEntry | undefined;
    if (before && before.run_id !== this.run?.run_id) {
      this.asksToCancel = false;
      this.rate = undefined;
    }
  }

  override render(): TemplateResult {
    const { run } = this;
    const canControl = !!run && run.status !== 'TERM' && this.linkState === 'connected';
    if (this.asksToCancel && canControl) return this.#question();
    const isReady = canControl && this.underWay === undefined;
    return html`
      ${run?.status === 'TERM' ? nothing : html`${run?.status === 'PAUSE' ? this.#stepButton(isReady) : nothing}${this.#pauseButton(isReady)}${this.#rateChoice(isReady)}`}
      <button class="cancel" ?disabled=${!canControl} title="Cancel the run" aria-label="Cancel the run"
        @click=${() => this.#ask(true)}>${stopIcon}<span class="wide">cancel</span></button>`;
  }

  #pauseButton(isReady: boolean): TemplateResult {
    const isPaused = this.run?.status === 'PAUSE';
    const action = isPaused ? 'resume' : 'pause';
    const title = isPaused ? 'Let the training go on' : 'Hold the training after its present step; nothing is lost';
    return html`<button class="pause" ?disabled=${!isReady} title=${title} aria-label=${isPaused ? 'Resume the run' : 'Pause the run'}
      @click=${() => this.#control(action)}>${isPaused ? resumeIcon : pauseIcon}<span class="wide">${action}</span></button>`;
  }

  #stepButton(isReady: boolean): TemplateResult {
    return html`<button class="step" ?disabled=${!isReady} title="Let each worker make one step" aria-label="Make one step"
      @click=${() => this.#control('step', 1)}>${stepIcon}<span class="wide">step</span></button>`;
  }

  #rateChoice(isReady: boolean): TemplateResult {
    const title = 'The most steps per second the training may make';
    return html`<label class="rate quiet" title=${title}><span class="words">at most</span>
      <select class="rate-cap" aria-label=${title} ?disabled=${!isReady} @change=${this.#choseRate}>
        ${rates.map(
          (rate) =>
            html`<option value=${rate} .selected=${rate === (this.rate ?? 0)}>${rate === 0 ? 'any' : count(rate)} /s</option>`,
        )}
      </select></label>`;
  }

  #question(): TemplateResult {
    return html`<span class="ask" role="alertdialog" aria-label="Cancel this run?" @keydown=${this.#leaves}>
      <span class="question">Stop this training for good?</span>
      <button class="danger" @click=${this.#cancel}>Stop run</button>
      <button class="keep" @click=${() => this.#ask(false)}>Keep</button>
    </span>`;
  }

  #ask(asksToCancel: boolean): void {
    this.asksToCancel = asksToCancel;
    // The button that was pressed has gone: the focus goes where the answer is, first to what changes nothing.
    void this.updateComplete.then(() => this.renderRoot.querySelector<HTMLElement>(asksToCancel ? '.keep' : '.cancel')?.focus());
  }

  readonly #leaves = (event: KeyboardEvent): void => {
    if (event.key === 'Escape') this.#ask(false);
  };

  readonly #choseRate = async (event: Event): Promise<void> => {
    const select = event.target as HTMLSelectElement;
    const rate = Number(select.value);
    if (await this.#control('rate', rate)) this.rate = rate;
    else select.value = String(this.rate ?? 0);
  };

  readonly #cancel = (): void => {
    this.asksToCancel = false;
    void this.#control('cancel');
  };

  async #control(action: Action, value?: number): Promise<boolean> {
    this.underWay = action;
    try {
      await this.link?.control({ run: this.run?.run_id ?? '', action, ...(value !== undefined && { value }) });
      this.dispatchEvent(new ControlFailed(''));
      return true;
    } catch (error) {
      this.dispatchEvent(new ControlFailed(`${failures[action]} ${sentenceOf(error)}`));
      return false;
    } finally {
      this.underWay = undefined;
    }
  }
}
