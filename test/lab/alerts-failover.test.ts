/**
 * Alerts of the moment of a failover, through the built daemon, at a real rsyslogd on the public LAN: the new active tells of it
 * at once, the old one what it saw when its cables are back; and neither hooks that spin, nor a collector that is dead, nor orders
 * as fast as they are taken make a takeover later.
 */
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { request } from '../../src/control/client.js';
import { orderUrl } from '../../src/control/order-query.js';
import { mainsLine } from '../../src/lab/cabling.js';
import { nftIn } from '../../src/lab/ip-command.js';
import { type Lab, raiseLab } from '../../src/lab/lab.js';
import type { DirectorName } from '../../src/lab/plan.js';
import { millis, monotonicNow } from '../../src/time.js';
import { pause, until } from '../../src/until.js';
import { Rsyslog, type Understood } from './support/rsyslog.js';
import { settled } from './support/settled.js';

/** The first of the client's addresses, on the public LAN; and one where nobody is. */
const COLLECTOR = '198.51.100.50';
const NOBODY = '198.51.100.249';
/** `ftp.example` is one of the names of the lab's good certificate. */
const TLS = { certificate: 'verify', name: 'ftp.example' };

let lab: Lab;
let rsyslog: Rsyslog;
let directory: string;

beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), 'ftpair-spin-'));
  const spin = join(directory, 'spin');
  writeFileSync(spin, '#!/bin/sh\nwhile :; do :; done\n');
  chmodSync(spin, 0o755);
  const hook = { on: ['*'], run: [spin], timeout: '2s' };
  // Its certificates are needed in the config, and its place in the lab.
  const authority = join(directory, 'ca.pem');
  lab = await raiseLab({
    servers: ['vsftpd'],
    config: {
      alerts: {
        syslog: {
          local: 'none',
          remote: [
            { address: COLLECTOR, protocol: 'tcp' },
            { address: COLLECTOR, protocol: 'tls', tls: { ca_file: authority, ...TLS } },
            { address: NOBODY, protocol: 'tcp' },
          ],
        },
      },
      hooks: [hook, hook],
    },
  });
  const place = { namespace: lab.client.namespace, address: COLLECTOR, port: 514, tlsPort: 6514 };
  rsyslog = await Rsyslog.make(place);
  writeFileSync(authority, rsyslog.authority());
  await rsyslog.start();
  lab.director('alpha').start();
  lab.director('beta').start();
  await settled(lab, 'alpha', 'beta');
});

afterAll(async () => {
  await rsyslog.stop();
  rsyslog.remove();
  await lab.down();
  rmSync(directory, { recursive: true });
});

/** All of alpha's at the same moment: one after the other, it would hand the role over in between. */
function cables(state: 'on' | 'off'): void {
  nftIn(lab.plan.wire, mainsLine(lab.plan.directors.alpha.machine, state));
}

/** What one director has told over one input. */
function said(name: DirectorName, input = 'imptcp'): readonly Understood[] {
  const pid = String(lab.director(name).pid);
  return rsyslog.understood().filter((message) => message.pid === pid && message.input === input);
}

const ids = (messages: readonly Understood[]): readonly string[] => messages.map(({ msgid }) => msgid);

const field = (message: Understood | undefined, name: string): string | undefined =>
  new RegExp(` ${name}="([^"]*)"`).exec(message?.data ?? '')?.[1];

