/** Gives the elements their names in the page, once: a second copy of the bundle finds them taken and uses those. */
import { CompareChart } from './compare-chart.ts';
import { CompareSummary } from './compare-summary.ts';
import { EpisodePane } from './episode-pane.ts';
import { EpisodePlayerElement } from './episode-player.ts';
import { EpisodeTimeline } from './episode-timeline.ts';
import { FastLaneElement } from './fast-lane.ts';
import { FrameTile } from './frame-tile.ts';
import { LiveTelemetryElement } from './live-telemetry.ts';
import { Records } from './records.ts';
import { ReturnCurve } from './return-curve.ts';
import { RowTable } from './row-table.ts';
import { RunCompareElement } from './run-compare.ts';
import { RunControls } from './run-controls.ts';
import { RunsList } from './runs-list.ts';
import { SqlCellElement } from './sql-cell.ts';
import { SqlChart, SqlChartCanvas } from './sql-chart.ts';
import { SqlEditor } from './sql-editor.ts';
import { SqlGrid } from './sql-grid.ts';
import { SqlResult } from './sql-result.ts';
import { SqlSchema } from './sql-schema.ts';
import { SqlValues } from './sql-values.ts';
import { StepCanvas, StepView } from './step-view.ts';
import { ValueChart, ValueCharts } from './value-charts.ts';

const elements: Record<string, CustomElementConstructor> = {
  'duallane-return-curve': ReturnCurve,
  'duallane-row-table': RowTable,
  'duallane-step-canvas': StepCanvas,
  'duallane-step-view': StepView,
  'duallane-value-chart': ValueChart,
  'duallane-value-charts': ValueCharts,
  'duallane-records': Records,
  'duallane-run-controls': RunControls,
  'duallane-runs-list': RunsList,
  'duallane-live-telemetry': LiveTelemetryElement,
  'duallane-frame-tile': FrameTile,
  'duallane-episode-pane': EpisodePane,
  'duallane-episode-timeline': EpisodeTimeline,
  'duallane-episode-player': EpisodePlayerElement,
  'duallane-fast-lane': FastLaneElement,
  'duallane-sql-chart': SqlChart,
  'duallane-sql-chart-canvas': SqlChartCanvas,
  'duallane-sql-editor': SqlEditor,
  'duallane-compare-chart': CompareChart,
  'duallane-compare-summary': CompareSummary,
  'duallane-run-compare': RunCompareElement,
  'duallane-sql-grid': SqlGrid,
  'duallane-sql-result': SqlResult,
  'duallane-sql-schema': SqlSchema,
  'duallane-sql-values': SqlValues,
  'duallane-sql-cell': SqlCellElement,
};

export function registerElements(): void {
  for (const [tag, element] of Object.entries(elements)) {
    if (!customElements.get(tag)) customElements.define(tag, element);
  }
}
