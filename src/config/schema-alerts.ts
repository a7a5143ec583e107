/**
 * The shape of the file's sections about telling people: syslog, and hooks. No rules between values: those live in
 * rules/alerts.ts.
 */
import { z } from 'zod';
import { millis } from '../time.js';
import { ALERT_IDS, type AlertId } from './alert-ids.js';
import { address, argument, duration, key, port, socketPath, text, type Text } from './kinds.js';
import { nearest } from './nearest.js';
import { quote, refused } from './parsed.js';
import { tlsKeys } from './schema-check.js';

const collector = z.strictObject({
  address: key(address(), 'Collector address', 'Address of the syslog collector.', '192.0.2.50'),
  port: key(
    port().optional(),
    'Collector port',
    'Port of the syslog collector. Default: 514, with TLS 6514.',
    514,
  ),
  protocol: key(
    z.enum(['udp', 'tcp', 'tls']).prefault('udp'),
    'Protocol',
    'RFC 5424 messages over UDP (RFC 5426), TCP with octet counting (RFC 6587) or TLS (RFC 5425).',
    'udp',
    'tcp',
    'tls',
  ),
  tls: key(
    tlsKeys(
      "Name that the certificate must have. Default: the collector's address.",
      'syslog.example.org',
    ).optional(),
    'TLS',
    'How the certificate is judged, for `protocol: tls`.',
    { ca_file: '/etc/ftpair/syslog-ca.pem' },
  ),
});

const FACILITIES = [
  'daemon',
  'local0',
  'local1',
  'local2',
  'local3',
  'local4',
  'local5',
  'local6',
  'local7',
] as const;

/** Alerts as syslog messages. */
export const syslog = z.strictObject({
  local: key(
    socketPath().prefault('/dev/log'),
    'Local socket',
    'Path of the local syslog socket; `none` switches it off.',
    '/dev/log',
    'none',
  ),
  facility: key(
    z.enum(FACILITIES).prefault('daemon'),
    'Facility',
    'Syslog facility of the alerts (RFC 5424 §6.2.1).',
    'daemon',
    'local0',
  ),
  remote: key(
    z
      .array(key(collector, 'Collector', 'One syslog collector, RFC 5424.', { address: '192.0.2.50' }))
      .prefault([]),
    'Remote collectors',
    'Syslog collectors that get every alert.',
    [{ address: '192.0.2.50', protocol: 'tcp' }],
  ),
});

/** An alert's id, or `*` for all of them. */
function alertId(): Text<AlertId | '*'> {
  const known: readonly string[] = ALERT_IDS;
  return text<AlertId | '*'>((value) => {
    if (value === '*') return { ok: true, value };
    const id = ALERT_IDS.find((each) => each === value);
    if (id !== undefined) return { ok: true, value: id };
    const meant = nearest(value, known);
    const cure = meant === undefined ? `write * or one of ${known.join(', ')}` : `did you mean \`${meant}\`?`;
    return refused(`${quote(value)} is no alert`, cure);
  }).meta({ enum: ['*', ...ALERT_IDS] });
}

/** A program that is run on alerts. */
export const hook = z.strictObject({
  on: key(
    z.array(key(alertId(), 'Alert', "An alert's id, or `*` for all.", 'role-active')),
    'Alerts',
    'Ids of the alerts that run it.',
    ['role-active', 'role-backup'],
  ),
  run: key(
    z.array(key(argument(), 'Word', 'The program or one of its arguments.', '/etc/ftpair/hooks/mail.sh')),
    'Program',
    'Program with its arguments, by its whole path; no shell. The alert is in its environment, and as JSON on its standard input.',
    ['/etc/ftpair/hooks/mail.sh', 'root'],
  ),
  timeout: key(
    duration(millis(100), millis(3_600_000)).prefault('10s'),
    'Time limit',
    'After this it is killed with everything that it has started, 100ms to 1h.',
    '10s',
  ),
});

export const EXAMPLE_HOOK = {
  on: ['role-active', 'role-backup'],
  run: ['/etc/ftpair/hooks/mail.sh', 'root'],
};
