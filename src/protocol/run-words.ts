/**
 * What people read for the state of a run: one word in the page, on the command line and in the sentences of errors.
 * Contracts, SQL and JSON keep the states' own names (INIT, HSHK, RDY, EXEC, PAUSE, FAULT, TERM).
 */
const words: Readonly<Record<string, string>> = {
  INIT: 'waiting for its worker',
  HSHK: 'opened',
  RDY: 'ready',
  EXEC: 'running',
  PAUSE: 'paused',
  FAULT: 'silent',
  TERM: 'ended',
};

/** The state's word, or for a run that has ended what came of it; a state that is not known is told as it is. */
export function runWord({ status, outcome }: { status: string; outcome?: string | null | undefined }): string {
  return status === 'TERM' && outcome ? outcome : (words[status] ?? status);
}
