/** A pair of directors with a service of each family: what the tests of the ruleset are about, and how they look at it. */
import type { Config, DirectorConfig } from '../../../src/config/model.js';
import { ruleset } from '../../../src/dataplane/ruleset.js';
import { millis } from '../../../src/time.js';

const alpha: DirectorConfig = {
  name: 'alpha',
  public: { interface: 'eth0', address: '192.0.2.2' },
  private: { interface: 'eth1', address: '10.0.0.2' },
  extra: {},
};

const servers = [
  { name: 'one', address: '10.0.0.11', port: 21, weight: 1 },
  { name: 'two', address: '10.0.0.12', port: 2121, weight: 1 },
];

export const config = {
  nodes: [alpha, { ...alpha, name: 'beta' }],
  pulse: { port: 7390, interval: millis(50), lease: millis(200) },
  vips: [
    { address: '192.0.2.10', prefixLength: 24, family: 4 },
    { address: '2001:db8::10', prefixLength: 64, family: 6 },
  ],
  gateways: [{ address: '10.0.0.1', prefixLength: 24, family: 4 }],
  services: [
    { name: 'ftp', address: '192.0.2.10', family: 4, port: 21, scheduler: 'wrr', servers, rotation: {} },
    {
      name: 'ftp6',
      address: '2001:db8::10',
      family: 6,
      port: 21,
      scheduler: 'wrr',
      servers: [{ name: 'one', address: '2001:db8:1::11', port: 21, weight: 1 }],
      rotation: {},
    },
  ],
} as unknown as Config;

export const options = { config, self: alpha, leaseToken: new Uint8Array(16).fill(0xab), weightOf: () => 1 };

/** The lines of a ruleset, each without its indentation. */
export function lines(of = options): string[] {
  return ruleset(of)
    .split('\n')
    .map((line) => line.trim());
}

/** What stands between the braces that this line opens. */
export function block(head: string, of = options): string[] {
  const all = lines(of);
  const body = all.slice(all.indexOf(`${head} {`) + 1);
  return body.slice(0, body.indexOf('}'));
}
