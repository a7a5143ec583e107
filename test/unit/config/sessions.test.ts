/** The keys about sessions: persistence, limits, and the ports of FTP over TLS. `F` is the name of the file. */
import { describe, expect, it } from 'vitest';
import { parseConfig } from '../../../src/config/load.js';
import { after, change, complaintsOf, GOOD, hold, LAST } from './good.js';

const ONE = '      - { name: one, address: 10.0.0.11 }\n';
const TWO = LAST;
const SERVERS = `${ONE}${TWO}`;

/** The servers with the ports, and the service's other keys behind them. */
function ranged(one: string, two: string, ...keys: readonly string[]): string {
  const ports = (range: string): string => (range === '' ? '' : `, passive_ports: ${range}`);
  return [
    `      - { name: one, address: 10.0.0.11${ports(one)} }`,
    `      - { name: two, address: 10.0.0.12${ports(two)} }`,
    ...keys.map((key) => `    ${key}`),
    '',
  ].join('\n');
}

const RANGE = 'mode: passive_range';

describe('passive_range', () => {
  hold([
    ['a range of its own for each server', SERVERS, ranged('50000-50099', '50100-50199', RANGE)],
    [
      'a server without ports',
      SERVERS,
      ranged('50000-50099', '', RANGE),
      'F:18:9: services[0].servers[1].passive_ports: mode passive_range needs the ports that this server announces; add `passive_ports: 50000-50099`',
    ],
    [
      'one range for two servers, and nothing that tells them apart',
      SERVERS,
      ranged('', '', RANGE, 'passive_ports: 50000-50099'),
      'F:17:7: services[0].servers: two servers have passive ports in common, and nothing says whose a data channel is; give each server a range of its own (best), or add `persistence',
    ],
    [
      'the same where persistence tells them apart is right',
      SERVERS,
      ranged('', '', RANGE, 'passive_ports: 50000-50099', 'persistence: { timeout: 1h }'),
    ],
    [
      'the control port inside a range',
      SERVERS,
      ranged('50000-50099', '50100-50199', RANGE, 'port: 50100'),
      'F:20:11: services[0].port: is one of the passive ports 50100-50199',
    ],
    [
      'ports without the mode are a warning',
      SERVERS,
      ranged('50000-50099', ''),
      'F:17:57: warning: services[0].servers[0].passive_ports: has no effect without `mode: passive_range`',
    ],
    [
      'the control port as the last one of a range',
      SERVERS,
      ranged('50000-50099', '50100-50199', RANGE, 'port: 50199'),
      'F:20:11: services[0].port: is one of the passive ports 50100-50199; use another range for the data channels',
    ],
    [
      'ports of the service without the mode are a warning too',
      SERVERS,
      ranged('', '', 'passive_ports: 50000-50099'),
      'F:19:20: warning: services[0].passive_ports: has no effect without `mode: passive_range`; add that line to the service for FTP over TLS, or remove this one',
    ],
    [
      'a second service of which one server is another one behind the same ports',
      SERVERS,
      `${ranged('50000-50099', '50100-50199', RANGE)}  - name: ftps\n    address: 192.0.2.10\n    port: 990\n    ${RANGE}\n    servers:\n${ONE.replace(' }', ', passive_ports: 50000-50099 }')}      - { name: three, address: 10.0.0.13, passive_ports: 50150-50160 }\n`,
      'F:20:5: services[1].passive_ports: has ports of the service ftp at the same address, for another server; give the servers ranges of their own',
    ],
    [
      'a second service that does not use its ports: a warning',
      SERVERS,
      `${ranged('50000-50099', '50100-50199', RANGE)}  - name: ftps\n    address: 192.0.2.10\n    port: 990\n    servers: [{ name: three, address: 10.0.0.13, passive_ports: 50050-50060 }]\n`,
      'F:23:65: warning: services[1].servers[0].passive_ports: has no effect without',
    ],
    [
      'a second service with the same ports for other servers',
      SERVERS,
      `${ranged('50000-50099', '50100-50199', RANGE)}  - name: ftps\n    address: 192.0.2.10\n    port: 990\n    ${RANGE}\n    servers: [{ name: three, address: 10.0.0.13, passive_ports: 50050-50060 }]\n`,
      'F:20:5: services[1].passive_ports: has ports of the service ftp at the same address, for another server',
    ],
    [
      'a second service with the same ports for the same servers is right: explicit and implicit TLS',
      SERVERS,
      `${ranged('50000-50099', '50100-50199', RANGE)}  - name: ftps\n    address: 192.0.2.10\n    port: 990\n    ${RANGE}\n    servers: [{ name: one, address: 10.0.0.11, passive_ports: 50000-50099 }]\n`,
    ],
    [
      'a range that is none',
      SERVERS,
      ranged('50000', '50100-50199', RANGE),
      'F:17:57: services[0].servers[0].passive_ports: ',
    ],
    [
      'a range backwards',
      SERVERS,
      ranged('50099-50000', '50100-50199', RANGE),
      'F:17:57: services[0].servers[0].passive_ports: 50099-50000 ends before it begins; write `50000-50099`',
    ],
    [
      'a range of privileged ports',
      SERVERS,
      ranged('900-999', '50100-50199', RANGE),
      'F:17:57: services[0].servers[0].passive_ports: 900-999 is not within 1024-65535; use ports from 1024',
    ],
  ]);

  it('may have the same ports at another virtual address', () => {
    const second = `  - name: ftps\n    address: 192.0.2.20\n    ${RANGE}\n    servers: [{ name: three, address: 10.0.0.13, passive_ports: 50000-50099 }]\n`;
    const text = change(SERVERS, `${ranged('50000-50099', '50100-50199', RANGE)}${second}`);
    expect(complaintsOf(change('[192.0.2.10/24]', '[192.0.2.10/24, 192.0.2.20/24]', text))).toEqual([]);
  });

  it('gives a server its ports at an address of each family', () => {
    const text = change(
      SERVERS,
      ranged('50000-50099', '50100-50199', RANGE).replace(
        'address: 10.0.0.11',
        'addresses: [10.0.0.11, "2001:db8:1::11"]',
      ),
      change('    address: 192.0.2.10\n', '    addresses: [192.0.2.10, 2001:db8::10]\n'),
    );
    const both = change('[10.0.0.1/24]', '[10.0.0.1/24, 2001:db8:1::1/64]', text);
    expect(complaintsOf(change('[192.0.2.10/24]', '[192.0.2.10/24, 2001:db8::10/64]', both))).toEqual([]);
  });
});

