import { describe, expect, test } from 'vitest';
import { alertsSection } from '../../../src/cli/alerts-screen.js';
import { createPaint } from '../../../src/cli/paint.js';
import type { AlertsView } from '../../../src/control/alerts-view.js';
import { alertsWarnings } from '../../../src/daemon/alerts-picture.js';

const TROUBLED: AlertsView = {
  raised: 1300,
  failed: 0,
  collapsed: 1100,
  suppressed: 20,
  open: [
    { id: 'path-lost', subject: 'public', condition: '1f3a9c00-1', agoMillis: 65_000 },
    { id: 'table-full', subject: '', condition: '1f3a9c00-2', agoMillis: 2000 },
  ],
  targets: [
    { name: 'unix:/dev/log', sent: 180, waiting: 0, dropped: 0, refused: { EAGAIN: 3 } },
    { name: 'udp:192.0.2.50:514', sent: 170, waiting: 10, dropped: 0, refused: { ENETUNREACH: 3 } },
    {
      name: 'tls:192.0.2.51:6514',
      ...{ sent: 0, waiting: 1000, dropped: 12, refused: { ECONNREFUSED: 4 } },
      connection: { state: 'down', reason: 'ECONNREFUSED', connects: 1, unconfirmed: 0, repeated: 2 },
    },
  ],
  hooks: [
    { hook: '/bin/good', succeeded: 3, failed: 1, waiting: 0, dropped: 0, trouble: '' },
    { hook: '/bin/bad', succeeded: 0, failed: 2, waiting: 1, dropped: 7, trouble: 'exit status 1' },
  ],
};

describe('alerts in the status', () => {
  test('show what is open and where they do not arrive', () => {
    expect(alertsSection(TROUBLED, createPaint(false))).toEqual([
      'Alerts: 2 open, 1300 raised, 1100 told as repeats, 20 in summaries only',
      '  path-lost public for 1 min 5 s',
      '  table-full for 2 s',
      '  to unix:/dev/log: 180 sent',
      '  to udp:192.0.2.50:514: 170 sent, 10 waiting',
      '  to tls:192.0.2.51:6514: down: ECONNREFUSED, 0 sent, 1000 waiting, 12 dropped, 2 sent again',
      '  hook /bin/good: run 4 times, 1 failed',
      '  hook /bin/bad: run 2 times, 2 failed, 1 waiting, 7 dropped',
    ]);
  });

  test('warn of each target and hook in trouble, and of none that was', () => {
    expect(alertsWarnings(TROUBLED)).toEqual([
      'alerts do not all reach udp:192.0.2.50:514 (ENETUNREACH): 10 wait; look at that collector and the way to it',
      'alerts do not all reach tls:192.0.2.51:6514 (ECONNREFUSED): 1000 wait, 12 were dropped; look at that collector and the way to it',
      'the hook /bin/bad failed 2 times, the last time: exit status 1; 7 alerts did not run it; run it by hand to see',
    ]);
  });
});
