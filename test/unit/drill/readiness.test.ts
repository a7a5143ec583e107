/** When a drill may begin, in which order `all` goes, and when a pair is well again. */
import { describe, expect, test } from 'vitest';
import type { StatusView } from '../../../src/control/status.js';
import { obstacles, unsettled, type Wishes } from '../../../src/drill/readiness.js';
import { allScenarios, noticesIsolation } from '../../../src/drill/scenarios.js';
import { VIEW } from '../control/view.js';

const [service] = VIEW.services;
const servers = (service?.servers ?? []).map((server) => ({ ...server, up: true }));

/** Alpha is active, beta in sync, two servers are up. */
const WELL: StatusView = {
  ...VIEW,
  peer: {
    ...VIEW.peer,
    ...{ alive: true, role: 'backup', ready: true, inSync: true },
    versions: [{ format: 'seal', ours: 1, theirs: 1 }],
    paths: VIEW.peer.paths.map((path) => ({ ...path, alive: true })),
  },
  services: VIEW.services.map((each) => ({ ...each, servers })),
};
const WISHES: Wishes = {
  scenarios: ['handover'],
  destructive: false,
  service: 'ftp',
  server: undefined,
  isolationNoticed: true,
};

function reasons(status: StatusView, wishes: Partial<Wishes> = {}): readonly string[] {
  return obstacles(status, { ...WISHES, ...wishes }).map(({ problem }) => problem);
}

const peer = (change: Partial<StatusView['peer']>): StatusView => ({
  ...WELL,
  peer: { ...WELL.peer, ...change },
});
const backup = (change: Partial<StatusView['sync']>): StatusView => ({
  ...WELL,
  role: 'backup',
  peer: { ...WELL.peer, role: 'active', inSync: false, ready: false },
  sync: { ...WELL.sync, inSync: true, ...change },
});

describe('a drill', () => {
  test('may begin on a pair that is well, from either router', () => {
    expect(reasons(WELL)).toEqual([]);
    expect(reasons(backup({}))).toEqual([]);
  });

  test.each<[string, StatusView, string]>([
    ['a silent peer', peer({ alive: false }), 'beta is not heard'],
    ['another config', peer({ sameConfig: false }), 'alpha and beta have different configs'],
    ['a peer out of sync', peer({ inSync: false }), 'beta is not in sync'],
    ['a peer that is not ready', peer({ ready: false }), 'beta is not ready to be active'],
    ['a backup out of sync', backup({ inSync: false }), 'alpha is not in sync'],
    [
      'two backups',
      { ...backup({}), peer: { ...WELL.peer, role: 'backup' } },
      'the roles are backup here and backup on beta',
    ],
    ['a silent path', peer({ paths: VIEW.peer.paths }), 'the pulse path private is silent'],
    [
      'another release',
      peer({ versions: [{ format: 'journal', ours: 2, theirs: 3 }] }),
      'alpha and beta speak different versions of the journal',
    ],
    [
      'no server',
      { ...WELL, services: WELL.services.map((each) => ({ ...each, servers: [] })) },
      'the service ftp has no server that is up',
    ],
  ])('is refused with %s', (_what, status, reason) => {
    expect(reasons(status)).toEqual([reason]);
  });

  test('breaks something only when that is allowed, on the active', () => {
    expect(reasons(WELL, { scenarios: ['crash'] })).toEqual(['crash breaks something on purpose']);
    expect(reasons(WELL, { scenarios: ['crash'], destructive: true })).toEqual([]);
    const [there] = obstacles(backup({}), { ...WISHES, scenarios: ['crash'], destructive: true });
    expect(there).toEqual({
      problem: 'crash is done on the active router, and alpha is backup',
      cure: 'run this on beta, which is active',
    });
  });

  test('takes a server away only where another is left', () => {
    const wishes = { scenarios: ['server-down'], destructive: true } as const;
    expect(reasons(WELL, wishes)).toEqual([]);
    expect(reasons(WELL, { ...wishes, server: 's3' })).toEqual(['ftp has no server s3 that is up']);
    const one = { ...WELL, services: VIEW.services };
    expect(reasons(one, wishes)).toEqual([
      'server-down needs two servers of ftp that are up, and there is 1',
    ]);
  });

  test('cuts the private link only where somebody notices', () => {
    const wishes = { scenarios: ['isolate'], destructive: true, isolationNoticed: false } as const;
    expect(reasons(WELL, wishes)).toEqual([
      'no address of the private LAN is tracked: nobody would notice that it is cut, and the role would stay',
    ]);
    const gateways = [{ address: '10.0.0.1', prefixLength: 24, family: 4 }] as const;
    expect(noticesIsolation({ track: ['192.0.2.1', '10.0.0.11'], gateways })).toBe(true);
    expect(noticesIsolation({ track: ['192.0.2.1'], gateways })).toBe(false);
  });
});

test('all ends where it began, and breaks things only while the role is here', () => {
  expect(allScenarios(true, true)).toEqual([
    ...['handover', 'back', 'server-down', 'pulse-cut', 'crash', 'back', 'freeze', 'back', 'isolate', 'back'],
  ]);
  expect(allScenarios(false, true)).toEqual([
    ...['handover', 'server-down', 'pulse-cut', 'crash', 'back', 'freeze', 'back', 'isolate'],
  ]);
  expect(allScenarios(false, false)).toEqual([
    ...['handover', 'server-down', 'pulse-cut', 'crash', 'back', 'freeze'],
  ]);
});

test('a pair is well again when nothing is in its way and every server of before is up', () => {
  expect(unsettled(undefined, [])).toBe('the daemon here does not answer');
  expect(unsettled(peer({ inSync: false }), [])).toBe('beta is not in sync');
  expect(unsettled(WELL, ['ftp/s1', 'ftp/s2'])).toBeUndefined();
  expect(unsettled({ ...WELL, services: VIEW.services }, ['ftp/s1', 'ftp/s2'])).toBe('ftp/s2 not up again');
});
