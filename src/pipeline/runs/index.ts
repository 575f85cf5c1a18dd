/** Runs: their states, their registry, their configuration and their processes. */
export { RunCatalogue } from './catalogue.ts';
export { GpuSlots } from './gpu-slots.ts';
export { RunLauncher } from './launcher.ts';
export { watchLeases } from './lease.ts';
export { type NewRun, type RunChange, RunRegistry } from './registry.ts';
export type { Child, Run, Worker, WorkerEnd } from './run.ts';
export { mayMove, type Outcome, type RunStatus, runStatuses, statusNumber } from './run-state.ts';
export { isUlid, ulid } from './ulid.ts';
