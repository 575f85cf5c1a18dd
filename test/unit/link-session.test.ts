import { describe, expect, it } from '@jest/globals';
import {
  contract,
  encodeLinkMessage,
  LinkJoiner,
  type LinkKind,
  type LinkMessage,
  type LinkMetas,
} from '../../src/protocol/index.ts';
import { reconnectDelayMs } from '../../src/widgets/link/backoff.ts';
import type { Notice } from '../../src/widgets/link/messages.ts';
import { LinkSession, type SocketEvents } from '../../src/widgets/link/session.ts';

const counts = { published: 0, delivered: 0, skipped: 0, thinned: 0, overflowed: 0 };

/** A bridge, a clock and chance, driven by the test. */
function surroundings() {
  const notices: Notice[] = [];
  const sockets: { events: SocketEvents; heard: LinkMessage[]; isClosed: boolean }[] = [];
  const timers: { ms: number; fire: () => void }[] = [];
  const session = new LinkSession(
    {
      openSocket(_url, events) {
        const joiner = new LinkJoiner();
        const socket = { events, heard: [] as LinkMessage[], isClosed: false };
        sockets.push(socket);
        return {
          send(bytes) {
            const message = joiner.take(bytes);
            if (message) socket.heard.push(message);
          },
          close() {
            socket.isClosed = true;
            events.closed();
          },
        };
      },
      after(ms, fire) {
        const timer = { ms, fire };
        timers.push(timer);
        return () => {
          const at = timers.indexOf(timer);
          if (at >= 0) timers.splice(at, 1);
        };
      },
      random: () => 0.5,
      nowMs: () => 0,
    },
    (notice) => notices.push(notice),
  );
  const bridge = () => {
    const socket = sockets.at(-1);
    if (!socket) throw new Error('no socket was opened');
    return socket;
  };
  const say = <K extends LinkKind>(kind: K, channel: number, meta: LinkMetas[K], body?: Uint8Array): void => {
    for (const fragment of encodeLinkMessage(kind, channel, 1, meta, body)) bridge().events.message(fragment);
  };
  const greet = (): void => {
    bridge().events.opened();
    say('hello', 0, { contract: contract.hash, version: '0.1.0', daemon: 'connected' });
  };
  const fireTimer = (): number => {
    const timer = timers.shift();
    if (!timer) throw new Error('no timer was set');
    timer.fire();
    return timer.ms;
  };
  const states = () => notices.flatMap((notice) => (notice.notice === 'state' ? [notice.state] : []));
  const events = (channel: number) => notices.flatMap((n) => (n.notice === 'event' && n.channel === channel ? [n.event] : []));
  session.take({ command: 'start', socketUrl: 'ws://here/duallane/link', page: 'p' });
  return { session, notices, sockets, bridge, say, greet, fireTimer, states, events, timers };
}

const telemetry = { view: 'telemetry', run: 'r', kinds: ['steps', 'episodes'] } as const;
const openTelemetry = { ...telemetry, kinds: [...telemetry.kinds] };

function batchMeta(first: number, last: number, watermark: number, more: Partial<LinkMetas['batch']> = {}): LinkMetas['batch'] {
  return { kind: 'steps', first_seq: first, last_seq: last, rows: last - first + 1, watermark, history: false, counts, ...more };
}

