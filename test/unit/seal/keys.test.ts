import { expect, test } from 'vitest';
import { directionalKey, UNKNOWN_BOOT } from '../../../src/seal/keys.js';
import { Peer } from '../../../src/seal/peer.js';

const KEY = Uint8Array.from({ length: 32 }, (_, i) => i);
const A = new Uint8Array(16).fill(0xa1);
const B = new Uint8Array(16).fill(0xb1);

function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('hex');
}

// Computed with HMAC-SHA256 alone, by the two steps of RFC 5869.
test('keys are HKDF-SHA256 with both boots and the epoch as salt, label and direction as info', () => {
  const scope = { from: 0, senderBoot: A, receiverBoot: B, receiverEpoch: 7 } as const;
  expect(hex(directionalKey(KEY, 'pulse', scope))).toBe(
    'd82f280a1c9be24b37fde95d6f6947a481dbe596ed22218b8f5313df16c4aabc',
  );
  const other = { from: 1, senderBoot: B, receiverBoot: A, receiverEpoch: 0 } as const;
  expect(hex(directionalKey(KEY, 'journal', other))).toBe(
    '71ec05b9123a1cb1d3b2954ed1a4acfad5a642039b2fc2a0f69bff4b4828d884',
  );
});

test('nothing in the scope can change without changing the key', () => {
  const scope = { from: 0, senderBoot: A, receiverBoot: B, receiverEpoch: 7 } as const;
  const keys = [
    directionalKey(KEY, 'pulse', scope),
    directionalKey(KEY, 'journal', scope),
    directionalKey(KEY, 'pulse', { ...scope, from: 1 }),
    directionalKey(KEY, 'pulse', { ...scope, senderBoot: B }),
    directionalKey(KEY, 'pulse', { ...scope, receiverBoot: UNKNOWN_BOOT }),
    directionalKey(KEY, 'pulse', { ...scope, receiverEpoch: 8 }),
    directionalKey(Uint8Array.from(KEY).reverse(), 'pulse', scope),
  ];
  expect(new Set(keys.map(hex)).size).toBe(7);
});

test('both sides derive the same key for each direction', () => {
  const atA = new Peer({ key: KEY, self: 0, label: 'pulse', boot: A }, B);
  const atB = new Peer({ key: KEY, self: 1, label: 'pulse', boot: B }, A);
  atA.learnEpoch(3);
  expect(hex(atA.sealKey())).toBe(hex(atB.openKey(3)));
  expect(hex(atB.sealKey())).toBe(hex(atA.openKey(0)));
});

test('a late datagram does not turn the epoch of the peer back', () => {
  const peer = new Peer({ key: KEY, self: 0, label: 'pulse', boot: A }, B);
  peer.learnEpoch(2);
  peer.learnEpoch(1);
  expect(peer.epoch).toBe(2);
});

test('keys are derived once per epoch, not for every datagram', () => {
  const peer = new Peer({ key: KEY, self: 0, label: 'pulse', boot: A }, B);
  const [sealing, now, before] = [peer.sealKey(), peer.openKey(4), peer.openKey(3)];
  expect(peer.sealKey()).toBe(sealing);
  expect(peer.openKey(4)).toBe(now);
  expect(peer.openKey(3)).toBe(before);
});

test('of the keys to open with, the last two are kept: memory does not grow with the epochs', () => {
  const peer = new Peer({ key: KEY, self: 0, label: 'pulse', boot: A }, B);
  const first = peer.openKey(1);
  peer.openKey(2);
  peer.openKey(3);
  expect(peer.openKey(1)).not.toBe(first);
  expect(hex(peer.openKey(1))).toBe(hex(first));
});
