import { css } from 'lit';

export const sqlStyles = css`
  .frame { height: auto; }
  .bar { justify-content: flex-start; }
  @container (max-width: 480px) { .bar > .small { display: none; } }
  .run { color: var(--jp-ui-inverse-font-color1, #fff); background: var(--jp-brand-color1, #1976d2); padding: 0 12px; font-weight: 600; }
  .run:hover:not(:disabled) { color: var(--jp-ui-inverse-font-color1, #fff); background: var(--jp-brand-color0, #0d47a1); }
  .run:disabled { opacity: 0.45; }
  .keys { font-size: var(--jp-ui-font-size0, 11px); color: var(--jp-ui-font-color2, #616161); }
  @container (max-width: 520px) { .keys { display: none; } }
  duallane-sql-editor { border-bottom: 1px solid var(--jp-border-color2, #e0e0e0); }
  .line {
    position: relative; display: flex; align-items: center; gap: 8px; height: 28px; padding: 0 12px; overflow: hidden; white-space: nowrap;
    color: var(--jp-ui-font-color2, #616161); font-size: var(--jp-ui-font-size0, 11px); border-bottom: 1px solid var(--jp-border-color2, #e0e0e0);
  }
  .line span { overflow: hidden; text-overflow: ellipsis; }
  .line .share { position: absolute; left: 0; bottom: -1px; height: 2px; background: var(--jp-brand-color1, #1976d2); }
  .line .share.unknown { width: 25%; animation: pass 1.2s ease-in-out infinite alternate; }
  @keyframes pass { from { left: 0; } to { left: 75%; } }
  @media (prefers-reduced-motion: reduce) { .line .share.unknown { animation: none; width: 100%; opacity: 0.4; } }
  .result { position: relative; display: flex; flex-direction: column; overflow: hidden; }
  duallane-sql-result { flex: 1 1 0; }
  duallane-sql-schema { flex: 1 1 0; min-height: 0; }
  .blank duallane-sql-schema { overflow: visible; padding: 0; height: auto; flex: none; }
  .bar select.wordy { width: 84px; border-color: transparent; background: transparent; color: var(--jp-ui-font-color2, #616161); }
  .instead { display: flex; gap: 8px; margin-top: 8px !important; }
  .fix { border-color: var(--jp-border-color1, #bdbdbd); }
  .result.old duallane-sql-result { opacity: 0.55; }
  .blank.wide { align-items: stretch; justify-content: flex-start; text-align: left; overflow: auto; gap: 12px; padding: 12px; scrollbar-width: thin; }
  .blank h4 { margin: 0 0 4px; font-size: var(--jp-ui-font-size0, 11px); font-weight: 600; color: var(--jp-ui-font-color2, #616161); }
  .samples { display: flex; flex-direction: column; align-items: flex-start; gap: 2px; margin-left: -6px; }
  .samples button { color: var(--jp-content-link-color, var(--jp-brand-color1, #1976d2)); max-width: 100%; height: auto; min-height: 24px; text-align: left; }
  .wrong { flex: 1 1 0; min-height: 0; overflow: auto; padding: 12px; }
  .wrong h4 { display: flex; align-items: center; gap: 8px; margin: 0 0 8px; font-size: inherit; font-weight: 600; }
  .wrong pre {
    margin: 0 0 8px; padding: 8px 12px; overflow: auto; font-family: var(--jp-code-font-family, monospace); font-size: 12px; line-height: 18px;
    background: var(--jp-layout-color2, #f5f5f5); border-left: 3px solid var(--jp-error-color1, #d32f2f); color: var(--jp-ui-font-color1, #212121);
  }
  .wrong pre b { color: var(--jp-error-color1, #d32f2f); font-weight: 600; }
  .wrong p { margin: 0; max-width: 80ch; white-space: pre-wrap; overflow-wrap: anywhere; }
`;
