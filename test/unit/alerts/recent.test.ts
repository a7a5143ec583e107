import { describe, expect, test } from 'vitest';
import type { Alert } from '../../../src/alerts/catalogue.js';
import { describeNotice } from '../../../src/alerts/describe.js';
import type { Told } from '../../../src/alerts/fanout.js';
import { RECENT_LIMIT, RecentAlerts } from '../../../src/alerts/recent.js';
import { eventsPage } from '../../../src/daemon/events-page.js';
import { millis } from '../../../src/time.js';

const NOON = new Date('2026-03-01T12:00:00.000Z');

function told(alert: Alert, at: number): Told {
  const notice = { alert, relation: undefined, at: millis(at), time: NOON };
  return { notice, description: describeNotice(notice) };
}

describe('the newest alerts', () => {
  test('are told in order, in the words of the alert, with their age', () => {
    const recent = new RecentAlerts();
    recent.note(told({ id: 'peer-back', peer: 'beta' }, 1000));
    recent.note(told({ id: 'no-server', service: 'ftp' }, 1500.4));
    expect(eventsPage('alpha', recent.since(1), 2000)).toEqual({
      node: 'alpha',
      events: [
        {
          number: 2,
          id: 'no-server',
          severity: 'crit',
          text:
            'Service ftp has no real server left and new clients are refused; look at its FTP servers and at ' +
            'the private LAN.',
          fields: { service: 'ftp' },
          agoMillis: 500,
          time: '2026-03-01T12:00:00.000Z',
        },
      ],
    });
    expect(recent.since(0).map(({ id }) => id)).toEqual(['peer-back', 'no-server']);
    expect(recent.since(2)).toEqual([]);
  });

  test('are at most two hundred, and keep their numbers', () => {
    const recent = new RecentAlerts();
    for (let i = 0; i < 205; i++) recent.note(told({ id: 'peer-back', peer: 'beta' }, i));
    expect(RECENT_LIMIT).toBe(200);
    expect(recent.since(0).map(({ number }) => number)).toEqual(Array.from({ length: 200 }, (_, i) => i + 6));
  });
});
