import { css } from 'lit';

export const recordsStyles = css`
  :host { display: flex; flex-direction: column; min-height: 0; margin: 0; overflow: hidden; }
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
  .list { display: flex; flex: none; }
  .tab { height: 32px; padding: 0 8px; border: 0; border-bottom: 2px solid transparent; border-radius: 0; }
  .tab[aria-selected='true'] { color: var(--jp-ui-font-color1, #212121); border-bottom-color: var(--jp-brand-color1, #1976d2); }
  .rows { flex: 1 1 0; }
  .filter {
    flex: 0 1 176px;
    min-width: 64px;
    height: 24px;
    padding: 0 6px;
    color: inherit;
    background: var(--jp-layout-color1, #fff);
    border: 1px solid var(--jp-border-color2, #e0e0e0);
    border-radius: var(--jp-border-radius, 2px);
    font: inherit;
  }
  .filter::placeholder { color: var(--jp-ui-font-color2, #616161); }
  .filter[aria-invalid='true'] { border-color: var(--jp-error-color1, #d32f2f); }
  .trouble {
    flex: none;
    max-height: 72px;
    margin: 0;
    padding: 4px 12px 4px 24px;
    overflow: auto;
    color: var(--jp-ui-font-color2, #616161);
    font-size: var(--jp-ui-font-size0, 11px);
    border-bottom: 1px solid var(--jp-border-color2, #e0e0e0);
  }
  .problem { color: var(--jp-error-color1, #d32f2f); }
  @container (max-width: 640px) {
    .wide { display: none; }
    .tab { padding: 0 6px; }
    .tabs .fill { padding: 0 4px; }
    .filter { flex-basis: 104px; }
  }
  @container (max-width: 460px) {
    .tab { padding: 0 4px; }
    .tabs { padding: 0 4px; gap: 0; }
    .filter { flex-basis: 88px; }
  }
`;
