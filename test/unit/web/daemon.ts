/** A daemon's answers for tests of the page, and one with texts in every place that somebody could have made up. */
import type { EventsPage } from '../../../src/control/events.js';
import type { SessionsPage } from '../../../src/control/sessions.js';
import type { StatusView } from '../../../src/control/status.js';
import { expose } from '../../../src/metrics/exposition.js';
import type { WebSources } from '../../../src/web/sources.js';
import { PAGE } from '../control/page.js';
import { VIEW } from '../control/view.js';
import { FACTS } from '../metrics/facts.js';

/** 2026-03-01T12:00:00Z */
export const NOON = 1_772_366_400_000;

export const EVENTS: EventsPage = {
  node: 'alpha',
  events: [
    {
      number: 1,
      id: 'peer-lost',
      severity: 'err',
      text: 'The peer beta is silent.',
      fields: { peer: 'beta' },
      agoMillis: 5000,
      time: '2026-03-01T11:59:55.000Z',
    },
  ],
};

export const PROBE = {
  ...{ agoMillis: 2000, ok: true, reason: 'ok', step: '', detail: '', totalMillis: 3.25 },
  steps: [
    { step: 'connect', mode: undefined, millis: 0.5 },
    { step: 'data', mode: 'epsv', millis: 2 },
  ],
};

export function sources(changes: Partial<WebSources> = {}): WebSources {
  return {
    status: () => VIEW,
    sessions: () => Promise.resolve({ ok: true, value: PAGE }),
    events: () => EVENTS,
    metrics: (status, format) => expose({ ...FACTS, status }, format),
    ...changes,
  };
}

/** Ends a text, an attribute in either quotes, a comment, a script and a style; and turns the line round. */
export const EVIL = `'"--></script></style><img src=x onerror=alert(1)>\u202e\u0000&amp;`;

/** Every text of a value replaced by a hostile one; `kept` are words that a type asks for. */
export function poisoned<T>(value: T, kept: readonly string[]): T {
  const poison = (part: unknown): unknown => {
    if (typeof part === 'string') return kept.includes(part) ? part : EVIL;
    if (Array.isArray(part)) return part.map(poison);
    if (typeof part !== 'object' || part === null) return part;
    return Object.fromEntries(Object.entries(part).map(([key, inside]) => [key, poison(inside)]));
  };
  return poison(value) as T;
}

const [service] = VIEW.services;
const [server] = service?.servers ?? [];

/** Everything that a view may have. */
export const FULL: StatusView = {
  ...VIEW,
  services: [
    {
      ...service!,
      remembered: 3,
      refused: { sessionsPerClient: 2 },
      sorry: { address: '10.0.0.99', port: 21, serving: true, sessions: 1 },
      servers: [
        { ...server!, probe: PROBE },
        {
          ...server!,
          name: 's3',
          up: false,
          full: true,
          reason: 'login',
          standing: 'drained',
          probe: { ...PROBE, ok: false, reason: 'login', step: 'login', detail: '530 Go away' },
          verdicts: { here: { verdict: 'down', reason: 'login' }, peer: { verdict: 'up', reason: 'ok' } },
        },
      ],
    },
  ],
  alerts: {
    ...VIEW.alerts,
    open: [{ id: 'server-down', subject: 'ftp/s3', condition: 'x', agoMillis: 61_000 }],
  },
};

/** So many sessions. */
export function crowd(count: number): SessionsPage {
  const [first] = PAGE.sessions;
  const sessions = Array.from({ length: count }, (_, index) => ({
    ...first!,
    client: { address: '198.51.100.7', port: 10_000 + index },
  }));
  return { ...PAGE, known: count, sessions };
}
