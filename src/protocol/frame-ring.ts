/**
 * FLAN v1, the shared-memory frame ring, as bytes: what a writer stores, in which order, and how a reader judges it.
 * Offsets come from proto/frame-ring.layout.json. No file system here: the writer and the reader own their segments.
 *
 * Guarantees
 * - `readHeader` and `readSlot` never throw, whatever the bytes are, and never let a number through that points outside of
 *   the segment.
 * - A header that reads as zero (some writers clear it while they rewrite it) is 'again', never 'bad'.
 * - A slot is 'whole' only when its seq is exactly 2n + 2 for the frame n that was asked for. The reader reads the seq once
 *   more after its copy: both must be `wholeSeq(n)`.
 */
import { frameRingLayout } from './generated/frame-ring.ts';
import { readJson } from './json-text.ts';

const { header: headerFields, slot: slotFields } = frameRingLayout;

export const ringHeaderBytes = frameRingLayout.header_bytes;
export const ringSlotHeaderBytes = frameRingLayout.slot_header_bytes;

/** Bytes of frame and metadata one slot may hold; far above any screen, far below what would wrap a u32. */
const payloadCeiling = 1 << 30;

/** What a ring is made for. Pixels are uint8: rows, then pixels, then channels. */
export type RingShape = { capacity: number; width: number; height: number; channels: number; metadataBytes: number };

/** The HUD's numbers in the header: reward, undiscounted return of the episode so far, environment steps per second. */
export type RingMetrics = { lastReward: number; rollingReturn: number; stepRateHz: number };

export type RingHeader = RingMetrics & {
  shape: RingShape;
  slotBytes: number;
  frameBytes: number;
  isInvalidated: boolean;
  /** Frames published, 0 for none. */
  head: number;
};

/** What the writer says of one frame, from the slot's metadata; absent where it says nothing. */
export type RingFrameMetadata = {
  episode?: number;
  step?: number;
  /** Of several environments, which one; 0 when the writer has one. */
  env_slot?: number;
  /** Steps a second at which the environment is meant to be watched. */
  fps?: number;
  agent?: string;
  t_ns?: number;
  reward?: number;
  return?: number;
};

export type HeaderReading = { kind: 'ring'; header: RingHeader } | { kind: 'again' } | { kind: 'bad'; sentence: string };
type SlotReading =
  | { kind: 'whole'; frameBytes: number; metadataBytes: number }
  | { kind: 'again' }
  | { kind: 'bad'; sentence: string };

/** Bytes to store at an offset of the segment. */
export type RingStore = { offset: number; bytes: Uint8Array };

/** The segment's name: run ids may hold "/", file names may not. */
export function ringSegmentName(runId: string): string {
  return frameRingLayout.segment_prefix + runId.replaceAll('/', '_');
}

export function ringFrameBytes(shape: RingShape): number {
  return shape.width * shape.height * shape.channels;
}

export function ringSlotBytes(shape: RingShape): number {
  return ringSlotHeaderBytes + ringFrameBytes(shape) + shape.metadataBytes;
}

export function ringSegmentBytes(shape: RingShape): number {
  return ringHeaderBytes + shape.capacity * ringSlotBytes(shape);
}

/** Where frame `n` (from 1) stands. */
export function ringSlotOffset(shape: RingShape, n: number): number {
  return ringHeaderBytes + ((n - 1) % shape.capacity) * ringSlotBytes(shape);
}

const writingSeq = (n: number): number => 2 * n + 1;
const wholeSeq = (n: number): number => 2 * n + 2;

