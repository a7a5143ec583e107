/**
 * Alerts over TCP and TLS, against a real rsyslogd on loopback: down, slow, and back. What it was sent is there in order and once,
 * what the queue could not keep is counted to the last one, and a certificate that is not right gets nothing.
 */
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { once } from 'node:events';
import pino from 'pino';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { Alerts } from '../../src/alerts/fanout.js';
import type { OutboxCounters } from '../../src/alerts/outbox.js';
import { createAlerts } from '../../src/alerts/sinks.js';
import type { Collector, TlsCheck } from '../../src/config/model.js';
import { millis, monotonicNow } from '../../src/time.js';
import { until } from '../../src/until.js';
import { Rsyslog, type Understood } from './support/rsyslog.js';

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

function raising(...remote: readonly Collector[]): Alerts {
  alerts = createAlerts({
    config: { local: undefined, facility: 'local3', remote },
    host: 'alpha',
    pid: 4711,
    logger: pino({ enabled: false }),
    wallClock: () => new Date('2026-02-03T04:05:06.789Z'),
    now: monotonicNow,
    run: 'lab',
    listeners: [],
  });
  return alerts;
}

const tcp = (): Collector => ({ protocol: 'tcp', address: '127.0.0.1', port: rsyslog.ports.port });

function tls(more: Partial<TlsCheck> = {}): Collector {
  const judged = { certificate: 'verify', caFile: rsyslog.certificates.caFile, name: undefined } as const;
  return { protocol: 'tls', address: '127.0.0.1', port: rsyslog.ports.tlsPort, tls: { ...judged, ...more } };
}

/** Alerts that always pass at once, numbered. */
function raise(from: number, to: number): void {
  for (let term = from; term < to; term += 1)
    alerts?.raise({ id: 'role-backup', reason: 'operator', from: 'active', term });
}

function target(): OutboxCounters {
  const [first] = alerts?.counters().targets ?? [];
  if (first === undefined) throw new Error('there is no target');
  return first;
}

const terms = (messages: readonly Understood[]): readonly number[] =>
  messages.map(({ data }) => Number(/term="(\d+)"/.exec(data)?.[1]));

const numbers = (from: number, to: number): readonly number[] =>
  Array.from({ length: to - from }, (_, index) => from + index);

function confirmed(): Promise<unknown> {
  const what = 'everything is acknowledged';
  const done = () => target().waiting === 0 && target().connection?.unconfirmed === 0;
  return until(done, { what, within: millis(20_000) });
}

