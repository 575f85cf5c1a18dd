/**
 * Messages of the page link as bytes: split into fragments, and joined again.
 *
 * Guarantees
 * - A joined body starts at a multiple of 8 bytes, so Arrow reads it in place.
 * - Nothing a peer sends makes the joiner allocate more than `linkJoinedBytes` per channel, nor keep more than
 *   `maxOpenMessages` unfinished messages; anything against the format throws `link-format` and names what was wrong.
 * Format: proto/link.json.
 */
import { DuallaneError } from './error.ts';
import { limits } from './generated/limits.ts';
import { type LinkKind, type LinkMetas, linkHeader, linkKinds } from './generated/link.ts';
import * as validators from './generated/validators.js';

export type LinkMessage<K extends LinkKind = LinkKind> = K extends LinkKind
  ? { kind: K; channel: number; sequence: number; meta: LinkMetas[K]; body: Uint8Array }
  : never;

const headerBytes = linkHeader.bytes;
const field = linkHeader.fields;
const maxOpenMessages = 64;
const kindByNumber = new Map<number, LinkKind>(Object.entries(linkKinds).map(([name, number]) => [number, name as LinkKind]));
const encoder = new TextEncoder();
const decoder = new TextDecoder('utf-8', { fatal: true });

function malformed(what: string): DuallaneError {
  return new DuallaneError('link-format', what);
}

/** The fragments of one message, each at most `limits.linkMessageBytes` long. Throws `link-too-large`. */
export function encodeLinkMessage<K extends LinkKind>(
  kind: K,
  channel: number,
  sequence: number,
  meta: LinkMetas[K],
  body: Uint8Array = new Uint8Array(0),
): Uint8Array<ArrayBuffer>[] {
  const json = encoder.encode(JSON.stringify(meta));
  const jsonBytes = json.length + ((8 - ((4 + json.length) % 8)) % 8);
  const total = 4 + jsonBytes + body.length;
  if (total > limits.linkJoinedBytes) {
    throw new DuallaneError('link-too-large', `a ${kind} message of ${total} bytes is over ${limits.linkJoinedBytes}`);
  }
  const payload = new Uint8Array(total);
  new DataView(payload.buffer).setUint32(0, jsonBytes, true);
  payload.fill(0x20, 4, 4 + jsonBytes);
  payload.set(json, 4);
  payload.set(body, 4 + jsonBytes);

  const room = limits.linkMessageBytes - headerBytes;
  const fragments: Uint8Array<ArrayBuffer>[] = [];
  for (let start = 0; start < total; start += room) {
    const end = Math.min(start + room, total);
    const fragment = new Uint8Array(headerBytes + end - start);
    const view = new DataView(fragment.buffer);
    view.setUint32(field.channel.offset, channel, true);
    view.setUint32(field.sequence.offset, sequence, true);
    view.setUint8(field.kind.offset, linkKinds[kind]);
    view.setUint8(field.flags.offset, (start === 0 ? linkHeader.flags.first : 0) | (end === total ? linkHeader.flags.last : 0));
    view.setUint32(field.total.offset, total, true);
    fragment.set(payload.subarray(start, end), headerBytes);
    fragments.push(fragment);
  }
  return fragments;
}

type Unfinished = { kind: LinkKind; sequence: number; payload: Uint8Array<ArrayBuffer>; filled: number };

/** Receiving side of one link: takes fragments in the order they came, gives whole, validated messages. */
export class LinkJoiner {
  readonly #unfinished = new Map<number, Unfinished>();

  /** The message this fragment completes, or undefined. Throws `link-format`; the link must then be closed. */
  take(fragment: Uint8Array): LinkMessage | undefined {
    if (fragment.length < headerBytes) throw malformed(`a message of ${fragment.length} bytes is shorter than its header`);
    const view = new DataView(fragment.buffer, fragment.byteOffset, fragment.byteLength);
    const channel = view.getUint32(field.channel.offset, true);
    const sequence = view.getUint32(field.sequence.offset, true);
    const flags = view.getUint8(field.flags.offset);
    const kind = kindByNumber.get(view.getUint8(field.kind.offset));
    if (!kind) throw malformed(`kind ${view.getUint8(field.kind.offset)} is not known`);
    const open =
      flags & linkHeader.flags.first
        ? this.#begin(channel, sequence, kind, view.getUint32(field.total.offset, true))
        : this.#unfinished.get(channel);
    if (!open || open.sequence !== sequence || open.kind !== kind)
      throw malformed(`a fragment on channel ${channel} has no beginning`);

    const part = fragment.subarray(headerBytes);
    if (open.filled + part.length > open.payload.length) throw malformed(`a ${kind} message is longer than it said`);
    open.payload.set(part, open.filled);
    open.filled += part.length;
    if (!(flags & linkHeader.flags.last)) return undefined;
    this.#unfinished.delete(channel);
    if (open.filled !== open.payload.length) throw malformed(`a ${kind} message is shorter than it said`);
    return decodePayload(kind, channel, sequence, open.payload);
  }

  #begin(channel: number, sequence: number, kind: LinkKind, total: number): Unfinished {
    if (total < 4 || total > limits.linkJoinedBytes) throw malformed(`a ${kind} message claims ${total} bytes`);
    if (this.#unfinished.has(channel)) throw malformed(`a message on channel ${channel} begins inside of another`);
    if (this.#unfinished.size >= maxOpenMessages) throw malformed('too many messages are unfinished');
    const begun = { kind, sequence, payload: new Uint8Array(total), filled: 0 };
    this.#unfinished.set(channel, begun);
    return begun;
  }
}

function decodePayload(kind: LinkKind, channel: number, sequence: number, payload: Uint8Array<ArrayBuffer>): LinkMessage {
  const jsonBytes = new DataView(payload.buffer).getUint32(0, true);
  if (4 + jsonBytes > payload.length) throw malformed(`the JSON of a ${kind} message is longer than the message`);
  let meta: unknown;
  try {
    meta = JSON.parse(decoder.decode(payload.subarray(4, 4 + jsonBytes)));
  } catch (cause) {
    throw new DuallaneError('link-format', `the JSON of a ${kind} message cannot be read`, { cause });
  }
  const validate = validators[kind];
  if (!validate(meta)) {
    const why = (validate.errors ?? [])
      .map((error) => `${error.instancePath || '/'} ${error.message ?? error.keyword}`)
      .join('; ');
    throw malformed(`a ${kind} message is not valid: ${why}`);
  }
  return { kind, channel, sequence, meta, body: payload.subarray(4 + jsonBytes) } as LinkMessage;
}
