/** The sessions of a measurement from outside together: which there are, opening them, and their records at the end. */
import { ExitStatus, Fatal } from '../fatal.js';
import { type Millis, millis, monotonicNow } from '../time.js';
import type { DataMode } from './announced.js';
import type { Cargo, ContenderKind, Contest } from './contender.js';
import { sessionRecord } from './crew.js';
import type { Interruption } from './interruption.js';
import { stayOutside } from './outsider.js';
import type { SessionMoment, SessionRecord } from './record.js';
import type { RemoteSession } from './remote.js';

/** Idle and announced in each mode; with something to download, that as well. Names are unique. */
export function outsideKinds(modes: readonly DataMode[], downloads: boolean): readonly ContenderKind[] {
  const moments: readonly SessionMoment[] = [
    'idle',
    'announced',
    ...(downloads ? (['download'] as const) : []),
  ];
  return modes.flatMap((mode) => moments.map((moment) => ({ name: `${mode} ${moment}`, mode, moment })));
}

interface Entry {
  readonly kind: ContenderKind;
  readonly opened: number;
  readonly ready: Promise<void>;
  readonly done: Promise<void>;
  result: { readonly contest: Contest; readonly ended: number } | undefined;
}

export interface OutsideCrew {
  /** Lets every session come to its end, or gives up after a while or when told to. */
  end(giveUp: Promise<void>): Promise<void>;
  /** `outage`: on CLOCK_MONOTONIC in milliseconds, as `start`. */
  records(start: number, outage: number | undefined): readonly SessionRecord[];
}

export interface CrewOptions {
  readonly open: () => Promise<RemoteSession>;
  readonly kinds: readonly ContenderKind[];
  readonly cargo: Cargo;
  readonly interruption: Interruption;
  /** Told of each loss at once. */
  readonly lost: (name: string, reason: string) => void;
}

const READY_LIMIT = millis(30_000);
const END_LIMIT = millis(60_000);

/** Opens all, one after the other, and waits until each is in its moment. Throws `Fatal` where one cannot be. */
export async function gatherOutside(options: CrewOptions): Promise<OutsideCrew> {
  const state = { over: false, end: (): void => undefined };
  const ended = new Promise<void>((resolve) => (state.end = resolve));
  const entries: Entry[] = [];
  for (const kind of options.kinds) {
    const session = await options.interruption.race(options.open()).catch((error: unknown) => {
      throw unusable(kind, error);
    });
    entries.push(enter(session, kind, options, { over: () => state.over, ended }));
  }
  const ready = Promise.all(entries.map((entry) => entry.ready));
  await options.interruption.race(Promise.race([ready, elapsed(READY_LIMIT)]));
  for (const { kind, result } of entries)
    if (result?.contest.lost !== undefined) throw unusable(kind, new Error(result.contest.lost));
  return {
    end: async (giveUp) => {
      state.over = true;
      state.end();
      await Promise.race([Promise.all(entries.map(({ done }) => done)), elapsed(END_LIMIT), giveUp]);
      for (const entry of entries) entry.result ??= { contest: UNFINISHED, ended: monotonicNow() };
    },
    records: (start, fault) =>
      entries.flatMap(({ kind, opened, result }) =>
        result === undefined
          ? []
          : [sessionRecord(kind, result.contest, { start, fault, opened, ended: result.ended })],
      ),
  };
}

const UNFINISHED: Contest = {
  ...{ transfer: undefined, bytes: 0, gaps: [] },
  lost: 'not finished when the measurement was ended',
};

function enter(
  session: RemoteSession,
  kind: ContenderKind,
  { cargo, lost }: CrewOptions,
  ending: { readonly over: () => boolean; readonly ended: Promise<void> },
): Entry {
  let ready: () => void = () => undefined;
  const isReady = new Promise<void>((resolve) => (ready = resolve));
  const contest = stayOutside(session, kind, cargo, { ...ending, ready, progress: () => undefined });
  const entry: Entry = {
    ...{ kind, opened: monotonicNow(), ready: isReady, result: undefined },
    done: contest.then((result) => {
      entry.result ??= { contest: result, ended: monotonicNow() };
      if (result.lost !== undefined) lost(kind.name, result.lost);
    }),
  };
  return entry;
}

/** What fails before the measurement has begun says nothing about a failover. */
function unusable({ name, mode }: ContenderKind, error: unknown): unknown {
  if (!(error instanceof Error) || error.name === 'Interrupted') return error;
  return new Fatal(
    ExitStatus.no,
    `the session "${name}" cannot be used: ${error.message}`,
    cureFor(mode, error),
  );
}

function cureFor(mode: DataMode, { message }: Error): string {
  // RFC 959 §5.4: not logged in.
  if (/ got 530 /.test(message)) return 'give --user and --password-file as every server knows them';
  return mode === 'PORT' || mode === 'EPRT'
    ? 'behind address translation there is no active mode: leave it out with --modes pasv,epsv'
    : 'leave the mode out with --modes, or see the limits of the service and the FTP server';
}

/** A timer that keeps nobody from ending. */
function elapsed(length: Millis): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, length).unref());
}
