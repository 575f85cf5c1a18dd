/** What people ask of stored history, done by the sink. */
import { rowKinds } from '../../protocol/arrow.ts';
import type { HistoryWork } from '../service/index.ts';
import type { Moved, ParquetSink } from '../sinks/index.ts';

export function historyWork(sink: ParquetSink): HistoryWork {
  return {
    async convert(runId, form) {
      await sink.sealRun(runId);
      return sink.upkeep.convert(runId, form);
    },
    async compact(runId) {
      const sum: Moved = { parts: 0, rows: 0, bytes: 0 };
      for (const id of runId === undefined ? sink.catalogue.runsWithParts() : [runId]) {
        await sink.sealRun(id);
        const { parts, rows, bytes } = await sink.upkeep.compact(id, rowKinds, true);
        sum.parts += parts;
        sum.rows += rows;
        sum.bytes += bytes;
      }
      return sum;
    },
  };
}
