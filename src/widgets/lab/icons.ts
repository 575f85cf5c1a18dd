/** Duallane's icon in the application: two lanes, one steady, one skipping. */
import { LabIcon } from '@jupyterlab/ui-components';

const svgstr =
  '<svg xmlns="http://www.w3.org/2000/svg" width="16" viewBox="0 0 16 16"><g class="jp-icon3" fill="none" stroke="#616161" stroke-width="1.8" stroke-linecap="round"><path d="M2 5.2h12"/><path d="M2 10.8h2.6M7 10.8h2.4M12 10.8h2"/></g></svg>';

export const duallaneIcon = new LabIcon({ name: 'duallane:lanes', svgstr });
