import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodePayload, encodeAck, encodeAnswer, encodeAsk, encodeData } from '../../../src/journal/wire.js';
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

  it('carries offsets of either direction alone', () => {
    const adj = { correctionPos: 1, offsetBefore: -70_000, offsetAfter: -1 };
    const changes: Change[] = [
      { type: 'flow', flow: controlFlow(1, { seqAdjOrig: adj }) },
      { type: 'flow', flow: controlFlow(2, { seqAdjReply: adj }) },
    ];
    expect(roundTrip(changes)).toEqual({ kind: 'data', batch: { ...HEADER, changes } });
  });

  it('carries what the audit of a bucket says', () => {
    const changes: Change[] = [
      { type: 'digest', bucket: 63, digest: { count: 3, low: 4_000_000_000, high: 5 } },
      { type: 'bucketBegin', bucket: 0 },
      { type: 'bucketEnd', bucket: 7 },
    ];
    expect(roundTrip(changes)).toEqual({ kind: 'data', batch: { ...HEADER, changes } });
  });

  it('lays out a digest as bucket, count and two sums, and the bounds of a bucket as its number', () => {
    const digest = { count: 3, low: 0xaabbccdd, high: 5 };
    expect(encodeChange({ type: 'digest', bucket: 9, digest }).toString('hex')).toBe(
      '05' + '000d' + '09' + '00000003' + 'aabbccdd' + '00000005',
    );
    expect(encodeChange({ type: 'bucketBegin', bucket: 9 }).toString('hex')).toBe('06' + '0001' + '09');
    expect(encodeChange({ type: 'bucketEnd', bucket: 10 }).toString('hex')).toBe('07' + '0001' + '0a');
  });

  it.each([
    ['nothing', { synced: false, lost: false, gap: false, wanted: [] }],
    ['a whole copy', { synced: true, lost: false, gap: false, wanted: [] }],
    ['a loss', { synced: false, lost: true, gap: false, wanted: [] }],
    ['a gap', { synced: false, lost: false, gap: true, wanted: [] }],
    ['the first bucket', { synced: false, lost: false, gap: false, wanted: [0] }],
    ['the last bucket of the first half', { synced: false, lost: false, gap: false, wanted: [31] }],
    ['the first bucket of the second half', { synced: false, lost: false, gap: false, wanted: [32] }],
    ['buckets of both halves', { synced: true, lost: true, gap: true, wanted: [0, 5, 31, 32, 40, 63] }],
  ])('carries an acknowledgement of %s unharmed', (_what, said) => {
    const ack = { epoch: 4_000_000_000, next: 258, committed: 257, ...said };
    expect(decodePayload(encodeAck(ack))).toEqual({ kind: 'ack', ack });
  });

  it('lays out a question as version, kind, id and bucket, and takes it back', () => {
    const ask = { id: 258, bucket: 63 };
    expect(encodeAsk(ask).toString('hex')).toBe('04' + '03' + '00000102' + '3f');
    expect(decodePayload(encodeAsk(ask))).toEqual({ kind: 'ask', ask });
  });

  it('lays out an answer as version, kind, id, bucket, part, parts and records, and takes it back', () => {
    const head = { id: 258, bucket: 63, part: 1, parts: 260 };
    const change: Change = { type: 'bucketBegin', bucket: 9 };
    const payload = encodeAnswer(head, [encodeChange(change)]);
    expect(payload.toString('hex')).toBe(
      '04' + '04' + '00000102' + '3f' + '0001' + '0104' + '0001' + '06' + '0001' + '09',
    );
    expect(decodePayload(payload)).toEqual({ kind: 'answer', answer: { ...head, changes: [change] } });
  });

  it.each([
    ['a kind that is not known', '04' + '09'],
    ['no kind', '04'],
    ['a question for a bucket that does not exist', '04' + '03' + '00000001' + '40'],
    [
      'an answer about a bucket that does not exist',
      '04' + '04' + '00000001' + '40' + '0000' + '0001' + '0000',
    ],
    [
      'an answer with a record that cannot be read',
      '04' + '04' + '00000001' + '00' + '0000' + '0001' + '0001' + '090000',
    ],
  ])('refuses %s', (_what, hex) => {
    expect(decodePayload(Buffer.from(hex, 'hex'))).toEqual({ kind: 'refused', reason: 'malformed' });
  });

  /** A batch with this one record. */
  const dataWith = (record: string): Buffer =>
    Buffer.from('04' + '01' + '00000001' + '00000000' + '00' + '0001' + record, 'hex');

  it('takes a record whose length is what it holds', () => {
    expect(decodePayload(dataWith('06' + '0001' + '3f'))).toMatchObject({ kind: 'data' });
  });

  it.each([
    ['of a type that is not known', '09' + '0000'],
    ['of a type that is not known, whatever it holds', '09' + '0001' + '00'],
    ['that is longer than what is known of it', '06' + '0002' + '3f00'],
    ['that is shorter than it must be', '06' + '0000'],
    ['about a bucket that does not exist', '06' + '0001' + '40'],
    ['about a tuple of no known family', '02' + '000d' + '05' + 'c6336407' + 'c6336464' + '9c40' + '0015'],
    [
      'whose optional part is neither there nor not there',
      '01' + '002b' + '04c6336407c633646400010015'.repeat(2) + '00'.repeat(12) + '00' + '02' + '000000',
    ],
  ])('refuses a record %s', (_what, record) => {
    expect(decodePayload(dataWith(record))).toEqual({ kind: 'refused', reason: 'malformed' });
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
      fc.property(fc.uint8Array({ maxLength: 300 }), fc.boolean(), fc.nat(5), (bytes, versioned, kind) => {
        const buffer = Buffer.from(bytes);
        if (versioned && buffer.length > 1) buffer.set([4, kind]);
        return ['data', 'ack', 'ask', 'answer', 'refused'].includes(decodePayload(buffer).kind);
      }),
    );
  });
});
