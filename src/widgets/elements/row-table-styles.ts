import { css } from 'lit';

/** px */
export const rowHeight = 24;

export const rowTableStyles = css`
  :host { position: relative; display: block; min-height: 0; overflow: hidden; }
  .scroll { height: 100%; overflow: auto; scrollbar-width: thin; outline-offset: -2px; overflow-anchor: none; }
  .scroll:focus-visible { outline: 2px solid var(--jp-brand-color1, #1976d2); }
  table { border-collapse: separate; border-spacing: 0; table-layout: fixed; width: 100%; }
  th, td { height: ${rowHeight}px; padding: 0 8px; overflow: hidden; text-overflow: ellipsis; white-space: nowrap; line-height: 20px; }
  th {
    box-sizing: border-box; position: sticky; top: 0; z-index: 1; font-weight: 400; text-align: left;
    font-size: var(--jp-ui-font-size0, 11px); color: var(--jp-ui-font-color2, #616161);
    background: var(--jp-layout-color1, #fff); border-bottom: 1px solid var(--jp-border-color2, #e0e0e0);
  }
  th.right, td.right { text-align: right; }
  tr.odd td { background: var(--jp-rendermime-table-row-background, #f5f5f5); }
  tr:hover td { background: var(--jp-rendermime-table-row-hover-background, #e1f5fe); }
  tr.picked td { box-shadow: inset 0 1px var(--jp-brand-color1, #1976d2), inset 0 -1px var(--jp-brand-color1, #1976d2); }
  tr.space td { height: auto; padding: 0; background: none; border: 0; }
  /* Hatched, as a healed gap is in the curve. */
  tr.filled td:first-child {
    background-image: repeating-linear-gradient(135deg, var(--jp-ui-font-color2, #616161) 0 1px, transparent 1px 4px);
    background-size: 6px 100%; background-repeat: no-repeat;
  }
  tr.coming td { color: var(--jp-ui-font-color2, #616161); }
  .empty { position: absolute; inset: 32px 0 0; text-align: center; color: var(--jp-ui-font-color2, #616161); }
  .newer {
    position: absolute; right: 16px; bottom: 8px; height: 24px; padding: 0 8px; cursor: pointer; font: inherit;
    font-size: var(--jp-ui-font-size0, 11px); border-radius: var(--jp-border-radius, 2px);
    color: var(--jp-ui-inverse-font-color1, #fff); background: var(--jp-brand-color1, #1976d2); border: 0;
  }
  .newer:focus-visible { outline: 2px solid var(--jp-ui-font-color1, #212121); }
`;
