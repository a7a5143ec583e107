/** What the active knows of announced channels, and when it looks at the control flows that announced them. */
import { describe, expect, it } from 'vitest';
import { Tracker } from '../../../src/replication/tracker.js';
import { millis } from '../../../src/time.js';
import { announcement, controlFlow, dataFlow } from './samples.js';

const at = millis;
const { orig } = controlFlow();

function withSession(): Tracker {
  const tracker = new Tracker();
  tracker.observe({ type: 'flowNew', flow: controlFlow() }, at(0));
  return tracker;
}

function withChannel(): Tracker {
  const tracker = withSession();
  tracker.observe({ type: 'expectationNew', expectation: announcement() }, at(0));
  return tracker;
}

describe('a control flow', () => {
  it('has an announced channel until that has ended', () => {
    const tracker = withSession();
    expect(tracker.announced(orig)).toBe(false);
    tracker.observe({ type: 'expectationNew', expectation: announcement() }, at(0));
    expect([tracker.announced(orig), tracker.announced(controlFlow(1).orig)]).toEqual([true, false]);
    tracker.observe({ type: 'expectationDestroy', expectation: announcement() }, at(10));
    expect(tracker.announced(orig)).toBe(true);
    tracker.dueChanges(at(110));
    expect(tracker.announced(orig)).toBe(false);
    expect(tracker.announcedBy(orig)).toBeUndefined();
  });

  it('has no channel of an earlier session with the same ports', () => {
    const tracker = withChannel();
    tracker.observe({ type: 'flowDestroy', flow: controlFlow() }, at(1));
    tracker.observe({ type: 'flowNew', flow: controlFlow() }, at(2));
    expect([tracker.announced(orig), tracker.announcedBy(orig)]).toEqual([false, undefined]);
    expect(tracker.snapshot(at(2))).toHaveLength(1);
  });
});

describe('an announcement', () => {
  it('that is heard again is told again, and not its end before', () => {
    const tracker = withChannel();
    expect(tracker.observe({ type: 'expectationNew', expectation: announcement() }, at(5))).toEqual([
      { type: 'expectation', expectation: announcement() },
    ]);
    expect(tracker.counts).toEqual({ control: 1, data: 0, announced: 1 });
  });

  it('that was not ours ends without a word and without a look', () => {
    const tracker = withSession();
    const end = { type: 'expectationDestroy', expectation: announcement() } as const;
    expect(tracker.observe(end, at(5))).toEqual([]);
    expect(tracker.nextWake()).toBeUndefined();
    expect(tracker.dueChanges(at(500))).toEqual([]);
  });

  it('whose end was waiting is forgotten in silence when its session ends first', () => {
    const tracker = withChannel();
    tracker.observe({ type: 'expectationDestroy', expectation: announcement() }, at(10));
    tracker.observe({ type: 'flowDestroy', flow: controlFlow() }, at(20));
    expect(tracker.dueChanges(at(500))).toEqual([]);
  });

  it('that every dump shows is told once', () => {
    const tracker = withChannel();
    expect(tracker.auditExpectations([announcement()], at(10), at(11))).toEqual([]);
  });

  it('whose end waits is not told again by a dump that still shows it', () => {
    const tracker = withChannel();
    tracker.observe({ type: 'expectationDestroy', expectation: announcement() }, at(10));
    expect(tracker.auditExpectations([announcement()], at(11), at(12))).toEqual([]);
    expect(tracker.dueChanges(at(110))).toHaveLength(1);
  });

  it('of which nobody knows any more may be told to have gone into any batch', () => {
    const tracker = new Tracker();
    tracker.told({ type: 'expectation', expectation: announcement() }, 3);
    tracker.told({ type: 'flow', flow: controlFlow() }, 3);
    tracker.told({ type: 'flowGone', orig }, 3);
    expect([...tracker.known()]).toEqual([]);
  });
});

