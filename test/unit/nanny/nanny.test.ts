import { createHash } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { VirtualService } from '../../../src/config/model.js';
import {
  startNannies,
  type Nannies,
  type NannyOptions,
  type ServerVerdict,
} from '../../../src/nanny/nanny.js';
import type { LocalAddresses, RunProbe } from '../../../src/nanny/probe.js';
import type { ProbeRequest } from '../../../src/nanny/request.js';
import type { ProbeResult } from '../../../src/nanny/result.js';
import { millis } from '../../../src/time.js';
import { checkOf, FTP } from './request.js';

const check = checkOf();

function service(name: string, ...addresses: string[]): VirtualService {
  return {
    name,
    address: '198.51.100.1',
    family: 4,
    port: 21,
    scheduler: 'wrr',
    servers: addresses.map((address, index) => ({ name: `s${index + 1}`, address, port: 2121, weight: 0 })),
    rotation: { minServers: 0, slowStart: undefined, sorry: undefined, onFailure: 'keep' },
  };
}

const timings = { totalMillis: millis(5), steps: [] };
const good: ProbeResult = { ok: true, timings };
const bad: ProbeResult = { ok: false, reason: 'refused', step: 'connect', detail: 'ECONNREFUSED', timings };

/** Servers whose probes end with `answers`, 50 ms after their start; `hanging` ones never end. */
class Servers {
  readonly answers = new Map<string, ProbeResult>();
  readonly hanging = new Set<string>();
  readonly requests: ProbeRequest[] = [];
  running = 0;
  most = 0;
  aborted = 0;

  probe: RunProbe = (request) => {
    this.requests.push(request);
    this.running += 1;
    this.most = Math.max(this.most, this.running);
    let end: (result: ProbeResult | undefined) => void = () => undefined;
    const result = new Promise<ProbeResult | undefined>((resolve) => (end = resolve));
    const finish = (value: ProbeResult | undefined): void => {
      this.running -= 1;
      end(value);
    };
    const timer = this.hanging.has(request.address)
      ? undefined
      : setTimeout(() => {
          finish(this.answers.get(request.address) ?? good);
        }, 50);
    return {
      result,
      abort: () => {
        clearTimeout(timer);
        this.aborted += 1;
        finish(undefined);
      },
    };
  };
}

let servers: Servers;
let changes: ServerVerdict[];
let nannies: Nannies | undefined;

function start(services: readonly VirtualService[], more: Partial<NannyOptions> = {}): Nannies {
  nannies = startNannies({
    services,
    check,
    now: () => millis(performance.now()),
    onVerdict: (change) => changes.push(change),
    probe: servers.probe,
    ...more,
  });
  return nannies;
}

beforeEach(() => {
  vi.useFakeTimers({ now: 0, toFake: ['setTimeout', 'clearTimeout', 'performance'] });
  servers = new Servers();
  changes = [];
});

afterEach(async () => {
  await nannies?.stop();
  expect(vi.getTimerCount()).toBe(0);
  vi.useRealTimers();
});

