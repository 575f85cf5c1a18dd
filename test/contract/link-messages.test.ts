/** The page link, byte for byte: the golden messages are what this code writes, and what it reads; what is malformed is refused. */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { encodeLinkMessage, LinkJoiner, type LinkKind, type LinkMetas, linkKinds } from '../../src/protocol/index.ts';

type Head = { kind: LinkKind; channel: number; sequence: number; meta: LinkMetas[LinkKind] };
type Golden = {
  messages: (Head & { name: string; body_hex: string; bytes_hex: string })[];
  split: Head & {
    body: { bytes: number; fill: number };
    fragments: { bytes: number; header_hex: string; sha256: string }[];
  };
  refused: { name: string; fragments_hex: string[]; says: string }[];
};
const golden = JSON.parse(readFileSync('proto/fixtures/link-messages.golden.json', 'utf8')) as Golden;
const bytesOf = (hex: string): Uint8Array => new Uint8Array(Buffer.from(hex, 'hex'));
const hexOf = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');

describe('messages of the page link', () => {
  it('have a golden message of every kind', () => {
    expect(new Set(golden.messages.map(({ kind }) => kind))).toEqual(new Set(Object.keys(linkKinds)));
  });

  it.each(golden.messages)('are written as the golden bytes: $name', ({ kind, channel, sequence, meta, body_hex, bytes_hex }) => {
    expect(encodeLinkMessage(kind, channel, sequence, meta, bytesOf(body_hex)).map(hexOf)).toEqual([bytes_hex]);
  });

  it.each(golden.messages)('are read from the golden bytes: $name', ({ kind, channel, sequence, meta, body_hex, bytes_hex }) => {
    const message = new LinkJoiner().take(bytesOf(bytes_hex));
    expect(message).toMatchObject({ kind, channel, sequence, meta });
    expect(hexOf(message?.body ?? bytesOf('00'))).toBe(body_hex);
  });

  it('of more than 1 MiB are split as the golden one is, and joined again', () => {
    const { kind, channel, sequence, meta, body, fragments } = golden.split;
    const bytes = new Uint8Array(body.bytes).fill(body.fill);
    const written = encodeLinkMessage(kind, channel, sequence, meta, bytes);
    const seen = written.map((fragment) => ({
      bytes: fragment.length,
      header_hex: hexOf(fragment.subarray(0, 16)),
      sha256: createHash('sha256').update(fragment).digest('hex'),
    }));
    expect(seen).toEqual(fragments);
    const joiner = new LinkJoiner();
    const joined = written.map((fragment) => joiner.take(fragment));
    expect(joined.slice(0, -1).every((message) => message === undefined)).toBe(true);
    expect(joined.at(-1)).toMatchObject({ kind, channel, sequence, meta });
    expect(Buffer.from(joined.at(-1)?.body ?? []).equals(bytes)).toBe(true);
  });

  it.each(golden.refused)('are refused as link-format: $name', ({ fragments_hex, says }) => {
    const joiner = new LinkJoiner();
    const take = (): void => {
      for (const hex of fragments_hex) joiner.take(bytesOf(hex));
    };
    expect(take).toThrow(expect.objectContaining({ code: 'link-format', message: expect.stringContaining(says) }));
  });
});
