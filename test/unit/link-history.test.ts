import { deflateSync } from 'node:zlib';
import { describe, expect, it } from '@jest/globals';
import { fetchBytes, splitTail } from '../../src/widgets/link/history-http.ts';
import { inflate, toRgba } from '../../src/widgets/link/pixels.ts';

function tail(...bodies: number[][]): Uint8Array<ArrayBuffer> {
  return new Uint8Array(bodies.flatMap((body) => [body.length, 0, 0, 0, ...body]));
}

describe('history over HTTP', () => {
  it('takes a tail apart into its streams', () => {
    expect(splitTail(tail([1, 2], [], [3])).map((stream) => [...stream])).toEqual([[1, 2], [], [3]]);
    expect(splitTail(tail())).toEqual([]);
  });

  it.each([[[9]], [[5, 0, 0, 0, 1]], [[255, 255, 255, 255]]])('refuses a tail that is cut short: %j', (bytes) => {
    expect(() => splitTail(new Uint8Array(bytes))).toThrow('history-broken');
  });

  it('tells the server’s own sentence when it refuses', async () => {
    const address = {
      base: 'http://h/duallane/',
      fetch: async () => new Response(JSON.stringify({ code: 'node-missing', sentence: 'Node 24 is missing.' }), { status: 503 }),
    };
    await expect(fetchBytes(address, 'parts/x', { cache: 'default' })).rejects.toThrow(
      'history-unreachable: Node 24 is missing.',
    );
  });

  it('names what failed when nobody answers', async () => {
    const address = { base: 'http://h/', fetch: () => Promise.reject(new TypeError('fetch failed')) };
    await expect(fetchBytes(address, 'parts/x', { cache: 'default' })).rejects.toThrow('fetch failed');
  });
});

describe('pixels', () => {
  it('makes opaque RGBA of one, three and four channels', () => {
    expect([...toRgba(new Uint8Array([7, 8]), 2, 1, 1)]).toEqual([7, 7, 7, 255, 8, 8, 8, 255]);
    expect([...toRgba(new Uint8Array([1, 2, 3]), 1, 1, 3)]).toEqual([1, 2, 3, 255]);
    expect([...toRgba(new Uint8Array([1, 2, 3, 4]), 1, 1, 4)]).toEqual([1, 2, 3, 4]);
  });

  it('inflates what zlib packed, and no more than was announced', async () => {
    const packed = deflateSync(new Uint8Array(1000).fill(9));
    expect((await inflate(packed, 1000)).every((byte) => byte === 9)).toBe(true);
    await expect(inflate(packed, 999)).rejects.toThrow('frame-size');
  });
});
