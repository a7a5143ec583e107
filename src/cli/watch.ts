/**
 * `ftpair watch`: looks at the daemon again and again, and shows it on the terminal or tells each change in a line. An edge:
 * what is seen and shown is decided in watch-look.ts, watch-screen.ts and watch-log.ts.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { request } from '../control/client.js';
import { eventsUrl } from '../control/events.js';
import { parseEvents, parseSessions, parseStatus } from '../control/schema.js';
import { sessionsUrl } from '../control/sessions-query.js';
import { ExitStatus, Fatal } from '../fatal.js';
import { type Millis, millis, monotonicNow } from '../time.js';
import { createPaint } from './paint.js';
import type { Screen } from './screen.js';
import { controlSocket, understood } from './talk.js';
import { jsonOf, linesAfter, textOf } from './watch-log.js';
import { afterLook, type Answers, lookAt, NOTHING_SEEN, type Watched } from './watch-look.js';
import { watchLines } from './watch-screen.js';

const ANSWER_LIMIT = millis(2000);
/** More sessions than any screen has lines. */
const SESSIONS_SHOWN = 100;

export interface WatchOptions {
  readonly runtimeDir: string;
  readonly json: boolean;
  readonly interval: Millis;
}

/** Goes on until somebody ends it; `ok` then, whatever there was to be seen. */
export async function watchCommand(options: WatchOptions, screen: Screen): Promise<ExitStatus> {
  const show = screen.stage?.size === undefined || options.json ? telling(options, screen) : painting(screen);
  const end = new AbortController();
  const leave = show.enter(() => {
    end.abort();
  });
  const ended = new Promise<undefined>((resolve) => {
    end.signal.addEventListener('abort', () => {
      resolve(undefined);
    });
  });
  let seen = NOTHING_SEEN;
  try {
    while (!end.signal.aborted) {
      const from = monotonicNow();
      const answers = await Promise.race([
        ask(options.runtimeDir, seen.lastEvent, show.wantsSessions),
        ended,
      ]);
      if (answers === undefined) break;
      const before = seen;
      seen = afterLook(before, answers, monotonicNow());
      show.show(before, seen);
      await pause(Math.max(0, options.interval - (monotonicNow() - from)), end.signal);
    }
  } finally {
    leave();
  }
  return ExitStatus.ok;
}

/** One look: three questions at once, and no answer to one of them is none at all. */
async function ask(runtimeDir: string, lastEvent: number, wantsSessions: boolean): Promise<Answers> {
  const get = (url: string) => request(controlSocket(runtimeDir), 'GET', url, ANSWER_LIMIT);
  const every = {
    limit: SESSIONS_SHOWN,
    after: undefined,
    client: undefined,
    server: undefined,
    lost: false,
  };
  try {
    const [status, events, sessions] = await Promise.all([
      get('/status'),
      get(eventsUrl(lastEvent)),
      wantsSessions ? get(sessionsUrl(every)) : undefined,
    ]);
    return {
      type: 'answered',
      pid: status.pid,
      view: understood(status, parseStatus(status.body)),
      events: understood(events, parseEvents(events.body)).events,
      sessions: sessions && understood(sessions, parseSessions(sessions.body)),
    };
  } catch (error) {
    if (error instanceof Fatal) return { type: 'away', problem: error.message };
    throw error;
  }
}

/** How what was seen is shown. */
interface Show {
  readonly wantsSessions: boolean;
  /** `end` may be called at any time; the returned function puts everything back. */
  readonly enter: (end: () => void) => () => void;
  readonly show: (before: Watched, seen: Watched) => void;
}

function telling({ json }: WatchOptions, screen: Screen): Show {
  return {
    wantsSessions: false,
    enter: (end) => screen.stage?.listen({ gone: end }) ?? (() => undefined),
    show: (before, seen) => {
      for (const line of linesAfter(before, seen, new Date())) screen.out(json ? jsonOf(line) : textOf(line));
    },
  };
}

/** xterm's control sequences: the other screen, no cursor; a frame is written as a whole (synchronized update). */
const ENTER = '\x1b[?1049h\x1b[?25l';
const LEAVE = '\x1b[?25h\x1b[?1049l';
const FRAME = { begin: '\x1b[?2026h\x1b[H', lineEnd: '\x1b[K', end: '\x1b[J\x1b[?2026l' };
/** `q`, Ctrl-C, Ctrl-D. */
const END_KEYS = ['q', 'Q', '\x03', '\x04'];

function painting(screen: Screen): Show {
  const paint = createPaint(screen.colour);
  let last = NOTHING_SEEN;
  const draw = (): void => {
    const { columns, rows } = screen.stage?.size?.() ?? { columns: 80, rows: 24 };
    // A line that fills the last column leaves the cursor there, and what follows would clear it.
    const lines = watchLines(lookAt(last, monotonicNow()), { columns: columns - 1, rows }, paint);
    screen.out(`${FRAME.begin}${lines.map((line) => `${line}${FRAME.lineEnd}`).join('\r\n')}${FRAME.end}`);
  };
  return {
    wantsSessions: true,
    enter: (end) => {
      const stop = screen.stage?.listen({
        gone: end,
        resized: draw,
        key: (letter) => {
          if (END_KEYS.includes(letter)) end();
        },
      });
      screen.out(ENTER);
      return () => {
        screen.out(LEAVE);
        stop?.();
      };
    },
    show: (_, seen) => {
      last = seen;
      draw();
    },
  };
}

/** At most so long; the end is not waited for. */
async function pause(length: number, end: AbortSignal): Promise<void> {
  await sleep(length, undefined, { signal: end }).catch(() => undefined);
}