describe('the nannies', () => {
  it('probe each server of each service at its own address, and allow no other address in its 227', async () => {
    start([service('ftp', '192.0.2.10', '192.0.2.11'), service('other', '192.0.2.10')]);
    await vi.advanceTimersByTimeAsync(900);
    expect(servers.requests.map((request) => request.address)).toEqual([
      '192.0.2.10',
      '192.0.2.11',
      '192.0.2.10',
    ]);
    expect(servers.requests[1]).toEqual({
      service: 'ftp',
      server: 's2',
      address: '192.0.2.11',
      port: 2121,
      check: FTP,
      timeout: 300,
      limits: {},
      allowed: [],
      upload: undefined,
    });
  });

  it('follow the check of the service where it has one, its interval and its fall included', async () => {
    const own = checkOf({ modes: ['pasv'] }, { interval: millis(500), fall: 1 });
    start([service('ftp', '192.0.2.10'), { ...service('own', '192.0.2.11'), check: own }]);
    await vi.advanceTimersByTimeAsync(2600);
    const times = (address: string): number =>
      servers.requests.filter((request) => request.address === address).length;
    expect(servers.requests.find(({ service: name }) => name === 'own')?.check).toEqual(own.probe);
    expect([times('192.0.2.10'), times('192.0.2.11')]).toEqual([3, 5]);
    servers.answers.set('192.0.2.10', bad);
    servers.answers.set('192.0.2.11', bad);
    await vi.advanceTimersByTimeAsync(700);
    expect(changes.filter(({ up }) => !up).map(({ service: name }) => name)).toEqual(['own']);
  });

  it('probe from the address of the link that the check names, in its own family alone', async () => {
    const link = (address: string) => ({ interface: 'eth0', address });
    const self = {
      name: 'alpha',
      public: link('198.51.100.2'),
      private: link('192.0.2.2'),
      extra: { six: link('2001:db8::2') },
    };
    const from: LocalAddresses[] = [];
    const probe: RunProbe = (request, edges) => {
      from.push(edges.localAddress);
      return servers.probe(request, edges);
    };
    const of = (source: string | undefined) => ({
      ...service(source ?? 'auto', '192.0.2.10'),
      check: checkOf({}, { source }),
    });
    start([of('public'), of('private'), of('six'), of(undefined)], { self, probe });
    await vi.advanceTimersByTimeAsync(900);
    expect(from).toEqual([{ 4: '198.51.100.2' }, { 4: '192.0.2.2' }, { 6: '2001:db8::2' }, {}]);
  });

  it('store under a name that no other director, service or server uses, and never the same content', async () => {
    const stores = checkOf({ data: { command: 'stor', path: '/in/canary' } });
    const link = { interface: 'eth0', address: '192.0.2.2' };
    const self = { name: 'alpha', public: link, private: link, extra: {} };
    start([{ ...service('ftp', '192.0.2.10'), check: stores }], { self });
    await vi.advanceTimersByTimeAsync(1100);
    const [first, second] = servers.requests.map(({ upload }) => upload);
    expect(first?.path).toBe('/in/canary-alpha-ftp-s1');
    expect(second?.path).toBe('/in/canary-alpha-ftp-s1');
    expect(first?.bytes.length).toBe(4096);
    expect(first?.sha256).toBe(createHash('sha256').update(first!.bytes).digest('hex'));
    expect(first?.sha256).not.toBe(second?.sha256);
  });

  it('run as many probes at once as would be needed if every server hung', async () => {
    const many = Array.from({ length: 100 }, (_, index) => `192.0.2.${index + 1}`);
    for (const address of many) servers.hanging.add(address);
    start([{ ...service('ftp', ...many), check: checkOf({}, { timeout: millis(750) }) }]);
    await vi.advanceTimersByTimeAsync(2000);
    expect(servers.most).toBe(75);
  });

  it('allow the addresses in a 227 that they are told to allow', async () => {
    start([service('ftp', '192.0.2.10')], { allowedAddresses: ['198.51.100.1'] });
    await vi.advanceTimersByTimeAsync(100);
    expect(servers.requests[0]?.allowed).toEqual(['198.51.100.1']);
  });

  it('report the first verdict, then only changes, with the words of the deciding probe', async () => {
    start([service('ftp', '192.0.2.10')]);
    await vi.advanceTimersByTimeAsync(1900);
    expect(changes).toEqual([
      {
        service: 'ftp',
        server: 's1',
        address: '192.0.2.10',
        from: 'unknown',
        up: true,
        reason: 'ok',
        step: undefined,
        detail: '',
      },
    ]);
    servers.answers.set('192.0.2.10', bad);
    await vi.advanceTimersByTimeAsync(3300);
    expect(changes.slice(1)).toEqual([
      {
        service: 'ftp',
        server: 's1',
        address: '192.0.2.10',
        from: 'up',
        up: false,
        reason: 'refused',
        step: 'connect',
        detail: 'ECONNREFUSED',
      },
    ]);
  });

  it('look again after `retry` while a server fails and is still up, and at its usual pace before and behind', async () => {
    start([service('ftp', '192.0.2.10')], { check: { ...check, retry: millis(200) } });
    await vi.advanceTimersByTimeAsync(900);
    servers.answers.set('192.0.2.10', bad);
    // At about 1000, then 200 behind the beginning of each.
    await vi.advanceTimersByTimeAsync(700);
    expect(changes.at(-1)).toMatchObject({ up: false });
    expect(servers.requests).toHaveLength(4);
    await vi.advanceTimersByTimeAsync(1100);
    expect(servers.requests).toHaveLength(5);
  });

  it('look at once when they are asked to, and once more behind a probe that runs', async () => {
    const room = start([service('ftp', '192.0.2.10')]);
    await vi.advanceTimersByTimeAsync(500);
    room.recheck('ftp', 's1');
    expect(servers.requests).toHaveLength(2);
    room.recheck('ftp', 's1');
    expect(servers.requests).toHaveLength(2);
    await vi.advanceTimersByTimeAsync(51);
    expect(servers.requests).toHaveLength(3);
    await room.stop();
    room.recheck('ftp', 's1');
    expect(servers.requests).toHaveLength(3);
  });

  it('show every server, before and after its first probe', async () => {
    const room = start([service('ftp', '192.0.2.10', '192.0.2.11')]);
    servers.answers.set('192.0.2.10', bad);
    await vi.advanceTimersByTimeAsync(100);
    expect(room.views()).toEqual([
      {
        service: 'ftp',
        server: 's1',
        address: '192.0.2.10',
        port: 2121,
        verdict: 'down',
        up: false,
        reason: 'refused',
        last: bad,
        lastAt: 50,
      },
      {
        service: 'ftp',
        server: 's2',
        address: '192.0.2.11',
        port: 2121,
        verdict: 'unknown',
        up: false,
        reason: 'unknown',
        last: undefined,
        lastAt: undefined,
      },
    ]);
  });

  it('show the last probe beside a verdict that it did not change', async () => {
    const room = start([service('ftp', '192.0.2.10')]);
    await vi.advanceTimersByTimeAsync(100);
    servers.answers.set('192.0.2.10', bad);
    await vi.advanceTimersByTimeAsync(1000);
    expect(room.views()[0]).toMatchObject({ up: true, reason: 'ok', last: bad });
  });

  it('probe on while one server hangs, and never run more probes than allowed', async () => {
    servers.hanging.add('192.0.2.10');
    start([service('ftp', '192.0.2.10', '192.0.2.11', '192.0.2.12', '192.0.2.13')], { atOnce: 2 });
    await vi.advanceTimersByTimeAsync(5000);
    expect(servers.most).toBe(2);
    const count = (address: string): number =>
      servers.requests.filter((request) => request.address === address).length;
    expect(count('192.0.2.10')).toBe(1);
    expect(count('192.0.2.13')).toBe(5);
  });

  it('abort what runs when they are stopped, and report nothing more', async () => {
    const room = start([service('ftp', '192.0.2.10', '192.0.2.11')]);
    servers.hanging.add('192.0.2.11');
    await vi.advanceTimersByTimeAsync(520);
    await room.stop();
    expect(servers.aborted).toBe(1);
    expect(servers.running).toBe(0);
    await vi.advanceTimersByTimeAsync(5000);
    expect(changes).toHaveLength(1);
    expect(servers.requests).toHaveLength(2);
  });

  it('report nothing more, not even a result that was there at that moment', async () => {
    let end: (result: ProbeResult) => void = () => undefined;
    const result = new Promise<ProbeResult>((done) => (end = done));
    const abort = (): void => {
      end(good);
    };
    servers.probe = () => ({ result, abort });
    await start([service('ftp', '192.0.2.10')]).stop();
    expect(changes).toEqual([]);
  });

  it('can be stopped by their own listener', async () => {
    const room = startNannies({
      services: [service('ftp', '192.0.2.10')],
      check,
      now: () => millis(performance.now()),
      onVerdict: () => void room.stop(),
      probe: servers.probe,
    });
    await vi.advanceTimersByTimeAsync(5000);
    expect(servers.requests).toHaveLength(1);
  });
});

describe('nannies that go on where others ended', () => {
  it('count on from what was known of the same server, and begin anew with another one', async () => {
    const [same, other] = [
      service('ftp', '192.0.2.10', '192.0.2.11'),
      service('ftp', '192.0.2.10', '192.0.2.12'),
    ];
    const before = start([same]);
    await vi.advanceTimersByTimeAsync(1000);
    await before.stop();
    expect(before.views().map(({ verdict }) => verdict)).toEqual(['up', 'up']);
    changes = [];
    const next = start([other], { before: (ftp, server) => before.known(ftp, server) });
    expect(next.views().map(({ server, verdict, reason }) => [server, verdict, reason])).toEqual([
      ['s1', 'up', 'ok'],
      ['s2', 'unknown', 'unknown'],
    ]);
    await vi.advanceTimersByTimeAsync(1000);
    // That the first one is up is no news.
    expect(changes.map(({ server, from, up }) => [server, from, up])).toEqual([['s2', 'unknown', true]]);
  });
});
