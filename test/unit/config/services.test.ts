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
      'F:13:11: services: no service is listed',
    ],
    [
      'no server',
      GOOD.slice(GOOD.indexOf('servers:')),
      'servers: []\n',
      'F:16:14: services[0].servers: the service has no real server',
    ],
    [
      'an address that is not virtual',
      'address: 192.0.2.10\n',
      'address: 192.0.2.11\n',
      'F:15:14: services[0].address: 192.0.2.11 is not in virtual_addresses.public; add `192.0.2.11/24` there, or write 192.0.2.10 here',
    ],
    [
      'a service name twice',
      LAST,
      after(SECOND.replace('ftp2', 'ftp')),
      'F:19:11: services[1].name: another service is named ftp already',
    ],
    [
      'a service address and port twice',
      LAST,
      after(SECOND.replace('2121', '21')),
      'F:20:14: services[1].address: 192.0.2.10 port 21 is already services[0]',
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
      'a server of another family',
      '10.0.0.12',
      '2001:db8:1::12',
      "F:18:31: services[0].servers[1].address: 2001:db8:1::12 is IPv6, but the service's address 192.0.2.10 is IPv4",
    ],
    [
      'a server outside the gateway prefix is a warning',
      '10.0.0.12',
      '10.0.1.12',
      'F:18:31: warning: services[0].servers[1].address: 10.0.1.12 is outside 10.0.0.1/24',
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
});
