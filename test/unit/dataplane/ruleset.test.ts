import { describe, expect, it } from 'vitest';
import type { VirtualService } from '../../../src/config/model.js';
import { gateMillis } from '../../../src/dataplane/lease-rules.js';
import { removal, replacement, rotationUpdate, ruleset } from '../../../src/dataplane/ruleset.js';
import { config, lines, options } from './dual-stack.js';

describe('the ruleset', () => {
  it('replaces both tables of an earlier run in one transaction', () => {
    expect(lines().slice(0, 3)).toEqual([
      'table inet ftpair',
      'delete table inet ftpair',
      'table inet ftpair {',
    ]);
    expect(lines()).toContain('delete table netdev ftpair');
  });

  it('takes the place of another config in one transaction that leaves the lease alone', () => {
    const text = replacement(options, false)
      .split('\n')
      .map((line) => line.trim());
    expect(text.slice(0, 3)).toEqual([
      'table inet ftpair',
      'delete table inet ftpair',
      'table inet ftpair {',
    ]);
    expect(text.filter((line) => line.includes('netdev') || line.startsWith('add element'))).toEqual([]);
    expect(text).toContain('type nat hook prerouting priority dstnat;');
  });

  it('opens gate and door for an active that takes its place, until the next renewal', () => {
    const text = replacement(options, true);
    expect(text.split('\n').filter((line) => line.startsWith('add element'))).toEqual([
      'add element inet ftpair gate { 0 timeout 40ms }',
      'add element inet ftpair door { 0 timeout 100ms }',
    ]);
  });

  it('assigns the helper and the mark behind conntrack and before destination NAT', () => {
    expect(lines()).toContain('type filter hook prerouting priority -150;');
    expect(lines()).toContain(
      'ip daddr 192.0.2.10 tcp dport 21 ct state new ct mark set 0x46545001 ct helper set "ftp4"',
    );
    expect(lines()).toContain(
      'ip6 daddr 2001:db8::10 tcp dport 21 ct state new ct mark set 0x46545001 ct helper set "ftp6"',
    );
  });

  it('chooses a server by a map of slots, whose verdicts go to one chain per server, and counts them', () => {
    expect(lines()).toContain(
      'ip daddr 192.0.2.10 tcp dport 21 counter name "slots0" numgen inc mod 240 vmap @service0',
    );
    expect(lines()).toContain('meta l4proto tcp dnat ip to 10.0.0.12:2121');
    expect(lines()).toContain('meta l4proto tcp dnat ip6 to [2001:db8:1::11]:21');
    const slots = lines().find((line) =>
      line.startsWith('elements = { 0 : goto service0_server0, 1 : goto service0_server1'),
    );
    expect(slots?.split(',')).toHaveLength(240);
  });

  it('lets active data leave from port 20 of the VIP', () => {
    expect(lines()).toContain('oifname "eth0" ip saddr 10.0.0.11 tcp sport 20 snat ip to 192.0.2.10:20');
    expect(lines()).toContain(
      'oifname "eth0" ip6 saddr 2001:db8:1::11 tcp sport 20 snat ip6 to [2001:db8::10]:20',
    );
    expect(lines()).toContain(
      'iifname "eth1" ip saddr 10.0.0.11 tcp sport 20 ct state new ct mark set 0x46545003',
    );
  });

  it('answers ARP and ND for the virtual addresses only under a lease that the token renews', () => {
    expect(lines()).toContain('type filter hook ingress devices = { "eth0", "eth1" } priority 0;');
    expect(lines()).toContain(
      'arp operation request arp daddr ip { 192.0.2.10, 10.0.0.1 } arp daddr ip != @lease4 drop',
    );
    expect(lines()).toContain(
      'icmpv6 type nd-neighbor-solicit @th,64,128 { 0x20010db8000000000000000000000010 } ip6 hoplimit & 0 != @lease6 drop',
    );
    expect(lines()).toContain(
      'ip protocol udp udp dport 7392 @th,64,128 0xabababababababababababababababab update @lease4 { ip daddr timeout 200ms } accept',
    );
  });

  it('forwards what is sent to the virtual addresses only under the same lease', () => {
    expect(lines()).toContain('ip daddr { 192.0.2.10, 10.0.0.1 } ip daddr != @lease4 drop');
    expect(lines()).toContain('ip6 daddr { 2001:db8::10 } ip6 hoplimit & 0 != @lease6 drop');
  });

  it('lets data channels be announced, by either side, only while the daemon has just spoken', () => {
    expect(lines()).toContain(
      'set gate { typeof meta mark; flags dynamic,timeout; timeout 40ms; size 1024; }',
    );
    expect(lines()).toContain(
      'iif "lo" udp dport 7392 @th,64,128 0xabababababababababababababababab update @gate { meta mark & 0 timeout 40ms }',
    );
    expect(lines()).toContain(
      'ct mark 0x46545001 tcp dport 21 ct direction original @ih,0,32 & 0xdfdfdfdf { 0x504f5254, 0x45505254 } meta mark & 0 != @gate drop',
    );
    expect(lines()).toContain(
      'ct mark 0x46545001 tcp sport 2121 ct direction reply @ih,0,24 { 0x323237, 0x323239 } meta mark & 0 != @gate drop',
    );
  });

  it('lets connections begin, control and data, only while the daemon has just spoken', () => {
    const renewal = 'iif "lo" udp dport 7392 @th,64,128 0xabababababababababababababababab';
    expect(lines()).toContain(
      'set door { typeof meta mark; flags dynamic,timeout; timeout 40ms; size 1024; }',
    );
    expect(lines()).toContain(`${renewal} update @door { meta mark & 0 timeout 40ms } drop`);
    const begins = 'tcp flags & (syn | ack | rst | fin) == syn meta mark & 0 != @door drop';
    expect(lines()).toContain(`iifname != "lo" ip daddr { 192.0.2.10 } ${begins}`);
    expect(lines()).toContain(
      `iifname "eth1" ip saddr { 10.0.0.11, 10.0.0.12 } tcp sport 20 fib daddr type != local ${begins}`,
    );
    expect(lines()).toContain(`iifname != "lo" ip6 daddr { 2001:db8::10 } ${begins}`);
  });

  it('does not answer what it does not know in the moment after it became active', () => {
    expect(lines()).toContain(
      'set fresh { typeof meta mark; flags dynamic,timeout; timeout 150ms; size 1024; }',
    );
    expect(lines()).toContain(
      'iif "lo" udp dport 7392 @th,64,128 0xabababababababababababababababab udp length 26 update @fresh { meta mark & 0 timeout 150ms }',
    );
    const fresh = 'meta mark & 0 @fresh drop';
    expect(lines()).toContain(`iifname != "lo" ip daddr { 192.0.2.10 } meta l4proto tcp ${fresh}`);
    expect(lines()).toContain(`iifname != "lo" ip6 daddr { 2001:db8::10 } meta l4proto tcp ${fresh}`);
    const middle = `tcp flags & (syn | ack | rst | fin) != syn ct state new ${fresh}`;
    expect(lines()).toContain(`iifname != "lo" ip daddr { 192.0.2.10 } ${middle}`);
    expect(lines()).toContain(`iifname "eth1" ip saddr { 10.0.0.11, 10.0.0.12 } ${middle}`);
  });

  it('holds the door open for half a lease while there are no sessions, as the renewals are a quarter of it apart', () => {
    expect(lines()).toContain(
      'iif "lo" udp dport 7392 @th,64,128 0xabababababababababababababababab udp length 25 update @door { meta mark & 0 timeout 100ms } drop',
    );
  });

  it('renews the gate four times in its length, which is 12 to 40 ms', () => {
    expect([3, 5, 10, 50].map(gateMillis)).toEqual([12, 20, 40, 40]);
  });

  it('leaves a server out that is not in the rotation, without touching a rule', () => {
    const service = config.services[0]!;
    const update = rotationUpdate(service, 0, (_service, server) => (server === 'two' ? 1 : 0));
    expect(
      update.startsWith(
        'flush map inet ftpair service0\nadd element inet ftpair service0 { 0 : goto service0_server1, 1 : goto service0_server1',
      ),
    ).toBe(true);
    expect(update).not.toContain('service0_server0');
  });

  it('empties the slots when no server is left: clients are refused at once', () => {
    expect(rotationUpdate(config.services[0]!, 0, () => 0)).toBe('flush map inet ftpair service0\n');
  });

  it('gives the slots to the sorry server when no other is left, and only then', () => {
    const sorry = { name: 'sorry', address: '10.0.0.99', port: 2199, weight: 0 };
    const service = { ...config.services[0]!, rotation: { sorry } } as unknown as VirtualService;
    const left = rotationUpdate(service, 0, () => 0);
    expect(left).toContain('{ 0 : goto service0_server2, 1 : goto service0_server2, ');
    expect(left.split(',')).toHaveLength(240);
    expect(rotationUpdate(service, 0, () => 1)).not.toContain('server2');
    const text = ruleset({ ...options, config: { ...config, services: [service] } });
    expect(text).toContain('meta l4proto tcp dnat ip to 10.0.0.99:2199');
    expect(text).toContain('ip saddr 10.0.0.99 tcp sport 20 snat ip to 192.0.2.10:20');
    expect(text).toContain('tcp sport 2199 ct direction reply');
  });

  it('lets connections begin from the public to the private LAN only to the services', () => {
    const closed = ruleset({ ...options, config: { ...config, forward: 'services' } });
    const inwards = 'iifname "eth0" oifname "eth1" ct mark';
    expect(closed).toContain(
      `${inwards} != { 0x46545001, 0x46545003 } ct state new tcp flags & (syn | ack | rst | fin) == syn counter name "strangers" drop`,
    );
    expect(closed).toContain(
      `${inwards} != { 0x46545001, 0x46545003 } ct state new meta l4proto != tcp counter name "strangers" drop`,
    );
    expect(ruleset({ ...options, config: { ...config, forward: 'everything' } })).not.toContain('ct mark !=');
  });

  it('opens no announced data channel to a port below 1024 of a server', () => {
    expect(lines()).toContain(
      'iifname "eth0" oifname "eth1" ct mark 0x46545001 ct state related tcp dport 0-1023 counter name "privileged" drop',
    );
  });

  it('removes tables also where they do not exist', () => {
    expect(removal()).toBe(
      'table inet ftpair\ndelete table inet ftpair\ntable netdev ftpair\ndelete table netdev ftpair\n',
    );
  });
});
