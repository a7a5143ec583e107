/** What is proposed instead of a mistake, in whole sentences: it can be copied into the file. */
import { describe, expect, it } from 'vitest';
import { after, change, complaintsOf, GOOD, KEY_LINE, LAST, pulse } from './good.js';

const SECTIONS =
  'known here: nodes, pulse, virtual_addresses, services, check, forward, preferred, track, state_dir, alerts, hooks, drill';
const B_PRIVATE = '    private: { interface: eth1, address: 10.0.0.3 }\n';
const NO_CROSS =
  'F:2:5: nodes[0].extra: the other node has an extra link cross, this one has not; add `cross: { interface: eth2, address: 169.254.7.2 }` here, or remove it there';

/** Rows: what is wrong, the text replaced, its replacement, every complaint as a whole. */
type Whole = readonly [what: string, from: string, to: string, ...complaints: readonly string[]];

function say(rows: readonly Whole[]): void {
  it.each(rows)('%s', (_what, from, to, ...complaints) => {
    expect(complaintsOf(change(from, to))).toEqual(complaints);
  });
}

describe('a key in a wrong place is told where it belongs', () => {
  say([
    [
      'one place, inside a list of a list',
      LAST,
      after('weight: 1'),
      `F:19:1: weight: unknown key "weight"; \`weight\` belongs under \`services[].servers[]\`; ${SECTIONS}`,
    ],
    [
      'several places',
      LAST,
      after('port: 1'),
      `F:19:1: port: unknown key "port"; \`port\` belongs under \`pulse\` or \`services[]\` or \`services[].servers[]\` or \`services[].sorry_server\`; ${SECTIONS}`,
    ],
    [
      'no more than four of many places',
      LAST,
      after('address: 1'),
      `F:19:1: address: unknown key "address"; \`address\` belongs under \`nodes[].public\` or \`nodes[].private\` or \`services[]\` or \`services[].servers[]\`; ${SECTIONS}`,
    ],
    [
      'a section is under nothing',
      KEY_LINE,
      pulse('track: []'),
      'F:10:3: pulse.track: unknown key "track"; known here: profile, port, interval, silence, paths, key_file, probe_count, probe_spacing, lease',
    ],
    ['a number as a key', LAST, after('8080: x'), `F:19:1: 8080: unknown key "8080"; ${SECTIONS}`],
    ['yes or no as a key', LAST, after('true: x'), `F:19:1: true: unknown key "true"; ${SECTIONS}`],
    [
      'the name of a link',
      B_PRIVATE,
      `${B_PRIVATE}    extra: { "a b": { interface: eth2, address: 169.254.7.1 } }\n`,
      'F:8:14: nodes[1].extra."a b": "a b" cannot be the name of a link; use letters, digits, dash and dot, at most 63, such as `cross`',
    ],
  ]);
});

describe('a key without a value may be deleted only where there is a default', () => {
  say([
    [
      'a key that is required',
      '/etc/ftpair/pair.key',
      '',
      'F:9:3: pulse.key_file: has no value; write `key_file: /etc/ftpair/pair.key`',
    ],
    [
      'a key deep inside that is not required',
      'address: 10.0.0.12',
      'address: 10.0.0.12, weight: ~',
      'F:18:42: services[0].servers[1].weight: has no value; write `weight: 1`, or delete the line to take the default',
    ],
    [
      'a key of a section that requires none',
      LAST,
      after('check: { rise: }'),
      'F:19:10: check.rise: has no value; write `rise: 2`, or delete the line to take the default',
    ],
    [
      'an item of a list',
      '[192.0.2.10/24]',
      '[~]',
      'F:11:12: virtual_addresses.public[0]: has no value; write `192.0.2.10/24`',
    ],
    [
      'an extra link: without a value it is none',
      B_PRIVATE,
      `${B_PRIVATE}    extra: { cross: }\n`,
      NO_CROSS,
      'F:8:14: nodes[1].extra.cross: has no value; write `cross: { interface: eth2, address: 169.254.7.1 }`',
    ],
  ]);
});

describe('a value of a wrong kind: what was probably meant, otherwise an example', () => {
  const port = (written: string, meant: string): Whole => [
    `the port ${written}`,
    'name: ftp',
    `name: ftp\n    port: ${written}`,
    `F:15:11: services[0].port: must be a whole number from 1 to 65535, not ${written}; write \`port: ${meant}\``,
  ];
  const weight = (written: string, meant: string): Whole => [
    `the weight ${written}`,
    'address: 10.0.0.12',
    `address: 10.0.0.12, weight: ${written}`,
    `F:18:50: services[0].servers[1].weight: must be a whole number from 0 to 100, not ${written}; write \`weight: ${meant}\``,
  ];
  say([
    port('"1"', '1'),
    port('"65535"', '65535'),
    port('"0"', '21'),
    port('"65536"', '21'),
    port('"1e3"', '21'),
    weight('"0"', '0'),
    weight('"100"', '100'),
    weight('"101"', '1'),
    [
      'a list where a length of time is due',
      KEY_LINE,
      pulse('interval: [40ms]'),
      'F:10:13: pulse.interval: must be text, not a list; write `interval: 50ms`',
    ],
    [
      'a list where text is due',
      LAST,
      after('check: { user: [a] }'),
      'F:19:16: check.user: must be text, not a list; write `user: anonymous`',
    ],
    [
      'yes or no where a name is due',
      'name: alpha',
      'name: true',
      'F:2:11: nodes[0].name: must be text, not true; write `name: "true"`',
    ],
    [
      'yes or no where a number is due',
      LAST,
      after('check: { rise: true }'),
      'F:19:16: check.rise: must be a whole number from 1 to 100, not true; write `rise: 2`',
    ],
    [
      'text where a list is due',
      LAST,
      after('track: "10"'),
      'F:19:8: track: must be a list, not "10"; write `track: [ "10" ]`',
    ],
    [
      'digits where one of some words is due',
      LAST,
      after('check: { mode: "5" }'),
      'F:19:16: check.mode: must be `pasv` or `epsv` or `port` or `eprt`, not "5"; write `mode: epsv`',
    ],
    [
      'a number where one of some words is due',
      LAST,
      after('check: { mode: 5 }'),
      'F:19:16: check.mode: must be `pasv` or `epsv` or `port` or `eprt`, not the number 5; write `mode: epsv`',
    ],
    [
      'a number in a list of addresses',
      LAST,
      after('track: [5]'),
      'F:19:9: track[0]: must be text, not the number 5; write `192.0.2.1`',
    ],
    [
      'a number as the address of an extra link',
      B_PRIVATE,
      `${B_PRIVATE}    extra: { cross: { interface: eth2, address: 5 } }\n`,
      NO_CROSS,
      'F:8:49: nodes[1].extra.cross.address: must be text, not the number 5; write `address: 192.0.2.2`',
    ],
  ]);
});

describe('a place', () => {
  it('of a missing section is the first line that says anything', () => {
    const text = `# ours\n\n${change(`pulse:\n  ${KEY_LINE}`, '')}`;
    expect(complaintsOf(text)).toEqual([
      'F:3:1: pulse: is missing; add `pulse: { key_file: /etc/ftpair/pair.key }`',
    ]);
  });

  it('of a wrong value that an alias repeats is the alias as well', () => {
    const text = change('name: alpha', 'name: &n "a b"', GOOD.replace('name: beta', 'name: *n'));
    expect(complaintsOf(text).map((line) => line.slice(0, 29))).toEqual([
      'F:2:14: nodes[0].name: "a b" ',
      'F:5:11: nodes[1].name: "a b" ',
    ]);
  });
});
