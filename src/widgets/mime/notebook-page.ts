/** What a renderer has to know of the page it sits in. The JupyterLab plugin says it; elsewhere nothing is written back. */

export type NotebookPage = {
  /** May what this node shows be written into its notebook? */
  mayWrite(node: HTMLElement): boolean;
};

let page: NotebookPage = { mayWrite: () => false };
const beforeSave = new Set<() => void>();

export function setNotebookPage(known: NotebookPage): void {
  page = known;
}

export function mayWrite(node: HTMLElement): boolean {
  return page.mayWrite(node);
}

/** `listener` is called just before a notebook of this page is saved. */
export function onBeforeSave(listener: () => void, { signal }: { signal: AbortSignal }): void {
  beforeSave.add(listener);
  signal.addEventListener('abort', () => beforeSave.delete(listener), { once: true });
}

export function tellBeforeSave(): void {
  for (const listener of [...beforeSave]) listener();
}
