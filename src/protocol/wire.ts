/** The gRPC contracts, for the processes that speak it: daemon, proxy and bridge. Messages and services, generated. */
export { batchKinds } from './batch-kinds.ts';
export { type ChannelSecurity, openDaemonChannel, readSecurity, type SecurityFiles } from './daemon-channel.ts';
export * as duallane from './generated/grpc/duallane/v1/duallane.ts';
export type { Timestamp } from './generated/grpc/google/protobuf/timestamp.ts';
export * as trainer from './generated/grpc/gymgui/trainer/trainer.ts';
export { episodeOfRow, rowOfEpisode, rowOfStep, stepOfRow } from './wire-rows.ts';
