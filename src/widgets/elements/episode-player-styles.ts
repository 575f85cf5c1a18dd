import { css } from 'lit';

export const episodePlayerStyles = css`
  .panes { display: flex; flex: 1 1 0; min-height: 0; gap: 1px; background: var(--jp-border-color2, #e0e0e0); overflow-x: auto; }
  duallane-episode-pane { background: var(--jp-layout-color1, #fff); }
  .transport { display: flex; align-items: center; gap: 4px; flex: none; height: 36px; padding: 0 8px; white-space: nowrap; overflow: hidden;
    border-top: 1px solid var(--jp-border-color2, #e0e0e0); }
  .transport .fill { flex: 1 1 0; }
  .where { padding: 0 8px; min-width: 104px; }
  .bar label { display: inline-flex; align-items: center; gap: 4px; }
  .bar select.choice { max-width: 320px; min-width: 80px; }
  input.number { width: 72px; height: 24px; padding: 0 4px; border: 1px solid var(--jp-border-color2, #e0e0e0); color: inherit;
    background: var(--jp-layout-color1, #fff); font: inherit; }
  .names { max-width: 120px; }
  .blank .record { border-color: var(--jp-border-color2, #e0e0e0); }
  @container (max-width: 720px) { .wide { display: none; } .bar select.choice { max-width: 160px; } }
  @container (max-width: 480px) { .panes { flex-direction: column; overflow: auto; } duallane-episode-pane { min-height: 220px; } .export { display: none; } }
`;
