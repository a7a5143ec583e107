/** What the backup knows to be in its kernel, and what it writes for each change. */
import { beforeEach, describe, expect, it } from 'vitest';
import { tupleKey } from '../../../src/conntrack/tuple.js';
import { bucketOf } from '../../../src/journal/buckets.js';
import { Mirror } from '../../../src/replication/mirror.js';
import { millis } from '../../../src/time.js';
import { announcement, CLIENT, controlFlow, dataFlow, SERVER, tuple } from './samples.js';

const CONTROL = { type: 'flow', flow: controlFlow() } as const;
const DATA = { type: 'flow', flow: dataFlow() } as const;
const ANNOUNCED = { type: 'expectation', expectation: announcement() } as const;
const OTHER = { type: 'flow', flow: controlFlow(40_003) } as const;
const OTHER_ANNOUNCED = { type: 'expectation', expectation: announcement(40_003) } as const;

const bucket = (port: number): number => bucketOf(tupleKey(controlFlow(port).orig));

let mirror: Mirror;

beforeEach(() => {
  mirror = new Mirror(() => millis(5));
});

describe('what is counted', () => {
  it('are control flows, data flows and announced channels', () => {
    for (const change of [CONTROL, OTHER, DATA, ANNOUNCED]) mirror.plan(change);
    expect(mirror.counts).toEqual({ control: 2, data: 1, announced: 1 });
    mirror.clear();
    expect(mirror.counts).toEqual({ control: 0, data: 0, announced: 0 });
    expect(mirror.announcedBy(controlFlow().orig)).toEqual([]);
  });
});

describe('what the kernel holds already', () => {
  it('is taken over: a flow with its EXPECTED bit, and announcements of our flows alone', () => {
    mirror.load([controlFlow(), dataFlow()], [announcement(), announcement(50_000)]);
    expect(mirror.counts).toEqual({ control: 1, data: 1, announced: 1 });
    expect(mirror.plan(DATA)).toEqual([{ type: 'updateFlow', flow: dataFlow(), expected: true }]);
    expect(mirror.plan(CONTROL)).toEqual([{ type: 'updateFlow', flow: controlFlow(), expected: false }]);
    expect(mirror.plan(ANNOUNCED)).toEqual([{ type: 'refreshExpectation', expectation: announcement() }]);
  });

  it('replaces what was known before', () => {
    mirror.plan(CONTROL);
    mirror.plan(ANNOUNCED);
    mirror.load([controlFlow(40_003)], []);
    expect(mirror.counts).toEqual({ control: 1, data: 0, announced: 0 });
    expect(mirror.expectations.size).toBe(0);
  });

  it('is numbered as it comes, before all that is told later', () => {
    mirror.load([controlFlow(1), controlFlow(2)], []);
    mirror.plan({ type: 'flow', flow: controlFlow(3) });
    mirror.plan({ type: 'flow', flow: controlFlow(4) });
    const serials = [1, 2, 3, 4].map((port) => mirror.flows.get(tupleKey(controlFlow(port).orig))?.serial);
    expect(serials).toEqual([0, 1, 2, 3]);
  });
});

describe('a change of a flow', () => {
  it('replaces a data flow that came before its control flow: the kernel takes a master at creation alone', () => {
    expect(mirror.plan(DATA)).toEqual([{ type: 'createFlow', flow: dataFlow(), withMaster: false }]);
    expect(mirror.plan(DATA)).toEqual([{ type: 'updateFlow', flow: dataFlow(), expected: false }]);
    mirror.plan(CONTROL);
    expect(mirror.plan(DATA)).toEqual([
      { type: 'deleteFlow', orig: dataFlow().orig },
      { type: 'createFlow', flow: dataFlow(), withMaster: true },
    ]);
    expect(mirror.plan(DATA)).toEqual([{ type: 'updateFlow', flow: dataFlow(), expected: true }]);
  });

  it('writes nothing for the end of what is not there', () => {
    expect(mirror.plan({ type: 'flowGone', orig: controlFlow().orig })).toEqual([]);
    expect(mirror.plan({ type: 'expectationGone', expectation: announcement() })).toEqual([]);
  });

  it('creates what the kernel was found not to have', () => {
    mirror.plan(CONTROL);
    mirror.forget(controlFlow().orig);
    expect(mirror.plan(CONTROL)).toEqual([{ type: 'createFlow', flow: controlFlow(), withMaster: false }]);
    mirror.plan(ANNOUNCED);
    mirror.forgetExpectation(announcement());
    expect(mirror.plan(ANNOUNCED)).toHaveLength(2);
  });

  it('to another server replaces the flow', () => {
    mirror.plan(CONTROL);
    const moved = controlFlow(40_000, { reply: tuple(SERVER, 2121, CLIENT, 40_000) });
    expect(mirror.plan({ type: 'flow', flow: moved })).toEqual([
      { type: 'deleteFlow', orig: controlFlow().orig },
      { type: 'createFlow', flow: moved, withMaster: false },
    ]);
  });
});

