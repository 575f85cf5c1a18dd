/** The daemon's gRPC face. */
export { type Access, tokenAccess, trusted } from './access.ts';
export { duallaneService } from './duallane-service.ts';
export type { HistoryWork } from './history-service.ts';
export { type ListeningServer, listenOnSocket, listenOnTcp } from './servers.ts';
export { trainerService } from './trainer-service.ts';
