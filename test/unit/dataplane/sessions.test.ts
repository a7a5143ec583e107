/** Persistence, limits and FTP over TLS as rules. */
import { describe, expect, it } from 'vitest';
import type { VirtualService } from '../../../src/config/model.js';
import {
  fullClients,
  limitChains,
  limitObjects,
  noRoom,
  readRefusals,
} from '../../../src/dataplane/limit-rules.js';
import { passiveChains, passiveChoice, passiveMarks } from '../../../src/dataplane/passive-rules.js';
import { rotationUpdate } from '../../../src/dataplane/ruleset.js';
import {
  client,
  keep,
  netmask,
  stickyChains,
  stickyChoice,
  stickyReplace,
  stickyUpdate,
} from '../../../src/dataplane/sticky-rules.js';
import { millis } from '../../../src/time.js';

const one = { name: 'one', address: '10.0.0.11', port: 21, weight: 1 };
const two = { name: 'two', address: '10.0.0.12', port: 21, weight: 1 };
const plain: VirtualService = {
  name: 'ftp',
  address: '192.0.2.10',
  family: 4,
  port: 21,
  scheduler: 'wrr',
  servers: [one, two],
  rotation: { minServers: 0, slowStart: undefined, sorry: undefined, onFailure: 'keep' },
};
const sticky: VirtualService = {
  ...plain,
  persistence: { timeout: millis(300_000), mask: 24, mask6: 64 },
};
const all = (): number => 1;
const trimmed = (lines: readonly string[]): string[] => lines.map((line) => line.trim());

describe('persistence', () => {
  it('asks the map before the scheduler, and forgets who points to a server that is not in the rotation', () => {
    expect(stickyChoice(sticky, 0)).toEqual(['ip daddr 192.0.2.10 tcp dport 21 jump service0_kept']);
    expect(trimmed(stickyChains(sticky, 0, all))).toEqual([
      'map service0_sticky { typeof ip saddr : ct mark; flags dynamic,timeout; timeout 300s; size 262144; }',
      'map service0_able {',
      'typeof ct mark : verdict',
      'elements = { 1 : goto service0_server0, 2 : goto service0_server1 }',
      '}',
      'chain service0_kept {',
      'ct mark set ip saddr & 255.255.255.0 map @service0_sticky ct mark vmap @service0_able',
      'delete @service0_sticky { ip saddr & 255.255.255.0 : 0 }',
      'ct mark set 0x46545001',
      '}',
    ]);
  });

  it('notes the server of every new session, with the time from now', () => {
    expect(keep(sticky, 0, 1)).toEqual([
      'ct mark set 0x46545001 update @service0_sticky { ip saddr & 255.255.255.0 timeout 300s : 2 }',
    ]);
  });

  it('counts every bit of an address, or those of the family that are asked for', () => {
    const v6: VirtualService = { ...sticky, family: 6, address: '2001:db8::10' };
    expect(keep(v6, 0, 0)).toEqual([
      'ct mark set 0x46545001 update @service0_sticky { ip6 saddr & ffff:ffff:ffff:ffff:0:0:0:0 timeout 300s : 1 }',
    ]);
    expect([netmask(4, 8), netmask(4, 27), netmask(6, 56)]).toEqual([
      '255.0.0.0',
      '255.255.255.224',
      'ffff:ffff:ffff:ff00:0:0:0:0',
    ]);
  });

  it('writes no mask where every bit counts', () => {
    const whole = { persistence: { timeout: millis(1000), mask: 32, mask6: 128 } };
    expect(client({ ...plain, ...whole })).toBe('ip saddr');
    expect(client({ ...plain, ...whole, family: 6 })).toBe('ip6 saddr');
    expect(client({ ...plain, persistence: { ...whole.persistence, mask: 31 } })).toBe(
      'ip saddr & 255.255.255.254',
    );
  });

  it('knows nobody who may be chosen while no server is in the rotation', () => {
    expect(trimmed(stickyChains(sticky, 0, () => 0)).slice(1, 4)).toEqual([
      'map service0_able {',
      'typeof ct mark : verdict',
      '}',
    ]);
  });

  it('does not choose a server that left the rotation, in the same transaction as the slots', () => {
    const update = rotationUpdate(sticky, 0, (_service, server) => (server === 'two' ? 1 : 0));
    expect(update.split('\n').slice(0, 3)).toEqual([
      'flush map inet ftpair service0_able',
      'add element inet ftpair service0_able { 2 : goto service0_server1 }',
      'flush map inet ftpair service0',
    ]);
    expect(rotationUpdate(sticky, 0, () => 0)).toBe(
      'flush map inet ftpair service0_able\nflush map inet ftpair service0\n',
    );
  });

  it('keeps nobody to the sorry server', () => {
    const sorry = { name: 'sorry', address: '10.0.0.99', port: 21, weight: 0 };
    const service: VirtualService = { ...sticky, rotation: { ...sticky.rotation, sorry } };
    expect(keep(service, 0, 2)).toEqual([]);
    expect(rotationUpdate(service, 0, () => 0)).toContain('0 : goto service0_server2');
    expect(rotationUpdate(service, 0, () => 0)).not.toContain('element inet ftpair service0_able');
  });

  it('is nothing where it is not asked for', () => {
    expect([...stickyChains(plain, 0, all), ...stickyChoice(plain, 0), ...keep(plain, 0, 0)]).toEqual([]);
  });

  it('writes many clients at once', () => {
    const elements = [
      { client: '198.51.100.0', before: 0, server: 1, seconds: 120 },
      { client: '203.0.113.0', before: 1, server: 0, seconds: 60 },
    ];
    expect(stickyUpdate(3, elements).split('\n')).toEqual([
      'add element inet ftpair service3_sticky { 198.51.100.0 : 1, 203.0.113.0 : 2 }',
      'delete element inet ftpair service3_sticky { 198.51.100.0 : 1, 203.0.113.0 : 2 }',
      'add element inet ftpair service3_sticky { 198.51.100.0 timeout 120s : 2, 203.0.113.0 timeout 60s : 1 }',
      '',
    ]);
    expect(stickyReplace(3, elements).split('\n')).toEqual([
      'flush map inet ftpair service3_sticky',
      'add element inet ftpair service3_sticky { 198.51.100.0 timeout 120s : 2, 203.0.113.0 timeout 60s : 1 }',
      '',
    ]);
  });

  it('writes what it knows by adding it as it may be, deleting it, and adding it as it shall be', () => {
    expect(stickyUpdate(3, [{ client: '198.51.100.0', before: 0, server: 1, seconds: 120 }])).toBe(
      [
        'add element inet ftpair service3_sticky { 198.51.100.0 : 1 }',
        'delete element inet ftpair service3_sticky { 198.51.100.0 : 1 }',
        'add element inet ftpair service3_sticky { 198.51.100.0 timeout 120s : 2 }',
        '',
      ].join('\n'),
    );
    expect(stickyUpdate(3, [])).toBe('');
    expect(stickyReplace(3, [])).toBe('flush map inet ftpair service3_sticky\n');
  });
});

