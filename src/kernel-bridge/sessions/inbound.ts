/**
 * The receiving side of one page: bytes in, valid messages out, within bounds.
 *
 * Guarantees
 * - Nothing is allocated for what a header merely claims: a page's messages are small, and only kinds a page sends are taken.
 * - More than `messagesPerSecond` for longer than a second throws `link-flood`; anything against the format `link-format`.
 */
import { DuallaneError, LinkJoiner, type LinkKind, type LinkMessage, linkHeader, linkKinds } from '../../protocol/index.ts';

/** A page's messages are JSON; the largest asks for the parts of many runs. */
const messageBytesMost = 2 << 20;
/** A page reports at most once a frame and channel. */
const messagesPerSecond = 20_000;
const pageKinds: ReadonlySet<LinkKind> = new Set<LinkKind>([
  'hello',
  'open',
  'close',
  'grant',
  'painted',
  'control',
  'parts',
  'ledgers',
]);
const nameOfKind = new Map<number, LinkKind>(Object.entries(linkKinds).map(([name, number]) => [number, name as LinkKind]));

export class Inbound {
  readonly #joiner = new LinkJoiner();
  #allowance = messagesPerSecond;

  /** The message these bytes complete, or undefined. */
  take(bytes: Buffer, isBinary: boolean): LinkMessage | undefined {
    if (!isBinary) throw new DuallaneError('link-format', 'The link carries binary messages; this one was text.');
    this.#allowance -= 1;
    if (this.#allowance < 0) throw new DuallaneError('link-flood', `More than ${messagesPerSecond} messages a second.`);
    checkHeader(bytes);
    return this.#joiner.take(bytes);
  }

  /** Called every `elapsedMs`: what a page may send grows back. */
  tick(elapsedMs: number): void {
    this.#allowance = Math.min(this.#allowance + (messagesPerSecond * elapsedMs) / 1000, messagesPerSecond);
  }
}

/** The channel that bytes speak of; 0, the page, when they are too short to say. */
export function channelOf(bytes: Buffer): number {
  return bytes.length < linkHeader.bytes ? 0 : bytes.readUInt32LE(linkHeader.fields.channel.offset);
}

function checkHeader(bytes: Buffer): void {
  if (bytes.length < linkHeader.bytes) return;
  const total = bytes.readUInt32LE(linkHeader.fields.total.offset);
  if (total > messageBytesMost) {
    throw new DuallaneError('link-format', `A page's message of ${total} bytes is over ${messageBytesMost}.`);
  }
  const kind = nameOfKind.get(bytes.readUInt8(linkHeader.fields.kind.offset));
  if (kind && !pageKinds.has(kind)) throw new DuallaneError('link-format', `A page does not send ${kind}.`);
}
