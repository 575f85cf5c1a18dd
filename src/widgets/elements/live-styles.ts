import { css } from 'lit';

export const liveStyles = css`
  .status { font-size: var(--jp-ui-font-size0, 11px); color: var(--jp-ui-font-color2, #616161); letter-spacing: 0.02em; }
  .numbers {
    display: flex;
    flex: none;
    gap: 4px 16px;
    height: 32px;
    align-items: center;
    padding: 0 12px;
    overflow: hidden;
    white-space: nowrap;
  }
  .numbers b { font-weight: 600; }
  .numbers .fill { flex: 1 1 0; }
  .numbers > span { min-width: 0; overflow: hidden; text-overflow: ellipsis; }
  .smoothing { flex: none; display: inline-flex; align-items: center; gap: 4px; }
  .pictures { display: flex; flex: 1 1 0; min-height: 96px; }
  .curve { flex: 1.6 1 0; }
  .lane { flex: 1 1 0; min-width: 0; margin: 0 8px 4px 0; }
  .foot .part + .part::before { content: '·'; margin-right: 8px; }
  .records { flex: 1.25 1 0; }
  .thinning { display: inline-flex; align-items: center; gap: 4px; }
  .thinning input { width: 72px; margin: 0; accent-color: var(--jp-brand-color1, #1976d2); }
  .thinning output { min-width: 3ch; color: var(--jp-ui-font-color1, #212121); }
  .agent-tabs { display: inline-flex; flex: none; }
  .agent-tabs button { border-radius: 0; border: 1px solid var(--jp-border-color2, #e0e0e0); }
  .agent-tabs button + button { border-left: 0; }
  .agent-tabs button[aria-checked='true'] { color: var(--jp-ui-font-color1, #212121); background: var(--jp-layout-color2, #eee); font-weight: 600; }
  .agents.narrow { display: none; }
  .said { flex: 1 1 0; min-width: 0; white-space: normal; }
  @container (max-width: 1040px) {
    .agent-tabs, .elapsed { display: none; }
    .agents { max-width: 96px; }
    .agents.narrow { display: inline-block; }
  }
  @container (max-width: 900px) {
    .beside { max-width: 96px; }
    .thinning input { width: 48px; }
  }
  @container (max-width: 860px) { .smoothing { display: none; } }
  @container (max-width: 640px) {
    .wide, .thinning, .elapsed, .beside, .lane { display: none; }
    .numbers { gap: 4px 12px; font-size: var(--jp-ui-font-size0, 11px); }
    .numbers > span { flex: none; }
  }
  @container (max-width: 460px) {
    .bar { padding: 0 8px; gap: 4px; }
    .agents { max-width: 96px; }
    .numbers > span:nth-child(2), .roomy { display: none; }
  }
`;
