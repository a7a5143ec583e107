/** A measurement from outside: what its sessions do, what its record means, how it looks; and that it needs no addon. */
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, test, vi } from 'vitest';
import { probeReport } from '../../../src/cli/probe-screen.js';
import { outsideKinds } from '../../../src/drill/outside-crew.js';
import { isProved, isUsable } from '../../../src/drill/outside-probe.js';
import { longestOf, type OutsideRecord, worstStall } from '../../../src/drill/outside-record.js';
import { outsideTimeline } from '../../../src/drill/outside-timeline.js';
import { judgeOutside, outageWords } from '../../../src/drill/outside-verdict.js';
import { joined, stayOutside } from '../../../src/drill/outsider.js';
import type { SessionRecord } from '../../../src/drill/record.js';
import type { RemoteSession } from '../../../src/drill/remote.js';

const DOWNLOAD: SessionRecord = {
  ...{ name: 'EPSV download', mode: 'EPSV', moment: 'download', bytes: 8_388_608 },
  ...{ span: { from: -900, to: 5100 }, transfer: { from: -800, to: 5050 } },
  stalls: [
    { from: 100, to: 130 },
    { from: 2000, to: 2204 },
  ],
  ...{ stallBeforeMillis: 30, stallAcrossMillis: 204, outcome: { type: 'survived' } },
};
const IDLE: SessionRecord = {
  ...{ name: 'EPSV idle', mode: 'EPSV', moment: 'idle', bytes: 312, span: { from: -950, to: 5020 } },
  ...{ transfer: undefined, stalls: [], stallBeforeMillis: undefined, stallAcrossMillis: undefined },
  outcome: { type: 'survived' },
};
const LOST: SessionRecord = { ...IDLE, outcome: { type: 'lost', reason: 'the control connection closed' } };

const RECORD: OutsideRecord = {
  ...{ format: 1, version: '0.1.0', address: '192.0.2.10', port: 21 },
  ...{ startedAt: '2026-11-23T01:02:03.456Z', durationMillis: 5120, silentAtEnd: false },
  probe: {
    ...{ address: '192.0.2.10', kind: 'tcp', everyMillis: 5, sent: 1000, answered: 978 },
    ...{ silences: [{ from: 2000, to: 2108.7 }], ownStallMillis: 7.9 },
  },
  outage: { from: 2000, to: 2108.7 },
  sessions: [IDLE, DOWNLOAD],
};
const NO_LIMITS = { maxOutage: undefined, maxStall: undefined };

function withOwnStall(ownStallMillis: number): OutsideRecord {
  return RECORD.probe === undefined ? RECORD : { ...RECORD, probe: { ...RECORD.probe, ownStallMillis } };
}

describe('what was measured from outside', () => {
  test('is good when every session survived', () => {
    expect(judgeOutside(RECORD, NO_LIMITS)).toEqual({
      ok: true,
      text: 'all 2 sessions survived; outage: 108.7 ms, longest stall 204 ms',
      findings: [],
    });
  });

  test.each([
    ['a lost session', { ...RECORD, sessions: [LOST] }, NO_LIMITS, 'session-lost', 'EPSV idle was lost: the control connection closed'],
    ['an address that nobody has', { ...RECORD, silentAtEnd: true }, NO_LIMITS, 'silent-at-end', 'nobody answered for 192.0.2.10 at the end'],
    ['an outage above the limit', RECORD, { ...NO_LIMITS, maxOutage: 108.6 }, 'outage-too-long', '192.0.2.10 was silent for 108.7 ms, longer than the limit of 108.6 ms'],
    ['a limit of what was not measured', { ...RECORD, probe: undefined, outage: undefined }, { ...NO_LIMITS, maxOutage: 1000 }, 'outage-unknown', 'the outage could not be measured, so its limit cannot be judged'],
    ['a stall above the limit', RECORD, { ...NO_LIMITS, maxStall: 203 }, 'stall-too-long', 'EPSV download stood still for 204 ms, longer than the limit of 203 ms'],
  ])('is bad with %s', (_, record, limits, code, text) => {
    const verdict = judgeOutside(record, limits);
    expect([verdict.ok, verdict.text]).toEqual([false, text]);
    expect(verdict.findings.map((finding) => [finding.code, finding.text])).toEqual([[code, text]]);
  }); // prettier-ignore

  test('is good at its limits', () => {
    expect(judgeOutside(RECORD, { maxOutage: 108.7, maxStall: 204 }).ok).toBe(true);
  });

  test.each([
    ['as long as it was', RECORD, '108.7 ms'],
    [
      'none where the probe itself stood still for as long',
      withOwnStall(108.7),
      'none of more than 108.7 ms',
    ],
    ['as it was where the probe stood still for less', withOwnStall(108.6), '108.7 ms'],
    ['none where none was noted down', { ...RECORD, outage: undefined }, 'none of more than 10 ms'],
    ['not known without a probe', { ...RECORD, probe: undefined, outage: undefined }, undefined],
  ])('has an outage %s', (_, record, words) => {
    expect(outageWords(record)).toBe(words);
  });

  test('has a longest silence, and sessions a longest stall', () => {
    expect(longestOf([])).toBeUndefined();
    expect(longestOf(DOWNLOAD.stalls)).toEqual({ from: 2000, to: 2204 });
    expect([worstStall(DOWNLOAD), worstStall(IDLE)]).toEqual([204, undefined]);
  });
});

