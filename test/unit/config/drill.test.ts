/** The section about the failover drill. `F` is the name of the file. */
import { describe, expect, it } from 'vitest';
import { parseConfig } from '../../../src/config/load.js';
import { after, change, hold, LAST } from './good.js';

const drill = (inside: string): string => after(`drill: { ${inside} }`);
const IPV6 = '  public: [192.0.2.10/24, 2001:db8::10/64]';

describe('the drill', () => {
  it('has defaults for all but its address', () => {
    const result = parseConfig(change(LAST, drill('addresses: [192.0.2.250/24]')), 'F');
    expect(result.ok && result.config.drill).toEqual({
      addresses: [{ address: '192.0.2.250', prefixLength: 24, family: 4 }],
      mac: undefined,
      service: undefined,
      user: 'anonymous',
      password: 'ftpair@',
      download: undefined,
      upload: undefined,
      uploadBytes: 1_048_576,
    });
  });

  it('is nothing where it is not written, and changes no fingerprint then', () => {
    const without = parseConfig(change(LAST, LAST), 'F');
    expect(without.ok && 'drill' in without.config).toBe(false);
  });

  hold([
    [
      'no address',
      LAST,
      drill('addresses: []'),
      'F:19:21: drill.addresses: no address is listed; write a free address of the public LAN',
    ],
    [
      'two of one family',
      LAST,
      drill('addresses: [192.0.2.250/24, 192.0.2.251/24]'),
      'F:19:38: drill.addresses[1]: a second IPv4 address; list one address for each family',
    ],
    [
      'the address of a director',
      LAST,
      drill('addresses: [192.0.2.3/24]'),
      'F:19:22: drill.addresses[0]: 192.0.2.3 is also nodes[1].public.address; use an address of the public LAN that nobody has',
    ],
    [
      'the virtual address itself',
      LAST,
      drill('addresses: [192.0.2.10/24]'),
      'F:19:22: drill.addresses[0]: 192.0.2.10 is also virtual_addresses.public[0]',
    ],
    [
      'an address of another network',
      LAST,
      drill('addresses: [198.51.100.250/24]'),
      'F:19:22: drill.addresses[0]: no public virtual address is in the network of 198.51.100.250/24; use an address of the LAN of 192.0.2.10',
    ],
    [
      'a service that is not there',
      LAST,
      drill('addresses: [192.0.2.250/24], service: ftps'),
      'F:19:48: drill.service: there is no service named ftps; write one of ftp',
    ],
    [
      'a hardware address of a group',
      LAST,
      drill("addresses: [192.0.2.250/24], mac: '03:00:5e:00:53:01'"),
      'F:19:44: drill.mac: "03:00:5e:00:53:01" is a group\'s address; write one whose first byte is even',
    ],
    [
      'something else for a hardware address',
      LAST,
      drill('addresses: [192.0.2.250/24], mac: eth0'),
      'F:19:44: drill.mac: "eth0" is no hardware address; write six bytes, such as `02:00:5e:00:53:01`',
    ],
  ]);

  it('of another family than the service is refused', () => {
    const both = change('  public: [192.0.2.10/24]', IPV6);
    const result = parseConfig(change(LAST, drill("addresses: ['2001:db8::250/64']"), both), 'F');
    expect(result.ok ? [] : result.complaints.map(({ problem }) => problem)).toEqual([
      '2001:db8::250 is IPv6, but the drilled service is IPv4',
    ]);
  });

  it('needs a service whose control connections can be read', () => {
    const ranged = change(
      '    address: 192.0.2.10\n',
      '    address: 192.0.2.10\n    mode: passive_range\n    passive_ports: 50000-50099\n',
    );
    const result = parseConfig(change(LAST, drill('addresses: [192.0.2.250/24]'), ranged), 'F');
    expect(result.ok ? [] : result.complaints.map(({ problem }) => problem)).toContain(
      'no service is in mode helper, which the drill needs',
    );
  });
});
