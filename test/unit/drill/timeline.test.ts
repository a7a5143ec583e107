/** The picture of a drill, as text. What it looks like was looked at; here is what must be in it. */
import { SaxesParser } from 'saxes';
import { describe, expect, it } from 'vitest';
import type { DrillRecord } from '../../../src/drill/record.js';
import { escapeXml } from '../../../src/drill/svg.js';
import { timeline } from '../../../src/drill/timeline.js';
import { lanesOf } from '../../../src/drill/timeline-lanes.js';
import { CRASH, DOWNLOAD, IDLE } from './samples.js';

/** By a strict parser of XML 1.0. */
function isWellFormed(xml: string): boolean {
  const parser = new SaxesParser({ xmlns: true });
  let good = true;
  parser.on('error', () => (good = false));
  parser.write(xml).close();
  return good;
}

const texts = (svg: string): readonly string[] =>
  Array.from(svg.matchAll(/<text[^>]*>([^<]*)<\/text>/g), ([, text = '']) => text);

describe('the lanes of a drill', () => {
  it('are who was active, each probe, each session', () => {
    expect(lanesOf(CRASH).map(({ label, mark }) => [label, mark])).toEqual([
      ['active', undefined],
      ['192.0.2.10 (echo)', undefined],
      ['PASV download', 'good'],
      ['EPRT idle', 'good'],
    ]);
  });

  it('colour the roles by who has them, until the next one or the end', () => {
    expect(lanesOf(CRASH)[0]?.bars.map(({ from, to, tone }) => [from, to, tone])).toEqual([
      [0, 2060, 'mine'],
      [2060, 2300, 'nobody'],
      [2300, 8000, 'theirs'],
    ]);
  });

  it('mark a silence that is longer than those before the fault, and no other one', () => {
    expect(lanesOf(CRASH)[2]?.bars.map(({ from, tone, label }) => [from, tone, label])).toEqual([
      [500, 'idle', undefined],
      [600, 'mine', undefined],
      [900, 'pause', undefined],
      [2050, 'warn', '220.5 ms'],
    ]);
  });

  it('show where a session was lost, and why', () => {
    const lost = { ...IDLE, outcome: { type: 'lost', reason: 'connection reset' } } as const;
    const lane = lanesOf({ ...CRASH, sessions: [lost] })[2];
    expect(lane?.mark).toBe('bad');
    expect(lane?.bars.at(-1)).toMatchObject({
      from: 5000,
      to: 5000,
      tone: 'bad',
      says: 'EPRT idle: connection reset',
    });
  });
});

describe('the picture of a drill', () => {
  it('is one SVG file that needs nothing else and runs nothing', () => {
    const svg = timeline(CRASH);
    expect(svg).toMatch(
      /^<\?xml version="1.0" encoding="UTF-8"\?>\n<svg xmlns="http:\/\/www.w3.org\/2000\/svg" /,
    );
    expect(isWellFormed(svg)).toBe(true);
    expect(svg).not.toMatch(/<script|href=|url\(|@import|\son[a-z]+=/);
    expect(svg.replace('xmlns="http://www.w3.org/2000/svg"', '')).not.toContain('http');
  });

  it('says what it was and how it went', () => {
    expect(texts(timeline(CRASH)).slice(0, 3)).toEqual([
      'ftpair drill: crash on alpha (peer beta)',
      '✓',
      'passed · outage 110.4 ms · longest stall of a transfer 220.5 ms · 2 of 2 sessions survived · 2026-03-01 12:00:00 UTC',
    ]);
  });

  it('counts time from the fault, and draws the moments around it once more', () => {
    const all = texts(timeline(CRASH));
    expect(all).toEqual(expect.arrayContaining(['the whole drill', '−2 s', '0 s', '+6 s']));
    expect(all).toEqual(expect.arrayContaining(['around the fault', '−400 ms', '0 ms', '+1400 ms']));
    expect(all).toEqual(expect.arrayContaining(['+0.000 s', '+5.000 s']));
  });

  it('draws no second panel for a short drill, nor where nothing was done', () => {
    for (const record of [
      { ...CRASH, durationMillis: 3999 },
      { ...CRASH, faultAt: undefined },
    ])
      expect(texts(timeline(record))).not.toContain('around the fault');
  });

  it('names the first thing that went wrong', () => {
    expect(texts(timeline({ ...CRASH, troubles: ['not undone: a', 'not undone: b'] }))).toContain(
      'not undone: a (and 1 more)',
    );
  });

  it('keeps whatever anybody says from being anything but text', () => {
    const evil = '</text><script>alert("1")</script>&\u0000\ud800 {}';
    const record: DrillRecord = {
      ...CRASH,
      node: evil,
      roles: [{ at: 0, active: evil }],
      sessions: [{ ...DOWNLOAD, name: evil, outcome: { type: 'lost', reason: evil } }],
      steps: [{ at: 1, text: evil }],
      events: [{ at: 1, severity: evil, text: evil }],
      troubles: [evil],
    };
    const svg = timeline(record);
    expect(svg).not.toContain('<script');
    expect(isWellFormed(svg)).toBe(true);
    expect(escapeXml(evil)).toBe(
      '&lt;/text&gt;&lt;script&gt;alert(&quot;1&quot;)&lt;/script&gt;&amp;\ufffd\ufffd {}',
    );
  });

  it('stands for drills of any length, empty ones too', () => {
    const empty = { ...CRASH, durationMillis: 0, roles: [], probes: [], sessions: [], steps: [], events: [] };
    expect(isWellFormed(timeline(empty))).toBe(true);
    const long = timeline({ ...CRASH, durationMillis: 600_000 });
    expect(texts(long).filter((text) => /^[+−]?\d+ s$/.test(text)).length).toBeLessThanOrEqual(14);
  });
});
