/** What all views share: JupyterLab's own variables, a 4 px grid, 13 px and 11 px text, tabular figures, visible focus. */
import { css } from 'lit';

export const viewStyles = css`
  :host {
    display: block;
    container-type: inline-size;
    box-sizing: border-box;
    margin: 4px 0;
    max-width: 100%;
    color: var(--jp-ui-font-color1, #212121);
    background: var(--jp-layout-color1, #fff);
    font-family: var(--jp-ui-font-family, system-ui, sans-serif);
    font-size: var(--jp-ui-font-size1, 13px);
    line-height: 20px;
    font-variant-numeric: tabular-nums;
  }
  :host([hidden]) { display: none; }
  *, *::before, *::after { box-sizing: border-box; }
  .frame {
    display: flex;
    flex-direction: column;
    height: 100%;
    overflow: hidden;
    border: 1px solid var(--jp-border-color2, #e0e0e0);
    border-radius: var(--jp-border-radius, 2px);
  }
  .bar {
    display: flex;
    align-items: center;
    gap: 8px;
    flex: none;
    height: 36px;
    padding: 0 12px;
    white-space: nowrap;
    overflow: hidden;
    border-bottom: 1px solid var(--jp-border-color2, #e0e0e0);
  }
  .foot {
    display: flex;
    align-items: center;
    gap: 8px;
    flex: none;
    height: 24px;
    padding: 0 12px;
    overflow: hidden;
    white-space: nowrap;
    color: var(--jp-ui-font-color2, #616161);
    font-size: var(--jp-ui-font-size0, 11px);
    border-top: 1px solid var(--jp-border-color2, #e0e0e0);
  }
  .foot .fill, .bar .fill { flex: 1 1 0; min-width: 0; }
  .name { font-weight: 600; overflow: hidden; text-overflow: ellipsis; min-width: 48px; }
  .quiet { color: var(--jp-ui-font-color2, #616161); }
  .small { font-size: var(--jp-ui-font-size0, 11px); }
  .dot {
    flex: none;
    width: 8px;
    height: 8px;
    border-radius: 50%;
    background: var(--jp-ui-font-color3, #9e9e9e);
  }
  .dot[data-state='live'], .dot[data-state='connected'] { background: var(--jp-success-color1, #388e3c); }
  .dot[data-state='starved'], .dot[data-state='stalled'], .dot[data-state='reconnecting'], .dot[data-state='paused'] {
    background: var(--jp-warn-color1, #f57c00);
  }
  .dot[data-state='error'] { background: var(--jp-error-color1, #d32f2f); }
  .dot[data-state='ended'], .dot[data-state='empty'], .dot[data-state='connecting'], .dot[data-state='waiting'], .dot[data-state='unavailable'] {
    background: transparent;
    border: 2px solid var(--jp-ui-font-color3, #9e9e9e);
  }
  button, select {
    height: 24px;
    padding: 0 6px;
    border: 1px solid transparent;
    border-radius: var(--jp-border-radius, 2px);
    color: inherit;
    background: transparent;
    font: inherit;
    font-variant-numeric: tabular-nums;
    cursor: pointer;
  }
  select { border-color: var(--jp-border-color2, #e0e0e0); background: var(--jp-layout-color1, #fff); max-width: 140px; }
  input[type='number'] {
    height: 24px;
    padding: 0 6px;
    border: 1px solid var(--jp-border-color2, #e0e0e0);
    border-radius: var(--jp-border-radius, 2px);
    color: inherit;
    background: var(--jp-layout-color1, #fff);
    font: inherit;
  }
  label select, label input { color: var(--jp-ui-font-color1, #212121); }
  ::placeholder { color: var(--jp-ui-font-color2, #616161); opacity: 1; }
  button { display: inline-flex; align-items: center; gap: 4px; color: var(--jp-ui-font-color2, #616161); }
  button:hover:not(:disabled), select:hover { background: var(--jp-layout-color2, #eee); color: var(--jp-ui-font-color1, #212121); }
  button:disabled { opacity: 0.5; cursor: default; }
  button[aria-pressed='true'] { color: var(--jp-ui-font-color1, #212121); box-shadow: inset 0 -2px 0 var(--jp-brand-color1, #1976d2); }
  button.danger { color: var(--jp-error-color1, #d32f2f); border-color: currentColor; }
  :focus-visible { outline: 2px solid var(--jp-brand-color1, #1976d2); outline-offset: -2px; }
  .icon { display: block; flex: none; }
  .note {
    display: flex;
    align-items: center;
    gap: 8px;
    flex: none;
    min-height: 28px;
    padding: 4px 12px;
    border-bottom: 1px solid var(--jp-border-color2, #e0e0e0);
    background: var(--jp-layout-color2, #f5f5f5);
    color: var(--jp-ui-font-color1, #212121);
  }
  .note::before { content: ''; align-self: stretch; width: 3px; background: var(--jp-ui-font-color3, #9e9e9e); }
  .note[data-state='error']::before { background: var(--jp-error-color1, #d32f2f); }
  .note[data-state='starved']::before, .note[data-state='stalled']::before, .note[data-state='reconnecting']::before {
    background: var(--jp-warn-color1, #f57c00);
  }
  .blank {
    display: flex;
    flex: 1 1 0;
    min-height: 0;
    flex-direction: column;
    align-items: center;
    justify-content: center;
    gap: 8px;
    padding: 16px;
    text-align: center;
    color: var(--jp-ui-font-color2, #616161);
  }
  .blank p { margin: 0; max-width: 56ch; }
  .memory { max-width: 100%; min-height: 0; flex: 0 1 auto; object-fit: contain; opacity: 0.85; }
  .memory + p { flex: none; max-width: 100%; }
`;
