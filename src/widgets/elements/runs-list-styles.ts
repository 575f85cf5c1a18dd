import { css } from 'lit';

export const runsListStyles = css`
  :host { height: 100%; margin: 0; }
  .panel { display: flex; flex-direction: column; height: 100%; overflow: hidden; }
  .top { display: flex; flex: none; flex-direction: column; gap: 4px; padding: 8px 12px; border-bottom: 1px solid var(--jp-border-color2, #e0e0e0); }
  .filter {
    width: 100%;
    height: 28px;
    padding: 0 8px;
    color: inherit;
    background: var(--jp-layout-color1, #fff);
    border: 1px solid var(--jp-border-color2, #e0e0e0);
    border-radius: var(--jp-border-radius, 2px);
    font: inherit;
  }
  .filter::placeholder { color: var(--jp-ui-font-color2, #616161); }
  .runs { flex: 1 1 0; min-height: 0; margin: 0; padding: 0; overflow-y: auto; list-style: none; scrollbar-width: thin; }
  .run { padding: 4px 8px; border-bottom: 1px solid var(--jp-border-color3, #eee); }
  .run:hover, .run:focus-within { background: var(--jp-layout-color2, #f5f5f5); }
  .head { display: flex; align-items: center; }
  .head input { flex: none; width: 14px; height: 14px; margin: 0 2px 0 4px; accent-color: var(--jp-brand-color1, #1976d2); }
  .open { flex: 1 1 0; min-width: 0; gap: 8px; padding: 0 4px; text-align: left; color: var(--jp-ui-font-color1, #212121); }
  .open:hover:not(:disabled) { background: none; }
  .open .name { flex: 1 1 0; min-width: 24px; white-space: nowrap; }
  .facts { padding: 0 20px; line-height: 16px; }
  .facts span { display: inline-block; margin-right: 8px; }
  .facts .why { display: block; overflow-wrap: anywhere; }
  .spark { flex: none; }
  .dot[data-status='EXEC'] { background: var(--jp-success-color1, #388e3c); }
  .dot[data-status='PAUSE'], .dot[data-status='FAULT'] { background: var(--jp-warn-color1, #f57c00); }
  .dot[data-outcome='failed'] { background: var(--jp-error-color1, #d32f2f); border-radius: 0; }
  .dot[data-status='INIT'], .dot[data-status='HSHK'], .dot[data-status='RDY'], .dot[data-outcome='succeeded'], .dot[data-outcome='canceled'] {
    background: transparent;
    border: 2px solid var(--jp-ui-font-color3, #9e9e9e);
  }
  .progress { height: 3px; margin: 2px 20px; background: var(--jp-border-color2, #e0e0e0); }
  .progress div { height: 100%; background: var(--jp-brand-color1, #1976d2); }
  .actions { display: flex; flex-wrap: wrap; gap: 0 4px; padding: 0 14px; font-size: var(--jp-ui-font-size0, 11px); }
  .empty { padding: 8px 16px; margin: 0; color: var(--jp-ui-font-color2, #616161); }
`;
