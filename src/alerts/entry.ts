/** What the words of one kind of alert consist of. Types only. */
import type { Alert, AlertId, Severity } from './catalogue.js';

export type ById = { readonly [A in Alert as A['id']]: A };

export interface Entry<A> {
  readonly severity: Severity;
  /** A short sentence without values. */
  readonly sentence: string;
  /** For a person who has just been woken: what happened, where, and what to look at. */
  readonly text: (alert: A) => string;
}

export type WordsFor<Ids extends AlertId> = { readonly [Id in Ids]: Entry<ById[Id]> };
