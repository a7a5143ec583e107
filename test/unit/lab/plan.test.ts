import { expect, test } from 'vitest';
import {
  addressLines,
  bridgeLines,
  carrierLines,
  mainsLine,
  plugLines,
  unplugLines,
} from '../../../src/lab/cabling.js';
import { machinesOf, namespacesOf, planLab } from '../../../src/lab/plan.js';

test('a lab in one family has the servers on 10.200.30.0/24 and the directors beside the VIP', () => {
  const plan = planLab({ vip: '10.9.8.7/24' }, 'abc123');
  expect(plan.vip).toEqual({ v4: '10.9.8.7', v6: undefined });
  expect(plan.virtual).toEqual({ public: ['10.9.8.7/24'], gateway: ['10.200.30.1/24'] });
  expect(plan.directors.alpha.public.v4).toBe('10.9.8.2');
  expect(plan.directors.beta.private.v4).toBe('10.200.30.3');
  expect(plan.servers.map(({ kind, address }) => [kind, address.v4])).toEqual([
    ['vsftpd', '10.200.30.11'],
    ['proftpd', '10.200.30.12'],
    ['pure-ftpd', '10.200.30.13'],
  ]);
  expect(plan.client.addresses.map(({ v4 }) => v4)).toEqual([
    '10.9.8.50',
    '10.9.8.51',
    '10.9.8.52',
    '10.9.8.53',
    '10.9.8.54',
    '10.9.8.55',
    '10.9.8.56',
    '10.9.8.57',
  ]);
});

test('a lab in both families has an IPv6 address beside every IPv4 one', () => {
  const plan = planLab({ ipv6: true }, 'abc123');
  expect(plan.vip).toEqual({ v4: '198.51.100.100', v6: '2001:db8:a::100' });
  expect(plan.virtual.public).toEqual(['198.51.100.100/24', '2001:db8:a::100/64']);
  expect(plan.virtual.gateway).toEqual(['10.200.30.1/24', '2001:db8:b::1/64']);
  expect(plan.directors.beta.public.v6).toBe('2001:db8:a::3');
  expect(plan.servers[2]?.address.v6).toBe('2001:db8:b::13');
});

test('every namespace is named after the token, and a server keeps its address when others are left out', () => {
  const plan = planLab({ servers: ['pure-ftpd'] }, 'abc123');
  expect(namespacesOf(plan)).toEqual([
    'ftpair-abc123-wire',
    'ftpair-abc123-alpha',
    'ftpair-abc123-beta',
    'ftpair-abc123-client',
    'ftpair-abc123-pure-ftpd',
  ]);
  expect(plan.servers[0]?.address.v4).toBe('10.200.30.13');
});

test('interface names fit into the kernel’s 15 bytes', () => {
  const cables = machinesOf(planLab({}, 'abc123')).flatMap((machine) => machine.cables);
  for (const cable of cables)
    expect([cable.wireEnd, cable.wireEnd.length <= 15]).toEqual([cable.wireEnd, true]);
});

test.each([
  '198.51.100.2/24',
  '198.51.100.50/24',
  '198.51.100.255/24',
  '198.51.100.9',
  '198.51.100.9/25',
  '::1/64',
])('the VIP %s is refused: the lab needs the other addresses of its /24 itself', (vip) => {
  expect(() => planLab({ vip }, 'abc123')).toThrow(`the lab cannot use the VIP ${vip}`);
});

test('cables are made between the bridges and the machine, and pulled at the bridges’ side', () => {
  const { machine } = planLab({ ipv6: true }, 'abc123').directors.alpha;
  expect(bridgeLines()).toEqual([
    'link add name public type bridge forward_delay 0 mcast_snooping 0',
    'link set public up',
    'link add name private type bridge forward_delay 0 mcast_snooping 0',
    'link set private up',
  ]);
  expect(plugLines(machine).slice(0, 3)).toEqual([
    'link add alpha-pub type veth peer name pub0 netns ftpair-abc123-alpha',
    'link set alpha-pub master public',
    'link set alpha-pub up',
  ]);
  expect(carrierLines(machine.cables, 'down')).toEqual([
    'link set alpha-pub down',
    'link set alpha-priv down',
  ]);
  expect(mainsLine(machine, 'off')).toBe('add element bridge mains dead { "alpha-pub", "alpha-priv" }');
  expect(unplugLines(machine)).toEqual(['link delete alpha-pub', 'link delete alpha-priv']);
});

test('a server’s default route is the gateway address, in both families', () => {
  const plan = planLab({ ipv6: true, servers: ['vsftpd'] }, 'abc123');
  expect(addressLines(plan.servers[0]!.machine)).toEqual([
    'link set lo up',
    'link set eth0 up',
    'addr add 10.200.30.11/24 dev eth0',
    'addr add 2001:db8:b::11/64 dev eth0 nodad',
    'route add default via 10.200.30.1',
    'route add default via 2001:db8:b::1',
  ]);
});
