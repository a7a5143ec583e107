/**
 * What travels over the control socket, as JSON, and back into types. The daemon may be of another version than
 * the command that asks it, so the answer is checked. It must not know sockets.
 */
import { z } from 'zod';
import { alertsView } from './alerts-view.js';
import { configChange, type ConfigChange, configDiff, type ConfigDiff } from './config-change.js';
import { eventsPage, type EventsPage } from './events.js';
import { DATA_MODES, LOST_PARTS, LOST_REASONS, SESSION_STATES, type SessionsPage } from './sessions.js';
import type { StatusView } from './status.js';

/** A number that may be missing: null in JSON, so that every key is always there for scripts. */
const missable = z
  .number()
  .nullable()
  .transform((value) => value ?? undefined);

const counts = z.record(z.string(), z.number());

const transition = z.object({
  from: z.string(),
  to: z.string(),
  reason: z.string(),
  agoMillis: z.number(),
  steps: z.array(z.object({ step: z.string(), atMillis: z.number() })),
});

/** One word that may be missing. */
const missableWord = z
  .string()
  .nullable()
  .transform((value) => value ?? undefined);

const fate = z.object({
  serves: z.enum(['here', 'peer', 'nobody', 'unknown']),
  because: missableWord,
  withinMillis: z.number(),
});

const fitter = z.object({ who: z.enum(['here', 'peer']), because: z.string() });

const outlook = z.object({
  mode: z.string(),
  doubt: missableWord,
  hindrance: missableWord,
  ifPeerDied: fate,
  ifThisDied: fate,
  handover: z.object({ possible: z.boolean(), obstacle: missableWord }),
  fitter: fitter.nullable().transform((value) => value ?? undefined),
});

const path = z.object({
  name: z.string(),
  alive: z.boolean(),
  rttMillis: missable,
  received: z.number(),
  dropped: counts,
});

const peer = z.object({
  name: z.string(),
  alive: z.boolean(),
  role: z.string(),
  ready: z.boolean(),
  inSync: z.boolean(),
  sameConfig: z.boolean(),
  versions: z.array(
    z.object({ format: z.enum(['seal', 'pulse', 'journal']), ours: z.number(), theirs: missable }),
  ),
  paths: z.array(path),
});

const sync = z.object({
  direction: z.enum(['sending', 'receiving', 'none']),
  inSync: z.boolean(),
  detail: z.string(),
  flows: z.number(),
  expectations: z.number(),
  backlog: z.number(),
  resends: z.number(),
  resyncs: z.number(),
  repairs: z.number(),
  lag: z
    .object({ p50: z.number(), p99: z.number(), max: z.number() })
    .nullable()
    .transform((lag) => lag ?? undefined),
  dropped: counts,
  refused: counts,
  healed: counts,
});

const probe = z.object({
  agoMillis: z.number(),
  ok: z.boolean(),
  reason: z.string(),
  step: z.string(),
  detail: z.string(),
  totalMillis: z.number(),
  steps: z.array(
    z.object({
      step: z.string(),
      mode: z
        .string()
        .nullable()
        .transform((value) => value ?? undefined),
      millis: z.number(),
    }),
  ),
});
const opinion = z.object({ verdict: z.enum(['unknown', 'up', 'down']), reason: z.string() });

const orders = z.object({ drain: z.boolean(), force: z.enum(['auto', 'up', 'down']), weight: missable });

const server = z.object({
  name: z.string(),
  address: z.string(),
  port: z.number(),
  weight: z.number(),
  up: z.boolean(),
  inRotation: z.boolean(),
  full: z.boolean().optional(),
  reason: z.string(),
  probe: probe.nullish().transform((value) => value ?? undefined),
  echoMillis: missable,
  sessions: z.number(),
  standing: z.string(),
  effectiveWeight: z.number(),
  verdicts: z.object({ here: opinion, peer: opinion }),
  orders,
});

const sorry = z.object({
  address: z.string(),
  port: z.number(),
  serving: z.boolean(),
  sessions: z.number(),
});

const service = z.object({
  name: z.string(),
  address: z.string(),
  port: z.number(),
  servers: z.array(server),
  sorry: sorry.nullable().transform((sorry) => sorry ?? undefined),
  remembered: z.number().optional(),
  refused: counts.optional(),
});

/** GET /status. */
export const status = z.object({
  version: z.string(),
  node: z.string(),
  role: z.string(),
  reason: z.string(),
  term: z.number(),
  uptimeSeconds: z.number(),
  history: z.array(transition),
  outlook: outlook.nullish().transform((value) => value ?? undefined),
  peer,
  sync,
  services: z.array(service),
  tracked: z.array(z.object({ address: z.string(), echoMillis: missable, alive: z.boolean() })),
  sessions: z.object({ control: z.number(), data: z.number(), announced: z.number() }),
  alerts: alertsView,
  realtime: z.boolean(),
  residentMebibytes: z.number(),
  warnings: z.array(z.string()),
});

