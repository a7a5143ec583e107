import { describe, expect, it } from 'vitest';
import type { ProbeReason, ProbeResult } from '../../../src/nanny/result.js';
import { judge, unknownServer } from '../../../src/nanny/verdict.js';
import { millis } from '../../../src/time.js';

const timings = { totalMillis: millis(5), steps: [] };

function result(reason: ProbeReason | 'ok'): ProbeResult {
  return reason === 'ok'
    ? { ok: true, timings }
    : { ok: false, reason, step: 'connect', detail: '', timings };
}

/** One word per probe in; one word per probe out: `.` no change, or the change with its reason. */
function row(words: string, limits = { rise: 2, fall: 3 }): string {
  let state = unknownServer;
  const out: string[] = [];
  for (const word of words.split(' ')) {
    const next = judge(state, result(word as ProbeReason | 'ok'), limits);
    state = next.state;
    const { change } = next;
    out.push(change === undefined ? '.' : `${change.from}>${change.to}:${change.reason}`);
  }
  return out.join(' ');
}

describe('the verdict on a server', () => {
  it('is up at once after a good first probe', () => {
    expect(row('ok ok')).toBe('unknown>up:ok .');
  });

  it('is down at once after a bad first probe, and that is reported', () => {
    expect(row('refused refused')).toBe('unknown>down:refused .');
  });

  it('falls at the third bad probe in a row, with the reason of that one', () => {
    expect(row('ok refused refused timedOut timedOut')).toBe('unknown>up:ok . . up>down:timedOut .');
  });

  it('does not fall when a good probe comes in between', () => {
    expect(row('ok busy busy ok busy busy ok')).toBe('unknown>up:ok . . . . . .');
  });

  it('rises at the second good probe in a row', () => {
    expect(row('closed ok closed ok ok')).toBe('unknown>down:closed . . . down>up:ok');
  });

  it('falls and rises with every probe when both limits are 1', () => {
    expect(row('ok login ok', { rise: 1, fall: 1 })).toBe('unknown>up:ok up>down:login down>up:ok');
  });

  it('ignores probes that failed on our side: they neither count nor interrupt', () => {
    expect(row('local ok refused local refused local refused')).toBe(
      '. unknown>up:ok . . . . up>down:refused',
    );
  });
});
