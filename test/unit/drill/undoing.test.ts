/** What a drill puts into the kernel, and what it tells its guardian to take out again. */
import { expect, test } from 'vitest';
import { isolation, pulseCut, serverCut } from '../../../src/drill/faults.js';
import { derivedMac } from '../../../src/drill/lan-link.js';
import { decodeRecipe, encodeRecipe } from '../../../src/drill/restart.js';
import { recordName, tooMany } from '../../../src/drill/store.js';
import { cableLines, machineLines, switchLines } from '../../../src/drill/switch.js';
import { undoLine } from '../../../src/drill/undo.js';
import { activeBy } from '../../../src/drill/watch.js';

const LAN = { name: 'eth0', mac: '52:54:00:aa:bb:cc', mtu: 9000 };
const MAC = '02:11:22:33:44:55';

test('the cable has the size of the LAN, and the near end its hardware address', () => {
  expect(cableLines(LAN, MAC, 4711)).toEqual([
    'link add name ftpair-d0 address 52:54:00:aa:bb:cc mtu 9000 type veth peer name ftpair-d1 address 02:11:22:33:44:55 mtu 9000 netns 4711',
    'link set dev ftpair-d0 addrgenmode none up',
  ]);
  expect(machineLines(['192.0.2.250/24', '2001:db8::250/64'])).toEqual([
    'link set dev lo up',
    'link set dev ftpair-d1 up',
    'addr add 192.0.2.250/24 dev ftpair-d1',
    'addr add 2001:db8::250/64 dev ftpair-d1 nodad',
  ]);
});

test('frames go to the drill, to this router, or to the LAN; those for everybody to all of them', () => {
  const u32 = 'protocol all u32';
  const toDrill = 'match u16 0x0211 0xffff at -14 match u32 0x22334455 0xffffffff at -12';
  const fromDrill = 'match u32 0x02112233 0xffffffff at -8 match u16 0x4455 0xffff at -4';
  const toRouter = 'match u16 0x5254 0xffff at -14 match u32 0x00aabbcc 0xffffffff at -12';
  const group = 'match u8 0x01 0x01 at -14';
  expect(switchLines(LAN, MAC)).toEqual([
    `filter add dev eth0 ingress pref 47001 ${u32} ${fromDrill} flowid 1:1`,
    `filter add dev eth0 ingress pref 47002 ${u32} ${toDrill} action mirred egress redirect dev ftpair-d0`,
    `filter add dev eth0 ingress pref 47003 ${u32} ${group} action mirred egress mirror dev ftpair-d0 continue`,
    `filter add dev eth0 egress pref 47011 ${u32} ${fromDrill} flowid 1:1`,
    `filter add dev eth0 egress pref 47012 ${u32} ${toDrill} action mirred egress redirect dev ftpair-d0`,
    `filter add dev eth0 egress pref 47013 ${u32} ${group} action mirred egress mirror dev ftpair-d0 continue`,
    'qdisc add dev ftpair-d0 clsact',
    `filter add dev ftpair-d0 ingress pref 1 ${u32} ${toRouter} action mirred ingress redirect dev eth0`,
    `filter add dev ftpair-d0 ingress pref 2 ${u32} ${group} action mirred egress mirror dev eth0 action mirred ingress redirect dev eth0`,
    `filter add dev ftpair-d0 ingress pref 3 ${u32} match u32 0 0 at 0 action mirred egress redirect dev eth0`,
  ]);
});

test('the hardware address is locally administered, and always the same', () => {
  expect(derivedMac('alpha')).toMatch(/^02(:[0-9a-f]{2}){5}$/);
  expect(derivedMac('alpha')).toBe(derivedMac('alpha'));
  expect(derivedMac('alpha')).not.toBe(derivedMac('beta'));
});

