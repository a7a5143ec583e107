/** What a drill asks the daemon of this router, over its control socket. It decides nothing. */
import { attempt, request } from '../control/client.js';
import { eventsUrl, type EventView } from '../control/events.js';
import {
  parseEvents,
  parseHandover,
  parseSessions,
  parseStatus,
  type HandoverResult,
} from '../control/schema.js';
import type { SessionView } from '../control/sessions.js';
import type { StatusView } from '../control/status.js';
import { ExitStatus, Fatal } from '../fatal.js';
import { millis } from '../time.js';

/** Status with the process that answered. */
export interface Seen {
  readonly status: StatusView;
  readonly pid: number;
}

export interface Talk {
  readonly socket: string;
  /** Throws `Fatal` (`unreachable`) without an answer. */
  status(): Promise<Seen>;
  /** As `status`, but undefined without an answer: the daemon may be dead or stopped by the drill. */
  glance(): Promise<Seen | undefined>;
  /** What came behind that number; empty without an answer. */
  events(after: number): Promise<readonly EventView[]>;
  handover(): Promise<HandoverResult>;
  /** The sessions of one client. */
  sessions(client: string): Promise<readonly SessionView[]>;
}

const STATUS_LIMIT = millis(3000);
const GLANCE_LIMIT = millis(300);
const HANDOVER_LIMIT = millis(15_000);

/** Talks over that socket. */
export function createTalk(socket: string): Talk {
  return {
    socket,
    status: async () => {
      const answer = await request(socket, 'GET', '/status', STATUS_LIMIT);
      const parsed = parseStatus(answer.body);
      if (!parsed.ok || answer.pid === undefined)
        throw notUnderstood(parsed.ok ? 'it does not say its process id' : parsed.complaint);
      return { status: parsed.value, pid: answer.pid };
    },
    glance: async () => {
      const outcome = await attempt(socket, 'GET', '/status', GLANCE_LIMIT);
      if (outcome.type !== 'answer') return undefined;
      const parsed = parseStatus(outcome.answer.body);
      return parsed.ok ? { status: parsed.value, pid: outcome.answer.pid ?? 0 } : undefined;
    },
    events: async (after) => {
      const outcome = await attempt(socket, 'GET', eventsUrl(after), GLANCE_LIMIT);
      if (outcome.type !== 'answer') return [];
      const parsed = parseEvents(outcome.answer.body);
      return parsed.ok ? parsed.value.events : [];
    },
    handover: async () => {
      const answer = await request(socket, 'POST', '/handover', HANDOVER_LIMIT);
      const parsed = parseHandover(answer.body);
      if (!parsed.ok) throw notUnderstood(parsed.complaint);
      return parsed.value;
    },
    sessions: async (client) => {
      const url = `/sessions?client=${encodeURIComponent(client)}&limit=1000`;
      const parsed = parseSessions((await request(socket, 'GET', url, STATUS_LIMIT)).body);
      if (!parsed.ok) throw notUnderstood(parsed.complaint);
      return parsed.value.sessions;
    },
  };
}

function notUnderstood(complaint: string): Fatal {
  return new Fatal(
    ExitStatus.unreachable,
    `the daemon's answer is not understood: ${complaint}`,
    "use the command of the daemon's own version, or restart the daemon",
  );
}
