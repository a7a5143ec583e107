/** How what is known of clients gets into the kernel. */
import { describe, expect, it } from 'vitest';
import type { VirtualService } from '../../../src/config/model.js';
import { ClientWriter } from '../../../src/daemon/client-writer.js';
import { occupancyOf } from '../../../src/daemon/occupancy.js';
import { Rotation } from '../../../src/daemon/rotation.js';
import { Clients } from '../../../src/replication/clients.js';
import { millis } from '../../../src/time.js';

const service: VirtualService = {
  name: 'ftp',
  address: '192.0.2.10',
  family: 4,
  port: 21,
  scheduler: 'wrr',
  servers: [
    { name: 'one', address: '10.0.0.11', port: 21, weight: 1 },
    { name: 'two', address: '10.0.0.12', port: 21, weight: 1 },
  ],
  rotation: { minServers: 0, slowStart: undefined, sorry: undefined, onFailure: 'keep' },
  persistence: { timeout: millis(300_000), mask: 32, mask6: 128 },
  limits: { sessionsPerServer: 2, sessionsPerClient: 2 },
};
const VIP = Uint8Array.from([192, 0, 2, 10]);
const CLIENT = Uint8Array.from([198, 51, 100, 7]);
const SERVERS = { one: Uint8Array.from([10, 0, 0, 11]), two: Uint8Array.from([10, 0, 0, 12]) };

interface Bench {
  readonly clients: Clients;
  readonly writer: ClientWriter;
  readonly scripts: string[];
  now: number;
  refuse: number;
  told(server: keyof typeof SERVERS, held: boolean): void;
  write(active: boolean): Promise<void>;
}

function bench(): Bench {
  const clients = new Clients([{ address: VIP, port: 21, timeout: millis(300_000), bits: 32 }]);
  const scripts: string[] = [];
  const it: Bench = {
    clients,
    scripts,
    now: 0,
    refuse: 0,
    writer: new ClientWriter({
      services: [service],
      clients,
      load: (script) => {
        scripts.push(script);
        return it.refuse-- > 0 ? Promise.reject(new Error('File exists')) : Promise.resolve();
      },
      now: () => millis(it.now),
      onFault: () => undefined,
    }),
    told: (server, held) => {
      const sticky = {
        client: CLIENT,
        vip: VIP,
        port: 21,
        server: SERVERS[server],
        serverPort: 21,
        seconds: 300,
        held,
      };
      clients.take({ begin: false, end: false, changes: [{ type: 'sticky', sticky }] }, millis(it.now));
    },
    write: async (active) => {
      it.writer.write(active);
      await it.writer.settled();
    },
  };
  return it;
}

const element = (verb: string, rest: string): string =>
  `${verb} element inet ftpair service0_sticky { 198.51.100.7 ${rest} }`;

describe('the writer of clients', () => {
  it('writes a change once, with an hour more for as long as a session lives', async () => {
    const at = bench();
    at.told('one', true);
    await at.write(false);
    await at.write(false);
    expect(at.scripts.map((script) => script.trim().split('\n'))).toEqual([
      [element('add', ': 1'), element('delete', ': 1'), element('add', 'timeout 3900s : 1')],
    ]);
  });

  it('writes the time that is left at that moment', async () => {
    const at = bench();
    at.told('one', false);
    at.now = 100_000;
    await at.write(false);
    expect(at.scripts[0]).toContain(element('add', 'timeout 200s : 1'));
  });

  it('on the backup knows which server the kernel has; on the active the kernel has chosen itself', async () => {
    for (const [active, before] of [
      [false, ': 1'],
      [true, ': 2'],
    ] as const) {
      const at = bench();
      at.told('one', true);
      await at.write(active);
      at.told('two', true);
      await at.write(active);
      expect(at.scripts[1]).toBe(
        [element('add', before), element('delete', before), element('add', 'timeout 3900s : 2'), ''].join(
          '\n',
        ),
      );
    }
  });

  it('writes everything anew when the kernel has another word', async () => {
    const at = bench();
    at.told('one', true);
    at.refuse = 1;
    await at.write(true);
    await at.write(true);
    expect(at.scripts[1]).toBe('flush map inet ftpair service0_sticky\n');
    expect(at.scripts[2]).toContain(element('add', 'timeout 3900s : 1'));
  });

  it('leaves a kernel alone for ten seconds that will not take it anew either', async () => {
    const at = bench();
    at.told('one', true);
    at.refuse = 2;
    await at.write(true);
    await at.write(true);
    at.now = 9999;
    await at.write(true);
    expect(at.scripts).toHaveLength(2);
    at.now = 10_000;
    await at.write(true);
    expect(at.scripts).toHaveLength(4);
  });

  it('writes who has had a session for half an hour again, and nobody who has run out', async () => {
    const at = bench();
    at.told('one', true);
    await at.write(true);
    at.now = 1_800_000;
    await at.write(true);
    expect(at.scripts).toHaveLength(1);
    at.now = 1_800_001;
    await at.write(true);
    expect(at.scripts).toHaveLength(2);
    at.told('one', false);
    await at.write(true);
    at.now += 300_001;
    await at.write(true);
    expect(at.scripts).toHaveLength(3);
    expect(at.clients.book.count(0)).toBe(0);
  });
});

describe('who is full', () => {
  const session = (server: keyof typeof SERVERS, fresh: boolean) => ({
    ...{ service: 0, client: CLIENT, server: SERVERS[server], serverPort: 21, fresh },
  });

  it('is a server with as many sessions as the limit, wherever they began', () => {
    const { servers } = occupancyOf(
      [service],
      [session('one', true), session('one', false), session('two', true)],
    );
    expect([...servers]).toEqual(['ftp/one']);
  });

  it('is a client that this kernel cannot count itself', () => {
    expect(occupancyOf([service], [session('one', true), session('two', true)]).clients).toEqual([[]]);
    expect(occupancyOf([service], [session('one', true), session('two', false)]).clients).toEqual([
      ['198.51.100.7'],
    ]);
    expect(occupancyOf([service], [session('one', false)]).clients).toEqual([[]]);
  });

  it('leaves the rotation, without being down', async () => {
    const scripts: string[] = [];
    const rotation = new Rotation(
      [service],
      () => 1,
      (script) => {
        scripts.push(script);
        return Promise.resolve();
      },
      () => undefined,
    );
    rotation.full(new Set(['ftp/one']));
    await rotation.settled();
    expect(scripts[0]).toContain('add element inet ftpair service0_able { 2 : goto service0_server1 }');
    expect(scripts[0]).not.toContain('goto service0_server0');
    expect([rotation.isFull('ftp', 'one'), rotation.serves('ftp', 'one')]).toEqual([true, false]);
    rotation.full(new Set());
    await rotation.settled();
    expect(scripts.at(-1)).toContain('0 : goto service0_server0');
  });

  it('is not chosen by persistence either where the slots follow the sessions', async () => {
    const scripts: string[] = [];
    const levelled: number[] = [];
    const rotation = new Rotation(
      [{ ...service, scheduler: 'lc' }],
      () => 1,
      (script) => {
        scripts.push(script);
        return Promise.resolve();
      },
      () => undefined,
      (index) => levelled.push(index),
    );
    rotation.full(new Set(['ftp/one']));
    await rotation.settled();
    expect(scripts).toEqual([
      'flush map inet ftpair service0_able\nadd element inet ftpair service0_able { 2 : goto service0_server1 }\n',
    ]);
    expect(levelled).toEqual([0]);
    expect(rotation.effective('ftp', 'one')).toBe(0);
  });
});
