/** Rules about the virtual addresses. `F` is the name of the file. */
import { describe } from 'vitest';
import { LAST, after, hold } from './good.js';

describe('virtual addresses', () => {
  hold([
    [
      'no public one',
      '[192.0.2.10/24]',
      '[]',
      'F:11:11: virtual_addresses.public: no virtual address is listed; write the address that clients connect to, such as `public: [ 192.0.2.10/24 ]`',
      'F:15:14: services[0].address: 192.0.2.10 is not in',
    ],
    [
      'no gateway',
      '[10.0.0.1/24]',
      '[]',
      "F:12:12: virtual_addresses.gateway: no gateway address is listed; write the real servers' default route, such as `gateway: [ 10.0.0.1/24 ]`",
      'F:15:14: services[0].address: no gateway address is IPv4',
    ],
    [
      'one twice, in two spellings',
      '[192.0.2.10/24]',
      '[192.0.2.10/24, 2001:db8::a/64, 2001:DB8:0::A/64]',
      'F:11:43: virtual_addresses.public[2]: 2001:db8::a is already listed at virtual_addresses.public[1]',
    ],
    [
      'one in both lists',
      '[10.0.0.1/24]',
      '[10.0.0.1/24, 192.0.2.10/24]',
      'F:12:26: virtual_addresses.gateway[1]: 192.0.2.10 is already listed at virtual_addresses.public[0]; list every virtual address once',
    ],
    [
      "a node's own address",
      '[192.0.2.10/24]',
      '[192.0.2.10/24, 192.0.2.3/24]',
      'F:11:27: virtual_addresses.public[1]: 192.0.2.3 is also nodes[1].public.address; use an address that no machine has of its own',
    ],
    [
      "a server's own address",
      '[10.0.0.1/24]',
      '[10.0.0.12/24]',
      'F:12:13: virtual_addresses.gateway[0]: 10.0.0.12 is also services[0].servers[1].address',
    ],
    [
      'a tracked address twice',
      LAST,
      after('track: [192.0.2.1, 192.0.2.1]'),
      'F:19:20: track[1]: 192.0.2.1 is listed twice; remove one of the two',
    ],
    [
      'two tracked addresses that cannot be read: nothing is said of their being equal',
      LAST,
      after('track: [x, x]'),
      'F:19:9: track[0]: "x" is not an IP address',
      'F:19:12: track[1]: "x" is not an IP address',
    ],
    ['two tracked addresses are right', LAST, after('track: [192.0.2.1, 192.0.2.4]')],
  ]);
});
