/** Rules about services and real servers. `F` is the name of the file. */
import { describe, expect, it } from 'vitest';
import { after, change, complaintsOf, GOOD, hold, LAST } from './good.js';

describe('services and real servers', () => {
  const SECOND =
    '  - name: ftp2\n    address: 192.0.2.10\n    port: 2121\n    servers: [{ name: one, address: 10.0.0.11 }]';
  hold([
    ['a second service on another port is right', LAST, after(SECOND)],
    [
      'no service',
      GOOD.slice(GOOD.indexOf('services:')),
      'services: []\n',
      'F:13:11: services: no service is listed; add one, beginning with `- name: ftp` and `address:`',
    ],
    [
      'no server',
      GOOD.slice(GOOD.indexOf('servers:')),
      'servers: []\n',
      'F:16:14: services[0].servers: the service has no real server; add one, such as `- { name: vsftpd-1, address: 10.0.0.11 }`',
    ],
    [
      'an address that is not virtual',
      'address: 192.0.2.10\n',
      'address: 192.0.2.11\n',
      'F:15:14: services[0].address: 192.0.2.11 is not in virtual_addresses.public; add `192.0.2.11/24` there, or write 192.0.2.10 here',
    ],
    [
      'an address that is none of several virtual ones',
      '[192.0.2.10/24]',
      '[192.0.2.11/24, 192.0.2.12/24]',
      'F:15:14: services[0].address: 192.0.2.10 is not in virtual_addresses.public; add `192.0.2.10/24` there, or write 192.0.2.11 or 192.0.2.12 here',
    ],
    [
      'a service name twice',
      LAST,
      after(SECOND.replace('ftp2', 'ftp')),
      'F:19:11: services[1].name: another service is named ftp already; give every service a name of its own',
    ],
    [
      'a service address and port twice',
      LAST,
      after(SECOND.replace('2121', '21')),
      'F:20:14: services[1].address: 192.0.2.10 port 21 is already services[0]; change the address or the port, or remove one of the two',
    ],
    [
      'a server name twice',
      'name: two',
      'name: one',
      'F:18:17: services[0].servers[1].name: another server of this service is named one already',
    ],
    [
      'a server address and port twice',
      '10.0.0.12',
      '10.0.0.11, port: 21',
      'F:18:31: services[0].servers[1].address: 10.0.0.11 port 21 is already services[0].servers[0]',
    ],
    ['a server address on two ports is right', '10.0.0.12', '10.0.0.11, port: 2121'],
    [
      'a server outside several gateway prefixes',
      '[10.0.0.1/24]',
      '[10.0.2.1/24, 10.0.3.1/24]',
      'F:17:31: warning: services[0].servers[0].address: 10.0.0.11 is outside 10.0.2.1/24 or 10.0.3.1/24, so',
      'F:18:31: warning: services[0].servers[1].address: 10.0.0.12 is outside 10.0.2.1/24 or 10.0.3.1/24, so',
    ],
    [
      'a server of another family',
      '10.0.0.12',
      '2001:db8:1::12',
      "F:18:31: services[0].servers[1].address: 2001:db8:1::12 is IPv6, but the service's address 192.0.2.10 is IPv4; write the server's IPv4 address: addresses are translated within one family",
    ],
    [
      'a server outside the gateway prefix is a warning',
      '10.0.0.12',
      '10.0.1.12',
      'F:18:31: warning: services[0].servers[1].address: 10.0.1.12 is outside 10.0.0.1/24, so a gateway address cannot be its next hop; check both, or make sure that its answers come back this way',
    ],
  ]);

  it('warns when every server has weight 0, and not when one has more', () => {
    const one = change('10.0.0.11 }', '10.0.0.11, weight: 0 }');
    const both = change('10.0.0.12 }', '10.0.0.12, weight: 0 }', one);
    expect(complaintsOf(one)).toEqual([]);
    expect(complaintsOf(both)).toEqual([
      'F:17:7: warning: services[0].servers: every server has weight 0, so the service takes no new sessions; give at least one server a weight from 1 to 100',
    ]);
  });

  it('wants a gateway address of the service family', () => {
    const text = change('[192.0.2.10/24]', '[2001:db8::10/64]');
    expect(
      complaintsOf(change('address: 192.0.2.10\n', 'address: 2001:DB8::10\n', text)).map((line) =>
        line.slice(0, 82),
      ),
    ).toEqual([
      "F:15:14: services[0].address: no gateway address is IPv6, so the real servers' ans",
      "F:17:31: services[0].servers[0].address: 10.0.0.11 is IPv4, but the service's addr",
      "F:18:31: services[0].servers[1].address: 10.0.0.12 is IPv4, but the service's addr",
    ]);
  });

  it('proposes addresses of the family that is missing', () => {
    const six = change('address: 192.0.2.10\n', 'address: 2001:db8::10\n', change('[192.0.2.10/24]', '[]'));
    expect(complaintsOf(six).filter((line) => line.includes('services[0].address'))).toEqual([
      'F:15:14: services[0].address: 2001:db8::10 is not in virtual_addresses.public; add `2001:db8::10/64` there',
      "F:15:14: services[0].address: no gateway address is IPv6, so the real servers' answers would not come back; add one to virtual_addresses.gateway, such as `2001:db8:1::1/64`",
    ]);
    const four = change('[10.0.0.1/24]', '[2001:db8:1::1/64]');
    expect(complaintsOf(four)).toEqual([
      "F:15:14: services[0].address: no gateway address is IPv4, so the real servers' answers would not come back; add one to virtual_addresses.gateway, such as `10.0.0.1/24`",
    ]);
  });
});

describe('beside what cannot be read, nothing is said about what it may be', () => {
  const BOTH = '      - { name: one, address: 10.0.0.11 }\n      - { name: two, address: 10.0.0.12 }\n';
  hold([
    [
      'virtual addresses',
      GOOD.slice(GOOD.indexOf('virtual_addresses:'), GOOD.indexOf('services:')),
      'virtual_addresses: 5\n',
      'F:10:20: virtual_addresses: must be a mapping',
    ],
    [
      'the address of a service',
      'address: 192.0.2.10\n',
      'address: x\n',
      'F:15:14: services[0].address: "x" is not an IP address',
    ],
    [
      'the servers of a service',
      `servers:\n${BOTH}`,
      'servers: 5\n',
      'F:16:14: services[0].servers: must be a list',
    ],
    [
      'one server of a service',
      BOTH,
      '      - { name: one, address: 10.0.0.11, weight: 0 }\n      - two\n',
      'F:18:9: services[0].servers[1]: must be a mapping',
    ],
    [
      'the addresses of two servers',
      BOTH,
      '      - { name: one, address: x }\n      - { name: two, address: y }\n',
      'F:17:31: services[0].servers[0].address: "x" is not',
      'F:18:31: services[0].servers[1].address: "y" is not',
    ],
    [
      'the ports of two servers with one address',
      BOTH,
      '      - { name: one, address: 10.0.0.11, port: 0 }\n      - { name: two, address: 10.0.0.11, port: 0 }\n',
      'F:17:48: services[0].servers[0].port: must be',
      'F:18:48: services[0].servers[1].port: must be',
    ],
  ]);
});
