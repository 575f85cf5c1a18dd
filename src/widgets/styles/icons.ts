/** The few icons of the views, drawn on a 16 px grid in the text's colour. Never made from data. */
import { type SVGTemplateResult, svg } from 'lit';

const icon = (shape: SVGTemplateResult): SVGTemplateResult =>
  svg`<svg class="icon" viewBox="0 0 16 16" width="16" height="16" aria-hidden="true" fill="none" stroke="currentColor" stroke-width="1.5" stroke-linecap="round" stroke-linejoin="round">${shape}</svg>`;

export const stopIcon = icon(svg`<rect x="4" y="4" width="8" height="8" rx="1" fill="currentColor" stroke="none"/>`);
export const followIcon = icon(svg`<path d="M8 2.5v7M4.8 6.8 8 10l3.2-3.2M3.5 13.5h9"/>`);
export const copyIcon = icon(
  svg`<rect x="5.5" y="5.5" width="8" height="8" rx="1.2"/><path d="M3 10.5h-.2a.8.8 0 0 1-.8-.8V3.3c0-.7.6-1.3 1.3-1.3h6.4c.4 0 .8.4.8.8V3"/>`,
);
export const cameraIcon = icon(
  svg`<path d="M2 5.5c0-.6.4-1 1-1h1.8L6 3h4l1.2 1.5H13c.6 0 1 .4 1 1V12c0 .6-.4 1-1 1H3c-.6 0-1-.4-1-1z"/><circle cx="8" cy="8.6" r="2.3"/>`,
);
export const expandIcon = icon(svg`<path d="M9.8 2.5h3.7v3.7M6.2 13.5H2.5V9.8M13.2 2.8 9.5 6.5M2.8 13.2l3.7-3.7"/>`);
export const pauseIcon = icon(
  svg`<rect x="4" y="3.5" width="2.6" height="9" rx=".6" fill="currentColor" stroke="none"/><rect x="9.4" y="3.5" width="2.6" height="9" rx=".6" fill="currentColor" stroke="none"/>`,
);
export const resumeIcon = icon(svg`<path d="M5 3.5v9l7-4.5z" fill="currentColor" stroke="none"/>`);
export const stepIcon = icon(svg`<path d="M3.5 3.5v9l6-4.5z" fill="currentColor" stroke="none"/><path d="M12.5 3.5v9"/>`);
export const tilesIcon = icon(
  svg`<rect x="2.5" y="2.5" width="4.5" height="4.5"/><rect x="9" y="2.5" width="4.5" height="4.5"/><rect x="2.5" y="9" width="4.5" height="4.5"/><rect x="9" y="9" width="4.5" height="4.5"/>`,
);
