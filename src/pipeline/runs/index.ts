/** Runs: their states, their registry, their configuration and their processes. */
export { RunCatalogue } from './catalogue.ts';
export { GpuSlots } from './gpu-slots.ts';
export { RunLauncher } from './launcher.ts';
export { watchLeases } from './lease.ts';
export { type RunChange, RunRegistry } from './registry.ts';
export type { Run, Worker } from './run.ts';
export { plainConfig } from './run-config.ts';
export { type RunCommand, RunControls } from './run-controls.ts';
export { mayMove, type Outcome, runStatuses, statusNumber } from './run-state.ts';
export { isUlid, ulid } from './ulid.ts';
