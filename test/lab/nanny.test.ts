/**
 * The nanny against real FTP servers, and the echo against a real kernel, in one fresh network namespace with
 * nothing but loopback. Node cannot enter a namespace by itself, so the code under test runs in a child there.
 */
import { execFileSync } from 'node:child_process';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { EchoView } from '../../src/nanny/echo.js';
import type { ServerVerdict } from '../../src/nanny/nanny.js';
import { millis } from '../../src/time.js';
import { checkOf, retrOf } from '../unit/nanny/request.js';
import {
  ANONYMOUS,
  ask,
  end,
  endOf,
  errors,
  evaluate,
  lower,
  namespace,
  port,
  preamble,
  probe,
  raise,
  startProftpd,
  startPureftpd,
  startVsftpd,
} from './support/nanny-host.js';

beforeAll(() => {
  raise();
  startVsftpd(port.vsftpd);
  startVsftpd(port.vip, ['listen=YES', 'pasv_address=198.51.100.1']);
  startVsftpd(port.zeros, ['listen_ipv6=YES', 'pasv_address=198.51.100.1']);
  startProftpd();
  startPureftpd();
});

afterAll(lower);

describe('real servers', () => {
  const modes = [
    { address: '127.0.0.1', modes: ['pasv'] },
    { address: '127.0.0.1', modes: ['epsv'] },
    { address: '::1', modes: ['epsv'] },
  ] as const;
  const data = [{ command: 'list', path: '/' }, { command: 'list', path: '' }, retrOf('probe.txt')] as const;

  it.each([
    ['vsftpd', port.vsftpd],
    ['proftpd', port.proftpd],
    ['pure-ftpd', port.pureftpd],
  ])('%s is good in every mode, for LIST and RETR', async (_, at) => {
    const requests = modes.flatMap((mode) => data.map((step) => ask({ ...mode, port: at, data: step })));
    const results = await probe(requests);
    expect(results.map(endOf)).toEqual(Array.from({ length: 9 }, () => 'ok'));
    expect(results.at(-1)?.timings.steps.map((each) => each.step)).toEqual(
      // pure-ftpd logs an anonymous user in without a password.
      at === port.pureftpd
        ? ['connect', 'greeting', 'user', 'type', 'passive', 'dataConnect', 'transfer', 'quit']
        : ['connect', 'greeting', 'user', 'password', 'type', 'passive', 'dataConnect', 'transfer', 'quit'],
    );
  });

  // pure-ftpd lets a wrong password wait for seconds.
  it.each([
    ['vsftpd', port.vsftpd, 'login at user: 530 This FTP server is anonymous only.'],
    ['proftpd', port.proftpd, 'login at password: 530 Login incorrect.'],
  ])('%s refuses a wrong password, which is not repeated anywhere', async (_, at, end) => {
    const results = await probe([ask({ port: at, user: 'stranger', password: 'hunter2' })]);
    expect(results.map(endOf)).toEqual([end]);
    expect(JSON.stringify(results)).not.toContain('hunter2');
  });

  it.each([
    ['vsftpd', port.vsftpd, 'noFile at transfer: 550 Failed to open file.'],
    ['proftpd', port.proftpd, 'noFile at transfer: 550 missing.txt: No such file or directory'],
    ['pure-ftpd', port.pureftpd, "noFile at transfer: 550 Can't open missing.txt: No such file or directory"],
  ])('%s has no such file', async (_, at, end) => {
    const results = await probe([ask({ port: at, data: retrOf('missing.txt') })]);
    expect(results.map(endOf)).toEqual([end]);
  });

  it.each([
    ['vsftpd', port.vsftpd, 'wrongAddress at passive'],
    ['proftpd', port.proftpd, 'protocol at passive'],
    ['pure-ftpd', port.pureftpd, 'passive at passive'],
  ])('%s cannot do PASV over IPv6, whatever it pretends', async (_, at, end) => {
    const [result] = await probe([ask({ port: at, address: '::1', modes: ['pasv'] })]);
    expect(endOf(result!)).toContain(end);
  });

  it('a server that announces the VIP is good when that is allowed, and wrong when not', async () => {
    const results = await probe([
      ask({ port: port.vip, allowed: ['198.51.100.1'] }),
      ask({ port: port.vip, allowed: ['198.51.100.2'] }),
    ]);
    expect(results.map(endOf)).toEqual([
      'ok',
      expect.stringMatching(/^wrongAddress at passive: 227 .*\(198,51,100,1,/),
    ]);
  });

  it('vsftpd with listen_ipv6 and pasv_address announces 0.0.0.0, which is found out', async () => {
    const results = await probe([ask({ port: port.zeros, allowed: ['198.51.100.1'] })]);
    expect(results.map(endOf)).toEqual([expect.stringMatching(/^wrongAddress at passive: 227 .*\(0,0,0,0,/)]);
  });

  it('a machine without a way to it is unreachable, and one that drops what we send does not answer in time', async () => {
    execFileSync('ip', ['netns', 'exec', namespace, 'nft', '-f', '-'], {
      input: 'table inet deaf { chain in { type filter hook input priority 0; tcp dport 2199 drop; }; }',
    });
    const deaf = { ...ask({ port: 2199 }), timeout: millis(300) };
    const results = await probe([ask({ address: '192.0.2.1' }), deaf]);
    expect(results.map(endOf)).toEqual([
      'unreachable at connect: ENETUNREACH',
      'timedOut at connect: nothing within 300 ms',
    ]);
  });

  it('a nanny sees a killed server go down and come back', async () => {
    let vsftpd = startVsftpd(port.restarted);
    await probe([ask({ port: port.restarted })]);
    const check = checkOf(
      { ...ANONYMOUS, data: retrOf('probe.txt') },
      { interval: millis(100), timeout: millis(10_000) },
    );
    const servers = [{ name: 'one', address: '127.0.0.1', port: port.restarted, weight: 1 }];
    const services = [
      { name: 'ftp', address: '198.51.100.1', family: 4, port: 21, scheduler: 'wrr', servers },
    ];
    const code = `${preamble}
      startNannies({ services: ${JSON.stringify(services)}, check: ${JSON.stringify(check)}, now, onVerdict: say });`;
    const seen: string[] = [];
    for await (const value of evaluate(code)) {
      const { from, up, reason } = value as ServerVerdict;
      seen.push(`${from}>${up ? 'up' : 'down'}: ${reason}`);
      if (seen.length === 1) await end(vsftpd);
      if (seen.length === 2) vsftpd = startVsftpd(port.restarted);
      if (seen.length === 3) break;
    }
    expect(seen).toEqual(['unknown>up: ok', 'up>down: refused', 'down>up: ok']);
    await end(vsftpd);
  });
});

describe('the echo', () => {
  function ignoreEcho(value: 0 | 1): void {
    for (const name of ['net.ipv4.icmp_echo_ignore_all', 'net.ipv6.icmp.echo_ignore_all']) {
      execFileSync('ip', ['netns', 'exec', namespace, 'sysctl', '-q', '-w', `${name}=${value}`]);
    }
  }

  it('sees both families live, die and live again, also after garbage collections', async () => {
    const code = `${preamble}
      startEcho({ addresses: ['127.0.0.1', '0:0:0::1'], interval: 50, now, onChange: say });
      setInterval(() => globalThis.gc(), 20);`;
    const seen: string[] = [];
    for await (const value of evaluate(code)) {
      const { address, alive } = value as EchoView;
      seen.push(`${address} ${alive ? 'alive' : 'dead'}`);
      if (seen.length === 2) ignoreEcho(1);
      if (seen.length === 4) ignoreEcho(0);
      if (seen.length === 6) break;
    }
    const pairs = [seen.slice(0, 2), seen.slice(2, 4), seen.slice(4, 6)].map((pair) => pair.sort());
    expect(pairs).toEqual([
      ['0:0:0::1 alive', '127.0.0.1 alive'],
      ['0:0:0::1 dead', '127.0.0.1 dead'],
      ['0:0:0::1 alive', '127.0.0.1 alive'],
    ]);
  });

  it('watches other addresses from now on when told so, and goes on with those that it knows', async () => {
    const code = `${preamble}
      const seen = [];
      const echo = startEcho({ addresses: ['127.0.0.1', '127.0.0.3'], interval: 20, now, onChange: ({ address, alive }) => {
        seen.push([address, alive]);
        if (seen.length === 2) echo.watch(['127.0.0.2', '127.0.0.1']);
        if (seen.length === 3) { say([...seen, echo.views().map(({ address, alive }) => [address, alive])]); process.exit(); }
      } });`;
    for await (const value of evaluate(code)) {
      expect(value).toEqual([
        ['127.0.0.1', true],
        ['127.0.0.3', true],
        ['127.0.0.2', true],
        [
          ['127.0.0.2', true],
          ['127.0.0.1', true],
        ],
      ]);
      return;
    }
    expect.unreachable(errors);
  });

  it('an open socket is kept from the garbage collector, even when nobody holds it', async () => {
    const code = `${preamble}
      openIcmp(4, { onMessage: () => say('heard'), onLost: () => undefined });
      let collections = 0;
      const timer = setInterval(() => {
        globalThis.gc();
        collections += 1;
        if (collections < 10) return;
        clearInterval(timer);
        startEcho({ addresses: ['127.0.0.1'], interval: 50, now, onChange: () => setTimeout(process.exit, 200) });
      }, 5);`;
    for await (const value of evaluate(code)) {
      expect(value).toBe('heard');
      return;
    }
    expect.unreachable(errors);
  });

  it('counts an address without a route as dead, with the words of the system', async () => {
    const code = `${preamble}startEcho({ addresses: ['192.0.2.1'], interval: 20, now, onChange: say });`;
    for await (const value of evaluate(code)) {
      expect(value).toEqual({ address: '192.0.2.1', alive: false, fault: 'Network is unreachable' });
      return;
    }
    expect.unreachable(errors);
  });

  it('does not call an address dead because we were stalled ourselves', async () => {
    const addresses = Array.from({ length: 20 }, (_, index) => `127.0.0.${index + 1}`);
    const code = `${preamble}
      let alive = 0;
      let rounds = 0;
      const echo = startEcho({ addresses: ${JSON.stringify(addresses)}, interval: 20, now, onChange: (view) => {
        alive += view.alive ? 1 : 0;
        if (!view.alive) { say(view); process.exit(); }
      } });
      setInterval(() => {
        if (alive < 20) return;
        const until = now() + 25;
        while (now() < until);
        rounds += 1;
        if (rounds === 80) { say({ alive: echo.views().filter((view) => view.alive).length }); process.exit(); }
      }, 1);`;
    for await (const value of evaluate(code)) {
      expect(value).toEqual({ alive: 20 });
      return;
    }
    expect.unreachable(errors);
  });

  it('ends without the privilege, in words and with a cure', async () => {
    const code = `${preamble}
      try { startEcho({ addresses: ['::1', '127.0.0.1'], interval: 50, now, onChange: say }); }
      catch ({ name, status, message, cure }) { say({ name, status, message, cure }); }`;
    const drop = ['setpriv', '--bounding-set', '-net_raw', '--inh-caps', '-net_raw'];
    for await (const value of evaluate(code, drop)) {
      expect(value).toEqual({
        name: 'Fatal',
        status: 4,
        message: 'cannot open a raw ICMPv6 socket: Operation not permitted',
        cure: 'run as root, or give the program CAP_NET_RAW (systemd: AmbientCapabilities=CAP_NET_RAW)',
      });
      return;
    }
    expect.unreachable(errors);
  });
});
