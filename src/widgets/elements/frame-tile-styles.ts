import { css } from 'lit';

export const frameTileStyles = css`
  .stage {
    position: relative;
    display: flex;
    flex: 1 1 0;
    min-height: 0;
    align-items: center;
    justify-content: center;
    background: var(--jp-layout-color2, #f5f5f5);
  }
  .stage[hidden] { display: none; }
  canvas { width: 100%; height: 100%; object-fit: contain; image-rendering: pixelated; }
  .hud {
    position: absolute;
    left: 8px;
    top: 8px;
    padding: 4px 8px;
    border-radius: var(--jp-border-radius, 2px);
    color: #fff;
    background: rgba(0, 0, 0, 0.6);
    font-family: var(--jp-code-font-family, monospace);
    font-size: 12px;
    line-height: 16px;
    pointer-events: none;
  }
  .state { font-weight: 600; }
  .fps { min-width: 56px; text-align: right; }
  .name { font-weight: 400; }
  .said { flex: 1 1 0; min-width: 0; white-space: normal; }
  .steps { flex: 1 1 0; }
  @container (max-width: 300px) {
    .latency, .form, .hud { display: none; }
    .bar { padding: 0 4px; gap: 4px; }
  }
  :host(:fullscreen) { height: 100vh !important; margin: 0; }
`;
