/** From a good text to the configuration: defaults, normal spellings, fingerprint; the example; the schema. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { canonicalJson } from '../../../src/config/build.js';
import { configSchema, type SchemaNode } from '../../../src/config/json-schema.js';
import { loadConfig, parseConfig } from '../../../src/config/load.js';
import type { Config } from '../../../src/config/model.js';
import { after, change, GOOD, LAST, pulse, KEY_LINE } from './good.js';

const EXAMPLE = new URL('../../../config/ftpair.yaml', import.meta.url).pathname;
const SCHEMA = new URL('../../../config/ftpair.schema.json', import.meta.url);

function good(text: string): Config {
  const result = parseConfig(text, 'F');
  if (!result.ok) throw new Error(JSON.stringify(result.complaints));
  return result.config;
}

describe('a good file', () => {
  it('becomes a configuration with every default filled in', () => {
    const { fingerprint, ...content } = good(GOOD);
    expect(fingerprint).toMatch(/^[0-9a-f]{64}$/);
    expect(content).toEqual({
      nodes: [
        {
          name: 'alpha',
          public: { interface: 'eth0', address: '192.0.2.2' },
          private: { interface: 'eth1', address: '10.0.0.2' },
          extra: {},
        },
        {
          name: 'beta',
          public: { interface: 'eth0', address: '192.0.2.3' },
          private: { interface: 'eth1', address: '10.0.0.3' },
          extra: {},
        },
      ],
      pulse: {
        port: 7390,
        interval: 50,
        silence: 150,
        paths: ['public', 'private'],
        keyFile: '/etc/ftpair/pair.key',
        probeCount: 2,
        probeSpacing: 10,
        lease: 200,
      },
      vips: [{ address: '192.0.2.10', prefixLength: 24, family: 4 }],
      gateways: [{ address: '10.0.0.1', prefixLength: 24, family: 4 }],
      services: [
        {
          name: 'ftp',
          address: '192.0.2.10',
          family: 4,
          port: 21,
          scheduler: 'wrr',
          servers: [
            { name: 'one', address: '10.0.0.11', port: 21, weight: 1 },
            { name: 'two', address: '10.0.0.12', port: 21, weight: 1 },
          ],
          rotation: { minServers: 0, slowStart: undefined, sorry: undefined, onFailure: 'keep' },
        },
      ],
      check: {
        interval: 5000,
        retry: 1000,
        timeout: 3000,
        limits: {},
        rise: 2,
        fall: 3,
        source: undefined,
        probe: {
          type: 'ftp',
          steps: ['connect', 'greeting', 'login', 'data', 'quit'],
          user: 'anonymous',
          password: 'ftpair@',
          directory: '',
          representation: 'I',
          modes: ['epsv'],
          data: { command: 'list', path: '.' },
          tls: { certificate: 'verify', caFile: undefined, name: undefined },
        },
      },
      forward: 'services',
      track: [],
      stateDir: '/var/lib/ftpair',
      alerts: { syslog: { local: '/dev/log', facility: 'daemon', remote: [] } },
      hooks: [],
    });
  });

  it('gives a server the port of its service when it has none', () => {
    const { services } = good(
      change('name: ftp', 'name: ftp\n    port: 2121', change('10.0.0.12', '10.0.0.12, port: 21')),
    );
    expect(services[0]?.servers.map(({ port }) => port)).toEqual([2121, 21]);
  });

  it('fetches instead of listing when a file is named', () => {
    expect(good(change(LAST, after('check: { retr: /canary.txt }'))).check.probe).toMatchObject({
      data: { command: 'retr', path: '/canary.txt' },
    });
  });

  it('switches the local syslog off with `none`', () => {
    const { alerts } = good(
      change(LAST, after('alerts: { syslog: { local: none, remote: [{ address: 192.0.2.50 }] } }')),
    );
    expect(alerts.syslog).toEqual({
      local: undefined,
      facility: 'daemon',
      remote: [{ protocol: 'udp', address: '192.0.2.50', port: 514 }],
    });
  });
});

describe('the fingerprint', () => {
  const plain = good(GOOD).fingerprint;

  it.each([
    ['comments and empty lines', change('pulse:', '# the heartbeat\n\npulse:')],
    [
      'the order of keys',
      change('{ interface: eth0, address: 192.0.2.2 }', '{ address: 192.0.2.2, interface: eth0 }'),
    ],
    [
      'the form of mappings',
      change(
        '{ interface: eth0, address: 192.0.2.2 }',
        '\n      interface: "eth0"\n      address: 192.0.2.2',
      ),
    ],
    [
      'defaults that are spelled out',
      change(KEY_LINE, pulse('port: 7390\n  interval: 0.05s\n  paths: [public, private]')),
    ],
    ['sections that are spelled out', change(LAST, after('track: []\nalerts: {}\ncheck: { list: . }'))],
    ['line ends', GOOD.replaceAll('\n', '\r\n')],
  ])('does not change with %s', (_what, text) => {
    expect(good(text).fingerprint).toBe(plain);
  });

  it.each([
    ['an address', change('192.0.2.3', '192.0.2.4')],
    ['which name is first', GOOD.replace('alpha', 'x').replace('beta', 'alpha').replace('x', 'beta')],
    ['a duration', change(KEY_LINE, pulse('lease: 201ms'))],
    ['a weight', change('10.0.0.12 }', '10.0.0.12, weight: 2 }')],
    ['the data mode', change(LAST, after('check: { mode: pasv }'))],
    ['a switched-off syslog', change(LAST, after('alerts: { syslog: { local: none } }'))],
  ])('changes with %s', (_what, text) => {
    expect(good(text).fingerprint).not.toBe(plain);
  });

  it('does not change with the order in which extra links are written', () => {
    const [one, two] = [
      'x: { interface: eth2, address: 169.254.7.',
      'y: { interface: eth3, address: 169.254.8.',
    ] as const;
    const with2 = (first: string, second: string): string => {
      const extra = (end: string): string => `    extra: { ${first}${end} }, ${second}${end} } }\n`;
      const alpha = change('  - name: beta\n', `${extra('1')}  - name: beta\n`);
      return change('pulse:\n', `${extra('2')}pulse:\n`, alpha);
    };
    expect(good(with2(one, two)).fingerprint).toBe(good(with2(two, one)).fingerprint);
    expect(good(with2(two, one)).pulse.paths).toEqual(['public', 'private', 'x', 'y']);
  });

  it('is taken over JSON with sorted keys', () => {
    expect(canonicalJson({ b: [{ d: 1, c: undefined, a: 'x' }], a: null })).toBe(
      '{"a":null,"b":[{"a":"x","d":1}]}',
    );
  });
});

describe('the example', () => {
  it('is usable and gives no warning', () => {
    const result = loadConfig(EXAMPLE);
    expect(result).toMatchObject({ ok: true, warnings: [] });
    if (result.ok) expect(result.config.pulse.paths).toEqual(['public', 'private', 'cross']);
  });

  it('begins with the line that tells editors its schema', () => {
    expect(readFileSync(EXAMPLE, 'utf8').split('\n')[0]).toBe(
      '# yaml-language-server: $schema=./ftpair.schema.json',
    );
  });

  it('shows the defaults that it calls defaults', () => {
    const text = readFileSync(EXAMPLE, 'utf8');
    const without = text
      .split('\n')
      .filter((line) => !/^ *[a-z_]+: [^ {[]+ # (UDP, )?default/.test(line))
      .join('\n');
    expect(text.split('\n').length - without.split('\n').length).toBe(28);
    // A section that has lost all its keys would have no value.
    const bare = without.replace(/^check:$/m, 'check: {}');
    expect(good(bare).fingerprint).toBe(good(text).fingerprint);
  });
});

describe('the JSON Schema', () => {
  it('is the one in config/', () => {
    expect(JSON.parse(readFileSync(SCHEMA, 'utf8'))).toStrictEqual(configSchema());
  });

  it('has title, description and example for every key', () => {
    const bare: string[] = [];
    const visit = (node: SchemaNode, path: string): void => {
      if (!node.title || !node.description || !node.examples?.length) bare.push(path);
      for (const [key, child] of Object.entries(node.properties ?? {})) visit(child, `${path}.${key}`);
      if (node.items !== undefined) visit(node.items, `${path}[]`);
      if (typeof node.additionalProperties === 'object') visit(node.additionalProperties, `${path}.*`);
    };
    const root = configSchema() as SchemaNode;
    for (const [key, child] of Object.entries(root.properties ?? {})) visit(child, key);
    expect(bare).toEqual([]);
  });

  it('requires what has no default and refuses unknown keys', () => {
    expect(configSchema()).toMatchObject({
      required: ['nodes', 'pulse', 'virtual_addresses', 'services'],
      additionalProperties: false,
      properties: {
        nodes: { minItems: 2, maxItems: 2 },
        pulse: { required: ['key_file'], properties: { interval: { default: '50ms', type: 'string' } } },
      },
    });
  });
});
