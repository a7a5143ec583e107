/**
 * The schedulers, each as a way to fill a table of slots: the kernel walks the slots in order, one for each new session, so
 * the choice of a server needs no packet and no rule to change, only the slots' content. Pure.
 */
import type { VirtualService } from '../config/model.js';

/** Slots of each service's map; shares are as exact as one slot in 64. */
export const SLOTS = 64;

export interface Weighted {
  readonly name: string;
  readonly weight: number;
}

/**
 * Who serves each slot: smooth weighted round robin (each step, everybody gains its weight, the richest serves
 * and pays the total), which spreads a heavy server's turns instead of bunching them. Empty when nobody has weight.
 */
export function weightedRoundRobin(servers: readonly Weighted[], slots = SLOTS): readonly string[] {
  const able = servers.filter(({ weight }) => weight > 0);
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

/** By the word in the config. */
export const schedulers: Readonly<
  Record<VirtualService['scheduler'], (servers: readonly Weighted[]) => readonly string[]>
> = { wrr: weightedRoundRobin };