/** The stores that make an empty, zeroed segment a ring. The magic is last: before it no reader attaches. */
export function createStores(shape: RingShape): RingStore[] {
  const hash = shape.channels === 3 ? frameRingLayout.format_hashes.RGB : frameRingLayout.format_hashes.RGBA;
  const frameBytes = ringFrameBytes(shape);
  return [
    { offset: headerFields.version.offset, bytes: u32(frameRingLayout.version) },
    { offset: headerFields.capacity.offset, bytes: u32(shape.capacity) },
    { offset: headerFields.slot_size.offset, bytes: u32(ringSlotBytes(shape)) },
    { offset: headerFields.payload_size.offset, bytes: u32(frameBytes + shape.metadataBytes) },
    { offset: headerFields.width.offset, bytes: u32(shape.width) },
    { offset: headerFields.height.offset, bytes: u32(shape.height) },
    { offset: headerFields.channels.offset, bytes: u32(shape.channels) },
    { offset: headerFields.format_hash.offset, bytes: u32(hash) },
    { offset: headerFields.magic.offset, bytes: new TextEncoder().encode(frameRingLayout.magic) },
  ];
}

/** The store that tells readers that this segment is over and another may have its name. */
export function invalidateStore(): RingStore {
  return { offset: headerFields.flags.offset, bytes: u32(frameRingLayout.flag_invalidated) };
}

/**
 * The stores that publish frame `n`, in their order: seq odd, lengths and bytes, metrics, seq even, head.
 * `body` is frame and metadata region (zeros after the metadata), `ringFrameBytes + metadataBytes` long.
 */
export function publishStores(
  shape: RingShape,
  n: number,
  body: Uint8Array,
  metadataLength: number,
  metrics: RingMetrics,
): RingStore[] {
  const slot = ringSlotOffset(shape, n);
  const lengths = new Uint8Array(8);
  const view = new DataView(lengths.buffer);
  view.setUint32(0, ringFrameBytes(shape), true);
  view.setUint32(4, metadataLength, true);
  return [
    { offset: slot + slotFields.seq.offset, bytes: u64(writingSeq(n)) },
    { offset: slot + slotFields.payload_len.offset, bytes: lengths },
    { offset: slot + slotFields.frame.offset, bytes: body },
    { offset: headerFields.last_reward.offset, bytes: f64s(metrics.lastReward, metrics.rollingReturn, metrics.stepRateHz) },
    { offset: slot + slotFields.seq.offset, bytes: u64(wholeSeq(n)) },
    { offset: headerFields.head.offset, bytes: u64(n) },
  ];
}

/** Judges the first `ringHeaderBytes` of a segment that is `segmentBytes` long. */
export function readHeader(bytes: Uint8Array, segmentBytes: number): HeaderReading {
  if (bytes.length < ringHeaderBytes || segmentBytes < ringHeaderBytes) return { kind: 'again' };
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const at = (field: { offset: number }): number => view.getUint32(field.offset, true);

  const magic = new TextDecoder('latin1').decode(bytes.subarray(0, 4));
  const version = at(headerFields.version);
  const shape: RingShape = {
    capacity: at(headerFields.capacity),
    width: at(headerFields.width),
    height: at(headerFields.height),
    channels: at(headerFields.channels),
    metadataBytes: 0,
  };
  const slotBytes = at(headerFields.slot_size);
  const payloadBytes = at(headerFields.payload_size);
  if (magic === '\0\0\0\0' || version === 0 || shape.capacity === 0 || slotBytes === 0 || payloadBytes === 0)
    return { kind: 'again' };
  if (magic !== frameRingLayout.magic) return bad('it does not begin with FLAN');
  if (version !== frameRingLayout.version)
    return bad(`it is version ${version}; this reader knows version ${frameRingLayout.version}`);
  if (shape.width === 0 || shape.height === 0 || shape.channels === 0) return { kind: 'again' };
  if (![1, 3, 4].includes(shape.channels)) return bad(`frames of ${shape.channels} channels are not 1, 3 or 4`);

  const frameBytes = shape.width * shape.height * shape.channels;
  if (payloadBytes > payloadCeiling || frameBytes > payloadBytes) {
    return bad(`a frame of ${shape.width} x ${shape.height} x ${shape.channels} does not fit a payload of ${payloadBytes} bytes`);
  }
  shape.metadataBytes = payloadBytes - frameBytes;
  if (slotBytes !== ringSlotHeaderBytes + payloadBytes)
    return bad(`slots of ${slotBytes} bytes do not fit a payload of ${payloadBytes}`);
  const needed = ringHeaderBytes + shape.capacity * slotBytes;
  if (needed > segmentBytes) return bad(`its header asks for ${needed} bytes and the segment has ${segmentBytes}`);

  const head = readU64(view, headerFields.head.offset);
  if (head === undefined) return bad('its count of frames is beyond 2^53');
  return {
    kind: 'ring',
    header: {
      shape,
      slotBytes,
      frameBytes,
      isInvalidated: (at(headerFields.flags) & frameRingLayout.flag_invalidated) !== 0,
      head,
      lastReward: view.getFloat64(headerFields.last_reward.offset, true),
      rollingReturn: view.getFloat64(headerFields.rolling_return.offset, true),
      stepRateHz: view.getFloat64(headerFields.step_rate_hz.offset, true),
    },
  };
}

