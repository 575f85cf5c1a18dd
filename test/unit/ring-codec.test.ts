import { expect, it } from '@jest/globals';
import fc from 'fast-check';
import { createStores, readHeader, readSlot, ringSegmentBytes, ringSlotOffset } from '../../src/protocol/index.ts';

const shape = { width: 4, height: 3, channels: 3, capacity: 8, metadataBytes: 16 };

function header(): Buffer {
  const bytes = Buffer.alloc(80);
  for (const store of createStores(shape)) bytes.set(store.bytes, store.offset);
  return bytes;
}

it.each([
  ['a header of zeros', (bytes: Buffer) => bytes.fill(0), 'again'],
  ['a capacity of zero', (bytes: Buffer) => bytes.writeUInt32LE(0, 12), 'again'],
  ['a width of zero', (bytes: Buffer) => bytes.writeUInt32LE(0, 24), 'again'],
  ['another magic', (bytes: Buffer) => bytes.write('FLAM', 'latin1'), 'bad'],
  ['version 2', (bytes: Buffer) => bytes.writeUInt32LE(2, 4), 'bad'],
  ['two channels', (bytes: Buffer) => bytes.writeUInt32LE(2, 32), 'bad'],
  ['a capacity beyond the segment', (bytes: Buffer) => bytes.writeUInt32LE(1000, 12), 'bad'],
  ['a width that the payload cannot hold', (bytes: Buffer) => bytes.writeUInt32LE(0xffffffff, 24), 'bad'],
  ['slots that do not fit the payload', (bytes: Buffer) => bytes.writeUInt32LE(17, 16), 'bad'],
  ['a head beyond 2^53', (bytes: Buffer) => bytes.writeBigUInt64LE(1n << 60n, 40), 'bad'],
])('%s is judged, not believed', (_, damage, verdict) => {
  const bytes = header();
  expect(readHeader(bytes, ringSegmentBytes(shape)).kind).toBe('ring');
  damage(bytes);
  expect(readHeader(bytes, ringSegmentBytes(shape)).kind).toBe(verdict);
});

it('a segment that was cut short is never a ring', () => {
  expect(readHeader(header(), ringSegmentBytes(shape) - 1).kind).toBe('bad');
  expect(readHeader(header().subarray(0, 40), 40).kind).toBe('again');
});

it('whatever the bytes, an accepted header points inside of the segment', () => {
  const mutation = fc.tuple(fc.integer({ min: 0, max: 79 }), fc.integer({ min: 0, max: 255 }));
  fc.assert(
    fc.property(fc.array(mutation, { maxLength: 12 }), fc.integer({ min: 0, max: 5000 }), (mutations, size) => {
      const bytes = header();
      for (const [offset, value] of mutations) bytes[offset] = value;
      const reading = readHeader(bytes, size);
      if (reading.kind !== 'ring') return;
      const { shape: read, slotBytes, head } = reading.header;
      expect(80 + read.capacity * slotBytes).toBeLessThanOrEqual(size);
      expect(ringSlotOffset(read, Math.max(head, 1)) + slotBytes).toBeLessThanOrEqual(size);
    }),
    { numRuns: 3000 },
  );
});

it('a slot with lengths beyond its region is never whole', () => {
  fc.assert(
    fc.property(fc.nat({ max: 0xffffffff }), fc.nat({ max: 0xffffffff }), (payload, metadata) => {
      const slot = Buffer.alloc(16);
      slot.writeBigUInt64LE(4n);
      slot.writeUInt32LE(payload, 8);
      slot.writeUInt32LE(metadata, 12);
      const reading = readSlot(slot, shape, 1);
      expect(reading.kind).toBe(payload === 36 && metadata <= 16 ? 'whole' : 'bad');
    }),
  );
  const half = Buffer.alloc(16);
  half.writeBigUInt64LE(3n);
  expect(readSlot(half, shape, 1).kind).toBe('again');
});