describe('a data flow of a port that another session uses again', () => {
  const taken = dataFlow(40_000, 12_345, { master: controlFlow(40_003).orig });

  beforeEach(() => {
    mirror.plan(CONTROL);
    mirror.plan(DATA);
  });

  it('replaces the one before: the kernel takes a master at creation alone', () => {
    mirror.plan(OTHER);
    expect(mirror.plan({ type: 'flow', flow: taken })).toEqual([
      { type: 'deleteFlow', orig: dataFlow().orig },
      { type: 'createFlow', flow: taken, withMaster: true },
    ]);
    expect(mirror.plan({ type: 'flow', flow: taken })).toEqual([
      { type: 'updateFlow', flow: taken, expected: true },
    ]);
  });

  it('is the same flow when it says no master', () => {
    const silent = dataFlow(40_000, 12_345, { master: undefined });
    expect(mirror.plan({ type: 'flow', flow: silent })).toEqual([
      { type: 'updateFlow', flow: silent, expected: true },
    ]);
  });

  it('stays what it is in a kernel that holds it without a master, until the master is there', () => {
    mirror.load([dataFlow(40_000, 12_345, { status: 0x18e })], []);
    expect(mirror.plan({ type: 'flow', flow: taken })).toEqual([
      { type: 'updateFlow', flow: taken, expected: false },
    ]);
  });
});

describe('the announcements of a control flow', () => {
  const second = announcement(40_000, 12_346);

  beforeEach(() => {
    mirror.plan(CONTROL);
    mirror.plan(ANNOUNCED);
    mirror.plan({ type: 'expectation', expectation: second });
  });

  it('may be two while the old one ends', () => {
    expect(mirror.announcedBy(controlFlow().orig)).toEqual([announcement(), second]);
    expect(mirror.plan({ type: 'expectationGone', expectation: announcement() })).toEqual([
      { type: 'deleteExpectation', expectation: announcement() },
    ]);
    expect(mirror.announcedBy(controlFlow().orig)).toEqual([second]);
  });

  it('go with it, all of them, and come back to a new one with the same name', () => {
    expect(mirror.plan({ type: 'flowGone', orig: controlFlow().orig })).toEqual([
      { type: 'deleteFlow', orig: controlFlow().orig },
    ]);
    expect(mirror.counts).toEqual({ control: 0, data: 0, announced: 0 });
    mirror.plan(CONTROL);
    expect(mirror.plan(ANNOUNCED)).toEqual([
      { type: 'createExpectation', expectation: announcement() },
      { type: 'refreshExpectation', expectation: announcement() },
    ]);
    expect(mirror.announcedBy(controlFlow().orig)).toEqual([announcement()]);
  });
});

describe('what a copy did not name', () => {
  beforeEach(() => {
    for (const change of [CONTROL, ANNOUNCED, OTHER, OTHER_ANNOUNCED]) mirror.plan(change);
    mirror.beginCopy();
  });

  it('is stale, announcements before their flows, and what it named is not', () => {
    mirror.plan(CONTROL);
    mirror.plan(ANNOUNCED);
    expect(mirror.stale()).toEqual([
      { type: 'expectationGone', expectation: announcement(40_003) },
      { type: 'flowGone', orig: controlFlow(40_003).orig },
    ]);
  });

  it('is stale in the bucket that was copied, and left alone in every other one', () => {
    expect([bucket(40_000), bucket(40_003)]).toEqual([18, 32]);
    expect(mirror.stale(18)).toEqual([
      { type: 'expectationGone', expectation: announcement() },
      { type: 'flowGone', orig: controlFlow().orig },
    ]);
    expect(mirror.stale(19)).toEqual([]);
  });

  it('is still held by its bucket, with its announcements', () => {
    expect(mirror.held(18)).toEqual([CONTROL, ANNOUNCED]);
    expect(mirror.announcedIn(32)).toEqual([announcement(40_003)]);
    expect(mirror.held(19)).toEqual([]);
  });
});
