/** Every chain as a reader of `nft list ruleset` expects it: whole, and in its place. */
import { describe, expect, it } from 'vitest';
import { block, config, lines, options } from './dual-stack.js';

const token = '0xabababababababababababababababab';

/** The same services with something else in the first one. */
const withFirst = (change: object): typeof options => ({
  ...options,
  config: { ...config, services: [{ ...config.services[0]!, ...change }, config.services[1]!] },
});

const withConfig = (change: object): typeof options => ({
  ...options,
  config: { ...config, ...change },
});

describe('the two tables', () => {
  it('are declared, deleted and written anew, and hold these objects', () => {
    expect(lines().filter((line) => /^(delete )?table|[^=] \{( \})?$|^set/.test(line))).toEqual([
      'table inet ftpair',
      'delete table inet ftpair',
      'table inet ftpair {',
      'ct helper ftp4 {',
      'ct helper ftp6 {',
      'chain service0_server0 {',
      'chain service0_server1 {',
      'counter slots0 { }',
      'map service0 {',
      'chain service1_server0 {',
      'counter slots1 { }',
      'map service1 {',
      'chain helper {',
      'chain select {',
      'chain source {',
      'counter strangers { }',
      'counter privileged { }',
      'chain forward {',
      'set gate { typeof meta mark; flags dynamic,timeout; timeout 40ms; size 1024; }',
      'set door { typeof meta mark; flags dynamic,timeout; timeout 40ms; size 1024; }',
      'chain gate {',
      'set fresh { typeof meta mark; flags dynamic,timeout; timeout 150ms; size 1024; }',
      'chain midstream {',
      'chain patience {',
      'chain door {',
      'table netdev ftpair',
      'delete table netdev ftpair',
      'table netdev ftpair {',
      'set lease4 { type ipv4_addr; flags dynamic,timeout; timeout 200ms; size 1024; }',
      'set lease6 { typeof ip6 hoplimit; flags dynamic,timeout; timeout 200ms; size 1024; }',
      'chain renew {',
      'chain guard {',
    ]);
  });

  it('close every brace that they open, and end with a line break', () => {
    const text = lines();
    expect(text.filter((line) => line === '}')).toHaveLength(
      text.filter((line) => line.endsWith(' {')).length,
    );
    expect(text.slice(-3)).toEqual(['}', '}', '']);
  });
});

