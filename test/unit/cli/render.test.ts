import { describe, expect, test } from 'vitest';
import { renderStatus, type RenderOptions } from '../../../src/cli/render.js';
import type { ServerView, StatusView } from '../../../src/control/status.js';
import { VIEW } from '../control/view.js';

const PLAIN = { colour: false, history: false } as const;

/** The lines of one section, found by how its first line begins. */
function section(view: StatusView, begin: string, options: RenderOptions = PLAIN): string[] {
  const found = renderStatus(view, options)
    .split('\n\n')
    .find((text) => text.startsWith(begin));
  return found === undefined ? [] : found.trimEnd().split('\n');
}

describe('the status on the screen', () => {
  test('is one screen of text', () => {
    expect(renderStatus(VIEW, PLAIN)).toBe(
      [
        'alpha is ACTIVE since 2 min 3 s, because the peer is silent on every path and nobody answers for the virtual address',
        '  running for 4 h 5 min, version 0.1.0, term 8, 61 MiB, real-time priority',
        '',
        'Peer beta: silent, unknown, not ready, not in sync, same config, journal version 3 (here 2)',
        '  path     state  round trip  received  dropped',
        '  public   up     0.21 ms     12034     0',
        '  private  down   -           7         replay 1, unverified 2',
        '',
        'Sync: sending to the peer, not in sync (the peer is silent)',
        '  12 flows, 1 expectation, backlog 4, 2 resends, 1 resync, 0 repairs, lag 0.6 ms (p99 1.5, max 12.3)',
        '  dropped: replay 4',
        '  refused by this kernel: tableFull 2',
        '  refused and healed at once: clash 1',
        '',
        'Service ftp 192.0.2.10:21: 1 of 2 servers up',
        '  server  address          state  weight  sessions  echo     reason',
        '  s1      10.0.0.11:21     up     1       12        0.30 ms',
        '  s2      [fd00::12]:2121  down   3       0         -        connect: ECONNREFUSED',
        '',
        'Tracked',
        '  address    state  echo',
        '  192.0.2.1  up     1.50 ms',
        '',
        'Sessions: 12 control, 3 data, 1 announced',
        '',
        'Alerts: none open, 12 raised',
        '  to unix:/dev/log: 12 sent',
        '',
        'Warnings',
        '  the peer is lost',
        '',
      ].join('\n'),
    );
  });

  test('shows beside a verdict what operators ordered, what the peer thinks, and the sorry server', () => {
    const [service] = VIEW.services;
    const [s1, s2] = service!.servers;
    const servers: readonly ServerView[] = [
      { ...s1!, standing: 'drained', effectiveWeight: 0, inRotation: false },
      { ...s1!, standing: 'unproven', up: false, reason: 'unknown' },
      { ...s1!, full: true, inRotation: false },
      {
        ...s1!,
        standing: 'slowStart',
        effectiveWeight: 0.3,
        weight: 1,
        orders: { ...s1!.orders, weight: 3 },
      },
      {
        ...s2!,
        standing: 'held',
        effectiveWeight: 3,
        verdicts: { here: { verdict: 'down', reason: 'refused' }, peer: { verdict: 'up', reason: 'ok' } },
      },
    ];
    const sorry = { address: '10.0.0.99', port: 21, serving: false, sessions: 2 };
    expect(section({ ...VIEW, services: [{ ...service!, servers, sorry }] }, 'Service').slice(1)).toEqual([
      '  server  address          state                                     weight               sessions  echo     reason',
      '  s1      10.0.0.11:21     up, drained                               1                    12        0.30 ms',
      '  s1      10.0.0.11:21     unchecked                                 1                    12        0.30 ms  unknown',
      '  s1      10.0.0.11:21     up, full                                  1                    12        0.30 ms',
      '  s1      10.0.0.11:21     up, slow start                            0.3 of 3 (config 1)  12        0.30 ms',
      '  s2      [fd00::12]:2121  down, held by min_servers, being changed  3                    0         -        here down (refused), peer up (ok)',
      '  sorry   10.0.0.99:21     waiting                                   -                    2         -',
    ]);
  });

  test('says of a service who is kept to a server and who was refused, where it has such things', () => {
    const service = VIEW.services[0]!;
    const lines = (more: Partial<typeof service>): string[] =>
      section({ ...VIEW, services: [{ ...service, ...more }] }, 'Service').slice(4);
    const refused = { sessionsPerServer: 0, sessionsPerClient: 7, newPerSecondPerClient: 2 };
    expect(lines({ remembered: 1, refused })).toEqual([
      '  1 client kept to a server by persistence',
      '  refused since the start: 7 over sessions_per_client, 2 over new_per_second_per_client',
    ]);
    expect(lines({ remembered: 0, refused: { sessionsPerClient: 0 } })).toEqual([
      '  0 clients kept to a server by persistence',
    ]);
    expect(lines({})).toEqual([]);
  });

  test('shows every change of role when asked, the newest first', () => {
    expect(section(VIEW, 'History', { colour: false, history: true })).toEqual([
      'History',
      '  when           change             reason      steps (ms)',
      '  2 min 3 s ago  backup → active    peerDead    probed 12.0, addressUp 12.3',
      '  4 h 5 min ago  starting → backup  peerActive',
    ]);
  });

  test('shows the last probe of servers whose probe failed, and of all with their steps when asked', () => {
    const ok = { ok: true, reason: 'ok', step: '', detail: '', agoMillis: 1200, totalMillis: 12.34 };
    const bad = { ...ok, ok: false, reason: 'login', step: 'password', detail: '530 no', totalMillis: 3 };
    const steps = [
      { step: 'connect', mode: undefined, millis: 0.21 },
      { step: 'transfer', mode: 'epsv', millis: 12.13 },
    ];
    const [service] = VIEW.services;
    const [one, two] = service?.servers ?? [];
    const servers = [
      { ...one!, probe: { ...ok, steps } },
      { ...two!, probe: { ...bad, steps: [] } },
    ];
    const view: StatusView = { ...VIEW, services: [{ ...service!, servers }] };
    expect(section(view, 'Service').slice(4)).toEqual([
      '  last probe of  outcome                    took',
      '  s2             login at password: 530 no  3.0 ms, 1.2 s ago',
    ]);
    expect(section(view, 'Service', { ...PLAIN, probes: true }).slice(4)).toEqual([
      '  last probe of  outcome                    took                steps (ms)',
      '  s1             ok                         12.3 ms, 1.2 s ago  connect 0.2, epsv transfer 12.1',
      '  s2             login at password: 530 no  3.0 ms, 1.2 s ago',
    ]);
  });

  test('of a quiet backup is short', () => {
    const quiet: StatusView = {
      ...VIEW,
      role: 'backup',
      reason: 'peerActive',
      history: [],
      services: [],
      tracked: [],
      warnings: [],
      realtime: false,
      peer: {
        ...VIEW.peer,
        alive: true,
        role: 'active',
        ready: true,
        inSync: true,
        sameConfig: false,
        versions: [{ format: 'journal', ours: 2, theirs: 2 }],
        paths: [],
      },
      sync: {
        ...VIEW.sync,
        direction: 'receiving',
        inSync: true,
        detail: '',
        dropped: {},
        refused: {},
        healed: {},
      },
    };
    expect(renderStatus(quiet, { colour: false, history: true })).toBe(
      [
        'alpha is BACKUP, because the peer is active',
        '  running for 4 h 5 min, version 0.1.0, term 8, 61 MiB, no real-time priority',
        '',
        'Peer beta: alive, active, ready, in sync, another config',
        '',
        'Sync: receiving from the peer, in sync',
        '  12 flows, 1 expectation, backlog 4, 2 resends, 1 resync, 0 repairs, lag 0.6 ms (p99 1.5, max 12.3)',
        '',
        'Sessions: 12 control, 3 data, 1 announced',
        '',
        'Alerts: none open, 12 raised',
        '  to unix:/dev/log: 12 sent',
        '',
        'History: no change yet',
        '',
        'Warnings: none',
        '',
      ].join('\n'),
    );
  });

  test('has colours only when asked', () => {
    expect(renderStatus(VIEW, { colour: false, history: true })).not.toContain('\u001b');
    expect(section(VIEW, '\u001b[1mPeer', { colour: true, history: false })).toEqual([
      '\u001b[1mPeer\u001b[22m beta: \u001b[1m\u001b[31msilent\u001b[39m\u001b[22m, unknown, ' +
        '\u001b[1m\u001b[31mnot ready\u001b[39m\u001b[22m, \u001b[1m\u001b[31mnot in sync\u001b[39m\u001b[22m, ' +
        '\u001b[32msame config\u001b[39m, \u001b[1m\u001b[31mjournal version 3 (here 2)\u001b[39m\u001b[22m',
      '  \u001b[2mpath\u001b[22m     \u001b[2mstate\u001b[22m  \u001b[2mround trip\u001b[22m  ' +
        '\u001b[2mreceived\u001b[22m  \u001b[2mdropped\u001b[22m',
      '  public   \u001b[32mup\u001b[39m     0.21 ms     12034     0',
      '  private  \u001b[1m\u001b[31mdown\u001b[39m\u001b[22m   -           7         \u001b[33mreplay 1, unverified 2\u001b[39m',
    ]);
  });

  test('never passes on what a terminal would obey', () => {
    const service = VIEW.services[0]!;
    const evil = { ...service.servers[0]!, reason: '\u001b]0;owned\u0007\r\n\u009b2Jx' };
    const warnings = ['a\u001b[2Jb'];
    const text = renderStatus({ ...VIEW, warnings, services: [{ ...service, servers: [evil] }] }, PLAIN);
    expect(text).toContain('0.30 ms   ]0;owned 2Jx\n');
    expect(text).toContain('  a [2Jb\n');
    for (const code of ['\u0007', '\u001b', '\u009b', '\r']) expect(text).not.toContain(code);
  });
});
