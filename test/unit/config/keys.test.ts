/** Unknown, missing and empty keys, and values of a wrong kind. `F` is the name of the file. */
import { describe } from 'vitest';
import { KEY_LINE, hold, pulse } from './good.js';

describe('keys', () => {
  hold([
    [
      'a mistyped key',
      'key_file:',
      'keyfile:',
      'F:9:3: pulse.keyfile: unknown key "keyfile"; did you mean `key_file`?',
    ],
    [
      'a mistyped section',
      'services:',
      'servces:',
      'F:13:1: servces: unknown key "servces"; did you mean `services`?',
    ],
    [
      'a key in another section',
      KEY_LINE,
      `${KEY_LINE}timeout: 3s\n`,
      'F:10:1: timeout: unknown key "timeout"; `timeout` belongs under `services[].persistence` or `services[].check` or `check` or `hooks[]`;',
    ],
    [
      'a key that nothing resembles',
      'name: ftp',
      'name: ftp\n    colour: red',
      'F:15:5: services[0].colour: unknown key "colour"; known here: name, address, addresses, port, scheduler, servers',
    ],
    [
      'a missing key points at its mapping',
      '{ name: one, address: 10.0.0.11 }',
      '{ name: one }',
      'F:17:9: services[0].servers[0].address: is missing; add `address: 10.0.0.11`',
    ],
    [
      'a missing section points at the top',
      `pulse:\n  ${KEY_LINE}`,
      '',
      'F:1:1: pulse: is missing; add `pulse: { key_file: /etc/ftpair/pair.key }`',
    ],
    [
      'a required key without a value',
      '/etc/ftpair/pair.key',
      '',
      'F:9:3: pulse.key_file: has no value; write `key_file: /etc/ftpair/pair.key`',
    ],
    [
      'an optional key without a value',
      KEY_LINE,
      pulse('silence:'),
      'F:10:3: pulse.silence: has no value; write `silence: 150ms`, or delete the line to take the default',
    ],
    [
      'a mapping where a list is due',
      '[10.0.0.1/24]',
      '{ a: 10.0.0.1/24 }',
      'F:12:12: virtual_addresses.gateway: must be a list, not a mapping; write `gateway: [ 10.0.0.1/24 ]`',
    ],
    [
      'one item without its list',
      '[10.0.0.1/24]',
      '10.0.0.5/24',
      'F:12:12: virtual_addresses.gateway: must be a list, not "10.0.0.5/24"; write `gateway: [ 10.0.0.5/24 ]`',
    ],
    [
      'one item that holds a tab is not proposed again',
      '[10.0.0.1/24]',
      '10.0.0.5\t/24',
      'F:12:12: virtual_addresses.gateway: must be a list, not "10.0.0.5\\t/24"; write `gateway: [ 10.0.0.1/24 ]`',
    ],
    [
      'a word where a mapping is due',
      '{ interface: eth1, address: 10.0.0.2 }',
      'eth1',
      'F:4:14: nodes[0].private: must be a mapping, not "eth1"; write `private: { interface: eth1, address: 10.0.0.2 }`',
    ],
  ]);
});
