import { describe, expect, it } from 'vitest';
import { serversNamed, shortNames } from '../../../src/cli/server-names.js';
import { renderServer, renderServers } from '../../../src/cli/servers-screen.js';
import type { ServerView, StatusView } from '../../../src/control/status.js';
import { VIEW } from '../control/view.js';

const [FTP] = VIEW.services;
const [S1, S2] = FTP!.servers;
const PROBE: ServerView['probe'] = {
  agoMillis: 2300,
  ok: false,
  reason: 'login',
  step: 'login',
  detail: '530 Login incorrect.',
  totalMillis: 12.34,
  steps: [
    { step: 'connect', mode: undefined, millis: 0.4 },
    { step: 'data', mode: 'epsv', millis: 11.9 },
  ],
};
const SLOW: ServerView = {
  ...S1!,
  weight: 2,
  standing: 'slowStart',
  effectiveWeight: 0.6,
  probe: PROBE,
  verdicts: { here: { verdict: 'up', reason: 'ok' }, peer: { verdict: 'down', reason: 'timedOut' } },
  orders: { drain: false, force: 'auto', weight: 3 },
};

function view(...servers: ServerView[]): StatusView {
  return { ...VIEW, services: [{ ...FTP!, servers }] };
}

describe('the table of servers', () => {
  it('has one line for each', () => {
    expect(renderServers(view(SLOW, S2!), false).split('\n')).toEqual([
      '  server  service  address          standing   weight               sessions  last probe',
      '  s1      ftp      10.0.0.11:21     slowStart  0.6 of 3 (config 2)  12        login at login 2.3 s ago, 12.3 ms',
      '  s2      ftp      [fd00::12]:2121  down       3                    0         none yet',
      '',
    ]);
  });
});

describe('one server', () => {
  it('is told with both verdicts, orders and the steps of its last probe', () => {
    expect(renderServer(VIEW, { service: FTP!, server: SLOW }, false).split('\n')).toEqual([
      'ftp/s1 10.0.0.11:21, behind 192.0.2.10:21',
      '  standing      slowStart: gets new sessions again, more and more of them',
      '  new sessions  yes',
      '  weight        0.6 of 3 (config 2)',
      '  sessions      12',
      '  echo          0.30 ms',
      '  alpha says    up',
      '  beta says     down (timedOut)',
      '  orders        weight 3',
      '  last probe login at login: 530 Login incorrect. (12.3 ms in 2 steps, 2.3 s ago)',
      '    connect    0.4 ms',
      '    epsv data  11.9 ms',
      '',
    ]);
  });
});

describe('names of servers', () => {
  const twice: StatusView = {
    ...VIEW,
    services: [FTP!, { ...FTP!, name: 'ftp6', servers: [S1!] }],
  };

  it('are short where that is clear', () => {
    expect(shortNames(twice)).toEqual(['ftp/s1', 's2', 'ftp6/s1']);
  });

  it('mean one server, or several, or none', () => {
    const meant = (word: string): string[] =>
      serversNamed(twice, word).map(({ service, server }) => `${service.name}/${server.name}`);
    expect(meant('s1')).toEqual(['ftp/s1', 'ftp6/s1']);
    expect(meant('ftp6/s1')).toEqual(['ftp6/s1']);
    expect(meant('s3')).toEqual([]);
  });
});
