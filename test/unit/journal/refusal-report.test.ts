/** How the active hears what the backup's kernel would not take. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ConntrackTable } from '../../../src/conntrack/table.js';
import { Commit } from '../../../src/replication/commit.js';
import { PeerRefusals } from '../../../src/replication/peer-refusals.js';
import { decodeRefusals, encodeRefusals, type RefusedEntry } from '../../../src/journal/refusal-report.js';
import { decodePayload, encodeAck } from '../../../src/journal/wire.js';
import { millis } from '../../../src/time.js';
import { announcement, controlFlow, tuple } from '../replication/samples.js';

const at = millis;

const flow: RefusedEntry = { part: 'flow', reason: 'tableFull', orig: controlFlow().orig };
const channel: RefusedEntry = { part: 'announcement', reason: 'noHelper', orig: controlFlow(40_002).orig };

describe('refusals on the wire', () => {
  it('are version, kind 8, a count, and for each part, reason and tuple', () => {
    expect(encodeRefusals([flow]).map((payload) => payload.toString('hex'))).toEqual([
      '04' + '08' + '0001' + '00' + '04' + '04' + 'c6336407' + 'c6336464' + '9c40' + '0015',
    ]);
  });

  it('come back as they were, of both families', () => {
    const v6 = tuple(new Uint8Array(16).fill(1), 4000, new Uint8Array(16).fill(2), 21);
    const refusals: RefusedEntry[] = [flow, channel, { part: 'flow', reason: 'clash', orig: v6 }];
    expect(encodeRefusals(refusals).map(decodeRefusals)).toEqual([refusals]);
  });

  it('take several payloads where they do not fit one of 1200 bytes', () => {
    const refusals = Array.from({ length: 61 }, (_, port) => ({ ...flow, orig: controlFlow(port).orig }));
    const payloads = encodeRefusals(refusals);
    expect(payloads.map((payload) => decodeRefusals(payload)?.length)).toEqual([30, 30, 1]);
    expect(payloads.flatMap((payload) => decodeRefusals(payload) ?? [])).toEqual(refusals);
    expect(encodeRefusals([])).toEqual([]);
  });

  it('take a reason of a later version for "other", and no part that is not known', () => {
    const [payload] = encodeRefusals([flow]);
    payload!.writeUInt8(200, 5);
    expect(decodeRefusals(payload!)).toEqual([{ ...flow, reason: 'other' }]);
    payload!.writeUInt8(2, 4);
    expect(decodeRefusals(payload!)).toBeUndefined();
  });

  it('cut off anywhere, followed by more, or of another kind or version are none', () => {
    const [payload] = encodeRefusals([flow, channel]);
    for (let length = 0; length < payload!.length; length++)
      expect(decodeRefusals(payload!.subarray(0, length))).toBeUndefined();
    expect(decodeRefusals(Buffer.concat([payload!, Buffer.from([0])]))).toBeUndefined();
    expect(
      decodeRefusals(
        encodeAck({ epoch: 1, next: 1, committed: 1, synced: true, lost: false, gap: false, wanted: [] }),
      ),
    ).toBeUndefined();
    payload!.writeUInt8(9, 0);
    expect(decodeRefusals(payload!)).toBeUndefined();
  });

  it('never throw, whatever comes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        decodeRefusals(Buffer.from([3, 8, ...bytes]));
      }),
    );
  });

  it('are refused as malformed by a peer that does not know them, and nothing else happens', () => {
    expect(decodePayload(encodeRefusals([flow])[0]!)).toEqual({ kind: 'refused', reason: 'malformed' });
  });
});

describe('what the active has heard', () => {
  it('lasts for a second after it was said last', () => {
    const heard = new PeerRefusals();
    heard.hear([flow], at(0));
    heard.hear([flow], at(200));
    expect(heard.of('flow', flow.orig, at(1199.9))).toBe('tableFull');
    expect(heard.of('flow', flow.orig, at(1200))).toBeUndefined();
  });

  it('tells a flow from the channel that it announced', () => {
    const heard = new PeerRefusals();
    heard.hear([channel], at(0));
    expect(heard.of('announcement', channel.orig, at(1))).toBe('noHelper');
    expect(heard.of('flow', channel.orig, at(1))).toBeUndefined();
  });

  it('is nothing any more when a new copy begins', () => {
    const heard = new PeerRefusals();
    heard.hear([flow], at(0));
    heard.clear();
    expect(heard.of('flow', flow.orig, at(1))).toBeUndefined();
  });
});

describe('what the backup says', () => {
  const ENOMEM = 12;

  function commitThatRefuses(count: number, refuses = (): boolean => true): Commit {
    const table: ConntrackTable = {
      dumpFlows: () => Promise.resolve([]),
      dumpExpectations: () => Promise.resolve([]),
      get: () => undefined,
      getMany: () => [],
      getExpectations: () => [],
      apply: (operations) => operations.map(() => (refuses() ? ENOMEM : 0)),
    };
    const commit = new Commit(table, () => at(0));
    const flows = Array.from({ length: count }, (_, port) => controlFlow(port));
    const changes = [
      ...flows.map((refused) => ({ type: 'flow', flow: refused }) as const),
      { type: 'expectation', expectation: announcement(0) } as const,
    ];
    commit.apply({ epoch: 1, index: 1, begin: false, end: false, changes });
    return commit;
  }

  it('is every flow and announced channel that its kernel refused', () => {
    expect(commitThatRefuses(1).allRefusals()).toEqual([
      { part: 'flow', reason: 'tableFull', orig: controlFlow(0).orig },
      { part: 'announcement', reason: 'tableFull', orig: controlFlow(0).orig },
    ]);
  });

  it('is said at once when it is new, and only if it has not been taken meanwhile', () => {
    let full = true;
    const commit = commitThatRefuses(1, () => full);
    expect(commit.newRefusals()).toEqual([
      { part: 'flow', reason: 'tableFull', orig: controlFlow(0).orig },
      { part: 'announcement', reason: 'tableFull', orig: controlFlow(0).orig },
    ]);
    expect(commit.newRefusals()).toEqual([]);
    const again = [{ type: 'flow', flow: controlFlow(0) } as const];
    const batch = { epoch: 1, index: 2, begin: false, end: false, changes: again };
    commit.apply(batch);
    full = false;
    commit.apply({ ...batch, index: 3 });
    expect(commit.newRefusals()).toEqual([]);
  });

  it('is a thousand at a time, and all of it by and by', () => {
    const commit = commitThatRefuses(2_500);
    const said = [commit.allRefusals(), commit.allRefusals(), commit.allRefusals()];
    expect(said.map((refusals) => refusals.length)).toEqual([1000, 1000, 1000]);
    const names = said.flat().map(({ part, orig }) => `${part} ${orig.sport}`);
    expect(new Set(names).size).toBe(2_501);
  });
});
