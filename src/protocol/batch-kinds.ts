/** The numbers that kinds of rows have on the wire. */
import type { RowKind } from './generated/arrow-schemas.ts';
import { BatchKind } from './generated/grpc/duallane/v1/duallane.ts';

export const batchKinds: Readonly<Record<RowKind, BatchKind>> = {
  steps: BatchKind.STEPS,
  episodes: BatchKind.EPISODES,
  metrics: BatchKind.METRICS,
  events: BatchKind.EVENTS,
};
