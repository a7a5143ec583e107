/**
 * Follows the pair during a drill: who is active, and what the daemon reports. Two witnesses: the daemon of this router, and,
 * where that does not know (the drill may have killed it), the hardware address that answers for the virtual address on the LAN.
 */
import { readFileSync } from 'node:fs';
import type { EventView } from '../control/events.js';
import type { StatusView } from '../control/status.js';
import { monotonicNow } from '../time.js';
import type { DrillRecord } from './record.js';
import { pause } from '../until.js';
import { millis } from '../time.js';
import { run } from './system.js';
import type { Seen, Talk } from './talk.js';

/** Nobody is known to be active. */
export const NOBODY = 'nobody';

export interface WatchOptions {
  readonly talk: Talk;
  readonly node: string;
  readonly peer: string;
  /** CLOCK_MONOTONIC milliseconds of the drill's beginning. */
  readonly start: number;
  /** Hardware address that answers for the virtual address now; undefined when not known. */
  readonly holderMac: () => Promise<string | undefined>;
  readonly ownMac: string;
  readonly changed?: (active: string) => void;
}

export interface Watch {
  readonly active: string;
  /** The last answer of the daemon here, undefined while it is silent. */
  readonly seen: Seen | undefined;
  readonly roles: DrillRecord['roles'];
  readonly events: DrillRecord['events'];
  stop(): Promise<void>;
}

const EVERY = millis(15);

/** Who is active, by both witnesses. */
export function activeBy(
  status: Pick<StatusView, 'node' | 'role' | 'peer'> | undefined,
  answeredByPeer: boolean,
  peer: string,
): string {
  if (status?.role === 'active') return status.node;
  if (status?.peer.alive === true && status.peer.role === 'active') return status.peer.name;
  return answeredByPeer ? peer : NOBODY;
}

/** Starts to follow. */
export function watchPair(options: WatchOptions): Watch {
  const { talk, start } = options;
  const roles: { at: number; active: string }[] = [];
  const events: { at: number; severity: string; text: string }[] = [];
  const state = { stopped: false, active: NOBODY, seen: undefined as Seen | undefined };
  const follow = eventFollower(talk, start, (event) => events.push(event));

  async function look(): Promise<void> {
    state.seen = await talk.glance();
    const at = monotonicNow() - start;
    const mac = known(state.seen) ? undefined : await options.holderMac();
    const byPeer = mac !== undefined && mac !== options.ownMac;
    const active = activeBy(state.seen?.status, byPeer, options.peer);
    if (active !== state.active || roles.length === 0) {
      state.active = active;
      roles.push({ at: roles.length === 0 ? 0 : Math.round(at), active });
      options.changed?.(active);
    }
    if (state.seen !== undefined) await follow(state.seen.pid);
  }
  const loop = (async () => {
    while (!state.stopped) {
      await look();
      await pause(EVERY);
    }
    await look();
  })();
  return {
    get active() {
      return state.active;
    },
    get seen() {
      return state.seen;
    },
    roles,
    events,
    stop: async () => {
      state.stopped = true;
      await loop;
    },
  };
}

/** Hands over each event of the daemon once, from now on. A daemon that was started again counts from one again. */
function eventFollower(
  talk: Talk,
  start: number,
  take: (event: DrillRecord['events'][number]) => void,
): (pid: number) => Promise<void> {
  let known: { pid: number; last: number } | undefined;
  return async (pid) => {
    const same = known?.pid === pid ? known : undefined;
    const list: readonly EventView[] = await talk.events(same?.last ?? 0);
    const now = monotonicNow() - start;
    for (const { agoMillis, severity, text } of list)
      if (now - agoMillis >= 0) take({ at: Math.round(now - agoMillis), severity, text });
    known = { pid, last: list.at(-1)?.number ?? same?.last ?? 0 };
  };
}

/** Does the daemon here say who is active? */
function known(seen: Seen | undefined): boolean {
  if (seen === undefined) return false;
  const { role, peer } = seen.status;
  return role === 'active' || (peer.alive && peer.role === 'active');
}

/** The hardware address behind an address in the neighbour table of a process's namespace. */
export async function neighbourMac(holder: number, address: string): Promise<string | undefined> {
  try {
    if (address.includes(':')) {
      const words = [`--net=/proc/${holder}/ns/net`, '--', 'ip', 'neigh', 'show', 'to', address];
      return / lladdr (\S+)/.exec(await run('nsenter', words))?.[1];
    }
    // No program for the usual case: this is asked many times a second.
    const lines = readFileSync(`/proc/${holder}/net/arp`, 'utf8').split('\n');
    return lines.map((line) => line.split(/\s+/)).find(([ip]) => ip === address)?.[3];
  } catch {
    return undefined;
  }
}
