/** Counts lines and values that became no row, and tells them to the run's ledger: an event of kind rejected_lines. */
import type { Row } from '../../protocol/arrow.ts';

const samplesMax = 8;
const sampleChars = 200;

export class RejectedLines {
  readonly #agentId: string;
  #count = 0;
  #reasons: Record<string, number> = {};
  #samples: string[] = [];

  constructor(agentId: string) {
    this.#agentId = agentId;
  }

  get count(): number {
    return this.#count;
  }

  /** `reason`: one word for the tally. `sample`: the line, or what is wrong with it. */
  add(reason: string, sample: string): void {
    this.#count += 1;
    this.#reasons[reason] = (this.#reasons[reason] ?? 0) + 1;
    if (this.#samples.length < samplesMax) this.#samples.push(sample.slice(0, sampleChars));
  }

  /** The event's row for what was counted since the last call; undefined when there was nothing. */
  take(nowUs: bigint): Row | undefined {
    if (this.#count === 0) return undefined;
    const detail = { count: this.#count, reasons: this.#reasons, samples: this.#samples, agent_id: this.#agentId };
    this.#count = 0;
    this.#reasons = {};
    this.#samples = [];
    return { ts: nowUs, kind: 'rejected_lines', detail_json: JSON.stringify(detail) };
  }
}
