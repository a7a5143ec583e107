/**
 * The schedulers, each as a way to fill a table of slots: the kernel walks the slots in order (or, for `sh`, picks one by
 * the client's address), one for each new session, so the choice of a server needs no packet and no rule to change, only the
 * slots' content. Pure.
 */
import type { Scheduler } from '../config/model.js';
import { sourceHash } from './source-hash.js';

/**
 * Slots that the kernel walks. Divisible by 1 to 6, 8, 10, 12, 15, 16, 20, 24, 30: so many equal servers get exactly equal
 * shares; others are as exact as one slot in 240.
 */
export const SLOTS = 240;

/** Slots of `sh`: with more of them, shares come nearer to the weights, and the hash of a server is worth less each. */
export const HASH_SLOTS = 1024;

/** One server as a scheduler sees it. */
export interface Candidate {
  readonly name: string;
  /** 0 takes no new sessions. */
  readonly weight: number;
  /** Sessions that it has now; only `lc` and `wlc` ask. */
  readonly sessions: number;
}

/** Whether the slots depend on the sessions of the moment, and must be filled again whenever these change. */
export function isDynamic(scheduler: Scheduler): boolean {
  return scheduler === 'lc' || scheduler === 'wlc';
}

/** How many slots the table of a scheduler has. */
export function slotCount(scheduler: Scheduler): number {
  return scheduler === 'sh' ? HASH_SLOTS : SLOTS;
}

/**
 * Who serves each slot, by name; empty when nobody has weight. The first slot is the one that the next session takes.
 * @param slots how many; the scheduler's own number by default
 */
export function fill(
  scheduler: Scheduler,
  servers: readonly Candidate[],
  slots = slotCount(scheduler),
): readonly string[] {
  const able = servers.filter(({ weight }) => weight > 0);
  switch (scheduler) {
    case 'rr':
      return weightedRoundRobin(able.map(equal), slots);
    case 'wrr':
      return weightedRoundRobin(able, slots);
    case 'lc':
      return leastSessions(able.map(equal), slots);
    case 'wlc':
      return leastSessions(able, slots);
    case 'sh':
      return sourceHash(able, slots);
  }
}

function equal(server: Candidate): Candidate {
  return { ...server, weight: 1 };
}

/**
 * Smooth weighted round robin: each step, everybody gains its weight, the richest serves and pays the total, which
 * spreads a heavy server's turns instead of bunching them.
 */
function weightedRoundRobin(able: readonly Candidate[], slots: number): readonly string[] {
  const total = able.reduce((sum, { weight }) => sum + weight, 0);
  const credit = able.map(() => 0);
  const filled: string[] = [];
  while (able.length > 0 && filled.length < slots) {
    let richest = 0;
    able.forEach(({ weight }, index) => {
      credit[index] = (credit[index] ?? 0) + weight;
      if ((credit[index] ?? 0) > (credit[richest] ?? 0)) richest = index;
    });
    credit[richest] = (credit[richest] ?? 0) - total;
    filled.push(able[richest]?.name ?? '');
  }
  return filled;
}

/**
 * What the exact choice would do with so many new sessions, if none ended meanwhile: each goes to who has, with it, the
 * fewest for its weight. So a burst of as many sessions as there are slots is levelled as if every one had been chosen by
 * itself. Among equals the heavier serves, then the first in the config.
 */
function leastSessions(able: readonly Candidate[], slots: number): readonly string[] {
  const load = able.map(({ name, weight, sessions }) => ({ name, weight, next: sessions + 1 }));
  const filled: string[] = [];
  while (filled.length < slots) {
    let least = load[0];
    if (least === undefined) return [];
    for (const server of load) {
      const difference = server.next * least.weight - least.next * server.weight;
      if (difference < 0 || (difference === 0 && server.weight > least.weight)) least = server;
    }
    least.next += 1;
    filled.push(least.name);
  }
  return filled;
}
