/**
 * How the slots of `lc` and `wlc` follow the sessions: from what the kernel has given out and what has been heard of it, to the
 * elements that must change. Pure: counter, counts and time in, a change of one map out.
 *
 * A session is given out by the kernel some time before its event is heard here. It counts from the first moment on, for the
 * server whose slot it took: the counter in front of the slots tells which ones were taken, whoever has not been heard of yet.
 */
import type { Scheduler } from '../config/model.js';
import { type Millis, millis } from '../time.js';
import { type Candidate, fill, SLOTS } from './scheduler.js';

/** A slot that was taken and whose session has not been heard of. */
interface Pending {
  readonly server: string;
  readonly at: Millis;
}

/** What is known about one service's slots between two looks. */
export interface Levels {
  /** The kernel's counter at the last look. */
  readonly counted: number;
  /** Who serves each slot, by name; undefined when that is not known. Empty when nobody does. */
  readonly slots: readonly string[] | undefined;
  readonly pending: readonly Pending[];
  /** Sessions that ever came to each server, as of the last look. */
  readonly came: ReadonlyMap<string, number>;
}

/** One look: everything as of the same moment. */
export interface Look {
  readonly now: Millis;
  readonly counted: number;
  /** `sessions` as heard, `came` those that ever came. */
  readonly servers: readonly (Candidate & { readonly came: number })[];
}

/** The elements of the map that change; undefined when none does. */
export type SlotChange =
  | {
      readonly gone: 'all' | readonly number[];
      readonly added: readonly (readonly [slot: number, server: string])[];
    }
  | undefined;

/** Nothing is known: the first look fills every slot. */
export const unknownLevels: Levels = { counted: 0, slots: undefined, pending: [], came: new Map() };

/** A session of which nothing is heard for so long never came to be, or was given to a server by another rule. */
export const PENDING_LIMIT = millis(1000);

/** The slots as they should be now, beginning where the kernel stands. */
export function level(
  before: Levels,
  scheduler: Scheduler,
  look: Look,
): { readonly levels: Levels; readonly change: SlotChange } {
  const pending = stillPending(before, look);
  const waiting = tallied(pending);
  const order = fill(
    scheduler,
    look.servers.map((each) => ({ ...each, sessions: each.sessions + (waiting.get(each.name) ?? 0) })),
  );
  const slots = order.map((_, slot) => order[wrapped(slot - look.counted)] ?? '');
  const came = new Map(look.servers.map((each) => [each.name, each.came]));
  return { levels: { counted: look.counted, slots, pending, came }, change: difference(before.slots, slots) };
}

/**
 * After a change was written, with the counter read again: what was taken meanwhile was mostly taken of the slots before, for
 * the kernel makes a change good at the end of writing it.
 */
export function written(after: Levels, before: Levels, counted: number, now: Millis): Levels {
  const pending = [...after.pending, ...taken(before.slots, after.counted, counted, now)];
  return { ...after, counted, pending };
}

/** Slots that have been taken and are not accounted for. */
function stillPending(before: Levels, { now, counted, servers }: Look): readonly Pending[] {
  const all = [
    ...before.pending.filter(({ at }) => now - at < PENDING_LIMIT),
    ...taken(before.slots, before.counted, counted, now),
  ];
  const heard = new Map(servers.map(({ name, came }) => [name, came - (before.came.get(name) ?? 0)]));
  const left = all.filter(({ server }) => {
    const unmatched = heard.get(server) ?? 0;
    if (unmatched > 0) heard.set(server, unmatched - 1);
    return unmatched <= 0;
  });
  // Who came to a server that had no slot taken has taken one that we took for another's.
  const strangers = Array.from(heard.values()).reduce((sum, count) => sum + Math.max(0, count), 0);
  return left.slice(strangers);
}

/** Of a flood, what no session can be waiting for is left out; a counter that has fallen belongs to new slots. */
function taken(
  slots: readonly string[] | undefined,
  from: number,
  to: number,
  at: Millis,
): readonly Pending[] {
  if (slots === undefined || slots.length === 0) return [];
  const count = Math.max(0, Math.min(to - from, SLOTS));
  return Array.from({ length: count }, (_, index) => ({
    server: slots[wrapped(to - count + index)] ?? '',
    at,
  }));
}

function tallied(pending: readonly Pending[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const { server } of pending) counts.set(server, (counts.get(server) ?? 0) + 1);
  return counts;
}

function wrapped(slot: number): number {
  return ((slot % SLOTS) + SLOTS) % SLOTS;
}

function difference(before: readonly string[] | undefined, after: readonly string[]): SlotChange {
  const all = after.map((server, slot) => [slot, server] as const);
  if (before === undefined) return { gone: 'all', added: all };
  const added = all.filter(([slot, server]) => before[slot] !== server);
  if (after.length === 0) return before.length === 0 ? undefined : { gone: 'all', added };
  if (added.length === 0) return undefined;
  return { gone: before.length === 0 ? [] : added.map(([slot]) => slot), added };
}
