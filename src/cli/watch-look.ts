/** From one look at the daemon to the next: what is known, what has changed, since when nobody answers. Pure: answers and time in. */
import type { EventView } from '../control/events.js';
import type { SessionsPage } from '../control/sessions.js';
import type { StatusView } from '../control/status.js';
import { type Change, changesBetween } from './watch-changes.js';
import type { Look } from './watch-screen.js';

/** What the daemon has said, or why it has not. */
export type Answers =
  | {
      readonly type: 'answered';
      readonly pid: number | undefined;
      readonly view: StatusView;
      /** Behind the last one that was known. */
      readonly events: readonly EventView[];
      readonly sessions: SessionsPage | undefined;
    }
  | { readonly type: 'away'; readonly problem: string };

/** What is known after a look. */
export interface Watched {
  readonly pid: number | undefined;
  readonly view: StatusView | undefined;
  readonly events: readonly EventView[];
  /** Number of the newest event. */
  readonly lastEvent: number;
  readonly sessions: SessionsPage | undefined;
  readonly changes: readonly Change[];
  readonly away: { readonly problem: string; readonly since: number } | undefined;
}

export const NOTHING_SEEN: Watched = {
  pid: undefined,
  view: undefined,
  events: [],
  lastEvent: 0,
  sessions: undefined,
  changes: [],
  away: undefined,
};

/** More than any screen shows. */
const EVENTS_KEPT = 100;

/** `now` is monotonic, in milliseconds. */
export function afterLook(before: Watched, answers: Answers, now: number): Watched {
  if (answers.type === 'away') {
    const since = before.away?.since ?? now;
    return { ...before, changes: [], away: { problem: answers.problem, since } };
  }
  const { pid, view, sessions } = answers;
  const restarted = before.pid !== undefined && pid !== before.pid;
  // Another daemon counts its events from 1: what was asked for behind the old number is not all of it.
  const fresh = restarted ? [] : answers.events;
  const changes = before.view === undefined ? [] : changesBetween(before.view, view, fresh);
  const restart: Change = { subject: 'role', text: `${view.node}: the daemon has been restarted` };
  return {
    pid,
    view,
    events: restarted ? [] : [...before.events, ...fresh].slice(-EVENTS_KEPT),
    lastEvent: restarted ? 0 : Math.max(before.lastEvent, ...fresh.map(({ number }) => number)),
    sessions,
    changes: restarted ? [restart, ...changes] : changes,
    away: undefined,
  };
}

/** For the screen. */
export function lookAt({ view, changes, events, sessions, away }: Watched, now: number): Look {
  return {
    ...{ view, changes, events, sessions },
    away: away === undefined ? undefined : { problem: away.problem, sinceMillis: now - away.since },
  };
}
