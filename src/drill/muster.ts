/** All sessions of a drill together: opened, taken to their moment, used, ended, and what each has lived through. */
import { ExitStatus, Fatal } from '../fatal.js';
import { millis, monotonicNow } from '../time.js';
import { type Cargo, contend, type Contest, type Course } from './contender.js';
import { type Member, sessionRecord } from './crew.js';
import { type Field, within } from './field.js';
import type { SessionRecord } from './record.js';
import type { RemoteSession } from './remote.js';
import type { DrillSetting } from './setting.js';

/** One session that takes part. */
interface Entry {
  readonly member: Member;
  readonly localPort: number;
  readonly opened: number;
  readonly ready: Promise<void>;
  readonly done: Promise<void>;
  result: { readonly contest: Contest; readonly ended: number } | undefined;
}

export interface Muster {
  /** The ports of the control connections, by the session's name. */
  readonly ports: ReadonlyMap<string, number>;
  /** From now on no transfer begins, until `go`: the fault is to meet those that run. */
  hold(): void;
  go(): void;
  /** Idle and announced sessions are used now. */
  use(): void;
  /** Running transfers end with the one that runs. Resolves with all of them done, or after a limit. */
  end(): Promise<void>;
  /** These are no longer waited for, nor told of. */
  leaveOut(names: ReadonlySet<string>): void;
  /** Of those that are done; of all when the end was waited for. */
  records(start: number, fault: number | undefined): readonly SessionRecord[];
}

interface State {
  over: boolean;
  turn: Promise<void>;
  go: () => void;
  use: () => void;
}

const READY_LIMIT = millis(20_000);
const END_LIMIT = millis(30_000);

/** Opens them all, lets them begin, and waits until each is in its moment. Throws `Fatal` where one cannot be. */
export async function muster(
  setting: DrillSetting,
  field: Field,
  crew: readonly Member[],
  cargo: Cargo,
): Promise<Muster> {
  const state: State = { over: false, turn: Promise.resolve(), go: () => undefined, use: () => undefined };
  const use = new Promise<void>((resolve) => (state.use = resolve));
  const sessions = await openAll(setting, field, crew);
  // All at once, so that all transfers run when the fault comes.
  const course = { use, over: () => state.over, turn: () => state.turn };
  const entries = sessions.map((opened) => enter(setting, opened, cargo, course));
  const ready = Promise.all(entries.map((entry) => entry.ready));
  await setting.interruption.race(within(READY_LIMIT, 'the sessions do not get under way', ready));
  refuseLosses(entries);
  return musterOf(entries, state, setting);
}

function musterOf(entries: readonly Entry[], state: State, setting: DrillSetting): Muster {
  const out = new Set<string>();
  const counted = (): readonly Entry[] => entries.filter(({ member }) => !out.has(member.kind.name));
  return {
    ports: new Map(entries.map(({ member, localPort }) => [member.kind.name, localPort])),
    hold: () => {
      state.turn = new Promise((resolve) => (state.go = resolve));
    },
    go: () => {
      state.go();
    },
    use: () => {
      state.use();
    },
    leaveOut: (names) => {
      for (const name of names) out.add(name);
    },
    end: async () => {
      state.over = true;
      state.go();
      const all = Promise.all(counted().map(({ done }) => done));
      await setting.interruption.race(within(END_LIMIT, 'late', all).catch(() => undefined));
      for (const entry of counted()) entry.result ??= unfinished();
    },
    records: (start, fault) =>
      counted().flatMap(({ member, opened, result }) =>
        result === undefined
          ? []
          : [sessionRecord(member.kind, result.contest, { start, fault, opened, ended: result.ended })],
      ),
  };
}

interface Opened {
  readonly member: Member;
  readonly session: RemoteSession;
  readonly opened: number;
}

/** So many log-ins at a time: a server may think ill of more. */
const AT_ONCE = 4;

async function openAll(
  setting: DrillSetting,
  field: Field,
  crew: readonly Member[],
): Promise<readonly Opened[]> {
  const all: Opened[] = [];
  for (let at = 0; at < crew.length; at += AT_ONCE)
    all.push(
      ...(await Promise.all(crew.slice(at, at + AT_ONCE).map((member) => open(setting, field, member)))),
    );
  return all;
}

async function open({ interruption, progress }: DrillSetting, field: Field, member: Member): Promise<Opened> {
  const { name } = member.kind;
  const session = await interruption.race(field.open(member.service)).catch((error: unknown) => {
    throw refused(name, error instanceof Error ? error.message : String(error), error);
  });
  progress.session(name, 'opened', 0);
  return { member, session, opened: monotonicNow() };
}

/** Lets one go to its moment. */
function enter(
  { progress }: DrillSetting,
  { member, session, opened }: Opened,
  cargo: Cargo,
  course: Pick<Course, 'use' | 'over' | 'turn'>,
): Entry {
  const { name } = member.kind;
  let ready: () => void = () => undefined;
  const isReady = new Promise<void>((resolve) => (ready = resolve));
  void isReady.then(() => {
    progress.session(name, 'ready', 0);
  });
  const contest = contend(session, member.kind, cargo, {
    ...course,
    ready,
    progress: (bytes) => {
      progress.session(name, 'ready', bytes);
    },
  });
  const entry: Entry = {
    ...{ member, localPort: session.localPort, opened, ready: isReady, result: undefined },
    done: contest.then((result) => {
      entry.result ??= { contest: result, ended: monotonicNow() };
      progress.session(name, result.lost === undefined ? 'survived' : 'lost', result.bytes);
    }),
  };
  return entry;
}

/** What fails before anything was done does not fail because of the failover. */
function refuseLosses(entries: readonly Entry[]): void {
  for (const { member, result } of entries)
    if (result?.contest.lost !== undefined) throw refused(member.kind.name, result.contest.lost, undefined);
}

function refused(name: string, reason: string, error: unknown): unknown {
  if (error instanceof Error && error.name === 'Interrupted') return error;
  return new Fatal(
    ExitStatus.no,
    `the session "${name}" fails before anything was done: ${reason}`,
    'mend this first: see `drill` in the config, the limits of the service, and the server',
  );
}

function unfinished(): NonNullable<Entry['result']> {
  const lost = `not finished ${END_LIMIT / 1000} s after the end`;
  return { contest: { transfer: undefined, bytes: 0, gaps: [], lost }, ended: monotonicNow() };
}
