import { describe, expect, it } from 'vitest';
import { bucketsOf, contentsOf, differences, lasting } from '../../../src/replication/compare.js';
import type { Change } from '../../../src/journal/records.js';
import { announcement, controlFlow, dataFlow } from './samples.js';

const flow = (more = {}): Change => ({ type: 'flow', flow: controlFlow(40_000, more) });
const of = (...changes: Change[]): ReadonlyMap<string, string> => contentsOf(changes);

describe('two tables', () => {
  it('are alike whatever differs on purpose: remaining times, status bits and TCP flags', () => {
    const tcp = { state: 3, wscaleOrig: 7, wscaleReply: 7, flagsOrig: 0x2b, flagsReply: 0x2b };
    expect(differences(of(flow()), of(flow({ timeout: 5, status: 0x8, tcp })))).toEqual([]);
  });

  it('differ by an entry that one of them lacks', () => {
    expect(differences(of(flow()), of())).toEqual([
      {
        entry: 'flow 198.51.100.7:40000 > 198.51.100.100:21',
        here: 'reply 10.200.30.11:21 > 198.51.100.7:40000, mark 1179930625, state 3, helper ftp, offsets none / none',
        there: undefined,
      },
    ]);
  });

  it('differ by offsets', () => {
    const shifted = flow({ seqAdjReply: { correctionPos: 9, offsetBefore: 0, offsetAfter: -2 } });
    const [first] = differences(of(flow()), of(shifted));
    expect(first?.there).toMatch(/offsets none \/ 0 > -2 at 9$/);
  });

  it('differ by where an announced channel leads', () => {
    const here = of({ type: 'expectation', expectation: announcement() });
    const there = of({ type: 'expectation', expectation: announcement(40_000, 12_345, { nat: undefined }) });
    expect(differences(here, there)).toMatchObject([
      {
        entry: 'expectation 198.51.100.7:0 > 198.51.100.100:12345 of 198.51.100.7:40000 > 198.51.100.100:21',
        there: 'to none, flags 0, class 0, nat-follow-master',
      },
    ]);
  });

  it('differ in what an announced channel is told with, which is shown', () => {
    const here = of({ type: 'expectation', expectation: announcement() });
    expect([...here.values()]).toEqual([
      'to 0 10.200.30.11:12345 > 0.0.0.0:0, flags 0, class 0, nat-follow-master',
    ]);
  });

  it('show a flow without a state or a helper as one that has none', () => {
    expect([...of(flow({ tcp: undefined, helper: '', mark: 7 })).values()]).toEqual([
      'reply 10.200.30.11:21 > 198.51.100.7:40000, mark 7, state none, helper none, offsets none / none',
    ]);
  });

  it('show their differences in the order of the names, whichever of both has more', () => {
    const one: Change = { type: 'flow', flow: controlFlow(40_001) };
    const two: Change = { type: 'flow', flow: controlFlow(40_002) };
    const three: Change = { type: 'flow', flow: controlFlow(40_003) };
    const names = differences(of(three, one), of(two)).map(({ entry }) => entry.slice(0, 23));
    expect(names).toEqual(['flow 198.51.100.7:40001', 'flow 198.51.100.7:40002', 'flow 198.51.100.7:40003']);
  });

  it('differ for good only where they did so twice', () => {
    const one = { entry: 'a', here: '1', there: undefined };
    const other = { entry: 'b', here: undefined, there: '2' };
    expect(lasting([one], [other, one])).toEqual([one]);
  });
});

it('a dump is divided by the keys of control flows, and foreign announcements are left out', () => {
  const buckets = bucketsOf([controlFlow(), dataFlow()], [announcement(), announcement(50_000)]);
  expect(buckets.flat()).toHaveLength(3);
  const withControl = buckets.find((bucket) =>
    bucket.some((change) => change.type === 'flow' && change.flow.orig.sport === 40_000),
  );
  expect(withControl?.map(({ type }) => type)).toEqual(['flow', 'expectation']);
});
