/** What a comparison says of what it was asked for and does not have. */
import { describe, expect, it } from '@jest/globals';
import type { RunEntry } from '../../src/protocol/index.ts';
import type { RunGroup } from '../../src/widgets/comparison/groups.ts';
import { absentWords } from '../../src/widgets/elements/compare-words.ts';

const taxi: RunGroup = { key: 'taxi', label: 'taxi', runs: [{ run_id: 'r', name: 'taxi' } as RunEntry], missingSeeds: [] };

describe('what is absent from a comparison', () => {
  it.each([
    [{ names: ['taxi'], baseline: 'taxi' }, true, ''],
    [{ names: ['taxi', 'nope'], baseline: undefined }, false, 'No run is called nope yet. It joins as soon as it is opened.'],
    [{ names: ['taxi', 'nope'], baseline: 'nope' }, false, 'No run is called nope yet. It joins as soon as it is opened.'],
    [{ names: [], baseline: 'zz' }, false, 'No group or run here is called zz: choose another baseline.'],
  ])('of %j is said although others are there', (asked, hasBaseline, words) => {
    expect(absentWords(asked, [taxi], hasBaseline)).toBe(words);
  });
});
