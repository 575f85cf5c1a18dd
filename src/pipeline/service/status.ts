/** How an error of ours looks on gRPC: a status code, a sentence, and our own code in the `duallane-code` metadata. */
import { Metadata, type ServiceError, status } from '@grpc/grpc-js';
import { DuallaneError, type Log, sentenceOf } from '../../protocol/index.ts';

const statusOfCode: Readonly<Record<string, status>> = {
  'run-unknown': status.NOT_FOUND,
  'part-unknown': status.NOT_FOUND,
  'run-exists': status.ALREADY_EXISTS,
  'run-ended': status.FAILED_PRECONDITION,
  'not-allowed': status.PERMISSION_DENIED,
  'run-alive': status.FAILED_PRECONDITION,
  'run-deleted': status.FAILED_PRECONDITION,
  'run-state': status.FAILED_PRECONDITION,
  'run-canceled': status.ABORTED,
  'pause-unsupported': status.FAILED_PRECONDITION,
  'no-worker': status.FAILED_PRECONDITION,
  'batch-out-of-order': status.FAILED_PRECONDITION,
  'batch-invalid': status.INVALID_ARGUMENT,
  'config-invalid': status.INVALID_ARGUMENT,
  'request-invalid': status.INVALID_ARGUMENT,
  'no-gpu': status.RESOURCE_EXHAUSTED,
  'history-full': status.RESOURCE_EXHAUSTED,
  'not-implemented': status.UNIMPLEMENTED,
  stopping: status.UNAVAILABLE,
  'sink-closed': status.UNAVAILABLE,
};

/** What a handler hands to gRPC. An error that is not ours is a defect: it is logged here, and only here. */
export function toServiceError(error: unknown, log: Log): ServiceError {
  const metadata = new Metadata();
  if (error instanceof DuallaneError) {
    metadata.set('duallane-code', error.code);
    const code = statusOfCode[error.code] ?? status.INTERNAL;
    if (code === status.INTERNAL) log('error', 'call-failed', { code: error.code, sentence: error.sentence });
    return Object.assign(new Error(error.sentence), { code, details: error.sentence, metadata });
  }
  log('error', 'call-failed', { sentence: sentenceOf(error), stack: error instanceof Error ? error.stack : undefined });
  const details = `the daemon failed: ${sentenceOf(error)} (its log says more)`;
  return Object.assign(new Error(details), { code: status.INTERNAL, details, metadata });
}

export function requestInvalid(sentence: string): DuallaneError {
  return new DuallaneError('request-invalid', sentence);
}