describe('the next wake-up', () => {
  it('is for the look or for the end that waits, whichever comes first', () => {
    const tracker = withChannel();
    tracker.dueLooks(at(500));
    expect(tracker.nextWake()).toBeUndefined();
    tracker.observe({ type: 'expectationDestroy', expectation: announcement() }, at(1000));
    expect(tracker.nextWake()).toBe(1050);
    tracker.dueLooks(at(1050));
    expect(tracker.nextWake()).toBe(1100);
    tracker.observe({ type: 'expectationNew', expectation: announcement(40_000, 12_346) }, at(1060));
    expect(tracker.nextWake()).toBe(1060);
    tracker.dueLooks(at(1070));
    expect(tracker.nextWake()).toBe(1100);
    tracker.dueChanges(at(1100));
    expect(tracker.nextWake()).toBe(1110);
  });
});

describe('a look', () => {
  it('at a flow that no event told tells it', () => {
    expect(new Tracker().looked(controlFlow(), at(1))).toEqual([{ type: 'flow', flow: controlFlow() }]);
  });

  it('that shows the offsets ends the search for the newest channel, also when an older one had its last look just then', () => {
    const tracker = withSession();
    tracker.observe({ type: 'expectationNew', expectation: announcement() }, at(1000));
    for (const now of [1000, 1002, 1010]) tracker.dueLooks(at(now));
    tracker.observe({ type: 'expectationNew', expectation: announcement(40_000, 12_346) }, at(1048));
    expect(tracker.dueLooks(at(1048))).toHaveLength(1);
    expect(tracker.dueLooks(at(1050))).toHaveLength(1);
    const seqAdjReply = { correctionPos: 100, offsetBefore: 0, offsetAfter: 2 };
    tracker.looked(controlFlow(40_000, { seqAdjReply }), at(1050));
    expect(tracker.dueLooks(at(1058))).toEqual([]);
    expect(tracker.nextWake()).toBe(1098);
  });
});

describe('what is known', () => {
  it('is counted: control flows, data flows and channels', () => {
    const tracker = withChannel();
    tracker.observe({ type: 'flowNew', flow: controlFlow(50_000) }, at(1));
    tracker.observe({ type: 'flowNew', flow: dataFlow() }, at(1));
    expect(tracker.counts).toEqual({ control: 2, data: 1, announced: 1 });
    expect(tracker.size).toBe(3);
  });

  it('of a data flow that outlives its control flow is added to nobody', () => {
    const tracker = withSession();
    tracker.observe({ type: 'flowNew', flow: dataFlow() }, at(1));
    tracker.observe({ type: 'flowDestroy', flow: controlFlow() }, at(2));
    const countersOrig = { packets: 1, bytes: 60 };
    expect(
      tracker.observe({ type: 'flowDestroy', flow: dataFlow(40_000, 12_345, { countersOrig }) }, at(3)),
    ).toEqual([{ type: 'flowGone', orig: dataFlow().orig }]);
    expect(tracker.size).toBe(0);
  });
});

describe('a sweep', () => {
  it('does not bring back what ended in the moment in which it began, nor what ended before other ends', () => {
    const tracker = withSession();
    tracker.observe({ type: 'flowNew', flow: controlFlow(50_000) }, at(0));
    tracker.observe({ type: 'flowDestroy', flow: controlFlow() }, at(100_000));
    tracker.observe({ type: 'flowDestroy', flow: controlFlow(50_000) }, at(100_001));
    expect(tracker.sweep([controlFlow(), controlFlow(50_000)], [], at(100_000), at(100_002))).toEqual([]);
  });

  it('brings back a flow with the same name that began after the end of the first', () => {
    const tracker = withSession();
    tracker.observe({ type: 'flowDestroy', flow: controlFlow() }, at(100));
    expect(tracker.sweep([controlFlow()], [], at(101), at(102))).toHaveLength(1);
  });

  it('that finds a control flow tells its data flows again, which were told without it', () => {
    const tracker = new Tracker();
    tracker.observe({ type: 'flowNew', flow: dataFlow() }, at(0));
    expect(tracker.sweep([dataFlow(), controlFlow()], [], at(10), at(11))).toEqual([
      { type: 'flow', flow: controlFlow() },
      { type: 'flow', flow: dataFlow() },
    ]);
    expect(tracker.sweep([dataFlow(), controlFlow()], [], at(20), at(21))).toEqual([]);
  });
});
