/** Rules about what becomes of a service when servers fail. `F` is the name of the file. */
import { describe, expect, it } from 'vitest';
import { parseConfig } from '../../../src/config/load.js';
import { after, change, complaintsOf, GOOD, hold, LAST } from './good.js';

const SORRY = '    sorry_server: { address: 10.0.0.99 }';

describe('when servers fail', () => {
  hold([
    ['a sorry server is right', LAST, after(SORRY)],
    ['least servers are right', LAST, after('    min_servers: 2')],
    [
      'more least servers than there are',
      LAST,
      after('    min_servers: 3'),
      'F:19:18: services[0].min_servers: the service has only 2 servers with a weight; write `min_servers: 2` or less, or add servers',
    ],
    [
      'more least servers than have a weight',
      LAST,
      after('    min_servers: 2').replace(' }', ', weight: 0 }'),
      'F:19:18: services[0].min_servers: the service has only 1 server with a weight; write `min_servers: 1` or less, or add servers',
    ],
    [
      'least servers of a list that is none: only that is said',
      GOOD.slice(GOOD.indexOf('servers:')),
      'servers: 5\n    min_servers: 2\n',
      'F:16:14: services[0].servers: must be a list',
    ],
    [
      'both: a warning',
      LAST,
      after(`${SORRY}\n    min_servers: 1`),
      'F:20:18: warning: services[0].min_servers: the sorry server serves only when operators have taken every server out; write `min_servers: 0` if checks alone shall bring it in',
    ],
    [
      'a sorry server that is one of the others',
      LAST,
      after(SORRY.replace('.99', '.12')),
      'F:19:30: services[0].sorry_server.address: 10.0.0.12 port 21 is already services[0].servers[1]',
    ],
    [
      'two others at one address: the sorry server has no part in it',
      LAST,
      after(SORRY).replace('10.0.0.12', '10.0.0.11'),
      'F:18:31: services[0].servers[1].address: 10.0.0.11 port 21 is already services[0].servers[0]',
    ],
    [
      'a server without a name',
      LAST,
      after(SORRY).replace('name: two, ', ''),
      'F:18:9: services[0].servers[1].name: ',
    ],
    [
      'a sorry server of another family',
      LAST,
      after(SORRY.replace('10.0.0.99', '2001:db8:1::99')),
      "F:19:30: services[0].sorry_server.address: 2001:db8:1::99 is IPv6, but the service's address 192.0.2.10 is IPv4; write the server's IPv4 address: addresses are translated within one family",
    ],
    [
      'a sorry server outside the gateway prefix is a warning',
      LAST,
      after(SORRY.replace('10.0.0.99', '10.0.9.99')),
      'F:19:30: warning: services[0].sorry_server.address: 10.0.9.99 is outside 10.0.0.1/24',
    ],
    [
      'a server with the name of the sorry server',
      LAST,
      after(SORRY).replace('name: two', 'name: Sorry'),
      'F:18:17: services[0].servers[1].name: sorry is what the sorry server is called; give the server another name',
    ],
    ['a server of any name where there is no sorry server', 'name: two', 'name: sorry'],
    [
      'another word for what becomes of sessions',
      LAST,
      after('    on_failure: kill'),
      'F:19:17: services[0].on_failure: must be `keep` or `end`, not "kill"',
    ],
    [
      'a retry longer than the interval',
      LAST,
      after('check: { interval: 5s, retry: 6s }'),
      'F:19:31: check.retry: the retry of 6s is longer than the interval of 5s; write at most `retry: 5s`, or remove it',
    ],
  ]);

  it('says nothing about the family of a service whose address nobody can read', () => {
    const text = change('address: 192.0.2.10\n', 'address: x\n', change(LAST, after(SORRY)));
    expect(complaintsOf(text).map((line) => line.slice(0, 46))).toEqual([
      'F:15:14: services[0].address: "x" is not an IP',
    ]);
  });

  it('becomes rules with their defaults filled in', () => {
    const text = change(LAST, after(`${SORRY}\n    slow_start: 30s\n    on_failure: end\n    port: 2121`));
    const result = parseConfig(text, 'F');
    expect(result.ok && result.config.services[0]?.rotation).toEqual({
      minServers: 0,
      slowStart: 30_000,
      sorry: { name: 'sorry', address: '10.0.0.99', port: 2121, weight: 0 },
      onFailure: 'end',
    });
  });

  it('looks again after a second, or after the interval where that is shorter', () => {
    const retry = (more: string): unknown => {
      const result = parseConfig(change(LAST, after(more)), 'F');
      return result.ok && result.config.check.retry;
    };
    expect(retry('check: { interval: 2s, timeout: 1s }')).toBe(1000);
    expect(retry('check: { interval: 500ms, timeout: 400ms }')).toBe(500);
    expect(retry('check: { interval: 2s, timeout: 1s, retry: 200ms }')).toBe(200);
  });
});
