import { css } from 'lit';

export const episodePlayerStyles = css`
  .panes { display: flex; flex: 1 1 0; min-height: 0; gap: 1px; background: var(--jp-border-color2, #e0e0e0); overflow-x: auto; }
  duallane-episode-pane { background: var(--jp-layout-color1, #fff); }
  .transport { display: flex; align-items: center; gap: 4px; flex: none; height: 36px; padding: 0 8px; white-space: nowrap; overflow: hidden;
    border-top: 1px solid var(--jp-border-color2, #e0e0e0); }
  .transport .fill { flex: 1 1 0; }
  .where { padding: 0 8px; min-width: 104px; }
  .bar { flex-wrap: wrap; gap: 4px 8px; height: auto; min-height: 36px; padding: 4px 12px; }
  .bar label { display: inline-flex; align-items: center; gap: 4px; }
  .bar select.choice { max-width: 128px; min-width: 80px; }
  input.number { width: 64px; }
  .names { max-width: 96px; }
  .export { max-width: 80px; }
  .blank .record { border-color: var(--jp-border-color2, #e0e0e0); }
  @container (max-width: 760px) { .bar select.choice { max-width: 112px; } }
  @container (max-width: 480px) {
    .panes { flex-direction: column; overflow: auto; }
    duallane-episode-pane { min-height: 220px; }
    .bar { flex-wrap: nowrap; overflow-x: auto; scrollbar-width: none; mask-image: linear-gradient(to right, #000 calc(100% - 32px), transparent); }
    .bar > * { flex: none; }
    .bar .fill { display: none; }
    .where { display: none; }
  }
`;