/** Judges a slot's first 16 bytes for frame `n`. */
export function readSlot(bytes: Uint8Array, shape: RingShape, n: number): SlotReading {
  if (bytes.length < ringSlotHeaderBytes) return { kind: 'again' };
  if (!isWhole(bytes, n)) return { kind: 'again' };
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const frameBytes = view.getUint32(slotFields.payload_len.offset, true);
  const metadataBytes = view.getUint32(slotFields.metadata_len.offset, true);
  if (frameBytes !== ringFrameBytes(shape))
    return bad(`a frame of ${frameBytes} bytes stands in a ring for ${ringFrameBytes(shape)}`);
  if (metadataBytes > shape.metadataBytes)
    return bad(`metadata of ${metadataBytes} bytes stands in a region of ${shape.metadataBytes}`);
  return { kind: 'whole', frameBytes, metadataBytes };
}

/** A slot's metadata; null for none, and for what is no JSON object. */
export function readRingMetadata(bytes: Uint8Array): RingFrameMetadata | null {
  if (bytes.length === 0) return null;
  const reading = readJson(new TextDecoder().decode(bytes));
  if (reading.kind !== 'object') return null;
  const metadata: RingFrameMetadata = {};
  for (const key of ['episode', 'step', 'env_slot', 'fps', 't_ns', 'reward', 'return'] as const) {
    const value = reading.object.number(key);
    if (value !== undefined) metadata[key] = value;
  }
  const agent = reading.object.string('agent');
  if (agent !== undefined) metadata.agent = agent;
  return metadata;
}

/** True when the slot whose first 8 bytes these are holds frame `n`, whole. */
export function isWhole(seqBytes: Uint8Array, n: number): boolean {
  if (n < 1 || seqBytes.length < 8) return false;
  return readU64(new DataView(seqBytes.buffer, seqBytes.byteOffset, seqBytes.byteLength), 0) === wholeSeq(n);
}

function readU64(view: DataView, offset: number): number | undefined {
  const value = view.getUint32(offset + 4, true) * 2 ** 32 + view.getUint32(offset, true);
  return value <= Number.MAX_SAFE_INTEGER ? value : undefined;
}

function bad(reason: string): { kind: 'bad'; sentence: string } {
  return { kind: 'bad', sentence: `The frame ring cannot be read: ${reason}.` };
}

function u32(value: number): Uint8Array {
  const bytes = new Uint8Array(4);
  new DataView(bytes.buffer).setUint32(0, value, true);
  return bytes;
}

function u64(value: number): Uint8Array {
  const bytes = new Uint8Array(8);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(value), true);
  return bytes;
}

function f64s(...values: number[]): Uint8Array {
  const bytes = new Uint8Array(8 * values.length);
  const view = new DataView(bytes.buffer);
  for (const [index, value] of values.entries()) view.setFloat64(8 * index, value, true);
  return bytes;
}
