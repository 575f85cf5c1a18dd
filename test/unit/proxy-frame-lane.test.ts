/** The proxied fast lane: numbers that belong to the picture, a ring that cannot be had, pictures that change their size. */
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { FrameLane } from '../../src/pipeline/proxy/frame-lane.ts';
import { removeRings } from '../../src/pipeline/proxy/orphan-rings.ts';
import { FrameRingWriter } from '../../src/pipeline/proxy/ring-writer.ts';
import { readTelemetryLine, type StepLine } from '../../src/pipeline/proxy/telemetry-line.ts';
import { DuallaneError, readHeader } from '../../src/protocol/index.ts';

let directory: string;
let sentences: string[];
let nowMs: number;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'lane-'));
  sentences = [];
  nowMs = 0;
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

const laneIn = (place: string) =>
  new FrameLane('r', (sentence) => sentences.push(sentence), { directory: place, now: () => nowMs });
const segment = () => join(directory, 'mosaic.fastlane.r');

function step(fields: Record<string, unknown>, pixels: number[][] | null = [[1, 2]]): StepLine {
  const render = pixels && { mode: 'rgb_array', rgb: pixels };
  const line = readTelemetryLine(JSON.stringify({ type: 'step', reward: 1, render_payload: render, ...fields }), {
    agentId: 'a',
    nowUs: 5n,
  });
  if (line.kind !== 'step') throw new Error(line.kind);
  return line;
}

function header() {
  const bytes = readFileSync(segment());
  const reading = readHeader(bytes, bytes.length);
  if (reading.kind !== 'ring') throw new Error(reading.kind);
  return reading.header;
}

describe('the HUD’s numbers', () => {
  it('sum the rewards of an episode, per agent, also of steps without a picture', () => {
    const lane = laneIn(directory);
    lane.step(step({ episode: 1, agent_id: 'a', reward: 2 }));
    lane.step(step({ episode: 1, agent_id: 'b', reward: 100 }, null));
    lane.step(step({ episode: 1, agent_id: 'a', reward: 3 }, null));
    expect(lane.step(step({ episode: 1, agent_id: 'a', reward: 0.5 }))).toBe('mosaic.fastlane.r#2');
    expect(header()).toMatchObject({ head: 2, lastReward: 0.5, rollingReturn: 5.5 });
    lane.step(step({ episode: 2, agent_id: 'a', reward: 7 }));
    expect(header()).toMatchObject({ head: 3, rollingReturn: 7 });
    lane.close();
  });

  it('begin anew after an end, in workers that do not number their episodes', () => {
    const lane = laneIn(directory);
    lane.step(step({ reward: 2, terminated: true }));
    expect(header().rollingReturn).toBe(2);
    lane.step(step({ reward: 3 }));
    expect(header().rollingReturn).toBe(3);
    lane.close();
  });

  it('count steps per second', () => {
    const lane = laneIn(directory);
    for (let i = 0; i < 120; i += 1) {
      nowMs += 20;
      lane.step(step({ step: i }));
    }
    expect(header().stepRateHz).toBeCloseTo(50, 0);
    lane.close();
  });
});

describe('a ring that cannot be had', () => {
  it('is told once, and steps go on', () => {
    const lane = laneIn('/no/such/directory');
    expect(lane.step(step({}))).toBeUndefined();
    expect(lane.step(step({}))).toBeUndefined();
    expect(sentences).toEqual(['This host has no /no/such/directory. The fast lane is off; training and telemetry go on.']);
  });

  it('is one sentence with the remedy when there is no room, and leaves nothing behind', () => {
    const attempt = () =>
      new FrameRingWriter({ streamId: 'r', directory }, { width: 1000, height: 1000, channels: 4 }, { capacity: 1_000_000 });
    expect(attempt).toThrow(DuallaneError);
    expect(attempt).toThrow(
      /^ring-space: .* has no room for a frame ring of 4000\d+\.\d MB: enlarge it \(docker run --shm-size\)\. The fast lane is off/,
    );
    expect(readdirSync(directory)).toEqual([]);
  });
});

describe('the segment', () => {
  it('is made anew when the picture changes its size, and taken away at the end', () => {
    const lane = laneIn(directory);
    lane.step(step({}));
    expect(header()).toMatchObject({ head: 1, shape: { width: 2, height: 1, channels: 1 } });
    lane.step(step({}, [[1, 2, 3]]));
    expect(header()).toMatchObject({ head: 1, shape: { width: 3, height: 1, channels: 1 } });
    lane.close();
    expect(existsSync(segment())).toBe(false);
    expect(sentences).toEqual([]);
  });

  it('is readable by its owner alone', () => {
    const lane = laneIn(directory);
    lane.step(step({}));
    expect(statSync(segment()).mode & 0o777).toBe(0o600);
    lane.close();
  });

  it('tells the readers of a killed writer’s ring that it is over', () => {
    const killed = new FrameRingWriter({ streamId: 'r', directory }, { width: 1, height: 1, channels: 1 });
    const lane = laneIn(directory);
    lane.step(step({}));
    killed.close(); // its name is another's now: it must not be taken away
    expect(existsSync(segment())).toBe(true);
    lane.close();
  });

  it('leaves metadata out that is too long, and refuses a picture of another size', () => {
    const writer = new FrameRingWriter({ streamId: 'r', directory }, { width: 1, height: 1, channels: 1 }, { metadataBytes: 4 });
    const metrics = { lastReward: 0, rollingReturn: 0, stepRateHz: 0 };
    writer.publish(Uint8Array.of(9), metrics, '{"step":1}');
    expect(readFileSync(segment()).readUInt32LE(80 + 12)).toBe(0);
    expect(() => writer.publish(Uint8Array.of(1, 2), metrics, '')).toThrow('frame-size');
    expect(writer.published).toBe(1);
    writer.close();
  });
});

describe('rings that killed writers left', () => {
  it('go when their run has ended, and no other run’s', () => {
    const left = ['mosaic.fastlane.r', 'mosaic.fastlane.r-w0', 'mosaic.fastlane.r-w12', 'mosaic.fastlane.r.77.new'];
    const others = ['mosaic.fastlane.r2', 'mosaic.fastlane.r-x', 'mosaic.fastlane.q', 'r'];
    for (const name of [...left, ...others]) writeFileSync(join(directory, name), '');
    expect(removeRings('r', directory).sort()).toEqual(left.sort());
    expect(readdirSync(directory).sort()).toEqual(others.sort());
    expect(removeRings('r', '/no/such/directory')).toEqual([]);
  });
});
