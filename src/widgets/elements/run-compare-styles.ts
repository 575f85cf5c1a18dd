/** RunCompare: bar, legend of groups, chart, summary. */
import { css } from 'lit';

export const runCompareStyles = css`
  .bar.choices { flex-wrap: wrap; gap: 4px 12px; height: auto; padding: 4px 12px; }
  .bar.choices label { display: inline-flex; align-items: center; gap: 4px; }
  .bar.choices select { max-width: 160px; }
  .bar.choices input { width: 88px; }
  .legend { display: flex; flex: none; flex-wrap: wrap; gap: 4px; max-height: 88px; overflow: auto; padding: 6px 12px 0; }
  .chip {
    border-color: var(--jp-border-color2, #e0e0e0);
    color: var(--jp-ui-font-color1, #212121);
    max-width: 420px;
    white-space: nowrap;
    overflow: hidden;
  }
  .chip .label { overflow: hidden; text-overflow: ellipsis; }
  .chip[aria-pressed='false'] { opacity: 0.5; }
  .chip[aria-pressed='true'] { color: var(--jp-ui-font-color1, #212121); box-shadow: none; }
  .chip svg { flex: none; }
  .chip .few { color: var(--jp-ui-font-color1, #212121); }
  .chart { flex: 3 1 0; min-height: 0; }
  .summary { flex: 2 1 0; }
  .zoom { display: inline-flex; }
  @container (max-width: 560px) {
    .summary { flex: 3 1 0; }
    .bar.choices { flex-wrap: nowrap; overflow-x: auto; scrollbar-width: none; }
    .bar.choices { mask-image: linear-gradient(to right, #000 calc(100% - 32px), transparent); }
    .foot span:last-child { display: none; }
  }
`;
