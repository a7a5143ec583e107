/** Collectors and hooks in the file. */
import { describe, expect, it } from 'vitest';
import { parseConfig } from '../../../src/config/load.js';
import { after, change, hold, LAST, type Row } from './good.js';

function good(more: string) {
  const result = parseConfig(change(LAST, after(more)), 'F');
  if (!result.ok) throw new Error(JSON.stringify(result.complaints));
  return result.config;
}

const remote = (collector: string): string => `alerts: { syslog: { remote: [${collector}] } }`;

describe('a collector', () => {
  it('has the usual port of its protocol', () => {
    const written = ['', ', protocol: tcp', ', protocol: tls', ', protocol: tls, port: 601'];
    const { alerts } = good(remote(written.map((more) => `{ address: 192.0.2.50${more} }`).join(', ')));
    const tls = { certificate: 'verify', caFile: undefined, name: undefined };
    expect(alerts.syslog.remote).toEqual([
      { protocol: 'udp', address: '192.0.2.50', port: 514 },
      { protocol: 'tcp', address: '192.0.2.50', port: 514 },
      { protocol: 'tls', address: '192.0.2.50', port: 6514, tls },
      { protocol: 'tls', address: '192.0.2.50', port: 601, tls },
    ]);
  });

  it("is judged by its certificate as a health check's server is", () => {
    const tls = '{ ca_file: /etc/ca.pem, name: syslog.example.org, certificate: any }';
    const [one] = good(remote(`{ address: 192.0.2.50, protocol: tls, tls: ${tls} }`)).alerts.syslog.remote;
    expect(one).toMatchObject({
      tls: { certificate: 'any', caFile: '/etc/ca.pem', name: 'syslog.example.org' },
    });
  });
});

describe('a hook', () => {
  it('is a program for some alerts, with ten seconds', () => {
    expect(good('hooks: [{ on: [role-active, "*"], run: [/bin/mail, root] }]').hooks).toEqual([
      { on: ['role-active', '*'], path: '/bin/mail', args: ['root'], timeout: 10_000 },
    ]);
  });
});

const ROWS: readonly Row[] = [
  [
    'TLS without TLS',
    LAST,
    after(remote('{ address: 192.0.2.50, protocol: tcp, tls: { certificate: any } }')),
    'F:19:68: alerts.syslog.remote[0].tls: `tls` means nothing with the protocol tcp; write `protocol: tls`, or remove it',
  ],
  [
    'a protocol that is none',
    LAST,
    after(remote('{ address: 192.0.2.50, protocol: tsl }')),
    'F:19:63: alerts.syslog.remote[0].protocol: must be `udp` or `tcp` or `tls`, not "tsl"; did you mean `tls`?',
  ],
  [
    'a collector by name',
    LAST,
    after(remote('{ address: syslog.example.org }')),
    'F:19:41: alerts.syslog.remote[0].address: "syslog.example.org" is not an IP address',
  ],
  [
    'a mistyped alert',
    LAST,
    after('hooks: [{ on: [role-activ], run: [/bin/mail] }]'),
    'F:19:16: hooks[0].on[0]: "role-activ" is no alert; did you mean `role-active`?',
  ],
  [
    'an alert that is none',
    LAST,
    after('hooks: [{ on: [earthquake], run: [/bin/mail] }]'),
    'F:19:16: hooks[0].on[0]: "earthquake" is no alert; write * or one of role-active, role-backup, takeover, ',
  ],
  [
    'no alert',
    LAST,
    after('hooks: [{ on: [], run: [/bin/mail] }]'),
    'F:19:15: hooks[0].on: no alert is named; write the ids of alerts, or `*` for all',
  ],
  [
    'a hook for hooks',
    LAST,
    after('hooks: [{ on: [hook-failed], run: [/bin/mail] }]'),
    'F:19:15: hooks[0].on: a hook cannot run when a hook fails; remove hook-failed: syslog tells it',
  ],
  [
    'a program without its path',
    LAST,
    after('hooks: [{ on: ["*"], run: [mail, root] }]'),
    'F:19:28: hooks[0].run[0]: `mail` is not an absolute path; write its whole path first, such as `run: [/etc/',
  ],
  [
    'no program',
    LAST,
    after('hooks: [{ on: ["*"], run: [] }]'),
    'F:19:27: hooks[0].run: no program is named; write its whole path first, such as',
  ],
  [
    'no time limit to speak of',
    LAST,
    after('hooks: [{ on: ["*"], run: [/bin/mail], timeout: 10ms }]'),
    'F:19:49: hooks[0].timeout: 10ms is too short; write a length of time from 100ms to 1h',
  ],
];

describe('mistakes about telling people', () => {
  hold(ROWS);
});
