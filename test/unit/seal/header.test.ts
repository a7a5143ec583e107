/** The clear part of a datagram, byte by byte. */
import { expect, test } from 'vitest';
import { type Header, readHeader, sealVersionOf, writeHeader } from '../../../src/seal/header.js';

const BOOT = Uint8Array.from({ length: 16 }, (_, index) => 0xb0 + index);

const HEADER: Header = {
  kind: 'session',
  sender: 1,
  stream: 15,
  boot: BOOT,
  senderEpoch: 0x01020304,
  receiverEpoch: 0x05060708,
  counter: 0x1f_ffff_ffff_fffe,
};

/** Written down from the layout: magic, version, kind, sender, stream, zero, epochs, boot, counter. */
const BYTES = Buffer.from(
  ['4650', '01', '02', '01', '0f', '0000', '01020304', '05060708', 'b0b1b2b3b4b5b6b7b8b9babbbcbdbebf'].join(
    '',
  ) +
    '001ffffffffffffe' +
    '00'.repeat(16),
  'hex',
);

/** The datagram with one byte changed. */
function changed(at: number, value: number): Buffer {
  const bytes = Buffer.from(BYTES);
  bytes[at] = value;
  return bytes;
}

test('a header is written in its layout', () => {
  const bytes = Buffer.alloc(56);
  writeHeader(bytes, HEADER);
  expect(bytes.toString('hex')).toBe(BYTES.toString('hex'));
});

test('a header is read as it was written', () => {
  expect(readHeader(BYTES)).toEqual({ ...HEADER, boot: Buffer.from(BOOT) });
  expect(readHeader(changed(3, 1))).toMatchObject({ kind: 'hello' });
  expect(readHeader(changed(4, 0))).toMatchObject({ sender: 0 });
});

test.each([
  ['another protocol', 0, 0x47, 'magic'],
  ['another version', 2, 2, 'version'],
  ['an unknown kind', 3, 3, 'kind'],
  ['a third director', 4, 2, 'sender'],
  ['stream 16', 5, 16, 'stream'],
  ['a counter of 2^53, which a number cannot hold exactly', 33, 0x20, 'counter'],
])('%s is refused', (_what, at, value, reason) => {
  expect(readHeader(changed(at, value))).toBe(reason);
});

test('the largest counter that a number holds exactly is taken', () => {
  expect(readHeader(changed(39, 0xff))).toMatchObject({ counter: 0x1f_ffff_ffff_ffff });
});

test('the version of a datagram is told whatever it is, but only of ours', () => {
  expect(sealVersionOf(BYTES)).toBe(1);
  expect(sealVersionOf(changed(2, 9))).toBe(9);
  expect(sealVersionOf(changed(0, 0x47))).toBeUndefined();
  expect(sealVersionOf(changed(1, 0x51))).toBeUndefined();
  expect(sealVersionOf(BYTES.subarray(0, 3))).toBe(1);
  expect(sealVersionOf(BYTES.subarray(0, 2))).toBeUndefined();
});
