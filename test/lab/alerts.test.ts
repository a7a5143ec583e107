/**
 * Alerts against a real rsyslogd: the exact message arrives at the local socket and at a remote collector, over
 * IPv4 and IPv6, and a restart of the syslog daemon loses none. Everything lies in a temporary directory and on
 * loopback; the system's own syslog is not touched.
 */
import { join } from 'node:path';
import pino from 'pino';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { Alerts } from '../../src/alerts/fanout.js';
import { createAlerts } from '../../src/alerts/sinks.js';
import type { Collector } from '../../src/config/model.js';
import { until } from '../../src/until.js';
import { type Datagram, Mailbox } from '../../src/native.js';
import { AF_UNIX, SOCK_DGRAM, unix } from '../../src/sockaddr.js';
import { millis, monotonicNow } from '../../src/time.js';
import { Rsyslog } from './support/rsyslog.js';

let rsyslog: Rsyslog;
let alerts: Alerts | undefined;

beforeAll(async () => {
  rsyslog = await Rsyslog.make();
});

afterEach(async () => {
  await alerts?.close();
  alerts = undefined;
  await rsyslog.stop();
  rsyslog.forget();
});

afterAll(() => {
  rsyslog.remove();
});

function raising(remote: readonly Collector[]): Alerts {
  return createAlerts({
    config: { local: rsyslog.socket, facility: 'local3', remote },
    host: 'alpha',
    pid: 4711,
    logger: pino({ enabled: false }),
    wallClock: () => new Date('2026-02-03T04:05:06.789Z'),
    now: monotonicNow,
    run: 'lab',
    listeners: [],
  });
}

describe('an alert, read by rsyslogd', () => {
  test('arrives at the local socket and at remote collectors, with everything that it says', async () => {
    await rsyslog.start();
    const { port } = rsyslog.ports;
    alerts = raising([
      { protocol: 'udp', address: '127.0.0.1', port },
      { protocol: 'udp', address: '::1', port },
    ]);
    alerts.raise({
      id: 'server-down',
      service: 'ftp',
      server: 's1',
      address: '10.0.0.11',
      reason: '530 "nö" [a]\\b\r\n<0>forged',
    });
    const messages = await rsyslog.arrived(3);
    const text =
      'Real server s1 (10.0.0.11) of service ftp is down (530 "nö" [a]\\b <0>forged) and gets no new sessions; look at the FTP server there.';
    const remote = {
      input: 'imudp',
      // local3 is 19, err is 3.
      pri: '155',
      version: '1',
      reported: '2026-02-03T04:05:06.789000+00:00',
      host: 'alpha',
      app: 'ftpair',
      pid: '4711',
      msgid: 'server-down',
      data: '[ftpair@32473 service="ftp" server="s1" address="10.0.0.11" reason="530 \\"nö\\" [a\\]\\\\b <0>forged" condition="lab-1"]',
      msg: `\ufeff${text}`,
    };
    const byInput = (from: string) =>
      messages.find((message) => message.input === 'imudp' && message.from === from);
    expect(byInput('127.0.0.1')).toMatchObject(remote);
    expect(byInput('::1')).toMatchObject(remote);
    expect(messages.find(({ input }) => input === 'imuxsock')).toMatchObject({
      pri: '155',
      app: 'ftpair',
      pid: '4711',
      msg: ` ${text} alert=server-down service=ftp server=s1 address=10.0.0.11 reason="530 \\"nö\\" [a]\\\\b <0>forged" condition=lab-1`,
    });
    expect(messages).toHaveLength(3);
  });

  test('that was raised while the local syslog was away arrives after its restart, in order', async () => {
    await rsyslog.start();
    alerts = raising([]);
    alerts.raise({ id: 'peer-back', peer: 'before' });
    await rsyslog.arrived(1);
    await rsyslog.stop();
    alerts.raise({ id: 'peer-back', peer: 'during1' });
    alerts.raise({ id: 'peer-back', peer: 'during2' });
    expect(alerts.counters().targets[0]).toMatchObject({ sent: 1, waiting: 2, dropped: 0 });
    await rsyslog.start();
    const messages = await rsyslog.arrived(3);
    const peers = messages.map(({ msg }) => /peer=(\w+)/.exec(msg)?.[1]);
    expect(peers).toEqual(['before', 'during1', 'during2']);
    expect(alerts.counters().targets[0]).toMatchObject({ sent: 3, waiting: 0, dropped: 0 });
  });
});

describe('a local syslog that does not read', () => {
  test('holds up nobody, and gets everything in order when it reads again', async () => {
    const path = join(rsyslog.directory, 'stuck');
    const reader = Mailbox.open(AF_UNIX, SOCK_DGRAM, 0, 'the stuck syslog');
    reader.bind(unix(path));
    const stuck = createAlerts({
      config: { local: path, facility: 'daemon', remote: [] },
      host: 'alpha',
      pid: 4711,
      logger: pino({ enabled: false }),
      wallClock: () => new Date(),
      now: monotonicNow,
      run: 'lab',
      listeners: [],
    });
    alerts = stuck;
    for (let term = 0; term < 200; term += 1)
      stuck.raise({ id: 'role-backup', reason: 'operator', from: 'active', term });
    const [counters] = stuck.counters().targets;
    expect(counters?.waiting).toBeGreaterThan(0);
    expect(counters?.refused).toHaveProperty('EAGAIN');
    const batch: Datagram[] = [];
    await until(() => reader.receive(batch) >= 0 && batch.length >= 200, {
      what: 'all messages have come',
      within: millis(10_000),
    });
    reader.close();
    const terms = batch.map(({ data }) => Number(/term=(\d+)/.exec(data.toString())?.[1]));
    expect(terms).toEqual(Array.from({ length: 200 }, (_, term) => term));
  });
});
