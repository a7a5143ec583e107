/** The observer's word: spans, overlaps, silences and who is alone, from sightings written down by hand. */
import { describe, expect, it } from 'vitest';
import {
  answeringAtEnd,
  claimants,
  joinWatches,
  overlapOf,
  type Sighting,
  silenceOf,
  since,
  spansOf,
  type Watch,
} from '../../lab/support/observer-sight.js';

const VIP = '192.0.2.10';
const OLD = '02:00:00:00:00:01';
const NEW = '02:00:00:00:00:02';

function watch(from: number, to: number, sightings: readonly Sighting[], ownStallMillis = 5): Watch {
  return { from, to, sightings, ownStallMillis };
}

/** An answer at a time; the observer asks every 5 ms from 0 on, so question 1 is out at 5. */
function answer(at: number, mac: string, asked = Math.floor(at / 5)): Sighting {
  return { at, address: VIP, mac, kind: 'answer', asked };
}

/** Answers to every question between two times, both included. */
function answers(mac: string, from: number, to: number): Sighting[] {
  return Array.from({ length: (to - from) / 5 + 1 }, (_, index) => answer(from + 5 * index, mac));
}

const byTime = (...lists: Sighting[][]): Sighting[] => lists.flat().sort((a, b) => a.at - b.at);

describe('spans', () => {
  it('joins answers to question after question', () => {
    expect(spansOf(watch(0, 100, answers(OLD, 10, 90)), VIP)).toEqual([{ mac: OLD, first: 10, last: 90 }]);
  });

  it('holds through four questions without an answer and ends at the fifth', () => {
    const held = watch(0, 100, [answer(10, OLD, 2), answer(30, OLD, 6)]);
    expect(spansOf(held, VIP)).toEqual([{ mac: OLD, first: 10, last: 30 }]);
    const ended = watch(0, 100, [answer(10, OLD, 2), answer(35, OLD, 7)]);
    expect(spansOf(ended, VIP)).toEqual([
      { mac: OLD, first: 10, last: 10 },
      { mac: OLD, first: 35, last: 35 },
    ]);
  });

  it('does not take a stall of the observer for silence: it has not asked', () => {
    const stalled = watch(0, 300, [answer(10, OLD, 2), answer(250, OLD, 3)]);
    expect(spansOf(stalled, VIP)).toEqual([{ mac: OLD, first: 10, last: 250 }]);
  });

  it('counts neither claims nor answers for another address', () => {
    const others: Sighting[] = [
      { ...answer(10, OLD), kind: 'claim' },
      { ...answer(10, OLD), address: '192.0.2.11' },
    ];
    expect(spansOf(watch(0, 100, others), VIP)).toEqual([]);
  });
});

describe('two that answer', () => {
  it('is the last answer of the old one minus the first of the new one', () => {
    const both = byTime(answers(OLD, 0, 60), answers(NEW, 45, 100));
    expect(overlapOf(watch(0, 100, both), VIP)).toBe(15);
  });

  it('is none when the new one begins after the old one has ended', () => {
    const turn = byTime(answers(OLD, 0, 40), answers(NEW, 45, 100));
    expect(overlapOf(watch(0, 100, turn), VIP)).toBe(0);
  });

  it('is none when the role goes to and fro with pauses between', () => {
    const turns = byTime(answers(OLD, 0, 40), answers(NEW, 50, 150), answers(OLD, 160, 200));
    expect(overlapOf(watch(0, 200, turns), VIP)).toBe(0);
  });

  it('is the longest of several', () => {
    const turns = byTime(answers(OLD, 0, 60), answers(NEW, 50, 150), answers(OLD, 130, 200));
    expect(overlapOf(watch(0, 200, turns), VIP)).toBe(20);
  });
});

describe('silence', () => {
  it('is the longest time between two answers of anybody', () => {
    const turn = byTime(answers(OLD, 0, 40), answers(NEW, 170, 200));
    expect(silenceOf(watch(0, 200, turn), VIP)).toBe(130);
  });

  it('counts the edges of the watch, and all of it where nobody ever answers', () => {
    expect(silenceOf(watch(0, 200, answers(OLD, 80, 150)), VIP)).toBe(80);
    expect(silenceOf(watch(0, 200, answers(OLD, 0, 100)), VIP)).toBe(100);
    expect(silenceOf(watch(0, 200, []), VIP)).toBe(200);
  });
});

describe('who answers at the end', () => {
  it('is one, since the other one has fallen silent', () => {
    const both = byTime(answers(OLD, 0, 60), answers(NEW, 45, 200));
    expect(answeringAtEnd(watch(0, 200, both), VIP, 100)).toEqual({ who: 'one', mac: NEW, since: 60 });
  });

  it('is one, since its own last silence', () => {
    const broken = byTime(answers(OLD, 0, 60), answers(OLD, 150, 200));
    expect(answeringAtEnd(watch(0, 200, broken), VIP, 100)).toEqual({ who: 'one', mac: OLD, since: 150 });
  });

  it('is several while two have answered within the window', () => {
    const both = byTime(answers(OLD, 0, 150), answers(NEW, 45, 200));
    expect(answeringAtEnd(watch(0, 200, both), VIP, 50)).toEqual({ who: 'several', macs: [OLD, NEW] });
    expect(answeringAtEnd(watch(0, 201, both), VIP, 50)).toEqual({ who: 'one', mac: NEW, since: 150 });
  });

  it('is nobody when the last answer is older than the window', () => {
    expect(answeringAtEnd(watch(0, 200, answers(OLD, 0, 95)), VIP, 100)).toEqual({ who: 'nobody' });
  });
});

it('joins stretches that follow each other, with the worst stall', () => {
  const joined = joinWatches([
    watch(0, 50, answers(OLD, 0, 50), 7),
    watch(50, 100, answers(OLD, 55, 100), 5),
  ]);
  expect([joined.from, joined.to, joined.ownStallMillis]).toEqual([0, 100, 7]);
  expect(spansOf(joined, VIP)).toEqual([{ mac: OLD, first: 0, last: 100 }]);
});

it('forgets what was seen before a time', () => {
  expect(spansOf(since(watch(0, 100, answers(OLD, 0, 100)), 52), VIP)).toEqual([
    { mac: OLD, first: 55, last: 100 },
  ]);
});

it('names who claimed the address without having been asked, once each', () => {
  const claim = (at: number, mac: string): Sighting => ({ ...answer(at, mac), kind: 'claim' });
  const seen = watch(0, 100, [answer(5, OLD), claim(10, NEW), claim(15, OLD), claim(20, NEW)]);
  expect(claimants(seen, VIP)).toEqual([NEW, OLD]);
});
