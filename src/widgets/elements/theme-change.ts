/** What is on a canvas keeps the colours it was drawn with: whoever draws hears of another theme here. */
type Listener = () => void;

const listeners = new Set<Listener>();
let observer: MutationObserver | undefined;

/** Calls once the page has its new colours. */
export function onThemeChange(listener: Listener, { signal }: { signal: AbortSignal }): void {
  if (signal.aborted || typeof MutationObserver === 'undefined') return;
  listeners.add(listener);
  signal.addEventListener('abort', () => listeners.delete(listener), { once: true });
  if (observer) return;
  observer = new MutationObserver(() => requestAnimationFrame(() => listeners.forEach((each) => void each())));
  observer.observe(document.body, { attributeFilter: ['data-jp-theme-name', 'data-jp-theme-light'] });
}
