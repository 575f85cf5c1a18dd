/**
 * The states of a run and the moves between them.
 *
 * INIT submitted · HSHK waiting for its first worker · RDY a worker is there · EXEC rows or run_started came ·
 * PAUSE held · FAULT nothing was heard for the lease · TERM over, for good.
 */
import { trainer } from '../../protocol/wire.ts';

export type RunStatus = 'INIT' | 'HSHK' | 'RDY' | 'EXEC' | 'PAUSE' | 'FAULT' | 'TERM';
export type Outcome = 'succeeded' | 'failed' | 'canceled';

const legal: Readonly<Record<RunStatus, readonly RunStatus[]>> = {
  INIT: ['HSHK', 'RDY', 'EXEC', 'FAULT', 'TERM'],
  HSHK: ['RDY', 'EXEC', 'FAULT', 'TERM'],
  RDY: ['EXEC', 'FAULT', 'TERM'],
  EXEC: ['PAUSE', 'FAULT', 'TERM'],
  PAUSE: ['EXEC', 'FAULT', 'TERM'],
  FAULT: ['RDY', 'EXEC', 'PAUSE', 'TERM'],
  TERM: [],
};

export const runStatuses = Object.keys(legal) as readonly RunStatus[];

export function mayMove(from: RunStatus, to: RunStatus): boolean {
  return legal[from].includes(to);
}

/** The wire's number of a state. */
export function statusNumber(status: RunStatus): trainer.RunStatus {
  return trainer.RunStatus[status];
}
