/**
 * Keeps a flapping link or a broken switch from flooding whoever reads: repeats of one topic become one line with their count,
 * and too many different alerts become a summary. What must not wait never does. Time is an argument; nothing is sent here.
 */
import { millis, type Millis } from '../time.js';
import type { Alert, AlertId } from './catalogue.js';
import { isResolution, RESOLUTIONS, topicOf, type Relation } from './conditions.js';
import { severityOf } from './describe.js';

/** An alert that was raised. */
export interface Occurrence {
  readonly alert: Alert;
  readonly relation: Relation | undefined;
  readonly at: Millis;
  /** The wall clock at that moment: for people. */
  readonly time: Date;
}

/** One that is told; `repeated` where it stands for several. */
export interface Notice extends Occurrence {
  readonly repeated?: { readonly times: number; readonly overMillis: Millis };
}

/** After an alert was told, others of its topic wait for so long and are counted. */
export const REPEAT_WINDOW = millis(60_000);
/** So many alerts are told one by one in FLOOD_WINDOW, beside those that always pass. */
export const FLOOD_LIMIT = 100;
export const FLOOD_WINDOW = millis(60_000);
/** Of so many topics repeats are recognised; beyond, only FLOOD_LIMIT holds. */
export const MOST_TOPICS = 1000;

interface Topic {
  until: Millis;
  /** Ids that were told in this window, so that a condition's end is told beside its beginning. */
  readonly ids: Set<AlertId>;
  held: Occurrence | undefined;
  times: number;
}

interface Flood {
  readonly until: Millis;
  told: number;
  /** What was not told, by id. */
  readonly untold: Map<AlertId, number>;
  last: Occurrence | undefined;
}

const ROLES: ReadonlySet<AlertId> = new Set(['role-active', 'role-backup', 'takeover', 'alerts-limited']);
const CRITICAL_ENDS: ReadonlySet<AlertId> = new Set(
  Object.entries(RESOLUTIONS).flatMap(([id, end]) => (severityOf(id as AlertId) === 'crit' ? [end] : [])),
);

/** What is critical, the end of that, and changes of roles: told at once and each time. */
export function alwaysPasses(id: AlertId): boolean {
  return ROLES.has(id) || severityOf(id) === 'crit' || (isResolution(id) && CRITICAL_ENDS.has(id));
}

export class Limits {
  readonly #topics = new Map<string, Topic>();
  #flood: Flood | undefined;
  #collapsed = 0;
  #suppressed = 0;

  /** What is to be told now: what has become due, then this one if it may pass. */
  take(occurrence: Occurrence): readonly Notice[] {
    const due = this.due(occurrence.at);
    return this.#mayPass(occurrence) ? [...due, occurrence] : due;
  }

  /** What has waited long enough, the oldest first. */
  due(now: Millis): readonly Notice[] {
    if ((this.wakeAt() ?? Infinity) > now) return [];
    return [...this.#dueTopics(now), ...this.#dueFlood(now)];
  }

  /** When `due` has something to do at the earliest; undefined while nothing waits. */
  wakeAt(): Millis | undefined {
    // Topics stand in the order in which their windows began, and all windows are of one length.
    const topic = this.#topics.values().next().value?.until;
    const flood = this.#flood?.until;
    return topic === undefined || flood === undefined ? (topic ?? flood) : millis(Math.min(topic, flood));
  }

  /** Everything that waits, now: at the end of the process. */
  rest(): readonly Notice[] {
    return this.due(millis(Infinity));
  }

  /** Alerts that were not told one by one: as repeats, and for being too many. */
  counters(): { readonly collapsed: number; readonly suppressed: number } {
    return { collapsed: this.#collapsed, suppressed: this.#suppressed };
  }

  #mayPass(occurrence: Occurrence): boolean {
    const { alert, at } = occurrence;
    if (alwaysPasses(alert.id)) return true;
    const key = keyOf(occurrence);
    const topic = this.#topics.get(key);
    if (topic === undefined) {
      if (this.#topics.size < MOST_TOPICS) this.#topics.set(key, freshTopic(at, new Set([alert.id])));
      return this.#withinFlood(occurrence);
    }
    if (topic.held === undefined && !topic.ids.has(alert.id)) {
      topic.ids.add(alert.id);
      return this.#withinFlood(occurrence);
    }
    topic.held = occurrence;
    topic.times += 1;
    this.#collapsed += 1;
    return false;
  }

  #withinFlood(occurrence: Occurrence): boolean {
    const flood = (this.#flood ??= {
      until: millis(occurrence.at + FLOOD_WINDOW),
      told: 0,
      untold: new Map<AlertId, number>(),
      last: undefined,
    });
    if (flood.told < FLOOD_LIMIT) {
      flood.told += 1;
      return true;
    }
    const { id } = occurrence.alert;
    flood.untold.set(id, (flood.untold.get(id) ?? 0) + 1);
    flood.last = occurrence;
    this.#suppressed += 1;
    return false;
  }

  /** A topic that has held something back stays under observation: it goes on with one line in each window. */
  #dueTopics(now: Millis): readonly Notice[] {
    const notices: Notice[] = [];
    for (const [key, { until, ids, held, times }] of [...this.#topics]) {
      if (until > now) continue;
      this.#topics.delete(key);
      if (held === undefined) continue;
      if (now !== Infinity) this.#topics.set(key, freshTopic(now, ids));
      const notice = { ...held, repeated: { times, overMillis: REPEAT_WINDOW } };
      if (this.#withinFlood(held)) notices.push(notice);
    }
    return notices.sort((a, b) => a.at - b.at);
  }

  #dueFlood(now: Millis): readonly Notice[] {
    const flood = this.#flood;
    if (flood === undefined || flood.until > now) return [];
    this.#flood = undefined;
    const { untold, last } = flood;
    if (last === undefined) return [];
    const kinds = [...untold].sort(([, a], [, b]) => b - a).map(([id, count]) => `${id} ${count}`);
    const suppressed = [...untold.values()].reduce((sum, count) => sum + count, 0);
    const alert: Alert = { id: 'alerts-limited', suppressed, kinds: kinds.join(', ') };
    return [{ alert, relation: undefined, at: last.at, time: last.time }];
  }
}

/** The first `server-up` after the start ends nothing: it must not make the end of a failure look like a repeat. */
function keyOf({ alert, relation }: Occurrence): string {
  const endsNothing = isResolution(alert.id) && relation === undefined;
  return endsNothing ? `first ${topicOf(alert)}` : topicOf(alert);
}

/** Ids of a topic that is still under observation count as told, so that nothing of it passes one by one. */
function freshTopic(at: Millis, ids: Set<AlertId>): Topic {
  return { until: millis(at + REPEAT_WINDOW), ids, held: undefined, times: 0 };
}
