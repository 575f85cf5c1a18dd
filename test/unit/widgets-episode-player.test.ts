/** Places, marks and differences of episodes in a player, and frames out of payloads: no page needed. */
import '../support/page-globals.ts';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  alignments,
  axisOf,
  firstDivergence,
  indexAtTime,
  leaderOf,
  marksOf,
  stepAt,
} from '../../src/widgets/stores/episode-alignment.ts';
import { EpisodePlaying } from '../../src/widgets/stores/episode-playing.ts';
import type { StepRow } from '../../src/widgets/stores/episode-questions.ts';
import { payloadFrame } from '../../src/widgets/stores/payload-frame.ts';
import type { PlayedEpisode } from '../../src/widgets/stores/played-episode.ts';

const step = (at: number, more: Partial<StepRow> = {}): StepRow => ({
  seq: at + 1,
  step: at,
  atUs: at * 20_000,
  action: '0',
  reward: 1,
  terminated: false,
  truncated: false,
  observation: `[${at}]`,
  ...more,
});
const episode = (length: number, more: (at: number) => Partial<StepRow> = () => ({})): StepRow[] =>
  Array.from({ length }, (_, at) => step(at, more(at)));

describe('an axis', () => {
  it('has each step of an episode at a place where it is found again, whatever aligns it', () => {
    fc.assert(
      fc.property(
        fc.array(fc.record({ gap: fc.integer({ min: 1, max: 1e6 }), reward: fc.double({ min: 0.001, max: 5, noNaN: true }) }), {
          minLength: 1,
          maxLength: 60,
        }),
        fc.constantFrom(...alignments),
        (gaps, alignment) => {
          let atUs = 0;
          const steps = gaps.map(({ gap, reward }, at) => {
            atUs += gap;
            return step(at, { atUs, reward });
          });
          const axis = axisOf(steps, alignment);
          steps.forEach((_, at) => {
            expect(stepAt(axis, axis[at] as number, alignment)).toBe(at);
          });
        },
      ),
    );
  });

  it('by return, leads to the first step that reaches it; the longest way on the axis leads', () => {
    const climbing = episode(5);
    const late = episode(5, (at) => ({ reward: at === 4 ? 3 : 0 }));
    const [one, other] = [axisOf(climbing, 'return'), axisOf(late, 'return')];
    expect(stepAt(other, one[2] as number, 'return')).toBe(4);
    expect(leaderOf([other, one])).toBe(1);
    expect(leaderOf([axisOf(episode(3), 'fraction'), axisOf(episode(9), 'fraction')])).toBe(1);
  });
});

it('names the first difference of two episodes, and none where one is the beginning of the other', () => {
  const one = episode(8);
  expect(firstDivergence(one, episode(5))).toBeUndefined();
  expect(
    firstDivergence(
      one,
      episode(8, (at) => (at === 3 ? { action: '1' } : {})),
    ),
  ).toEqual({
    at: 3,
    what: 'action',
    values: ['0', '1'],
  });
  expect(
    firstDivergence(
      one,
      episode(8, (at) => (at === 6 ? { observation: '[9]' } : {})),
    ),
  ).toMatchObject({ at: 6, what: 'observation' });
});

it('marks events, rewards unlike the usual one and the end, and no reward where all differ', () => {
  const steps = episode(20, (at) => ({ reward: at === 7 ? 10 : 0, terminated: at === 19 }));
  expect(marksOf(steps, [{ kind: 'checkpoint_saved', atUs: 4 * 20_000 - 5 }])).toEqual([
    { at: 4, label: 'checkpoint_saved', kind: 'event' },
    { at: 7, label: 'reward 10', kind: 'reward' },
    { at: 19, label: 'terminated', kind: 'end' },
  ]);
  expect(
    marksOf(
      episode(40, (at) => ({ reward: at })),
      [],
    ),
  ).toEqual([]);
  expect(indexAtTime(steps, 1e12)).toBe(19);
});

it('marks the end however many marks come before it', () => {
  const steps = episode(5000, (at) => ({ reward: at % 5 === 0 ? 2 : 1, terminated: at === 4999 }));
  const events = Array.from({ length: 2000 }, (_, at) => ({ kind: 'checkpoint_saved', atUs: at * 20_000 }));
  const marks = marksOf(steps, events);
  expect(marks).toHaveLength(3001);
  expect(marks.at(-1)).toEqual({ at: 4999, label: 'terminated', kind: 'end' });
});

describe('playing', () => {
  const played = (steps: StepRow[], seed: string | undefined, fps = 50): PlayedEpisode =>
    ({ steps, seed, fps, marks: [], key: String(seed), indexOfStep: (at: number) => at }) as unknown as PlayedEpisode;

  function playing(...episodes: PlayedEpisode[]): EpisodePlaying {
    const player = new EpisodePlaying();
    player.episodes = episodes;
    player.align();
    return player;
  }

  it('goes on at the environment’s speed times the chosen one, and stops at the end', () => {
    const player = playing(played(episode(100), '1'));
    player.play(true);
    player.advance(100);
    expect(player.at).toBe(5);
    player.speed = 4;
    for (let i = 0; i < 10; i += 1) player.advance(16);
    expect(player.at).toBe(5 + 32);
    player.advance(60_000);
    expect([player.at, player.isPlaying]).toEqual([99, false]);
    player.play(true);
    expect(player.at).toBe(0);
  });

  it('stops once at the first difference of one seed, however long a frame took, and not between seeds', () => {
    const other = episode(60, (at) => (at >= 9 ? { action: '1' } : {}));
    const player = playing(played(episode(80), '5'), played(other, '5'));
    player.play(true);
    player.advance(10_000);
    expect([player.at, player.isPlaying]).toEqual([9, false]);
    expect(player.said).toContain('step 9: action 0 and 1');
    player.play(true);
    player.advance(200);
    expect(player.at).toBe(19);
    expect(player.placeOf(1)).toBe(19);
    const strangers = playing(played(episode(80), '5'), played(other, '6'));
    strangers.play(true);
    strangers.advance(400);
    expect(strangers.at).toBe(20);
  });
});

describe('a frame out of a render payload', () => {
  it.each([
    ['{"mode":"rgb_array","rgb":[[[1,2,3],[4,5,6]]]}', { height: 1, width: 2, channels: 3, pixels: [1, 2, 3, 4, 5, 6] }],
    ['{"frame":[[7],[8]]}', { height: 2, width: 1, channels: 1, pixels: [7, 8] }],
    ['{"mode":"rgb_array","shape":[1,1,3],"data":"AQID"}', { height: 1, width: 1, channels: 3, pixels: [1, 2, 3] }],
  ])('%s is one', (json, frame) => {
    expect(payloadFrame(json)).toEqual({ ...frame, pixels: Uint8Array.from(frame.pixels) });
  });

  it.each([
    '{"mode":"grid","grid":[["S"]]}',
    '{"rgb":[[1],[2,3]]}',
    '{"shape":[9,9,3],"data":"AQID"}',
    '{"rgb":',
    '{"data":"%%","shape":[1,1,1]}',
  ])('%s is none', (json) => {
    expect(payloadFrame(json)).toBeUndefined();
  });
});
