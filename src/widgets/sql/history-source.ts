/** Where history comes from: in the page its link, reached by message; in a test whatever serves parts. */
import type { LedgerList, PartList, RowKind, RunEntry } from '../../protocol/index.ts';
import type { Piece, PieceRange } from '../link/page-link.ts';

export interface HistorySource {
  runs(): Promise<readonly RunEntry[]>;
  /** No runs: every run. */
  ledgers(runs: readonly string[]): Promise<LedgerList>;
  /** No runs: every run. */
  parts(runs: readonly string[], kinds: readonly RowKind[]): Promise<PartList>;
  /** A source that cannot serve a range hands over the whole part. */
  piece(name: string, range: PieceRange, lifetime: { signal: AbortSignal }): Promise<Piece>;
  tail(
    run: string,
    kind: RowKind,
    after: number,
    upto: number,
    lifetime: { signal: AbortSignal },
  ): Promise<readonly Uint8Array[]>;
}
