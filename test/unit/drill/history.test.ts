import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { history } from '../../../src/drill/history.js';
import type { DrillRecord, Scenario } from '../../../src/drill/record.js';
import { keepRecord, readKept } from '../../../src/drill/store.js';
import { historyLines } from '../../../src/cli/drill-report.js';
import { CRASH } from './samples.js';

/** One drill a day, with outages of so many milliseconds. */
function days(outages: readonly number[], scenario: Scenario = 'crash') {
  return outages.map((outage, day) => ({
    file: `${day}.json`,
    record: {
      ...CRASH,
      scenario,
      startedAt: `2026-03-0${day + 1}T12:00:00.000Z`,
      probes: CRASH.probes.map((probe) => ({ ...probe, silences: [{ from: 2100, to: 2100 + outage }] })),
    } satisfies DrillRecord,
  }));
}

const slower = (outages: readonly number[]): readonly string[] => history(days(outages)).at(-1)?.slower ?? [];

describe('a drill beside earlier ones', () => {
  it.each([
    ['as fast as they were', [100, 110, 105, 108], false],
    ['a half slower than their middle, and not more', [100, 110, 105, 157.5], false],
    ['more than a half slower', [100, 110, 105, 157.6], true],
    ['slower by a half, which is less than 20 ms', [12, 14, 13, 32], false],
    ['slower by more than that', [12, 14, 13, 34], true],
    ['slower, where the earlier ones were scattered as widely', [50, 150, 100, 240], false],
    ['with only two before it', [100, 110, 500], false],
  ])('%s', (_words, outages, expected) => {
    expect(slower(outages).length > 0).toBe(expected);
  });

  it('says what got slower, and against what', () => {
    expect(slower([100, 110, 105, 300])).toEqual([
      'outage 300 ms, where 3 earlier drills had 105 ms in the middle',
    ]);
  });

  it('is compared with good ones of its own scenario only, in the order of time', () => {
    const others = days([10, 10, 10], 'handover');
    const failed = days([10, 10, 10]).map(({ record, file }) => ({
      file,
      record: { ...record, troubles: ['no'] },
    }));
    const mine = days([100, 100, 100, 120]).reverse();
    const lines = history([...others, ...failed, ...mine]);
    expect(lines.filter((line) => line.slower.length > 0)).toEqual([]);
    expect(lines.map(({ record }) => record.startedAt)).toEqual(
      lines.map(({ record }) => record.startedAt).toSorted(),
    );
  });

  it('is listed with the ones before it', () => {
    expect(historyLines(history(days([100, 110, 105, 300])), false)).toBe(
      `  when                  scenario  on     verdict  outage  stall     takeover  sessions
  2026-03-01T12:00:00Z  crash     alpha  ok       100 ms  220.5 ms  300 ms    2/2
  2026-03-02T12:00:00Z  crash     alpha  ok       110 ms  220.5 ms  300 ms    2/2
  2026-03-03T12:00:00Z  crash     alpha  ok       105 ms  220.5 ms  300 ms    2/2
  2026-03-04T12:00:00Z  crash     alpha  ok       300 ms  220.5 ms  300 ms    2/2
crash got slower: outage 300 ms, where 3 earlier drills had 105 ms in the middle
`,
    );
  });
});

describe('records that were kept', () => {
  it('come back as they were; what is no record is named with the reason', () => {
    const directory = mkdtempSync(join(tmpdir(), 'ftpair-drills-'));
    try {
      keepRecord(directory, CRASH);
      writeFileSync(join(directory, '20260302T120000Z-handover.json'), '{"format": 2}');
      writeFileSync(join(directory, '20260303T120000Z-handover.json'), '{');
      writeFileSync(join(directory, 'notes.json'), '{');
      const { records, problems } = readKept(directory);
      expect(records).toEqual([{ file: '20260301T120000Z-crash.json', record: CRASH }]);
      expect(problems).toEqual([
        {
          file: '20260302T120000Z-handover.json',
          problem: expect.stringContaining('it is no record of a drill: format') as string,
        },
        { file: '20260303T120000Z-handover.json', problem: 'it is no JSON' },
      ]);
      expect(readKept(join(directory, 'none'))).toEqual({ records: [], problems: [] });
    } finally {
      rmSync(directory, { recursive: true });
    }
  });
});
