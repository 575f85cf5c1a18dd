/** A gRPC server that acknowledges every batch and keeps none: what the wire alone costs. argv: the Unix socket to listen on. */
import { ServerCredentials, type ServerDuplexStream } from '@grpc/grpc-js';
import { wideServer } from '../../src/pipeline/service/wide-server.ts';
import { limits } from '../../src/protocol/index.ts';
import { duallane } from '../../src/protocol/wire.ts';

const server = wideServer({ 'grpc.max_receive_message_length': limits.grpcMessageBytes });
const { publishBatches } = duallane.DuallaneServiceService;
server.addService({ publishBatches } as never, {
  publishBatches: (call: ServerDuplexStream<duallane.Batch, duallane.BatchAck>) => {
    call.on('data', ({ runId, workerId, writerSession, batchSequence }: duallane.Batch) =>
      call.write({ runId, workerId, writerSession, batchSequence, rejectedRows: 0n, unfollowed: false }),
    );
    call.on('end', () => call.end());
  },
});
server.bindAsync(`unix:${process.argv[2]}`, ServerCredentials.createInsecure(), (error) => {
  if (error) throw error;
  process.stdout.write('ready\n');
});
process.stdin.on('end', () => process.exit(0)).resume();
