/**
 * When each nanny probes next. Pure: the first probes are spread over one interval, the following ones come
 * about an interval apart, and no more than a given number run at once. No clock and no randomness: the jitter
 * follows from the name, so the same config gives the same times.
 */
import { millis, type Millis } from '../time.js';

interface Entry {
  readonly name: string;
  readonly interval: Millis;
  readonly dueAt: Millis;
  /** Probes begun so far. */
  readonly round: number;
  readonly running: boolean;
}

export interface Schedule {
  /** Probes that may run at once. */
  readonly limit: number;
  readonly entries: readonly Entry[];
}

/** Largest deviation from the interval, as a part of it: keeps nannies from falling into step. */
export const JITTER = 0.05;

/** The first probe of the first name is due at once. Names are unique; `limit` is of probes at once. */
export function startSchedule(
  paces: readonly { readonly name: string; readonly interval: Millis }[],
  limit: number,
  at: Millis,
): Schedule {
  const entries = paces.map(({ name, interval }, index) => ({
    name,
    interval,
    dueAt: millis(at + (interval * index) / paces.length),
    round: 0,
    running: false,
  }));
  return { limit, entries };
}

/** The probes to start now, longest due first; the rest of the due ones wait until others have finished. */
export function takeDue(
  schedule: Schedule,
  at: Millis,
): { readonly schedule: Schedule; readonly start: readonly string[] } {
  const free = schedule.limit - schedule.entries.filter((entry) => entry.running).length;
  const start = schedule.entries
    .filter((entry) => !entry.running && entry.dueAt <= at)
    .sort((one, other) => one.dueAt - other.dueAt)
    .slice(0, Math.max(0, free))
    .map((entry) => entry.name);
  const entries = schedule.entries.map((entry) => (start.includes(entry.name) ? begun(entry, at) : entry));
  return { schedule: { ...schedule, entries }, start };
}

/** A probe has ended; its place is free. One that took longer than the interval is due again at once. */
export function finishProbe(schedule: Schedule, name: string): Schedule {
  const entries = schedule.entries.map((entry) =>
    entry.name === name ? { ...entry, running: false } : entry,
  );
  return { ...schedule, entries };
}

/** The next probe of this name is due at `at`, or earlier where it was due earlier; what runs is not touched. */
export function hurry(schedule: Schedule, name: string, at: Millis): Schedule {
  const entries = schedule.entries.map((entry) =>
    entry.name === name && entry.dueAt > at ? { ...entry, dueAt: at } : entry,
  );
  return { ...schedule, entries };
}

/** When `takeDue` should be asked again, or undefined when only the end of a probe can change anything. */
export function nextWake(schedule: Schedule): Millis | undefined {
  const waiting = schedule.entries.filter((entry) => !entry.running);
  const running = schedule.entries.length - waiting.length;
  if (waiting.length === 0 || running >= schedule.limit) return undefined;
  return millis(Math.min(...waiting.map((entry) => entry.dueAt)));
}

function begun(entry: Entry, at: Millis): Entry {
  const round = entry.round + 1;
  const jitter = entry.interval * JITTER * spread(`${entry.name}#${round}`);
  return { ...entry, round, running: true, dueAt: millis(at + entry.interval + jitter) };
}

/** A number in [-1, 1) that looks random but follows from the text: FNV-1a, 32 bits. */
function spread(text: string): number {
  let hash = 0x811c9dc5;
  for (const byte of Buffer.from(text)) hash = Math.imul(hash ^ byte, 0x01000193) >>> 0;
  return hash / 2 ** 31 - 1;
}