describe('the active loses all its cables', () => {
  let cutAt: number;
  let wallAtMend: number;

  test('and the new active tells of the takeover at once', async () => {
    cutAt = monotonicNow();
    cables('off');
    for (const input of ['imptcp', 'imtcp'])
      await until(
        () => ['takeover', 'role-active', 'peer-lost'].every((id) => ids(said('beta', input)).includes(id)),
        {
          what: `beta has told of it over ${input}`,
          within: millis(5000),
        },
      );
    expect(monotonicNow() - cutAt).toBeLessThan(3000);
    const takeover = said('beta').find(({ msgid }) => msgid === 'takeover');
    expect(field(takeover, 'reason')).toBe('peerDead');
    expect(field(takeover, 'peer')).toBe('alpha');
    expect(Number(field(takeover, 'silentMillis'))).toBeGreaterThan(50);
  });

  test('and says what it saw when they are back, once, with the time at which it saw it', async () => {
    const alpha = lab.director('alpha');
    const wanted = ['path-lost private', 'path-lost public', 'peer-lost beta'];
    await until(
      async () => {
        const { open } = (await alpha.status()).alerts;
        const names = open.map(({ id, subject }) => `${id} ${subject}`);
        return wanted.every((name) => names.includes(name));
      },
      { what: 'alpha has missed its peer', within: millis(5000) },
    );
    expect(ids(said('alpha'))).not.toContain('peer-lost');
    await until(
      async () => {
        const [tcp] = (await alpha.status()).alerts.targets;
        return tcp !== undefined && tcp.connection?.state === 'down';
      },
      { what: 'alpha has noticed that its collector is away', within: millis(20_000) },
    );
    const { warnings } = await alpha.status();
    expect(warnings.join('\n')).toContain(`alerts do not all reach tcp:${NOBODY}:514`);
    // Not the first one, of its start.
    const ended = (input: string) =>
      said('alpha', input).find((one) => one.msgid === 'peer-back' && field(one, 'condition') !== undefined);
    wallAtMend = Date.now();
    cables('on');
    for (const input of ['imptcp', 'imtcp'])
      await until(() => ended(input) !== undefined, {
        what: `alpha has told what it saw over ${input}`,
        within: millis(30_000),
      });
    const lost = said('alpha').filter(({ msgid }) => msgid === 'peer-lost');
    expect(lost.length).toBeGreaterThanOrEqual(1);
    expect(new Set(lost.map(({ data }) => data)).size).toBe(1);
    expect(Date.parse(lost[0]?.reported ?? '')).toBeLessThan(wallAtMend);
    const back = ended('imptcp');
    expect(field(back, 'condition')).toBe(field(lost[0], 'condition'));
    expect(Number(field(back, 'lastedMillis'))).toBeGreaterThan(100);
  });
});

describe('hooks that spin, a dead collector, and an operator in a hurry', () => {
  test('make no takeover later', async () => {
    await settled(lab, 'beta', 'alpha');
    const ordering = order('alpha');
    const probe = lab.client.probe();
    await pause(millis(1000));
    await probe.report();
    lab.powerOff('beta');
    await until(async () => (await lab.director('alpha').status()).role === 'active', {
      what: 'alpha has taken over',
      within: millis(5000),
    });
    await pause(millis(500));
    const { silentMillis } = await probe.report();
    probe.stop();
    const orders = await ordering.stop();
    // The demo's bound is 300 ms on a quiet machine.
    expect(silentMillis).toBeLessThan(500);
    const { alerts, residentMebibytes } = await lab.director('alpha').status();
    expect(orders).toBeGreaterThan(20);
    expect(alerts.raised).toBeGreaterThan(20);
    expect(alerts.failed).toBe(0);
    expect(residentMebibytes).toBeLessThan(150);
    await until(() => ids(said('alpha')).includes('takeover'), { what: 'it is told', within: millis(5000) });
    const [tcp] = alerts.targets;
    expect(tcp).toMatchObject({ dropped: 0 });
  });
});

/** Weights of a server by turns, as fast as the control socket takes them: each is an alert. */
function order(name: DirectorName): { readonly stop: () => Promise<number> } {
  const socket = join(lab.director(name).runtimeDir, 'control.sock');
  const state = { going: true, count: 0 };
  const lane = async (): Promise<void> => {
    while (state.going) {
      const weight = (state.count += 1) % 100;
      const wanted = { kind: 'weight', weight: weight + 1 } as const;
      await request(socket, 'POST', orderUrl({ server: 'ftp/vsftpd', order: wanted }), millis(5000));
    }
  };
  const lanes = Promise.all([lane(), lane(), lane(), lane()]);
  return {
    stop: async () => {
      state.going = false;
      await lanes;
      return state.count;
    },
  };
}
