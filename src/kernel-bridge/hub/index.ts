/** The hub: the one way to the trainer daemon, and what is shared by all views of what it says. */
export { type DaemonClients, DaemonConnection, type DaemonState } from './daemon-connection.ts';
export { describeRun } from './describe-run.ts';
export { durableRows } from './durable-rows.ts';
export { type DaemonAddress, ensureDaemon } from './ensure-daemon.ts';
export { Feeds } from './feeds.ts';
export type { LiveBatch } from './live-batch.ts';
export { type Order, orderRun } from './order-run.ts';
export { listRecordings, recordNext } from './recordings.ts';
export type { FeedState, RunFeed } from './run-feed.ts';
export { RunList } from './run-list.ts';
export { toBatchKind, toMs, toReaches, toRowKind } from './translate.ts';
export { call } from './unary.ts';
