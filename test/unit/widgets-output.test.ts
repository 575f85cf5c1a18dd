import { describe, expect, it } from '@jest/globals';
import { ScrollSpan } from '../../src/widgets/elements/scroll-span.ts';
import { posterHtml } from '../../src/widgets/mime/poster.ts';
import { readOutput } from '../../src/widgets/mime/read-output.ts';
import { tensorText } from '../../src/widgets/stores/tensor-text.ts';
import { seriesStyle } from '../../src/widgets/styles/palette.ts';
import { ago, cellNumber, clock, count } from '../../src/widgets/styles/words.ts';

const good = { version: 1, view: 'live-telemetry', runs: ['01J'], settings: {} };

describe('a view’s output, which is untrusted input', () => {
  it('is read when it is whole', () => {
    expect(readOutput(good)).toEqual({ output: good });
  });

  it.each([
    ['nothing', undefined],
    ['text', '<img src=x onerror=alert(1)>'],
    ['a list', []],
    ['another version', { ...good, version: 2 }],
    ['no version', { view: 'live-telemetry', runs: [], settings: {} }],
    ['a view nobody knows', { ...good, view: 'script' }],
    ['a path as run id', { ...good, runs: ['../../etc/passwd'] }],
    ['a control character in a run id', { ...good, runs: ['a\u0000b'] }],
    ['a poster that is a page', { ...good, poster: 'data:text/html;base64,PHNjcmlwdD4=' }],
    ['a poster from elsewhere', { ...good, poster: 'https://example.org/track.png' }],
    ['a poster that leaves its attribute', { ...good, poster: 'data:image/png;base64,AA" onload="alert(1)' }],
    ['a poster of 1 MB', { ...good, poster: `data:image/png;base64,${'A'.repeat(1_000_000)}` }],
    ['unknown fields', { ...good, onclick: 'alert(1)' }],
    ['settings that are a list', { ...good, settings: [1] }],
  ])('becomes one calm sentence when it is %s', (_what, json) => {
    const read = readOutput(json);
    expect(read).toEqual({ sentence: expect.stringMatching(/Run its cell again/) });
    expect(JSON.stringify(read)).not.toContain('<');
  });

  it('loses a last state that is too large, and nothing else', () => {
    const { output } = readOutput({ ...good, last: { text: 'x'.repeat(200_000) } }) as { output: object };
    expect(output).toEqual(good);
  });

  it('never becomes markup in the fallback', () => {
    const html = posterHtml({ ...good, title: '"><script>alert(1)</script>', poster: 'data:image/png;base64,AA==' } as never);
    expect(html).not.toContain('<script');
    expect(html.match(/</g)).toHaveLength(1);
  });
});

describe('the virtual table', () => {
  const span = (rows: number, viewPx = 240): ScrollSpan => Object.assign(new ScrollSpan(24), { rows, viewPx });

  it('draws only what the viewport touches, and the space of the rest', () => {
    expect(span(100_000).slice(1000)).toEqual({ first: 996, end: 1014, above: 996 * 24, below: (100_000 - 1014) * 24 });
  });

  it('has the same height at every position, also where it is scaled', () => {
    for (const rows of [500, 10_000_000]) {
      for (const top of [-50, 0, 7.3, 480, rows / 2, rows - 10, 1e9]) {
        const { first, end, above, below } = span(rows).slice(top);
        expect(above + (end - first) * 24 + below).toBeCloseTo(Math.min(8_000_000, rows * 24), 3);
      }
    }
  });

  it('shows everything of a short table and nothing of an empty one', () => {
    expect(span(3).slice(0)).toEqual({ first: 0, end: 3, above: 0, below: 0 });
    expect(span(0).slice(100)).toEqual({ first: 0, end: 0, above: 0, below: 0 });
  });

  it('reaches the first and the last of ten million rows, and finds its way back from pixels', () => {
    const many = span(10_000_000);
    expect(many.topAt(0)).toBe(0);
    expect(many.topAt(8_000_000 - 240)).toBe(10_000_000 - 10);
    for (const top of [0, 1, 123_456.5, 9_999_990]) expect(many.topAt(many.scrollAt(top))).toBeCloseTo(top, 3);
  });
});

describe('what people read', () => {
  it('has thousands apart, clocks and spans', () => {
    expect(count(58_204)).toBe('58\u202f204');
    expect(clock(761_000)).toBe('00:12:41');
    expect([200, 65_000, 2 * 86_400_000].map(ago)).toEqual(['0.2 s ago', '1 minute ago', '2 days ago']);
    expect([1, 0.123_456, -1500, 1e-9, 1234.5, undefined].map(cellNumber)).toEqual([
      '1',
      '0.123',
      '-1\u202f500',
      '1.000e-9',
      '1234.50',
      '',
    ]);
  });

  it('shows a tensor by its numbers, and one it cannot read by its size', () => {
    expect(tensorText(new Uint8Array(new Float32Array([0.5, -1.25]).buffer), '<f4')).toBe('[0.5, -1.25]');
    expect(tensorText(new Uint8Array(3), '|u1', 2)).toBe('[0, 0, … 3 in all]');
    expect(tensorText(new Uint8Array(5), '<f4')).toBe('5 bytes');
    expect(tensorText(new Uint8Array(5), undefined)).toBe('5 bytes');
  });

  it('gives a run the same colour every time, and its agents different lines', () => {
    expect(seriesStyle('01J')).toEqual(seriesStyle('01J'));
    const styles = Array.from({ length: 12 }, (_, i) => JSON.stringify(seriesStyle('01J', i)));
    expect(new Set(styles).size).toBe(12);
  });
});