describe('persistence and limits', () => {
  hold([
    [
      'both',
      LAST,
      after('    persistence: { timeout: 5m, mask: 24, mask6: 64 }\n    limits: { sessions_per_client: 20 }'),
    ],
    [
      'persistence without its time',
      LAST,
      after('    persistence: { mask: 24 }'),
      'F:19:18: services[0].persistence.timeout: ',
    ],
    [
      'a mask that is too wide',
      LAST,
      after('    persistence: { timeout: 5m, mask: 33 }'),
      'F:19:39: services[0].persistence.mask: ',
    ],
    [
      'a time that is too short',
      LAST,
      after('    persistence: { timeout: 2s }'),
      'F:19:29: services[0].persistence.timeout: 2s is too short; write a length of time from 10s to 24h',
    ],
    [
      'a limit of nothing',
      LAST,
      after('    limits: { sessions_per_server: 0 }'),
      'F:19:36: services[0].limits.sessions_per_server: ',
    ],
  ]);

  it('reach the program with their defaults', () => {
    const text = change(
      LAST,
      after('    persistence: { timeout: 5m, mask: 24 }\n    limits: { new_per_second_per_client: 5 }'),
    );
    const result = parseConfig(text, 'F');
    expect(result.ok && result.config.services[0]).toMatchObject({
      persistence: { timeout: 300_000, mask: 24, mask6: 128 },
      limits: { newPerSecondPerClient: 5 },
    });
  });

  it('change the fingerprint only where they are written', () => {
    const fingerprint = (text: string): string | undefined => {
      const result = parseConfig(text, 'F');
      return result.ok ? result.config.fingerprint : undefined;
    };
    expect(fingerprint(change(LAST, after('    mode: helper')))).toBe(fingerprint(GOOD));
    expect(fingerprint(change(LAST, after('    persistence: { timeout: 5m }')))).not.toBe(fingerprint(GOOD));
  });
});

describe('what becomes of it', () => {
  const first = (from: string, to: string): unknown => {
    const result = parseConfig(change(from, to), 'F');
    if (!result.ok) throw new Error(JSON.stringify(result.complaints));
    const { mode, persistence, servers } = result.config.services[0] ?? { servers: [] };
    return { mode, persistence, ports: servers.map(({ passivePorts }) => passivePorts) };
  };

  it('the mode, and the ports of each server: its own, or those of the service', () => {
    const shared = 'passive_ports: 50100-50199';
    expect(first(SERVERS, ranged('50000-50099', '', RANGE, shared))).toEqual({
      mode: 'passive_range',
      persistence: undefined,
      ports: [
        { first: 50_000, last: 50_099 },
        { first: 50_100, last: 50_199 },
      ],
    });
  });

  it('without the mode there are no ports, and nothing that is not written', () => {
    expect(first(SERVERS, ranged('50000-50099', ''))).toEqual({ ports: [undefined, undefined] });
    const result = parseConfig(GOOD, 'F');
    const service = result.ok ? result.config.services[0] : undefined;
    expect(Object.keys(service ?? {})).not.toContain('mode');
    expect(Object.keys(service ?? {})).not.toContain('persistence');
    expect(Object.keys(service?.servers[0] ?? {})).not.toContain('passivePorts');
  });
});
