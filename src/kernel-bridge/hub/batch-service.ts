/** What the bridge asks of duallane.v1: served by the daemon, or put together from the rows of one that has no batches. */
import type { CallOptions, Metadata, ServiceError } from '@grpc/grpc-js';
import type { duallane } from '../../protocol/wire.ts';

export type BatchStream<Message> = AsyncIterable<Message> & { cancel(): void };
type Unary<Request, Response> = (
  request: Request,
  metadata: Metadata,
  options: Partial<CallOptions>,
  callback: (error: ServiceError | null, response: Response) => void,
) => { cancel(): void };

export interface BatchService {
  describeRuns: Unary<duallane.DescribeRunsRequest, duallane.DescribeRunsResponse>;
  listParts: Unary<duallane.ListPartsRequest, duallane.ListPartsResponse>;
  listRecordings: Unary<duallane.ListRecordingsRequest, duallane.ListRecordingsResponse>;
  recordNext: Unary<duallane.RecordNextRequest, duallane.RecordNextResponse>;
  ledger: Unary<duallane.LedgerRequest, duallane.LedgerResponse>;
  reportBridge: Unary<duallane.BridgeReport, duallane.BridgeReportResponse>;
  streamBatches(request: duallane.StreamBatchesRequest): BatchStream<duallane.Batch>;
  readPart(request: duallane.ReadPartRequest): BatchStream<duallane.ReadPartResponse>;
  close(): void;
}
