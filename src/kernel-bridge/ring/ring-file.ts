/**
 * One segment's bytes through plain reads. A file that was cut short is a short read, where a mapping would be a crash.
 *
 * Guarantees
 * - A frame is returned only when its slot's seq was exactly 2 * head + 2 before and after the copy.
 * - Nothing throws: a read that fails is 'again', and the next look at the file finds out why.
 */
import { readSync } from 'node:fs';
import {
  type HeaderReading,
  isWhole,
  type RingHeader,
  type RingShape,
  readHeader,
  readRingMetadata,
  readSlot,
  ringFrameBytes,
  ringHeaderBytes,
  ringSlotBytes,
  ringSlotHeaderBytes,
  ringSlotOffset,
} from '../../protocol/index.ts';
import type { FrameSnapshot } from './frame-rings.ts';

type FrameReading = ({ kind: 'frame' } & Omit<FrameSnapshot, 'generation' | 'published'>) | { kind: 'again' } | { kind: 'none' };

/** A writer in another process may be faster than one copy; it is not faster than several, eight slots apart. */
const attempts = 4;
const headerBuffer = Buffer.alloc(ringHeaderBytes);
const seqBuffer = Buffer.alloc(8);

export function readHeaderAt(fd: number, segmentBytes: number): HeaderReading {
  return readInto(fd, headerBuffer, 0) ? readHeader(headerBuffer, segmentBytes) : { kind: 'again' };
}

/** The newest whole frame of an attached segment. */
export function readFrame(fd: number, shape: RingShape): FrameReading {
  for (let attempt = 0; attempt < attempts; attempt += 1) {
    const before = readHeaderAt(fd, Number.MAX_SAFE_INTEGER);
    if (before.kind !== 'ring') continue;
    if (before.header.head === 0) return { kind: 'none' };
    const reading = readSlotAt(fd, shape, before.header);
    if (reading.kind === 'frame') return reading;
  }
  return { kind: 'again' };
}

function readSlotAt(fd: number, shape: RingShape, before: RingHeader): FrameReading {
  const { head } = before;
  const offset = ringSlotOffset(shape, head);
  const slotHeader = Buffer.allocUnsafe(ringSlotHeaderBytes);
  if (!readInto(fd, slotHeader, offset)) return { kind: 'again' };
  const slot = readSlot(slotHeader, shape, head);
  if (slot.kind !== 'whole') return { kind: 'again' };

  const body = Buffer.allocUnsafeSlow(ringSlotBytes(shape) - ringSlotHeaderBytes);
  if (!readInto(fd, body, offset + ringSlotHeaderBytes)) return { kind: 'again' };
  const metrics = readMetrics(fd, before);
  if (!readInto(fd, seqBuffer, offset) || !isWhole(seqBuffer, head)) return { kind: 'again' };

  const frameBytes = ringFrameBytes(shape);
  const metadata = readRingMetadata(body.subarray(frameBytes, frameBytes + slot.metadataBytes));
  return {
    kind: 'frame',
    head,
    width: shape.width,
    height: shape.height,
    channels: shape.channels as 1 | 3 | 4,
    pixels: body.subarray(0, frameBytes),
    lastReward: metadata?.reward ?? metrics.lastReward,
    rollingReturn: metadata?.return ?? metrics.rollingReturn,
    stepRateHz: metrics.stepRateHz,
    metadata,
    readMs: Date.now(),
  };
}

/** The header's metrics, from two reads that agree where that can be had: a writer may be half-way through the three of them. */
function readMetrics(fd: number, before: RingHeader): Pick<RingHeader, 'lastReward' | 'rollingReturn' | 'stepRateHz'> {
  let previous = before;
  for (let attempt = 0; attempt < attempts; attempt += 1) {
    const reading = readHeaderAt(fd, Number.MAX_SAFE_INTEGER);
    if (reading.kind !== 'ring') continue;
    const { header } = reading;
    const agree =
      Object.is(header.lastReward, previous.lastReward) &&
      Object.is(header.rollingReturn, previous.rollingReturn) &&
      Object.is(header.stepRateHz, previous.stepRateHz);
    if (agree) return header;
    previous = header;
  }
  return previous;
}

function readInto(fd: number, buffer: Buffer, position: number): boolean {
  try {
    return readSync(fd, buffer, 0, buffer.length, position) === buffer.length;
  } catch {
    return false;
  }
}
