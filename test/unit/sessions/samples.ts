/** Literal sessions as they are seen in the ledger and the kernel, for the tests of this room. */
import type { VirtualService } from '../../../src/config/model.js';
import type { Flow } from '../../../src/conntrack/flow.js';
import { noTraffic } from '../../../src/replication/ledger.js';
import type { Facts, SeenAnnouncement, SeenFlow, SeenSession } from '../../../src/sessions/seen.js';
import { millis } from '../../../src/time.js';
import { announcement, CLIENT, controlFlow, dataFlow, SERVER, tuple } from '../replication/samples.js';

export const SERVICES: readonly VirtualService[] = [
  {
    name: 'ftp',
    address: '198.51.100.100',
    family: 4,
    port: 21,
    scheduler: 'wrr',
    servers: [
      { name: 'one', address: '10.200.30.11', port: 21, weight: 1 },
      { name: 'two', address: '10.200.30.12', port: 21, weight: 1 },
    ],
    rotation: { minServers: 0, slowStart: undefined, sorry: undefined, onFailure: 'keep' },
  },
];

/** The active at 100 s of its machine's life, with a backup in sync. */
export const ACTIVE: Facts = {
  side: 'active',
  everyone: undefined,
  services: SERVICES,
  standing: (_service, server) => (server === 'two' ? 'drained' : 'ok'),
  now: millis(100_000),
  wallNow: 1_700_000_000_000,
};

export const BACKUP: Facts = { ...ACTIVE, side: 'backup' };

/** Told, acknowledged, in the kernel as told, and known for a minute. */
export function seen(flow: Flow, more: Partial<SeenFlow> = {}): SeenFlow {
  return {
    flow,
    kernel: flow,
    serial: 0,
    since: millis(40_000),
    ended: noTraffic,
    lacking: undefined,
    ...more,
  };
}

export function announced(more: Partial<SeenAnnouncement> = {}): SeenAnnouncement {
  return { expectation: announcement(), kernel: announcement(), lacking: undefined, ...more };
}

/** Logged in, no data channel. */
export function idle(more: Partial<SeenSession> = {}): SeenSession {
  return { control: seen(controlFlow()), data: [], announced: undefined, ...more };
}

/** A data flow that the server opens from port 20 (RFC 959 §3.2). */
export function activeDataFlow(more: Partial<Flow> = {}): Flow {
  return dataFlow(40_000, 0, {
    orig: tuple(SERVER, 20, CLIENT, 45_678),
    reply: tuple(CLIENT, 45_678, Buffer.from([198, 51, 100, 100]), 20),
    ...more,
  });
}

/** The kernel's entry with that much counted: packets and bytes of the original direction, then of the reply. */
export function counted(flow: Flow, orig: readonly [number, number], reply: readonly [number, number]): Flow {
  return {
    ...flow,
    countersOrig: { packets: orig[0], bytes: orig[1] },
    countersReply: { packets: reply[0], bytes: reply[1] },
  };
}

/** TCP's state by its number in enum tcp_conntrack. */
export function inState(flow: Flow, state: number): Flow {
  return { ...flow, tcp: { state, wscaleOrig: 7, wscaleReply: 7, flagsOrig: 0x23, flagsReply: 0x23 } };
}
