/**
 * One session of a measurement from outside, in one moment of its life again and again until it is over: nobody knows when the
 * failover comes. It knows neither the pair nor the probe.
 */
import { type Cargo, contend, type ContenderKind, type Contest } from './contender.js';
import type { RemoteSession } from './remote.js';

/** The end of the measurement, as its sessions see it. */
export interface Ending {
  readonly over: () => boolean;
  /** Resolves when it is over. */
  readonly ended: Promise<void>;
}

/**
 * How long an idle session is left alone, and an announced channel unopened: long enough that a failover falls into it, and much
 * shorter than servers wait for a data connection (vsftpd's `accept_timeout` is 60 s).
 */
export const HOLD_MILLIS = 10_000;

/** Nobody knows which moment is the last before the fault. */
const anyTime = (): Promise<void> => Promise.resolve();

const NOTHING: Contest = { transfer: undefined, bytes: 0, gaps: [], lost: undefined };

/** Takes a session through the whole measurement. Never rejects. */
export async function stayOutside(
  session: RemoteSession,
  kind: ContenderKind,
  cargo: Cargo,
  course: Ending & { readonly ready: () => void; readonly progress: (bytes: number) => void },
): Promise<Contest> {
  if (kind.moment === 'download' || kind.moment === 'upload')
    return contend(session, kind, cargo, { ...course, use: course.ended, turn: anyTime });
  // Each round ends with a goodbye that must not be said yet.
  const lasting = { ...session, close: () => Promise.resolve() };
  let whole = NOTHING;
  do {
    const { bytes } = whole;
    const progress = (more: number): void => {
      course.progress(bytes + more);
    };
    const use = held(course.ended);
    const round = { ready: course.ready, progress, use, turn: anyTime, over: course.over };
    whole = joined(whole, await contend(lasting, kind, cargo, round));
  } while (whole.lost === undefined && !course.over());
  await session.close().catch(() => undefined);
  return whole;
}

/** Two contests of one session in a row; of its transfers the last one is told. */
export function joined(first: Contest, second: Contest): Contest {
  return {
    transfer: second.transfer ?? first.transfer,
    bytes: first.bytes + second.bytes,
    gaps: [...first.gaps, ...second.gaps],
    lost: second.lost,
  };
}

function held(ended: Promise<void>): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, HOLD_MILLIS);
    void ended.then(() => {
      clearTimeout(timer);
      resolve();
    });
  });
}
