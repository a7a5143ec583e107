/**
 * What an alert says: its severity, a fixed sentence for the log, one plain sentence with names and numbers
 * for a person who has just been woken, and its fields. Pure: it must not know where alerts go.
 */
import type { Alert, AlertId, Severity } from './catalogue.js';
import type { ById, WordsFor } from './entry.js';
import type { Notice } from './limits.js';
import { shortNumber } from './text.js';
import { PAIR_WORDS } from './words-pair.js';
import { ROUTER_WORDS } from './words-router.js';
import { SERVER_WORDS } from './words-servers.js';

/** One fact of an alert: a SD-PARAM of RFC 5424 §6.3.3 before any escaping. */
export interface Field {
  readonly name: string;
  readonly value: string;
}

/** An alert in words. */
export interface Description {
  readonly severity: Severity;
  /** The MSGID of RFC 5424 §6.2.7: the alert's stable id. */
  readonly msgid: string;
  /** A short sentence without values, the same for every alert of this kind. */
  readonly sentence: string;
  /** What happened, where, and what to look at. May hold text that a server sent: escape it when writing. */
  readonly text: string;
  readonly fields: readonly Field[];
}

const ENTRIES: WordsFor<AlertId> = { ...PAIR_WORDS, ...SERVER_WORDS, ...ROUTER_WORDS };

/** Says an alert in words. Total: every alert of the catalogue has its entry. */
export function describe(alert: Alert): Description {
  const { severity, sentence } = ENTRIES[alert.id];
  return { severity, msgid: alert.id, sentence, text: textOf(alert.id, alert), fields: fieldsOf(alert) };
}

/** Says what is told of an alert: with the condition that it belongs to, and with how often it was repeated. */
export function describeNotice({
  alert,
  relation,
  repeated,
}: Pick<Notice, 'alert' | 'relation' | 'repeated'>): Description {
  const plain = describe(alert);
  const facts = {
    ...relation,
    ...(repeated && { repeated: repeated.times, overMillis: repeated.overMillis }),
  };
  const text =
    repeated === undefined
      ? plain.text
      : `${plain.text} (repeated ${times(repeated.times)} in ${shortNumber(repeated.overMillis / 1000)} s)`;
  return { ...plain, text, fields: [...plain.fields, ...fieldsOf(facts)] };
}

export function severityOf(id: AlertId): Severity {
  return ENTRIES[id].severity;
}

function times(count: number): string {
  return count === 1 ? 'once' : `${count} times`;
}

function textOf<Id extends AlertId>(id: Id, alert: ById[Id]): string {
  return ENTRIES[id].text(alert);
}

function fieldsOf(facts: object): readonly Field[] {
  return Object.entries(facts).flatMap(([name, value]: [string, string | number | undefined]) => {
    if (name === 'id' || value === undefined) return [];
    return [{ name, value: typeof value === 'number' ? shortNumber(value) : value }];
  });
}