test('each fault is a table of its own, before and behind everything else', () => {
  const chains = (inside: string, out: string): string =>
    `{\n  chain in { type filter hook prerouting priority -500; ${inside}; }\n  chain out { type filter hook postrouting priority 500; ${out}; }\n}\n`;
  expect(pulseCut(7390)).toBe(
    `table inet ftpair_drill ${chains('udp dport 7390 drop', 'udp dport 7390 drop')}`,
  );
  expect(isolation('eth1')).toBe(
    `table inet ftpair_drill ${chains('iifname "eth1" drop', 'oifname "eth1" drop')}` +
      `table arp ftpair_drill ${chains('iifname "eth1" drop', 'oifname "eth1" drop').replace('prerouting', 'input').replace('postrouting', 'output')}`,
  );
  const one = { name: 'one', address: '10.0.0.11', port: 21, weight: 1 };
  expect(serverCut([one, { ...one, address: '2001:db8:1::11' }])).toBe(
    `table inet ftpair_drill ${chains(
      'ip saddr 10.0.0.11 meta l4proto tcp drop; ip6 saddr 2001:db8:1::11 meta l4proto tcp drop',
      'ip daddr 10.0.0.11 meta l4proto tcp drop; ip6 daddr 2001:db8:1::11 meta l4proto tcp drop',
    )}`,
  );
});

test('the guardian is told in words without spaces', () => {
  const process = { pid: 4711, start: '123456' };
  const recipe = {
    socket: '/run/ftpair/control.sock',
    unit: undefined,
    program: '/usr/bin/node',
    words: ['node', 'main.js', 'a b'],
    directory: '/',
    environment: [['A', '1\n2']] as const,
  };
  expect(undoLine({ type: 'link', name: 'ftpair-d0' })).toBe('link ftpair-d0');
  expect(undoLine({ type: 'filter', link: 'eth0', side: 'egress', pref: 47_011 })).toBe(
    'filter eth0 egress 47011',
  );
  expect(undoLine({ type: 'clsact', link: 'eth0' })).toBe('clsact eth0');
  expect(undoLine({ type: 'table', family: 'arp', name: 'ftpair_drill' })).toBe('table arp ftpair_drill');
  expect(undoLine({ type: 'continue', process })).toBe('continue 4711 123456');
  expect(undoLine({ type: 'end', process })).toBe('end 4711 123456');
  const line = undoLine({ type: 'start', recipe: encodeRecipe(recipe) });
  expect(line.split(/\s/)).toHaveLength(2);
  expect(decodeRecipe(line.split(' ')[1] ?? '')).toEqual({ ...recipe, unit: undefined });
});

test('a record is named by its time, and a hundred are kept', () => {
  expect(recordName({ startedAt: '2026-11-23T01:22:33.456Z', scenario: 'pulse-cut' })).toBe(
    '20261123T012233Z-pulse-cut',
  );
  const files = Array.from({ length: 102 }, (_, index) => `20260101T000${100 + index}Z-back.json`);
  expect(tooMany([...files.toReversed(), 'notes.txt'])).toEqual([
    '20260101T000100Z-back.json',
    '20260101T000101Z-back.json',
  ]);
  expect(tooMany(files.slice(0, 100))).toEqual([]);
});

test('who is active: the daemon here says it; where it does not know, whoever answers on the LAN', () => {
  const peer = (role: string, alive = true) => ({ alive, role, name: 'beta' }) as never;
  expect(activeBy({ node: 'alpha', role: 'active', peer: peer('backup') }, true, 'beta')).toBe('alpha');
  expect(activeBy({ node: 'alpha', role: 'backup', peer: peer('active') }, false, 'beta')).toBe('beta');
  expect(activeBy({ node: 'alpha', role: 'backup', peer: peer('active', false) }, false, 'beta')).toBe(
    'nobody',
  );
  expect(activeBy(undefined, true, 'beta')).toBe('beta');
  expect(activeBy(undefined, false, 'beta')).toBe('nobody');
});
