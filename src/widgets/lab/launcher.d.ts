/**
 * The one thing used of JupyterLab's launcher. The application brings the package, as it does all of @jupyterlab; nothing of it
 * is bundled, so that its types are all that would be installed for.
 */
declare module '@jupyterlab/launcher' {
  export interface ILauncher {
    add(item: { command: string; category?: string; rank?: number; args?: Record<string, boolean | string> }): unknown;
  }
  export const ILauncher: import('@lumino/coreutils').Token<ILauncher>;
}
