/** What is counted, and how it is told. */
export { BridgeReports } from './bridge-reports.ts';
export { DaemonMetrics } from './collect.ts';
export type { HistogramFigures } from './exposition.ts';
export { Histogram } from './histogram.ts';
