/** A service with several addresses, of one family or both. `F` is the name of the file. */
import { describe, expect, it } from 'vitest';
import { parseConfig } from '../../../src/config/load.js';
import { change, GOOD, hold } from './good.js';

const VIRTUAL = /virtual_addresses:\n(?: .*\n)+/;
const BOTH = [
  'virtual_addresses:',
  '  public: [192.0.2.10/24, 192.0.2.20/24, 2001:db8::10/64]',
  '  gateway: [10.0.0.1/24, 2001:db8:1::1/64]',
  '',
].join('\n');
const SERVICE = GOOD.slice(GOOD.indexOf('  - name: ftp'));
const TWO = SERVICE.replace(
  'address: 192.0.2.10',
  'addresses: [192.0.2.10, 192.0.2.20, 2001:db8::10]',
).replace('address: 10.0.0.11', 'addresses: [10.0.0.11, "2001:db8:1::11"]');
const text = change(GOOD.match(VIRTUAL)?.[0] ?? '', BOTH).replace(SERVICE, TWO);

describe('a service with several addresses', () => {
  it('is one virtual service for each, with the servers of its family behind it', () => {
    const result = parseConfig(text, 'F');
    expect(result).toMatchObject({ ok: true, warnings: [] });
    if (!result.ok) return;
    expect(
      result.config.services.map(({ name, address, family, servers }) => [
        name,
        address,
        family,
        servers.map((server) => `${server.name} ${server.address}`),
      ]),
    ).toEqual([
      ['ftp', '192.0.2.10', 4, ['one 10.0.0.11', 'two 10.0.0.12']],
      ['ftp@192.0.2.20', '192.0.2.20', 4, ['one 10.0.0.11', 'two 10.0.0.12']],
      ['ftp@2001:db8::10', '2001:db8::10', 6, ['one 2001:db8:1::11']],
    ]);
  });

  const said = (from: string, to: string): readonly string[] => {
    const result = parseConfig(text.replace(from, to), 'F');
    return result.ok
      ? []
      : result.complaints.map(({ path, problem, cure }) => `${path}: ${problem}; ${cure}`);
  };

  it('is refused when no server has an address of one of its families', () => {
    expect(said('addresses: [10.0.0.11, "2001:db8:1::11"]', 'address: 10.0.0.11')).toEqual([
      'services[0].addresses[2]: 2001:db8::10 is IPv6, but no server of this service has an IPv6 address; write `addresses` with one of each family for a server, or remove this one: addresses are translated within one family',
    ]);
  });

  it('may have a sorry server of one family alone', () => {
    const result = parseConfig(`${text}    sorry_server: { address: "2001:db8:1::99" }\n`, 'F');
    expect(result).toMatchObject({ ok: true, warnings: [] });
    expect(result.ok && result.config.services.map(({ rotation }) => rotation.sorry?.address)).toEqual([
      undefined,
      undefined,
      '2001:db8:1::99',
    ]);
  });

  it('is refused when one of them stands elsewhere already, or is not virtual', () => {
    expect(said('192.0.2.20, 2001', '192.0.2.10, 2001')).toEqual([
      'services[0].addresses[1]: 192.0.2.10 port 21 is already services[0]; change the address or the port, or remove one of the two',
    ]);
    expect(said('[192.0.2.10, 192.0.2.20, 2', '[192.0.2.10, 192.0.2.21, 2')[0]).toMatch(
      /^services\[0\]\.addresses\[1\]: 192\.0\.2\.21 is not in virtual_addresses\.public/,
    );
  });

  it('is refused with two addresses of one family for one server', () => {
    expect(said('[10.0.0.11, "2001:db8:1::11"]', '[10.0.0.11, 10.0.0.13, "2001:db8:1::11"]')).toEqual([
      "services[0].servers[0].addresses[1]: 10.0.0.13 is the server's second IPv4 address; list a server with two addresses of one family as two servers",
    ]);
  });
});

describe('address and addresses', () => {
  hold([
    [
      'an IPv4 address in front of an IPv6 server',
      'address: 10.0.0.11',
      "address: '2001:db8:1::11'",
      "F:17:31: services[0].servers[0].address: 2001:db8:1::11 is IPv6, but the service's address 192.0.2.10 is IPv4; write the server's IPv4 address",
    ],
    [
      'a server with an address of a family that the service has not',
      'address: 10.0.0.12',
      'addresses: ["2001:db8:1::12", 10.0.0.12]',
    ],
    [
      'both',
      'address: 192.0.2.10\n',
      'address: 192.0.2.10\n    addresses: [192.0.2.10]\n',
      'F:16:16: services[0].addresses: stands beside address; write all of them here, and remove address',
      'F:16:17: services[0].addresses[0]: 192.0.2.10 port 21 is already services[0]',
    ],
    [
      'an empty list',
      'address: 192.0.2.10\n',
      'addresses: []\n',
      'F:15:16: services[0].addresses: no address is listed; write one, such as `[192.0.2.10]`',
    ],
  ]);
});