describe('passive_range', () => {
  const ranges = (first: [number, number], second: [number, number]): VirtualService => ({
    ...sticky,
    mode: 'passive_range',
    servers: [
      { ...one, passivePorts: { first: first[0], last: first[1] } },
      { ...two, passivePorts: { first: second[0], last: second[1] } },
    ],
  });
  const apart = ranges([50_000, 50_099], [50_100, 50_199]);
  const shared = ranges([50_000, 50_099], [50_050, 50_149]);

  it('finds the server by the port alone where ranges are apart', () => {
    expect(passiveChoice(apart, 1)).toEqual([
      'ip daddr 192.0.2.10 tcp dport vmap { 50000-50099 : goto service1_server0_data, 50100-50199 : goto service1_server1_data }',
    ]);
    expect(trimmed(passiveChains(apart, 1))).toEqual([
      'chain service1_server0_data {',
      'ct mark set 0x46545003 meta l4proto tcp dnat ip to 10.0.0.11',
      '}',
      'chain service1_server1_data {',
      'ct mark set 0x46545003 meta l4proto tcp dnat ip to 10.0.0.12',
      '}',
    ]);
  });

  it('finds it by the session where they are not', () => {
    expect(passiveChoice(shared, 1)).toEqual([
      'ip daddr 192.0.2.10 tcp dport { 50000-50149 } jump service1_data',
    ]);
    expect(trimmed(passiveChains(shared, 1)).slice(-3)).toEqual([
      'chain service1_data {',
      'ct mark set ip saddr & 255.255.255.0 map @service1_sticky ct mark vmap { 1 : goto service1_server0_data, 2 : goto service1_server1_data }',
      '}',
    ]);
  });

  it('sees one port that two servers share, and none that they do not, whoever comes first in the config', () => {
    const choice = (...both: Parameters<typeof ranges>): string[] => passiveChoice(ranges(...both), 1);
    expect(choice([50_000, 50_100], [50_100, 50_199])).toEqual([
      'ip daddr 192.0.2.10 tcp dport { 50000-50199 } jump service1_data',
    ]);
    expect(choice([50_100, 50_199], [50_000, 50_100])).toEqual([
      'ip daddr 192.0.2.10 tcp dport { 50000-50199 } jump service1_data',
    ]);
    expect(choice([50_100, 50_199], [50_000, 50_099])).toEqual([
      'ip daddr 192.0.2.10 tcp dport vmap { 50100-50199 : goto service1_server0_data, 50000-50099 : goto service1_server1_data }',
    ]);
  });

  it('marks data flows as such: they have no master whose mark they inherit', () => {
    expect(passiveMarks(apart)).toEqual([
      'ip daddr 192.0.2.10 tcp dport { 50000-50099, 50100-50199 } ct state new ct mark set 0x46545003',
    ]);
  });

  it('is nothing for services that the helper reads', () => {
    expect([...passiveChains(plain, 0), ...passiveChoice(plain, 0), ...passiveMarks(plain)]).toEqual([]);
  });
});

