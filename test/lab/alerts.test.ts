/**
 * Alerts against a real rsyslogd: the exact message arrives at the local socket and at a remote collector, over
 * IPv4 and IPv6, and a restart of the syslog daemon loses none. Everything lies in a temporary directory and on
 * loopback; the system's own syslog is not touched.
 */
import { spawn, type ChildProcess } from 'node:child_process';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pino from 'pino';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { Alerts } from '../../src/alerts/fanout.js';
import { createAlerts } from '../../src/alerts/sinks.js';
import { labEnvironment, prepared } from '../../src/lab/paths.js';
import { until } from '../../src/until.js';
import { type Datagram, Mailbox } from '../../src/native.js';
import { AF_UNIX, SOCK_DGRAM, unix } from '../../src/sockaddr.js';
import { millis } from '../../src/time.js';

/** What rsyslog understood of one message, by its own names. */
interface Understood {
  readonly input: string;
  readonly from: string;
  readonly pri: string;
  readonly version: string;
  readonly reported: string;
  readonly host: string;
  readonly app: string;
  readonly pid: string;
  readonly msgid: string;
  readonly data: string;
  readonly msg: string;
}

let directory: string;
let socket: string;
let port: number;
let rsyslogd: ChildProcess | undefined;
let alerts: Alerts | undefined;

beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), 'ftpair-rsyslog-'));
  socket = join(directory, 'log');
  port = await freePort();
  writeFileSync(join(directory, 'rsyslog.conf'), rsyslogConfig());
});

afterEach(async () => {
  await alerts?.close();
  alerts = undefined;
  await stopRsyslog();
  rmSync(join(directory, 'understood'), { force: true });
});

afterAll(() => {
  rmSync(directory, { recursive: true });
});

async function freePort(): Promise<number> {
  const probe = createSocket('udp6').bind(0, '::1');
  await once(probe, 'listening');
  const { port: free } = probe.address();
  probe.close();
  return free;
}

function rsyslogConfig(): string {
  const properties = {
    input: 'inputname',
    from: 'fromhost-ip',
    pri: 'pri',
    version: 'protocol-version',
    host: 'hostname',
    app: 'app-name',
    pid: 'procid',
    msgid: 'msgid',
    data: 'structured-data',
    msg: 'msg',
  };
  const lines = Object.entries(properties).map(
    ([name, property]) => `  property(outname="${name}" name="${property}" format="jsonf")`,
  );
  return [
    `global(workDirectory="${directory}" net.enableDNS="off")`,
    'module(load="imudp")',
    'module(load="imuxsock" SysSock.Use="off")',
    `input(type="imudp" address="127.0.0.1" port="${port}")`,
    `input(type="imudp" address="::1" port="${port}")`,
    `input(type="imuxsock" Socket="${socket}" UsePIDFromSystem="off")`,
    'template(name="understood" type="list" option.jsonf="on") {',
    ...lines,
    '  property(outname="reported" name="timereported" dateFormat="rfc3339" date.inUTC="on" format="jsonf")',
    '}',
    `action(type="omfile" file="${join(directory, 'understood')}" template="understood")`,
    '',
  ].join('\n');
}