describe('the link session', () => {
  it('sends nothing but hello before the bridge has greeted, then opens its channels', () => {
    const { session, bridge, greet } = surroundings();
    session.take({ command: 'open', channel: 1, request: openTelemetry });
    bridge().events.opened();
    expect(bridge().heard.map((message) => message.kind)).toEqual(['hello']);
    greet();
    expect(bridge().heard.at(-1)).toMatchObject({ kind: 'open', channel: 1, sequence: 1, meta: telemetry });
  });

  it('waits longer after every failed attempt, at most 30 s, and starts anew after a good hello', () => {
    const { bridge, fireTimer, greet, timers } = surroundings();
    const waits: number[] = [];
    for (let attempt = 0; attempt < 14; attempt++) {
      bridge().events.closed();
      waits.push(fireTimer());
    }
    expect(waits.slice(0, 4)).toEqual([1000, 1500, 2250, 3375]);
    expect(Math.max(...waits)).toBe(30_000);
    greet();
    bridge().events.closed();
    expect(timers[0]?.ms).toBe(1000);
  });

  it('spreads the attempts of many pages by a fifth to either side', () => {
    expect(reconnectDelayMs(0, () => 0)).toBe(800);
    expect(reconnectDelayMs(0, () => 0.999_999)).toBe(1200);
  });

  it('asks after a reconnect only for what was not seen or not durable, and says so to the view first', () => {
    const { session, bridge, say, greet, fireTimer, events } = surroundings();
    session.take({ command: 'open', channel: 1, request: { ...openTelemetry, backlog: { steps: 5 } } });
    greet();
    say('batch', 1, batchMeta(1, 10, 10));
    say('batch', 1, batchMeta(11, 20, 15));
    bridge().events.closed();
    fireTimer();
    greet();
    const reopened = bridge().heard.find((message) => message.kind === 'open');
    expect(reopened?.meta).toEqual({ ...telemetry, backlog: { steps: 5 }, since: { steps: 15 } });
    expect(reopened?.sequence).toBe(1);
    expect(events(1).at(-1)).toEqual({ kind: 'reopened' });
  });

  it('does not take a filled gap for the end of what was seen', () => {
    const { session, bridge, say, greet, fireTimer } = surroundings();
    session.take({ command: 'open', channel: 1, request: openTelemetry });
    greet();
    say('batch', 1, batchMeta(1, 10, 500));
    say('gap', 1, { kind: 'steps', first: 11, last: 90, rows: 80, reason: 'credit' });
    say('batch', 1, batchMeta(91, 95, 500));
    say('batch', 1, batchMeta(11, 90, 500, { history: true, filled: true }));
    bridge().events.closed();
    fireTimer();
    greet();
    expect(bridge().heard.find((message) => message.kind === 'open')?.meta).toMatchObject({ since: { steps: 95 } });
  });

  it('tells a reopened channel that nobody sees it', () => {
    const { session, bridge, greet, fireTimer } = surroundings();
    session.take({ command: 'open', channel: 1, request: openTelemetry });
    session.take({ command: 'grant', channel: 1, meta: { active: false } });
    greet();
    bridge().events.closed();
    fireTimer();
    greet();
    expect(
      bridge()
        .heard.slice(-2)
        .map((message) => [message.kind, message.sequence]),
    ).toEqual([
      ['open', 1],
      ['grant', 2],
    ]);
  });

  it('forgets a closed channel: no event, and no reopening', () => {
    const { session, bridge, say, greet, fireTimer, events } = surroundings();
    session.take({ command: 'open', channel: 1, request: openTelemetry });
    greet();
    session.take({ command: 'close', channel: 1 });
    expect(bridge().heard.at(-1)).toMatchObject({ kind: 'close', channel: 1, sequence: 2 });
    say('batch', 1, batchMeta(1, 10, 10));
    bridge().events.closed();
    fireTimer();
    greet();
    expect(events(1)).toEqual([]);
    expect(bridge().heard.map((message) => message.kind)).toEqual(['hello']);
  });

  it('refuses a bridge of another contract with a sentence, and comes back when it is the right one again', () => {
    const { bridge, say, greet, fireTimer, states } = surroundings();
    bridge().events.opened();
    say('hello', 0, { contract: 'ffffffffffffffff', version: '9.9.9' });
    expect(bridge().isClosed).toBe(true);
    expect(states().at(-1)).toMatchObject({ state: 'refused', sentence: expect.stringContaining('reload the page') });
    fireTimer();
    greet();
    expect(states().at(-1)).toEqual({ state: 'connected', daemon: 'connected' });
  });

  it('closes a link that sends rubbish and says that it cannot be read', () => {
    const { bridge, greet, states } = surroundings();
    greet();
    bridge().events.message(new Uint8Array(64).fill(255));
    expect(bridge().isClosed).toBe(true);
    expect(states().at(-1)).toMatchObject({ state: 'refused', sentence: expect.stringContaining('cannot read') });
  });

  it('answers every request once, also when the link breaks first', () => {
    const { session, bridge, say, greet, notices } = surroundings();
    session.take({ command: 'control', meta: { request: 1, run: 'r', action: 'cancel' } });
    greet();
    session.take({ command: 'control', meta: { request: 2, run: 'r', action: 'cancel' } });
    session.take({ command: 'parts', meta: { request: 3, runs: [], kinds: ['steps'] } });
    session.take({ command: 'control', meta: { request: 4, run: 'r', action: 'cancel' } });
    say('reply', 0, { request: 2 });
    say('reply', 0, { request: 2 });
    say('error', 0, { code: 'run-unknown', sentence: 'No such run.', request: 4 });
    bridge().events.closed();
    const answers = notices.filter((notice) => notice.notice === 'reply' || notice.notice === 'failed');
    expect(answers).toMatchObject([
      { notice: 'failed', request: 1, code: 'link-lost' },
      { notice: 'reply', request: 2 },
      { notice: 'failed', request: 4, code: 'run-unknown' },
      { notice: 'failed', request: 3, code: 'link-lost' },
    ]);
  });

  it('gives frames as RGBA, and refuses one that does not fit its own header', async () => {
    const { session, bridge, say, greet, events } = surroundings();
    session.take({ command: 'open', channel: 7, request: { view: 'frames', run: 'r' } });
    greet();
    const hud = { last_reward: 1, rolling_return: 2, step_rate_hz: 3, read_ms: 4, skipped: 0 };
    say('frame', 7, { head: 1, width: 2, height: 1, channels: 3, codec: 'raw', ...hud }, new Uint8Array([1, 2, 3, 4, 5, 6]));
    say('frame', 7, { head: 2, width: 2, height: 2, channels: 3, codec: 'raw', ...hud }, new Uint8Array([1, 2, 3]));
    await new Promise((resolve) => setImmediate(resolve));
    expect(events(7)).toMatchObject([
      { kind: 'frame', meta: { head: 1, channels: 4, codec: 'raw' }, body: new Uint8Array([1, 2, 3, 255, 4, 5, 6, 255]) },
      { kind: 'error', meta: { code: 'frame-unreadable' } },
    ]);
    expect(bridge().heard.at(-1)).toMatchObject({ kind: 'painted', channel: 7, meta: { frame: 2 } });
  });
});