describe('the chains of sessions', () => {
  it('have the helper of FTP for each family', () => {
    expect(block('ct helper ftp4')).toEqual(['type "ftp" protocol tcp', 'l3proto ip']);
    expect(block('ct helper ftp6')).toEqual(['type "ftp" protocol tcp', 'l3proto ip6']);
  });

  it('mark control connections, and active data that nobody announced in clear', () => {
    expect(block('chain helper')).toEqual([
      'type filter hook prerouting priority -150;',
      'ip daddr 192.0.2.10 tcp dport 21 ct state new ct mark set 0x46545001 ct helper set "ftp4"',
      'ip6 daddr 2001:db8::10 tcp dport 21 ct state new ct mark set 0x46545001 ct helper set "ftp6"',
      'iifname "eth1" ip saddr 10.0.0.11 tcp sport 20 ct state new ct mark set 0x46545003',
      'iifname "eth1" ip saddr 10.0.0.12 tcp sport 20 ct state new ct mark set 0x46545003',
      'iifname "eth1" ip6 saddr 2001:db8:1::11 tcp sport 20 ct state new ct mark set 0x46545003',
    ]);
  });

  it('give no helper to control connections that nobody can read', () => {
    expect(block('chain helper', withFirst({ mode: 'passive_range' }))[1]).toBe(
      'ip daddr 192.0.2.10 tcp dport 21 ct state new ct mark set 0x46545001',
    );
  });

  it('choose by a counted turn, in a NAT chain of their own', () => {
    expect(block('chain select')).toEqual([
      'type nat hook prerouting priority dstnat;',
      'ip daddr 192.0.2.10 tcp dport 21 counter name "slots0" numgen inc mod 240 vmap @service0',
      'ip6 daddr 2001:db8::10 tcp dport 21 counter name "slots1" numgen inc mod 240 vmap @service1',
    ]);
  });

  it("choose by the client's address where the scheduler is sh, with the same seed on both directors", () => {
    const sh = withFirst({ scheduler: 'sh' });
    expect(block('chain select', sh)[1]).toBe(
      'ip daddr 192.0.2.10 tcp dport 21 jhash ip saddr mod 1024 seed 0x46545001 vmap @service0',
    );
    const [type, elements] = block('map service0', sh);
    expect(type).toBe('typeof numgen inc mod 1024 : verdict');
    expect(elements?.split(', ')).toHaveLength(1024);
  });

  it('go from slots to servers, and from there to their addresses', () => {
    const [type, elements, ...rest] = block('map service0');
    expect(type).toBe('typeof numgen inc mod 240 : verdict');
    expect(elements).toMatch(
      /^elements = \{ 0 : goto service0_server0, 1 : goto service0_server1, .*, 239 : goto service0_server1 \}$/,
    );
    expect(rest).toEqual([]);
    expect(block('chain service0_server1')).toEqual(['meta l4proto tcp dnat ip to 10.0.0.12:2121']);
  });

  it('have a map without elements where no server is in the rotation', () => {
    expect(block('map service0', { ...options, weightOf: () => 0 })).toEqual([
      'typeof numgen inc mod 240 : verdict',
    ]);
  });

  it('send active data from the virtual address, each server once, by the first service that has it', () => {
    const services = [config.services[0]!, { ...config.services[0]!, name: 'again', address: '192.0.2.11' }];
    expect(block('chain source', withConfig({ services }))).toEqual([
      'type nat hook postrouting priority srcnat;',
      'oifname "eth0" ip saddr 10.0.0.11 tcp sport 20 snat ip to 192.0.2.10:20',
      'oifname "eth0" ip saddr 10.0.0.12 tcp sport 20 snat ip to 192.0.2.10:20',
    ]);
  });

  it('count what finds no room behind the slots', () => {
    expect(block('chain select', withFirst({ limits: { sessionsPerServer: 5 } })).slice(1, 3)).toEqual([
      'ip daddr 192.0.2.10 tcp dport 21 counter name "slots0" numgen inc mod 240 vmap @service0',
      'ip daddr 192.0.2.10 tcp dport 21 counter name service0_refused_sessionsPerServer',
    ]);
  });

  it('ask in this order: port of data, server of before, slot', () => {
    const servers = config.services[0]!.servers.map((server, index) => ({
      ...server,
      passivePorts: { first: 50_000 + 100 * index, last: 50_099 + 100 * index },
    }));
    const persistence = { timeout: 60_000, mask: 32, mask6: 128 };
    const tls = withFirst({ servers, persistence, mode: 'passive_range' });
    expect(block('chain select', tls).slice(1, 4)).toEqual([
      'ip daddr 192.0.2.10 tcp dport vmap { 50000-50099 : goto service0_server0_data, 50100-50199 : goto service0_server1_data }',
      'ip daddr 192.0.2.10 tcp dport 21 jump service0_kept',
      'ip daddr 192.0.2.10 tcp dport 21 counter name "slots0" numgen inc mod 240 vmap @service0',
    ]);
    expect(block('chain helper', tls)[3]).toBe(
      'ip daddr 192.0.2.10 tcp dport { 50000-50099, 50100-50199 } ct state new ct mark set 0x46545003',
    );
    expect(lines(tls)).toEqual(
      expect.arrayContaining(['chain service0_kept {', 'chain service0_server1_data {']),
    );
  });
});