async function startRsyslog(): Promise<void> {
  const program = prepared('.lab/servers/rsyslog/usr/sbin/rsyslogd');
  const root = prepared('.lab/servers/rsyslog');
  const [triplet] = readdirSync(join(root, 'usr/lib')).filter((name) => name.endsWith('-linux-gnu'));
  const modules = join(root, 'usr/lib', triplet ?? '', 'rsyslog');
  const words = ['-n', '-f', join(directory, 'rsyslog.conf'), '-i', join(directory, 'pid'), '-M', modules];
  rsyslogd = spawn(program, words, {
    // Its libraries may have been unpacked beside it instead of installed.
    env: { ...labEnvironment, LD_LIBRARY_PATH: join(modules, '..') },
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  await until(() => listens(), { what: 'rsyslogd listens', within: millis(10_000) });
}

/** Both UDP ports are bound and the local socket is there; the ports in hexadecimal, as the kernel lists them. */
function listens(): boolean {
  const place = `:${port.toString(16).toUpperCase().padStart(4, '0')} `;
  const bound = ['/proc/net/udp', '/proc/net/udp6'].every((list) =>
    readFileSync(list, 'utf8').includes(place),
  );
  return bound && existsSync(socket);
}

async function stopRsyslog(): Promise<void> {
  const stopping = rsyslogd;
  rsyslogd = undefined;
  if (stopping === undefined || stopping.exitCode !== null) return;
  const ended = once(stopping, 'exit');
  stopping.kill('SIGTERM');
  await ended;
}

function understood(): readonly Understood[] {
  const file = join(directory, 'understood');
  if (!existsSync(file)) return [];
  const lines = readFileSync(file, 'utf8').split('\n').slice(0, -1);
  return lines.map((line) => JSON.parse(line) as Understood);
}

async function arrived(count: number): Promise<readonly Understood[]> {
  const what = `rsyslogd has written ${count} messages`;
  return until(() => understood().length >= count && understood(), { what, within: millis(10_000) });
}

function raising(remote: readonly { address: string; port: number }[]): Alerts {
  return createAlerts({
    config: { local: socket, facility: 'local3', remote },
    host: 'alpha',
    pid: 4711,
    logger: pino({ enabled: false }),
    wallClock: () => new Date('2026-02-03T04:05:06.789Z'),
  });
}

describe('an alert, read by rsyslogd', () => {
  test('arrives at the local socket and at remote collectors, with everything that it says', async () => {
    await startRsyslog();
    alerts = raising([
      { address: '127.0.0.1', port },
      { address: '::1', port },
    ]);
    alerts.raise({
      id: 'server-down',
      service: 'ftp',
      server: 's1',
      address: '10.0.0.11',
      reason: '530 "nö" [a]\\b\r\n<0>forged',
    });
    const messages = await arrived(3);
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
      data: '[ftpair@32473 service="ftp" server="s1" address="10.0.0.11" reason="530 \\"nö\\" [a\\]\\\\b <0>forged"]',
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
      msg: ` ${text} alert=server-down service=ftp server=s1 address=10.0.0.11 reason="530 \\"nö\\" [a]\\\\b <0>forged"`,
    });
    expect(messages).toHaveLength(3);
  });

  test('that was raised while the local syslog was away arrives after its restart, in order', async () => {
    await startRsyslog();
    alerts = raising([]);
    alerts.raise({ id: 'peer-back', peer: 'before' });
    await arrived(1);
    await stopRsyslog();
    alerts.raise({ id: 'peer-back', peer: 'during1' });
    alerts.raise({ id: 'peer-back', peer: 'during2' });
    expect(alerts.counters().targets[0]).toMatchObject({ sent: 1, waiting: 2, dropped: 0 });
    await startRsyslog();
    const messages = await arrived(3);
    const peers = messages.map(({ msg }) => /peer=(\w+)/.exec(msg)?.[1]);
    expect(peers).toEqual(['before', 'during1', 'during2']);
    expect(alerts.counters().targets[0]).toMatchObject({ sent: 3, waiting: 0, dropped: 0 });
  });
});

describe('a local syslog that does not read', () => {
  test('holds up nobody, and gets everything in order when it reads again', async () => {
    const path = join(directory, 'stuck');
    const reader = Mailbox.open(AF_UNIX, SOCK_DGRAM, 0, 'the stuck syslog');
    reader.bind(unix(path));
    const stuck = createAlerts({
      config: { local: path, facility: 'daemon', remote: [] },
      host: 'alpha',
      pid: 4711,
      logger: pino({ enabled: false }),
      wallClock: () => new Date(),
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
