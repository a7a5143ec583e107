import { describe, expect, test } from 'vitest';
import { configDifferences, type Difference } from '../../../src/config/difference.js';
import { parseConfig } from '../../../src/config/load.js';

const BASE = `
nodes:
  - name: alpha
    public: { interface: eth0, address: 192.0.2.2 }
    private: { interface: eth1, address: 10.0.0.2 }
  - name: beta
    public: { interface: eth0, address: 192.0.2.3 }
    private: { interface: eth1, address: 10.0.0.3 }
pulse: { key_file: /etc/ftpair/pair.key }
virtual_addresses: { public: [192.0.2.10/24], gateway: [10.0.0.1/24] }
services:
  - name: ftp
    address: 192.0.2.10
    servers:
      - { name: one, address: 10.0.0.11, weight: 2 }
      - { name: two, address: 10.0.0.12 }
`;

/** The base with pieces replaced; both are seen to be good files. */
function changed(...replacements: readonly (readonly [string, string])[]): readonly Difference[] {
  let text = BASE;
  for (const [from, to] of replacements) {
    expect(text).toContain(from);
    text = text.replace(from, to);
  }
  for (const each of [BASE, text]) expect(parseConfig(each, 'f')).toMatchObject({ ok: true });
  return configDifferences(BASE, text);
}

describe('the difference between two config files', () => {
  test('is nothing where only comments, spaces, spelling or spelled-out defaults differ', () => {
    expect(
      changed(
        ['\nservices', '\n# two of them\nservices'],
        ['weight: 2', 'weight:   2'],
        ['10.0.0.12 }', '10.0.0.12, weight: 1 }'],
        ['pulse: { key', 'pulse: { interval: 50ms, key'],
      ),
    ).toEqual([]);
  });

  test('names a key by its place, with both values as they are written', () => {
    expect(changed(['weight: 2', 'weight: 5'])).toEqual([
      { path: 'services.ftp.servers.one.weight', before: '2', after: '5', restart: false },
    ]);
  });

  test('says where a side leaves a value to its default', () => {
    expect(changed(['10.0.0.12 }', '10.0.0.12, weight: 3 }'])).toEqual([
      { path: 'services.ftp.servers.two.weight', before: '(default)', after: '3', restart: false },
    ]);
  });

  test('shows a server that came and one that went as wholes', () => {
    expect(changed(['- { name: two, address: 10.0.0.12 }', '- { name: three, address: 10.0.0.13 }'])).toEqual(
      [
        {
          path: 'services.ftp.servers.two',
          before: '{ name: two, address: 10.0.0.12 }',
          after: undefined,
          restart: false,
        },
        {
          path: 'services.ftp.servers.three',
          before: undefined,
          after: '{ name: three, address: 10.0.0.13 }',
          restart: false,
        },
      ],
    );
  });

  test('tells another order of the same things', () => {
    expect(
      changed([
        '- { name: one, address: 10.0.0.11, weight: 2 }\n      - { name: two, address: 10.0.0.12 }',
        '- { name: two, address: 10.0.0.12 }\n      - { name: one, address: 10.0.0.11, weight: 2 }',
      ]),
    ).toEqual([{ path: 'services.ftp.servers', before: 'one, two', after: 'two, one', restart: false }]);
  });

  test('knows what asks for a restart', () => {
    const paths = changed(
      ['address: 192.0.2.3', 'address: 192.0.2.4'],
      ['pulse: { key_file', 'pulse: { profile: fast, key_file'],
      ['192.0.2.10/24', '192.0.2.10/25'],
      ['\nservices', '\nstate_dir: /srv/ftpair\ntrack: [192.0.2.1]\nservices'],
    ).map(({ path, restart }) => `${path} ${restart}`);
    expect(paths).toContain('nodes.beta.public.address true');
    expect(paths).toContain('pulse.interval true');
    expect(paths).toContain('virtual_addresses.public true');
    expect(paths).toContain('state_dir true');
    expect(paths).toContain('track false');
  });

  test('of a section that one side lacks shows the other side', () => {
    expect(changed(['    servers:', '    persistence: { timeout: 5m }\n    servers:'])).toEqual([
      {
        path: 'services.ftp.persistence',
        before: undefined,
        after: '{ timeout: 5m }',
        restart: false,
      },
    ]);
  });
});
