/** The directors' boards on the wire. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeBoard, encodeBoard } from '../../../src/journal/board-report.js';
import type { BoardEntry } from '../../../src/rotation/report.js';

const ENTRY: BoardEntry = {
  service: 'ftp',
  server: 'one',
  verdict: 'down',
  reason: 'refused',
  orders: [
    { order: { kind: 'drain', on: true }, stamp: { counter: 258, node: 1 } },
    { order: { kind: 'force', to: 'down' }, stamp: { counter: 3, node: 0 } },
    { order: { kind: 'weight', weight: 100 }, stamp: { counter: 4, node: 0 } },
    { order: { kind: 'weight', weight: undefined }, stamp: { counter: 5, node: 0 } },
  ],
};
const REPORT = { run: 1, serial: 2, entries: [ENTRY] };

describe('a board on the wire', () => {
  it('is version, kind 12, run, serial, count, and for each server its names, verdict, reason and orders', () => {
    expect(encodeBoard(REPORT).map((payload) => payload.toString('hex'))).toEqual([
      '04' + '0c' + '00000001' + '00000002' + '0001' +
        '03667470' + '036f6e65' + '02' + '0772656675736564' + '04' +
        '00' + '01' + '00000102' + '01' +
        '01' + '02' + '00000003' + '00' +
        '02' + '64' + '00000004' + '00' +
        '02' + 'ff' + '00000005' + '00',
    ]); // prettier-ignore
  });

  it('comes back as it was', () => {
    expect(encodeBoard(REPORT).map(decodeBoard)).toEqual([REPORT]);
  });

  it('takes several datagrams where it must, each below 1300 bytes and each readable alone', () => {
    const entries = Array.from({ length: 200 }, (_, n) => ({ ...ENTRY, server: `server-${n}` }));
    const payloads = encodeBoard({ run: 1, serial: 2, entries });
    expect(payloads.length).toBeGreaterThan(1);
    expect(Math.max(...payloads.map(({ length }) => length))).toBeLessThan(1300);
    expect(payloads.flatMap((payload) => decodeBoard(payload)?.entries ?? [])).toEqual(entries);
    expect(encodeBoard({ run: 1, serial: 2, entries: [] })).toEqual([]);
  });

  it('is not taken for another payload, nor in another version', () => {
    const [payload] = encodeBoard(REPORT);
    for (const at of [0, 1]) {
      const other = Buffer.from(payload!);
      other.writeUInt8(7, at);
      expect(decodeBoard(other)).toBeUndefined();
    }
  });

  it('is nothing at all when it is cut anywhere, or longer than it says', () => {
    const [payload] = encodeBoard(REPORT);
    for (let length = 0; length < payload!.length; length++)
      expect(decodeBoard(payload!.subarray(0, length))).toBeUndefined();
    expect(decodeBoard(Buffer.concat([payload!, Buffer.of(0)]))).toBeUndefined();
  });

  it('never throws', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        decodeBoard(Buffer.concat([Buffer.of(4, 12), bytes]));
      }),
    );
  });
});
