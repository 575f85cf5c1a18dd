import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { keepSentence, readRunSettings } from '../../src/pipeline/sinks/run-settings.ts';
import { thin } from '../../src/pipeline/sinks/thinning.ts';
import { batchFromRows, decodePublished, encodeBatch, type Row, rowsOf } from '../../src/protocol/arrow.ts';

describe('settings of a run', () => {
  it('are read from the configuration of OpenRun and from the metadata of SubmitRun alike', () => {
    const duallane = { history: 'sqlite', keep: { observations: false }, validate: true };
    const settings = {
      history: 'sqlite',
      keep: { renderPayloads: true, observations: false, heavyEvery: 1 },
      validate: true,
    };
    expect(readRunSettings({ duallane })).toEqual(settings);
    expect(readRunSettings({ metadata: { duallane } })).toEqual(settings);
    expect(readRunSettings({ lr: 1 }).keep).toEqual({ renderPayloads: true, observations: true, heavyEvery: 1 });
  });

  it.each([
    [{ renderPayloads: true, observations: true, heavyEvery: 1 }, 'everything'],
    [{ renderPayloads: false, observations: false, heavyEvery: 1 }, 'without render payloads and observations'],
    [{ renderPayloads: true, observations: true, heavyEvery: 2 }, 'heavy columns of every 2nd step and of last steps'],
    [{ renderPayloads: true, observations: true, heavyEvery: 11 }, 'heavy columns of every 11th step and of last steps'],
  ])('are told in words', (rules, sentence) => {
    expect(keepSentence(rules)).toBe(sentence);
  });
});

describe('thinning', () => {
  const rows = fc.array(
    fc.record({
      agent_id: fc.constantFrom('a', 'b'),
      step_index: fc.nat(30),
      reward: fc.option(fc.double({ noNaN: true })),
      terminated: fc.boolean(),
      truncated: fc.boolean(),
      action_json: fc.option(fc.string()),
      observation_json: fc.option(fc.string()),
      observation: fc.option(fc.uint8Array({ maxLength: 4 })),
      render_payload_json: fc.option(fc.string()),
    }),
    { minLength: 1, maxLength: 40 },
  );

  it('leaves out exactly what the rules say, keeps every row and every light value, and counts what it touched', () => {
    fc.assert(
      fc.property(
        rows,
        fc.boolean(),
        fc.boolean(),
        fc.integer({ min: 1, max: 5 }),
        (given, renderPayloads, observations, heavyEvery) => {
          const batch = batchFromRows('steps', given as Row[]);
          const before = rowsOf(batch);
          const thinned = thin('steps', batch, { renderPayloads, observations, heavyEvery }, 'w');
          const after = rowsOf(decodePublished('steps', encodeBatch(thinned?.batch ?? batch), given.length));
          let touched = 0;
          before.forEach((row, i) => {
            const isSampled = (row.step_index as number) % heavyEvery === 0 || row.terminated === true || row.truncated === true;
            const expected = {
              ...row,
              ...(!(renderPayloads && isSampled) && { render_payload_json: null, render_hint_json: null }),
              ...(!(observations && isSampled) && { observation: null, observation_json: null }),
            };
            expect(after[i]).toEqual(expected);
            if (JSON.stringify(expected) !== JSON.stringify(row)) touched++;
          });
          expect(thinned?.changes.reduce((sum, { t = 0 }) => sum + t, 0) ?? 0).toBe(touched);
        },
      ),
      { numRuns: 60 },
    );
  });

  it('touches no other kind', () => {
    const rules = { renderPayloads: false, observations: false, heavyEvery: 9 };
    expect(thin('episodes', batchFromRows('episodes', [{ agent_id: 'a' }]), rules, 'w')).toBeUndefined();
  });
});
