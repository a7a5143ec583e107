import { describe, expect, test } from 'vitest';
import { renderSessions, type SessionsList } from '../../../src/cli/sessions-screen.js';
import { LOST_REASONS } from '../../../src/control/sessions.js';
import { ANNOUNCED, DOWNLOADING } from '../control/page.js';

const LIST: SessionsList = {
  node: 'alpha',
  role: 'active',
  known: 2,
  sessions: [DOWNLOADING, ANNOUNCED],
  more: false,
  filtered: false,
};

function lines(list: Partial<SessionsList>, colour = false): string[] {
  return renderSessions({ ...LIST, ...list }, colour)
    .trimEnd()
    .split('\n');
}

describe('the sessions on the screen', () => {
  test('are one line each in columns, and one for all', () => {
    expect(lines({})).toEqual([
      '  client               service                   server         state        data channel  to client  from client  since      survives',
      '  198.51.100.7:40000   ftp 192.0.2.10:21         one            downloading  passive       3.0 MiB    80.0 KiB     2 min 3 s  yes',
      '  [2001:db8::7]:40001  ftp6 [2001:db8::10]:2121  two (drained)  announced    active        -          -            38 ms      no: the announced channel: the backup has not acknowledged it yet',
      '2 sessions on alpha (active): 1 would survive a failover now, 1 would not (unacknowledged 1)',
    ]);
  });

  test('say how many data channels there are when there are several', () => {
    expect(lines({ sessions: [{ ...DOWNLOADING, dataChannels: 2 }] })[1]).toContain('passive ×2');
  });

  test('are counted by reason, the most frequent first', () => {
    const full = { ...ANNOUNCED, reason: 'tableFull', part: 'control' } as const;
    expect(lines({ known: 3, sessions: [ANNOUNCED, full, full] }).at(-1)).toBe(
      '3 sessions on alpha (active): 0 would survive a failover now, 3 would not (tableFull 2, unacknowledged 1)',
    );
  });

  test('say of how many they are when only some were asked for', () => {
    expect(lines({ known: 70, sessions: [DOWNLOADING], filtered: true }).at(-1)).toBe(
      '1 session of 70 on alpha (active): 1 would survive a failover now',
    );
  });

  test('say that there are more, and how to see them', () => {
    expect(lines({ known: 70, sessions: [DOWNLOADING], more: true }).at(-1)).toBe(
      'the first 1 session of 70 on alpha (active): 1 would survive a failover now; more with --limit',
    );
  });

  test('are a total alone when there are none', () => {
    expect(lines({ known: 0, sessions: [] })).toEqual(['0 sessions on alpha (active)']);
  });

  test('show the verdict in colour on a terminal', () => {
    const text = lines({}, true).join('\n');
    expect(text).toContain('\u001b[32myes\u001b[39m');
    expect(text).toContain('\u001b[31mno: the announced channel');
  });

  test.each(LOST_REASONS.map((reason) => [reason]))('have a clause for %s', (reason) => {
    const [, line] = lines({ sessions: [{ ...ANNOUNCED, reason, part: 'session' }] });
    expect(line).toMatch(/ no: [a-z].{10,}$/);
  });
});
