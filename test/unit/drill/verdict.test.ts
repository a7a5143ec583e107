import { describe, expect, it } from 'vitest';
import { judge } from '../../../src/drill/verdict.js';
import { CRASH, DOWNLOAD, IDLE } from './samples.js';

describe('the verdict on a drill', () => {
  it('is good when every session came through, with its figures from the fault on', () => {
    expect(judge(CRASH)).toEqual({
      ok: true,
      findings: [],
      figures: {
        outageMillis: expect.closeTo(110.4) as number,
        resolutionMillis: 3.2,
        worstStallMillis: 220.5,
        usualStallMillis: 30,
        survived: 2,
        lost: 0,
        takeoverMillis: 300,
      },
    });
  });

  it('is bad for each session that was lost, with its reason', () => {
    const lost = { ...IDLE, outcome: { type: 'lost', reason: 'connection reset' } } as const;
    expect(judge({ ...CRASH, sessions: [DOWNLOAD, lost] })).toMatchObject({
      ok: false,
      findings: [{ code: 'lost', text: 'EPRT idle: connection reset' }],
      figures: { survived: 1, lost: 1 },
    });
  });

  it('is bad for what was not undone, for an interruption, and where nothing was done', () => {
    expect(judge({ ...CRASH, troubles: ['not undone: table ftpair_drill'] }).findings).toEqual([
      { code: 'trouble', text: 'not undone: table ftpair_drill' },
    ]);
    expect(judge({ ...CRASH, interrupted: 'Ctrl-C', faultAt: undefined }).findings).toEqual([
      { code: 'interrupted', text: 'it was interrupted: Ctrl-C' },
    ]);
    expect(judge({ ...CRASH, faultAt: undefined }).findings).toEqual([
      { code: 'noFault', text: 'it never came to what it should do' },
    ]);
  });

  it('is bad above the limits that were given, and not at them', () => {
    const silent = {
      ...CRASH,
      probes: CRASH.probes.map((probe) => ({ ...probe, silences: [{ from: 2100, to: 2200 }] })),
    };
    expect(judge(silent, { maxOutageMillis: 100, maxStallMillis: 220.5 }).ok).toBe(true);
    expect(judge(silent, { maxOutageMillis: 99, maxStallMillis: 220 }).findings).toEqual([
      { code: 'outage', text: 'the address was silent for 100 ms; 99 are allowed' },
      { code: 'stall', text: 'a transfer stood still for 220.5 ms; 220 are allowed' },
    ]);
  });

  it('knows no outage without a probe, none in silences from before the fault, and no takeover where the role stayed', () => {
    expect(judge({ ...CRASH, probes: [] }).figures.outageMillis).toBeUndefined();
    const early = CRASH.probes.map((probe) => ({ ...probe, silences: probe.silences.slice(0, 1) }));
    const stayed = { ...CRASH, probes: early, roles: CRASH.roles.slice(0, 1) };
    expect(judge(stayed).figures).toMatchObject({ outageMillis: 0, takeoverMillis: undefined });
  });
});
