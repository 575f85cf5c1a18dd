/**
 * What a view can do to its run: cancel it, after asking. What a refused request came to is told as `control-failed` (a sentence).
 */
import { css, html, LitElement, type PropertyDeclarations, type TemplateResult } from 'lit';
import { type RunEntry, sentenceOf } from '../../protocol/index.ts';
import type { LinkState, PageLink } from '../link/page-link.ts';
import { stopIcon } from '../styles/icons.ts';
import { viewStyles } from '../styles/view-styles.ts';

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
  };

  static override styles = [
    viewStyles,
    css`
      :host { display: inline-flex; align-items: center; gap: 4px; margin: 0; background: none; container-type: normal; }
      .ask { display: inline-flex; align-items: center; gap: 8px; }
      @container (max-width: 640px) { .wide, .question { display: none; } }
    `,
  ];

  declare link: PageLink | undefined;
  declare run: RunEntry | undefined;
  /** Of `link`, so that a change draws the buttons anew. */
  declare linkState: LinkState['state'] | undefined;
  declare asksToCancel: boolean;

  constructor() {
    super();
    this.asksToCancel = false;
  }

  override render(): TemplateResult {
    const isReachable = this.linkState === 'connected';
    const canControl = !!this.run && this.run.status !== 'TERM' && isReachable;
    if (this.asksToCancel && canControl) return this.#question();
    return html`<button class="cancel" ?disabled=${!canControl} title="Cancel the run" aria-label="Cancel the run"
      @click=${() => this.#ask(true)}>${stopIcon}<span class="wide">cancel</span></button>`;
  }

  #question(): TemplateResult {
    return html`<span class="ask" role="alertdialog" aria-label="Cancel this run?">
      <span class="question">Stop this training for good?</span>
      <button class="danger" @click=${this.#cancel}>Stop run</button>
      <button @click=${() => this.#ask(false)}>Keep</button>
    </span>`;
  }

  #ask(asksToCancel: boolean): void {
    this.asksToCancel = asksToCancel;
  }

  readonly #cancel = async (): Promise<void> => {
    this.asksToCancel = false;
    await this.#control({ action: 'cancel' }, 'The run was not canceled.');
  };

  async #control(what: { action: 'cancel' }, failure: string): Promise<void> {
    try {
      await this.link?.control({ run: this.run?.run_id ?? '', ...what });
      this.dispatchEvent(new ControlFailed(''));
    } catch (error) {
      this.dispatchEvent(new ControlFailed(`${failure} ${sentenceOf(error)}`));
    }
  }
}
