import { css } from 'lit';

export const liveStyles = css`
  .status { font-size: var(--jp-ui-font-size0, 11px); color: var(--jp-ui-font-color2, #616161); letter-spacing: 0.02em; }
  .numbers {
    display: flex;
    flex: none;
    gap: 4px 24px;
    height: 32px;
    align-items: center;
    padding: 0 12px;
    overflow: hidden;
    white-space: nowrap;
  }
  .numbers b { font-weight: 600; }
  .pictures { display: flex; flex: 1 1 0; min-height: 96px; }
  .curve { flex: 1.6 1 0; }
  .lane { flex: 1 1 0; min-width: 0; margin: 0 8px 4px 0; }
  .foot .part + .part::before { content: '·'; margin-right: 8px; }
  .tabs {
    display: flex;
    flex: none;
    align-items: center;
    gap: 4px;
    height: 32px;
    padding: 0 8px;
    border-top: 1px solid var(--jp-border-color2, #e0e0e0);
    border-bottom: 1px solid var(--jp-border-color2, #e0e0e0);
    overflow: hidden;
    white-space: nowrap;
  }
  .tabs .fill { flex: 1 1 0; min-width: 0; padding: 0 8px; overflow: hidden; text-overflow: ellipsis; }
  .tab { height: 32px; padding: 0 8px; border: 0; border-bottom: 2px solid transparent; border-radius: 0; }
  .tab[aria-selected='true'] { color: var(--jp-ui-font-color1, #212121); border-bottom-color: var(--jp-brand-color1, #1976d2); }
  .rows { flex: 1.1 1 0; }
  .thinning { display: inline-flex; align-items: center; gap: 4px; }
  .ask { display: inline-flex; align-items: center; gap: 8px; }
  .said { flex: 1 1 0; min-width: 0; white-space: normal; }
  @container (max-width: 640px) {
    .wide, .thinning, .elapsed, .question, .lane { display: none; }
    .numbers { gap: 4px 12px; font-size: var(--jp-ui-font-size0, 11px); }
  }
  @container (max-width: 460px) {
    .bar { padding: 0 8px; gap: 4px; }
    .agents { max-width: 96px; }
    .numbers > span:nth-child(2), .roomy { display: none; }
  }
`;