describe('the report', () => {
  test('is one screen', () => {
    const record = { ...RECORD, sessions: [LOST, DOWNLOAD], silentAtEnd: true };
    expect(probeReport(record, judgeOutside(record, NO_LIMITS), false).split('\n')).toEqual([
      '',
      '192.0.2.10:21 for 5.1 s',
      '  outage  108.7 ms, 2.0 s after the beginning (not measured finer than 7.9 ms)',
      '  probe   978 answers to 1000 questions, one every 5 ms; stood still itself for 7.9 ms',
      '',
      '  session        received  longest stall  outcome',
      '  EPSV idle      312 B     under 20 ms    lost: the control connection closed',
      '  EPSV download  8.0 MiB   204 ms         survived',
      '',
      'not ok: nobody answered for 192.0.2.10 at the end',
      '        EPSV idle was lost: the control connection closed',
      '',
    ]);
  });

  test('says what was not measured', () => {
    const record = { ...RECORD, probe: undefined, outage: undefined };
    const text = probeReport(record, judgeOutside(record, NO_LIMITS), false);
    expect(text).toContain('\n  outage  not measured: the address does not refuse connections to the port of the probe\n');
    expect(text).toContain('\nok: all 2 sessions survived; outage: not measured, longest stall 204 ms\n');
  }); // prettier-ignore

  test('is a picture as well, in which nothing of the network is markup', () => {
    const hostile = '</text><script>alert(1)</script>';
    const lost: SessionRecord = { ...IDLE, outcome: { type: 'lost', reason: hostile } };
    const record = { ...RECORD, sessions: [lost, DOWNLOAD] };
    const svg = outsideTimeline(record, judgeOutside(record, NO_LIMITS));
    expect(svg).toContain('ftpair probe of 192.0.2.10');
    expect(svg).toContain('failed · outage 108.7 ms · 1 of 2 sessions survived · 2026-11-23 01:02:03 UTC');
    expect(svg).toContain('silent for 108.7 ms');
    expect(svg).toContain('around the longest silence');
    expect(svg).not.toContain('<script');
  });
});

describe('a probe', () => {
  test.each([
    ['answered at once', { sent: 100, answered: 100 }, true],
    ['whose last two questions are on their way', { sent: 20, answered: 18 }, true],
    ['that a firewall answers now and then', { sent: 100, answered: 87 }, false],
    ['that misses what may be missed', { sent: 100, answered: 88 }, true],
    ['that hardly ran', { sent: 19, answered: 19 }, false],
  ])('%s is usable or not', (_, figures, usable) => {
    expect(isUsable(figures)).toBe(usable);
  });
});

test.each([
  ['longer than the probe stood still, and than it waits between two questions', 25.1, true],
  ['as long as that', 25, false],
])('a silence is proved when it is %s', (_, silence, proved) => {
  expect(isProved(silence, 20)).toBe(proved);
});