describe('limits', () => {
  const limited: VirtualService = {
    ...plain,
    limits: { sessionsPerServer: 500, sessionsPerClient: 20, newPerSecondPerClient: 5 },
  };

  it('refuse clients before translation, those first who are known to be full', () => {
    expect(trimmed(limitChains([limited])).slice(0, 6)).toEqual([
      'chain limits {',
      'type filter hook prerouting priority -145;',
      'ip daddr 192.0.2.10 tcp dport 21 ct state new ip saddr @service0_full goto service0_over_sessionsPerClient',
      'ip daddr 192.0.2.10 tcp dport 21 ct state new add @service0_sessionsPerClient { ip saddr ct count over 20 } goto service0_over_sessionsPerClient',
      'ip daddr 192.0.2.10 tcp dport 21 ct state new add @service0_newPerSecondPerClient { ip saddr limit rate over 5/second burst 5 packets } goto service0_over_newPerSecondPerClient',
      '}',
    ]);
  });

  it('refuse what a server has no room for behind translation', () => {
    const room = 'ct mark 0x46545001 ct state new ct original ip daddr 192.0.2.10';
    const over =
      'add @service0_sessionsPerServer { ip daddr . tcp dport ct count over 500 } goto service0_over_sessionsPerServer';
    expect(trimmed(limitChains([limited])).slice(6)).toEqual([
      'chain capacity {',
      'type filter hook prerouting priority -90;',
      `${room} ip daddr 10.0.0.11 tcp dport 21 ${over}`,
      `${room} ip daddr 10.0.0.12 tcp dport 21 ${over}`,
      '}',
    ]);
  });

  it('refuse with a reset, counted', () => {
    const lines = trimmed(limitObjects(limited, 0));
    expect(lines).toContain('counter name service0_refused_sessionsPerClient reject with tcp reset');
    expect(lines).toContain('counter service0_refused_sessionsPerClient { }');
  });

  it('count in a set each, of which the one of new sessions forgets by itself', () => {
    const sets = limitObjects(limited, 0).filter((line) => line.startsWith('set'));
    expect(sets).toEqual([
      'set service0_sessionsPerServer { typeof ip daddr . tcp dport; flags dynamic; size 65536; }',
      'set service0_sessionsPerClient { typeof ip saddr; flags dynamic; size 65536; }',
      'set service0_full { typeof ip saddr; size 65536; }',
      'set service0_newPerSecondPerClient { typeof ip saddr; flags dynamic,timeout; timeout 10s; size 65536; }',
    ]);
  });

  it('have no objects but those of the limits that are set', () => {
    expect(trimmed(limitObjects({ ...plain, limits: { newPerSecondPerClient: 5 } }, 2))).toEqual([
      'counter service2_refused_newPerSecondPerClient { }',
      'chain service2_over_newPerSecondPerClient {',
      'counter name service2_refused_newPerSecondPerClient reject with tcp reset',
      '}',
      'set service2_newPerSecondPerClient { typeof ip saddr; flags dynamic,timeout; timeout 10s; size 65536; }',
    ]);
  });

  it('count behind the slots who found no server with room, where servers have a limit', () => {
    expect(noRoom(limited, 4)).toEqual([
      'ip daddr 192.0.2.10 tcp dport 21 counter name service4_refused_sessionsPerServer',
    ]);
    expect(noRoom({ ...plain, limits: { sessionsPerClient: 1 } }, 4)).toEqual([]);
  });

  it('are nothing where none is set', () => {
    expect([...limitObjects(plain, 0), ...limitChains([plain])]).toEqual([]);
  });

  it('learn who is full', () => {
    expect(fullClients(0, ['198.51.100.7', '198.51.100.8'])).toBe(
      'flush set inet ftpair service0_full\nadd element inet ftpair service0_full { 198.51.100.7, 198.51.100.8 }\n',
    );
    expect(fullClients(0, [])).toBe('flush set inet ftpair service0_full\n');
  });

  it('are read from what nft lists', () => {
    const json =
      '{"nftables": [{"counter": {"family": "inet", "name": "service0_refused_sessionsPerClient", "table": "ftpair", "handle": 9, "packets": 7, "bytes": 420}}]}';
    expect(readRefusals(json, 0)).toEqual({ sessionsPerClient: 7 });
    expect(readRefusals(json.replace('"packets": 7,', '"packets": 4711,'), 0)).toEqual({
      sessionsPerClient: 4711,
    });
    expect(readRefusals(json, 1)).toEqual({});
  });
});
