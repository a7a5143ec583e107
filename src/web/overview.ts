/** The parts of the overview, each as markup of its own: the page puts them together, live data replaces single ones. Pure. */
import type { EventsPage } from '../control/events.js';
import type { StatusView } from '../control/status.js';
import { html, markup, type Html } from './escape.js';
import { eventsPart, historyPart } from './history-part.js';
import { headline, pairPart, pulsePart, warningsPart } from './pair-part.js';
import { serversPart } from './servers-part.js';
import { sessionsPart, syncPart, trackedPart } from './sync-part.js';

/** What a part is replaced by its name; `title` is the headline as plain text. */
export const PARTS = [
  'warnings',
  'pair',
  'servers',
  'sessions',
  'pulse',
  'sync',
  'tracked',
  'events',
  'history',
] as const;

export type PartName = (typeof PARTS)[number];

/** The markup of every part, and the headline. */
export interface Overview {
  readonly title: string;
  readonly parts: Readonly<Record<PartName, Html>>;
}

export function overview(status: StatusView, events: EventsPage, wallNow: number): Overview {
  return {
    title: headline(status),
    parts: {
      warnings: warningsPart(status),
      pair: pairPart(status),
      servers: serversPart(status, wallNow),
      sessions: sessionsPart(status),
      pulse: pulsePart(status),
      sync: syncPart(status),
      tracked: trackedPart(status),
      events: eventsPart(events),
      history: historyPart(status, wallNow),
    },
  };
}

/** The parts in their places, for the page. */
export function overviewSections({ parts }: Overview): Html {
  return html`${PARTS.map((name) => html`<section id="${name}" class="part">${parts[name]}</section>`)}`;
}

/** What live data carries: text by name. */
export function liveParts({ title, parts }: Overview): ReadonlyMap<string, string> {
  return new Map([['title', title], ...PARTS.map((name): [string, string] => [name, markup(parts[name])])]);
}
