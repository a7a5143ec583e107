/**
 * Which alerts begin a condition and which end it: what is open now, since when, and how long it has lasted. Pure: the state
 * before, an alert and the time in, the state after out. It must not tell anybody anything.
 */
import type { Millis } from '../time.js';
import { millis } from '../time.js';
import type { Alert, AlertId } from './catalogue.js';
import { subjectOf } from './subjects.js';

/** Each alert that begins a condition, with the one that ends it. */
export const RESOLUTIONS = {
  'vip-answered': 'vip-clear',
  'server-down': 'server-up',
  'server-held': 'server-up',
  'no-server': 'service-back',
  'sorry-server': 'service-back',
  'verdicts-differ': 'verdicts-agree',
  'peer-lost': 'peer-back',
  'path-lost': 'path-back',
  'sync-lost': 'sync-regained',
  'config-differs': 'config-agrees',
  'version-differs': 'version-agrees',
  'tracked-lost': 'tracked-back',
  'table-full': 'table-free',
} as const satisfies Partial<Record<AlertId, AlertId>>;

/** They say nothing where nothing was open. */
const ONLY_AFTER: ReadonlySet<AlertId> = new Set([
  'vip-clear',
  'service-back',
  'config-agrees',
  'tracked-back',
  'table-free',
]);

const ENDS: ReadonlySet<string> = new Set(Object.values(RESOLUTIONS));

/** A condition that has begun and is not over. */
export interface OpenCondition {
  /** The alert that it began with, or the newest of those that say the same of this subject. */
  readonly id: AlertId;
  readonly subject: string;
  /** The word that all its alerts share, in all logs. */
  readonly condition: string;
  readonly since: Millis;
}

export interface Conditions {
  /** Begins every condition's word: two runs of the daemon never share one. */
  readonly run: string;
  readonly begun: number;
  readonly open: ReadonlyMap<string, OpenCondition>;
}

/** What an alert has to do with a condition. */
export interface Relation {
  readonly condition: string;
  /** How long it has lasted; only where this alert ends it. */
  readonly lastedMillis?: Millis;
}

export interface Followed {
  readonly state: Conditions;
  readonly relation: Relation | undefined;
  /** Worth telling: false for the end of what never began. */
  readonly told: boolean;
}

export function noConditions(run: string): Conditions {
  return { run, begun: 0, open: new Map() };
}

/** The alert that ends what this one begins; undefined where it begins nothing. */
export function resolutionOf(id: AlertId): AlertId | undefined {
  return (RESOLUTIONS as Partial<Record<AlertId, AlertId>>)[id];
}

/** Whether it ends conditions. */
export function isResolution(id: AlertId): boolean {
  return ENDS.has(id);
}

/** Alerts with the same topic are about one condition of one subject, or say one thing of one subject. */
export function topicOf(alert: Alert): string {
  return `${resolutionOf(alert.id) ?? alert.id} ${subjectOf(alert)}`;
}

/** Takes an alert into account. */
export function follow(state: Conditions, alert: Alert, now: Millis): Followed {
  const topic = topicOf(alert);
  const open = state.open.get(topic);
  if (resolutionOf(alert.id) !== undefined) return begin(state, alert, topic, now);
  if (!isResolution(alert.id)) return { state, relation: undefined, told: true };
  if (open === undefined) return { state, relation: undefined, told: !ONLY_AFTER.has(alert.id) };
  const rest = new Map(state.open);
  rest.delete(topic);
  const lastedMillis = millis(Math.round(now - open.since));
  return {
    state: { ...state, open: rest },
    relation: { condition: open.condition, lastedMillis },
    told: true,
  };
}

function begin(state: Conditions, alert: Alert, topic: string, now: Millis): Followed {
  const open = state.open.get(topic);
  if (open?.id === alert.id) return { state, relation: { condition: open.condition }, told: true };
  const begun = open === undefined ? state.begun + 1 : state.begun;
  const condition = open?.condition ?? `${state.run}-${begun}`;
  const entry = { id: alert.id, subject: subjectOf(alert), condition, since: open?.since ?? now };
  const all = new Map(state.open).set(topic, entry);
  return { state: { ...state, begun, open: all }, relation: { condition }, told: true };
}
