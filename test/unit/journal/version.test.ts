import { expect, test } from 'vitest';
import { PeerVersion } from '../../../src/journal/version.js';
import { encodeAck } from '../../../src/journal/wire.js';

const ACK = { epoch: 1, next: 1, committed: 1, synced: false, lost: false, gap: false, wanted: [] };

/** A payload of this version: what follows means something else there. */
function payload(version: number): Buffer {
  const bytes = encodeAck(ACK);
  bytes[0] = version;
  return bytes;
}

test('nothing is known before anything was heard, and an empty payload says nothing', () => {
  const version = new PeerVersion();
  expect([version.theirs, version.obstacle]).toEqual([undefined, undefined]);
  expect(version.understands(Buffer.alloc(0))).toBe(true);
  expect(version.theirs).toBeUndefined();
});

test('our own version is understood', () => {
  const version = new PeerVersion();
  expect(version.understands(payload(4))).toBe(true);
  expect([version.theirs, version.obstacle]).toEqual([4, undefined]);
});

test('an older and a newer one are refused alike, by name', () => {
  for (const other of [1, 5]) {
    const version = new PeerVersion();
    expect(version.understands(payload(other))).toBe(false);
    expect(version.obstacle).toBe(
      `the peer writes version ${other} of the journal, this director 4: no session is replicated`,
    );
  }
});

test('it is over with the first payload of our version', () => {
  const version = new PeerVersion();
  version.understands(payload(5));
  expect(version.understands(payload(4))).toBe(true);
  expect(version.obstacle).toBeUndefined();
});
