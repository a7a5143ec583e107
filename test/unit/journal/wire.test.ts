import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodePayload, encodeAck, encodeData } from '../../../src/journal/wire.js';
import { type Change, encodeChange } from '../../../src/journal/records.js';
import { announcement, controlFlow, dataFlow } from '../replication/samples.js';

const HEADER = { epoch: 3, index: 9, begin: false, end: true };

function roundTrip(changes: readonly Change[]): unknown {
  return decodePayload(encodeData(HEADER, changes.map(encodeChange)));
}

describe('the journal on the wire', () => {
  it('lays out an acknowledgement as version, kind, epoch, next, committed, flags and wanted buckets', () => {
    expect(
      encodeAck({
        epoch: 1,
        next: 258,
        committed: 257,
        synced: true,
        lost: false,
        gap: false,
        wanted: [1, 40],
      }).toString('hex'),
    ).toBe('04' + '02' + '00000001' + '00000102' + '00000101' + '01' + '00000002' + '00000100');
  });

  it('lays out the end of a flow as its original tuple', () => {
    expect(encodeChange({ type: 'flowGone', orig: controlFlow().orig }).toString('hex')).toBe(
      '02' + '000d' + '04' + 'c6336407' + 'c6336464' + '9c40' + '0015',
    );
  });

  it('carries every kind of change unharmed', () => {
    const changes: Change[] = [
      {
        type: 'flow',
        flow: controlFlow(40_000, {
          seqAdjReply: { correctionPos: 4_000_000_000, offsetBefore: -2, offsetAfter: 3 },
        }),
      },
      { type: 'flow', flow: dataFlow(40_000, 12_345, { tcp: undefined }) },
      { type: 'expectation', expectation: announcement() },
      { type: 'expectation', expectation: announcement(40_000, 5, { nat: undefined, fn: '' }) },
      { type: 'expectationGone', expectation: announcement() },
      { type: 'flowGone', orig: controlFlow().orig },
    ];
    expect(roundTrip(changes)).toEqual({ kind: 'data', batch: { ...HEADER, changes } });
  });

  it('carries IPv6 tuples', () => {
    const v6 = { src: new Uint8Array(16).fill(1), dst: new Uint8Array(16).fill(2), sport: 1, dport: 21 };
    const changes: Change[] = [{ type: 'flowGone', orig: v6 }];
    expect(roundTrip(changes)).toEqual({ kind: 'data', batch: { ...HEADER, changes } });
  });

  it('refuses another version by name, so that it is alerted and not guessed', () => {
    const bytes = encodeAck({
      epoch: 1,
      next: 1,
      committed: 1,
      synced: false,
      lost: false,
      gap: false,
      wanted: [],
    });
    bytes[0] = 1;
    expect(decodePayload(bytes)).toEqual({ kind: 'refused', reason: 'version' });
  });

  it('refuses a datagram that is cut at any length', () => {
    const whole = encodeData(HEADER, [
      encodeChange({ type: 'flow', flow: dataFlow() }),
      encodeChange({ type: 'expectation', expectation: announcement() }),
    ]);
    for (let length = 0; length < whole.length; length++)
      expect(decodePayload(whole.subarray(0, length))).toEqual({ kind: 'refused', reason: 'malformed' });
  });

  it('refuses bytes behind the last record', () => {
    const longer = Buffer.concat([encodeData(HEADER, []), Buffer.from([0])]);
    expect(decodePayload(longer)).toEqual({ kind: 'refused', reason: 'malformed' });
  });

  it('never throws on arbitrary bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), fc.boolean(), (bytes, versioned) => {
        const buffer = Buffer.from(bytes);
        if (versioned && buffer.length > 1) buffer.set([1, 1]);
        return ['data', 'ack', 'refused'].includes(decodePayload(buffer).kind);
      }),
    );
  });
});