describe('the chain of forwarding', () => {
  const inwards = 'iifname "eth0" oifname "eth1"';
  const privileged = `${inwards} ct mark 0x46545001 ct state related tcp dport 0-1023 counter name "privileged" drop`;
  const strange = `${inwards} ct mark != { 0x46545001, 0x46545003 } ct state new`;

  it('drops the beginnings of strangers where only services may pass', () => {
    expect(block('chain forward', withConfig({ forward: 'services' }))).toEqual([
      'type filter hook forward priority filter;',
      privileged,
      `${strange} tcp flags & (syn | ack | rst | fin) == syn counter name "strangers" drop`,
      `${strange} meta l4proto != tcp counter name "strangers" drop`,
    ]);
  });

  it('has one rule where everything may', () => {
    expect(block('chain forward', withConfig({ forward: 'everything' }))).toEqual([
      'type filter hook forward priority filter;',
      privileged,
    ]);
  });
});

describe('the chains of what the daemon renews', () => {
  const toVip4 = 'iifname != "lo" ip daddr { 192.0.2.10 }';
  const toVip6 = 'iifname != "lo" ip6 daddr { 2001:db8::10 }';
  const from4 = 'iifname "eth1" ip saddr { 10.0.0.11, 10.0.0.12 }';
  const from6 = 'iifname "eth1" ip6 saddr { 2001:db8:1::11 }';

  it('hold announcements by either side: one rule for each port', () => {
    const closed = 'meta mark & 0 != @gate drop';
    expect(block('chain gate')).toEqual([
      'type filter hook prerouting priority -140;',
      `ct mark 0x46545001 tcp dport 21 ct direction original @ih,0,32 & 0xdfdfdfdf { 0x504f5254, 0x45505254 } ${closed}`,
      `ct mark 0x46545001 tcp sport 21 ct direction reply @ih,0,24 { 0x323237, 0x323239 } ${closed}`,
      `ct mark 0x46545001 tcp sport 2121 ct direction reply @ih,0,24 { 0x323237, 0x323239 } ${closed}`,
    ]);
  });

  it('open before connection tracking sees a connection begin', () => {
    const renewal = `iif "lo" udp dport 7392 @th,64,128 ${token}`;
    const begins = 'tcp flags & (syn | ack | rst | fin) == syn meta mark & 0 != @door drop';
    expect(block('chain door')).toEqual([
      'type filter hook prerouting priority -300;',
      `${renewal} update @gate { meta mark & 0 timeout 40ms }`,
      `${renewal} udp length 26 update @fresh { meta mark & 0 timeout 150ms }`,
      `${renewal} udp length 25 update @door { meta mark & 0 timeout 100ms } drop`,
      `${renewal} update @door { meta mark & 0 timeout 40ms } drop`,
      `${toVip4} ${begins}`,
      `${from4} tcp sport 20 fib daddr type != local ${begins}`,
      `${toVip6} ${begins}`,
      `${from6} tcp sport 20 fib daddr type != local ${begins}`,
    ]);
  });

  it('open the door for whole milliseconds, and with no sessions never for less than the gate', () => {
    const idle = (lease: number): string | undefined =>
      block('chain door', withConfig({ pulse: { ...config.pulse, lease } }))[3]?.split(' timeout ')[1];
    expect([idle(201), idle(60)]).toEqual(['100ms } drop', '40ms } drop']);
  });

  /** No data channel is announced on such a port, so nothing is to be waited for. */
  const low = 'tcp dport < 1024 tcp flags & (syn | ack | rst | fin) == syn accept';

  it('are patient with what they do not know', () => {
    const middle = 'tcp flags & (syn | ack | rst | fin) != syn ct state new meta mark & 0 @fresh drop';
    expect(block('chain midstream')).toEqual([
      'type filter hook prerouting priority -140;',
      `${toVip4} ${middle}`,
      `${from4} ${middle}`,
      `${toVip6} ${middle}`,
      `${from6} ${middle}`,
    ]);
    expect(block('chain patience')).toEqual([
      'type filter hook input priority filter;',
      low,
      'tcp dport { 21 } tcp flags & (syn | ack | rst | fin) == syn accept',
      `${toVip4} meta l4proto tcp meta mark & 0 @fresh drop`,
      `${toVip6} meta l4proto tcp meta mark & 0 @fresh drop`,
    ]);
  });

  it('renew the lease of the address that a datagram on lo is for', () => {
    expect(block('chain renew')).toEqual([
      'type filter hook ingress device "lo" priority 0;',
      `ip protocol udp udp dport 7392 @th,64,128 ${token} update @lease4 { ip daddr timeout 200ms } accept`,
      `ip6 nexthdr udp udp dport 7392 @th,64,128 ${token} update @lease6 { ip6 hoplimit & 0 timeout 200ms } accept`,
    ]);
  });

  const guard = 'type filter hook ingress devices = { "eth0", "eth1" } priority 0;';
  const guard4 = [
    'arp operation request arp daddr ip { 192.0.2.10, 10.0.0.1 } arp daddr ip != @lease4 drop',
    'ip daddr { 192.0.2.10, 10.0.0.1 } ip daddr != @lease4 drop',
  ];

  const guard6 = [
    'icmpv6 type nd-neighbor-solicit @th,64,128 { 0x20010db8000000000000000000000010 } ip6 hoplimit & 0 != @lease6 drop',
    'ip6 daddr { 2001:db8::10 } ip6 hoplimit & 0 != @lease6 drop',
  ];

  it('guard the virtual addresses on both links', () => {
    expect(block('chain guard')).toEqual([guard, ...guard4, ...guard6]);
  });

  it('name no family of which there is no address', () => {
    const [v4, v6] = config.vips;
    const [service4, service6] = config.services;
    const only4 = withConfig({ vips: [v4], services: [service4] });
    expect(block('chain guard', only4)).toEqual([guard, ...guard4]);
    expect(block('chain door', only4).slice(5).join()).not.toContain('ip6');
    expect(block('chain patience', only4).slice(1)).toEqual([
      low,
      'tcp dport { 21 } tcp flags & (syn | ack | rst | fin) == syn accept',
      `${toVip4} meta l4proto tcp meta mark & 0 @fresh drop`,
    ]);
    const none = withConfig({ vips: [v4], services: [] });
    expect(block('chain patience', none).slice(1)).toEqual([
      low,
      `${toVip4} meta l4proto tcp meta mark & 0 @fresh drop`,
    ]);
    const only6 = withConfig({ vips: [v6], gateways: [], services: [service6] });
    expect(block('chain guard', only6)).toEqual([guard, ...guard6]);
    expect(block('chain midstream', only6).slice(1)).toHaveLength(2);
  });

  it('write an IPv6 address as the 128 bits that a packet has, wherever it is shortened', () => {
    const raw = (...addresses: string[]): string | undefined => {
      const vips = addresses.map((address) => ({ address, prefixLength: 64, family: 6 }));
      const questions = block('chain guard', withConfig({ vips })).find((line) => line.startsWith('icmpv6'));
      return questions?.slice('icmpv6 type nd-neighbor-solicit @th,64,128 { '.length).split(' }')[0];
    };
    expect(raw('fd00:1:2:3:4:5:6:7')).toBe('0xfd000001000200030004000500060007');
    expect(raw('fd00::', '::1')).toBe(
      '0xfd000000000000000000000000000000, 0x00000000000000000000000000000001',
    );
    expect(raw('fd00:1::2:3')).toBe('0xfd000001000000000000000000020003');
  });

  it('name an address once, however many services have a server there', () => {
    const [service] = config.services;
    const twice = withConfig({ services: [service, { ...service, name: 'again' }] });
    expect(block('chain midstream', twice)[2]).toMatch(/^iifname "eth1" ip saddr \{ 10.0.0.11, 10.0.0.12 \}/);
    expect(block('chain gate', twice)).toHaveLength(4);
  });
});
