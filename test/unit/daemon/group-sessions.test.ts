/** A server's sessions, over all addresses of its service. */
import { expect, it } from 'vitest';
import type { VirtualService } from '../../../src/config/model.js';
import { groupSessions } from '../../../src/daemon/group-sessions.js';

const one = { name: 'one', address: '10.0.0.11', port: 21, weight: 1 };
const one6 = { ...one, address: '2001:db8:1::11' };
const service = (name: string, address: string, server: typeof one): VirtualService => ({
  name,
  address,
  family: address.includes(':') ? 6 : 4,
  port: 21,
  scheduler: 'lc',
  rotation: { minServers: 0, slowStart: undefined, sorry: undefined, onFailure: 'keep' },
  servers: [server],
});
const services = [
  service('ftp', '192.0.2.10', one),
  service('ftp@2001:db8::10', '2001:db8::10', one6),
  service('other', '192.0.2.30', one),
];
const counts: Readonly<Record<string, number>> = { '192.0.2.10': 2, '2001:db8::10': 5, '192.0.2.30': 100 };

it('adds up what a server has through every address of the service, and of no other service', () => {
  const tally = {
    of: ({ address }: { address: string }) => ({ present: counts[address] ?? 0, came: 10 }),
  };
  expect(services.map((each) => groupSessions(services, tally, each, each.servers[0] ?? one))).toEqual([
    { present: 7, came: 10 },
    { present: 7, came: 10 },
    { present: 100, came: 10 },
  ]);
});
