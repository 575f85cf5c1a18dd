/** Steps as a worker publishes them, made beforehand: a CartPole row with its action and observation as JSON, about 100 bytes. */
import { columnData, decodePublished, encodeRows } from '../../src/protocol/arrow.ts';

/** `count` batches of `rows` steps each; (episode, step) is unique over all of them. */
export function stepBatches(count: number, rows: number, firstEpisode = 0): Buffer[] {
  const template = Buffer.from(
    encodeRows(
      'steps',
      Array.from({ length: rows }, (_, i) => ({
        agent_id: 'agent_0',
        episode_index: 0,
        step_index: i,
        reward: 1,
        terminated: false,
        truncated: false,
        ts: 1_767_225_600_000_000 + i,
        action_json: String(i % 2),
        observation_json: '[0.0123,-0.4321,0.0456,0.6789]',
      })),
    ),
  );
  const places = columnData(decodePublished('steps', template, rows), 'episode_index').values as BigInt64Array;
  const offset = places.byteOffset - template.byteOffset;
  return Array.from({ length: count }, (_, n) => {
    const bytes = Buffer.from(new Uint8Array(template));
    new BigInt64Array(bytes.buffer, bytes.byteOffset + offset, rows).fill(BigInt(firstEpisode + n));
    return bytes;
  });
}