/** What became of a request to hand the role over. `detail` says why, in a clause. */
export interface HandoverResult {
  readonly accepted: boolean;
  readonly detail: string;
}

const handover = z.object({ accepted: z.boolean(), detail: z.string() });

/** What became of an operator's order for a server. */
export interface OrderResult {
  readonly accepted: boolean;
  /** Why it was refused, in a clause with the names to choose from. */
  readonly detail: string;
  /** The server that was meant; empty when it was refused. */
  readonly service: string;
  readonly server: string;
  /** Why it gets new sessions now, or gets none (StandingReason in src/rotation/standing.ts). */
  readonly standing: string;
}

const orderResult = z.object({
  accepted: z.boolean(),
  detail: z.string(),
  service: z.string(),
  server: z.string(),
  standing: z.string(),
});

/** One of a closed set of words that may be missing. */
const word = <const Words extends readonly [string, ...string[]]>(words: Words) =>
  z
    .enum(words)
    .nullable()
    .transform((value) => value ?? undefined);

/** One session of GET /sessions. */
export const session = z.object({
  client: z.object({ address: z.string(), port: z.number() }),
  service: z.object({ name: z.string(), address: z.string(), port: z.number() }),
  server: z.string(),
  standing: z.string(),
  state: z.enum(SESSION_STATES),
  mode: word(DATA_MODES),
  dataChannels: z.number(),
  bytesToClient: missable,
  bytesFromClient: missable,
  agoMillis: z.number(),
  survives: z.boolean(),
  reason: word(LOST_REASONS),
  part: word(LOST_PARTS),
});

const sessions = z.object({
  version: z.string(),
  node: z.string(),
  role: z.string(),
  known: z.number(),
  sessions: z.array(session),
  next: missable,
});

/** What became of a comparison of the two kernels' tables. */
export interface CompareResult {
  /** Entries of this kernel. */
  readonly entries: number;
  /** `here` and `there`: what each kernel has of it; nothing where it is not. */
  readonly differences: readonly {
    readonly entry: string;
    readonly here: string | undefined;
    readonly there: string | undefined;
  }[];
}

const side = z
  .string()
  .nullish()
  .transform((words) => words ?? undefined);

const comparison = z.object({
  entries: z.number(),
  differences: z.array(z.object({ entry: z.string(), here: side, there: side })),
});

/** What came over the socket, or what is wrong with it in one line. */
export type Parsed<T> =
  { readonly ok: true; readonly value: T } | { readonly ok: false; readonly complaint: string };

/** Reads the JSON of GET /status. */
export function parseStatus(body: unknown): Parsed<StatusView> {
  return parsed(status.safeParse(body));
}

/** Reads the JSON of GET /sessions. */
export function parseSessions(body: unknown): Parsed<SessionsPage> {
  return parsed(sessions.safeParse(body));
}

/** Reads the JSON of GET /events. */
export function parseEvents(body: unknown): Parsed<EventsPage> {
  return parsed(eventsPage.safeParse(body));
}

/** Reads the JSON of GET /config/diff. */
export function parseConfigDiff(body: unknown): Parsed<ConfigDiff> {
  return parsed(configDiff.safeParse(body));
}

/** Reads the JSON of POST /reload and POST /config. */
export function parseConfigChange(body: unknown): Parsed<ConfigChange> {
  return parsed(configChange.safeParse(body));
}

/** Reads the JSON of POST /handover. */
export function parseHandover(body: unknown): Parsed<HandoverResult> {
  return parsed(handover.safeParse(body));
}

/** Reads the JSON of POST /order. */
export function parseOrderResult(body: unknown): Parsed<OrderResult> {
  return parsed(orderResult.safeParse(body));
}

/** Reads the JSON of GET /compare. */
export function parseCompare(body: unknown): Parsed<CompareResult> {
  return parsed(comparison.safeParse(body));
}

function parsed<T>(result: z.ZodSafeParseResult<T>): Parsed<T> {
  if (result.success) return { ok: true, value: result.data };
  const first = result.error.issues[0];
  return {
    ok: false,
    complaint: first === undefined ? 'not understood' : `${first.path.join('.')}: ${first.message}`,
  };
}

/** JSON for the socket and for scripts: a value that is undefined is written as null. */
export function toJson(value: object): string {
  return `${JSON.stringify(value, (_, part: unknown) => (part === undefined ? null : part), 2)}\n`;
}