describe('the sessions of a measurement from outside', () => {
  beforeEach(() => {
    vi.useFakeTimers();
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  test('are two in each mode, three with something to download', () => {
    expect(outsideKinds(['EPSV', 'PORT'], false).map(({ name }) => name)).toEqual([
      ...['EPSV idle', 'EPSV announced', 'PORT idle', 'PORT announced'],
    ]);
    expect(outsideKinds(['EPSV'], true).map(({ name }) => name)).toEqual([
      ...['EPSV idle', 'EPSV announced', 'EPSV download'],
    ]);
  });

  test('are joined over their rounds', () => {
    const first = { transfer: { from: 1, to: 2 }, bytes: 10, gaps: [{ from: 1, to: 2 }], lost: undefined };
    const second = { transfer: { from: 5, to: 7 }, bytes: 5, gaps: [{ from: 6, to: 7 }], lost: undefined };
    expect(joined(first, second)).toEqual({
      ...{ transfer: { from: 5, to: 7 }, bytes: 15, lost: undefined },
      gaps: [
        { from: 1, to: 2 },
        { from: 6, to: 7 },
      ],
    });
    const lost = { transfer: undefined, bytes: 0, gaps: [], lost: 'gone' };
    expect(joined(first, lost)).toEqual({ ...first, lost: 'gone' });
  });

  /** A session that answers at once, and what it was asked, in order. */
  function session(final = 226): { readonly remote: RemoteSession; readonly asked: string[] } {
    const asked: string[] = [];
    const note = <T>(word: string, value: T): Promise<T> => {
      asked.push(word);
      return Promise.resolve(value);
    };
    const result = {
      ...{ bytes: 100, sha256: '', stallMillis: 0, stallFrom: 0, stalls: [], startedAt: 0, endedAt: 0 },
      final: { code: final, text: '' },
    };
    const remote: RemoteSession = {
      localPort: 1,
      command: (line) => note(line, { code: 200, text: '' }),
      prepare: (mode) => note(mode, 1),
      retrieve: () => note('RETR', result),
      list: () => note('LIST', result),
      store: () => note('STOR', result),
      quit: () => note('QUIT', { code: 221, text: '' }),
      close: () => note('close', undefined),
    };
    return { remote, asked };
  }

  const NOTHING = { download: undefined, upload: undefined };
  const ANNOUNCED = { name: 'EPSV announced', mode: 'EPSV', moment: 'announced' } as const;

  function ending(): { over: boolean; end: () => void; readonly ended: Promise<void> } {
    let end: () => void = () => undefined;
    const ended = new Promise<void>((resolve) => (end = resolve));
    const state = {
      over: false,
      ended,
      end: () => {
        state.over = true;
        end();
      },
    };
    return state;
  }

  function stay(remote: RemoteSession, state: ReturnType<typeof ending>, kind: Parameters<typeof stayOutside>[1] = ANNOUNCED) {
    const course = { ready: () => undefined, progress: () => undefined };
    return stayOutside(remote, kind, NOTHING, { ...course, over: () => state.over, ended: state.ended });
  } // prettier-ignore

  it('use an announced channel after ten seconds, and announce the next one at once', async () => {
    const { remote, asked } = session();
    const state = ending();
    const done = stay(remote, state);
    await vi.advanceTimersByTimeAsync(9999);
    expect(asked).toEqual(['EPSV']);
    await vi.advanceTimersByTimeAsync(1);
    expect(asked).toEqual(['EPSV', 'LIST', 'EPSV']);
    state.end();
    expect(await done).toMatchObject({ bytes: 200, lost: undefined });
    expect(asked).toEqual(['EPSV', 'LIST', 'EPSV', 'LIST', 'close']);
    expect(vi.getTimerCount()).toBe(0);
  });

  it('leave an idle session alone until then', async () => {
    const { remote, asked } = session();
    const state = ending();
    const done = stay(remote, state, { name: 'PORT idle', mode: 'PORT', moment: 'idle' });
    await vi.advanceTimersByTimeAsync(9999);
    expect(asked).toEqual([]);
    state.end();
    await done;
    expect(asked).toEqual(['NOOP', 'PORT', 'LIST', 'close']);
  });

  it('end with the round in which they are lost', async () => {
    const { remote, asked } = session(426);
    const done = stay(remote, ending());
    await vi.advanceTimersByTimeAsync(10_000);
    expect((await done).lost).toBe('the transfer was answered with 426');
    expect(asked).toEqual(['EPSV', 'LIST', 'close']);
  });
});

describe('ftpair probe', () => {
  const SRC = 'src';

  /** Everything that is loaded with these files, but for types. */
  function loadedWith(...files: readonly string[]): ReadonlySet<string> {
    const seen = new Set<string>();
    const visit = (file: string): void => {
      if (seen.has(file) || !existsSync(join(SRC, file))) return;
      seen.add(file);
      const text = readFileSync(join(SRC, file), 'utf8');
      for (const [, clause = '', name = ''] of text.matchAll(/^(?:import|export) ([^;]*?)from '(\.[^']+)'/gm))
        if (!clause.startsWith('type ')) visit(normalize(join(dirname(file), name)).replace(/\.js$/, '.ts'));
    };
    for (const file of files) visit(file);
    return seen;
  }

  it('loads no addon and reads no config', () => {
    const loaded = loadedWith(
      'main.ts',
      'cli/probe.ts',
      'drill/session-main.ts',
      'drill/refusal-probe-main.ts',
    );
    expect(loaded).toContain('drill/session.ts');
    expect(loaded).toContain('drill/remote.ts');
    for (const file of ['native.ts', 'addon.ts', 'config/load.ts', 'daemon/run.ts'])
      expect(loaded).not.toContain(file);
    // It would be seen.
    expect(loadedWith('drill/probe-main.ts')).toContain('native.ts');
  });
});