describe.each([
  ['TCP', tcp, 'imptcp'],
  ['TLS', tls, 'imtcp'],
] as const)('a collector over %s', (_name, collector, input) => {
  test('reads everything that an alert says', async () => {
    await rsyslog.start();
    raising(collector()).raise({
      id: 'server-down',
      service: 'ftp',
      server: 's1',
      address: '10.0.0.11',
      reason: '530 "nö" [a]\\b\r\n<0>forged',
    });
    const [message] = await rsyslog.arrived(1);
    expect(message).toMatchObject({
      input,
      pri: '155',
      version: '1',
      reported: '2026-02-03T04:05:06.789000+00:00',
      host: 'alpha',
      app: 'ftpair',
      pid: '4711',
      msgid: 'server-down',
      msg: '\ufeffReal server s1 (10.0.0.11) of service ftp is down (530 "nö" [a]\\b <0>forged) and gets no new sessions; look at the FTP server there.',
    });
    expect(message?.data).toContain('reason="530 \\"nö\\" [a\\]\\\\b <0>forged"');
    await confirmed();
    expect(target()).toMatchObject({ sent: 1, dropped: 0, connection: { state: 'connected', repeated: 0 } });
  });

  test('that is away gets what waited when it comes, in order', async () => {
    raising(collector());
    raise(0, 300);
    await until(() => target().connection?.reason === 'ECONNREFUSED', {
      what: 'the connection was refused',
      within: millis(5000),
    });
    expect(target()).toMatchObject({ sent: 0, waiting: 300, dropped: 0, connection: { state: 'down' } });
    await rsyslog.start();
    expect(terms(await rsyslog.arrived(300))).toEqual(numbers(0, 300));
    await confirmed();
    expect(target()).toMatchObject({ sent: 300, dropped: 0 });
  });

  test('that stays away costs the oldest, counted exactly', async () => {
    raising(collector());
    raise(0, 1500);
    await until(() => target().connection?.state === 'down', { what: 'it is down', within: millis(5000) });
    await until(() => target().dropped === 500, { what: 'the queue is full', within: millis(5000) });
    await rsyslog.start();
    expect(terms(await rsyslog.arrived(1000))).toEqual(numbers(500, 1500));
    await confirmed();
    expect(target()).toMatchObject({ sent: 1000, waiting: 0, dropped: 500 });
  });

  test('that is restarted gets all of it', async () => {
    await rsyslog.start();
    raising(collector());
    raise(0, 10);
    await rsyslog.arrived(10);
    await confirmed();
    await rsyslog.stop();
    raise(10, 20);
    await rsyslog.start();
    expect(terms(await rsyslog.arrived(20))).toEqual(numbers(0, 20));
    expect(target().connection).toMatchObject({ state: 'connected', connects: 2 });
  });

  test('that does not read holds up nobody, and gets all in order when it reads again', async () => {
    await rsyslog.start();
    raising(collector());
    raise(0, 1);
    await rsyslog.arrived(1);
    rsyslog.holdStill();
    raise(1, 600);
    rsyslog.goOn();
    expect(terms(await rsyslog.arrived(600))).toEqual(numbers(0, 600));
    await confirmed();
    expect(target()).toMatchObject({ sent: 600, dropped: 0, connection: { repeated: 0, connects: 1 } });
  });
});

describe('a certificate that is not right gets nothing', () => {
  test.each([
    ['unknown to the authorities', { caFile: undefined }, /UNABLE|SELF_SIGNED|DEPTH/],
    ['of another name', { name: 'other.example' }, /ERR_TLS_CERT_ALTNAME_INVALID/],
  ] as const)('%s', async (_what, more, reason) => {
    await rsyslog.start();
    raising(tls(more));
    raise(0, 1);
    await until(() => target().connection?.state === 'down', { what: 'it is refused', within: millis(5000) });
    expect(target().connection?.reason).toMatch(reason);
    expect(target()).toMatchObject({ sent: 0, waiting: 1 });
    expect(rsyslog.understood()).toEqual([]);
  });

  test('unless any will do', async () => {
    await rsyslog.start();
    raising(tls({ caFile: undefined, certificate: 'any' }));
    raise(0, 1);
    expect(terms(await rsyslog.arrived(1))).toEqual([0]);
  });
});

describe('a collector that takes connections and reads nothing', () => {
  let server: Server;
  const sockets = new Set<Socket>();

  beforeAll(async () => {
    server = createServer((socket) => {
      socket.pause();
      socket.on('error', () => undefined);
      sockets.add(socket);
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
  });

  afterAll(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });

  test('costs a bounded queue; what its kernel never acknowledged comes again on the next connection', async () => {
    raising({ protocol: 'tcp', address: '127.0.0.1', port: (server.address() as AddressInfo).port });
    const long = 'x'.repeat(199);
    // More than the two kernels buffer between them.
    await until(
      () => {
        for (let count = 0; count < 500; count += 1)
          alerts?.raise({ id: 'takeover', reason: long, peer: long, silentMillis: 1, term: count });
        return target().dropped > 0;
      },
      { what: 'messages are dropped', within: millis(60_000), every: millis(5) },
    );
    const { sent, waiting, dropped, connection } = target();
    expect(sent + waiting + dropped).toBe(alerts?.counters().raised);
    expect(waiting).toBe(1001);
    expect(connection).toMatchObject({ state: 'connected', connects: 1, unconfirmed: 256 });
    for (const socket of sockets) socket.resetAndDestroy();
    await until(() => target().connection?.connects === 2, {
      what: 'it connects anew',
      within: millis(5000),
    });
    expect(target().connection).toMatchObject({ repeated: 256 });
  });
});
