/**
 * One FTP session of a drill, from its log-in over the fault to its end, in one of the four moments: what it does, and whether
 * it came through whole. It knows neither the fault nor the pair.
 */
import { assertNever } from '../assert.js';
import { millis, monotonicNow } from '../time.js';
import { pause } from '../until.js';
import type { DataMode } from './announced.js';
import type { SessionMoment, Span } from './record.js';
import type { RemoteSession } from './remote.js';
import type { TransferResult } from './session.js';

/** What is transferred. */
export interface Cargo {
  /** A file, with what it must be; undefined: the list of the directory. */
  readonly download: { readonly path: string; readonly bytes: number; readonly sha256: string } | undefined;
  /** Where uploads go, without their suffix, and how long they are. */
  readonly upload: { readonly path: string; readonly bytes: number } | undefined;
}

export interface ContenderKind {
  readonly name: string;
  readonly mode: DataMode;
  readonly moment: SessionMoment;
}

/** The course of the drill, as its sessions see it. */
export interface Course {
  /** It is in its moment: the fault may come. */
  ready(): void;
  /** Resolves when idle and announced sessions are to be used. */
  readonly use: Promise<void>;
  /** Resolves when a transfer may begin: not in the last moment before the fault. */
  turn(): Promise<void>;
  /** Are running transfers to end? */
  over(): boolean;
  progress(bytes: number): void;
}

/** What came of it. Times are CLOCK_MONOTONIC milliseconds. */
export interface Contest {
  readonly transfer: Span | undefined;
  readonly bytes: number;
  readonly gaps: readonly Span[];
  /** Undefined: it came through whole. */
  readonly lost: string | undefined;
}

/** So often at most a transfer is begun: small ones would be a flood. */
const PERIOD_MILLIS = 50;
const UPLOAD_PERIOD_MILLIS = 250;

interface Notes {
  transfer: { from: number; to: number } | undefined;
  bytes: number;
  gaps: Span[];
  /** Of the transfer that runs. */
  begun: number;
}

/** Takes a session through the drill. Never rejects. */
export async function contend(
  session: RemoteSession,
  kind: ContenderKind,
  cargo: Cargo,
  course: Course,
): Promise<Contest> {
  const notes: Notes = { transfer: undefined, bytes: 0, gaps: [], begun: monotonicNow() };
  try {
    await takePart(session, kind, cargo, course, notes);
    return { ...notes, lost: undefined };
  } catch (error) {
    course.ready();
    return { ...notes, lost: error instanceof Error ? error.message : String(error) };
  } finally {
    await session.close().catch(() => undefined);
  }
}

async function takePart(
  session: RemoteSession,
  { mode, moment, name }: ContenderKind,
  cargo: Cargo,
  course: Course,
  notes: Notes,
): Promise<void> {
  switch (moment) {
    case 'idle':
      course.ready();
      await course.use;
      expectCode((await session.command('NOOP')).code, 'NOOP', 200);
      await session.prepare(mode);
      return download(session, cargo, course, notes);
    case 'announced':
      await session.prepare(mode);
      course.ready();
      await course.use;
      return download(session, cargo, course, notes);
    case 'download':
      do {
        await course.turn();
        await session.prepare(mode);
        await download(session, cargo, course, notes);
        await rest(notes, PERIOD_MILLIS);
      } while (!course.over());
      return;
    case 'upload':
      for (let number = 1; number === 1 || !course.over(); number++) {
        await course.turn();
        await upload(session, mode, { cargo, name: `${name}.${number}` }, course, notes);
        await rest(notes, UPLOAD_PERIOD_MILLIS);
      }
      return;
    default:
      return assertNever(moment);
  }
}

async function rest(notes: Notes, period: number): Promise<void> {
  await pause(millis(Math.max(0, notes.begun + period - monotonicNow())));
}

async function download(session: RemoteSession, cargo: Cargo, course: Course, notes: Notes): Promise<void> {
  const { download: file } = cargo;
  const result = await transfer(notes, course, (progress) =>
    file === undefined ? session.list(progress) : session.retrieve(file.path, progress),
  );
  if (file === undefined) {
    if (result.bytes === 0) throw new Error('the list of the directory came empty');
    return;
  }
  if (result.bytes !== file.bytes)
    throw new Error(
      `${result.bytes} bytes of ${file.bytes} came, although the server said ${result.final.code}`,
    );
  if (result.sha256 !== file.sha256) throw new Error('what came is not what the server has');
}

async function upload(
  session: RemoteSession,
  mode: DataMode,
  { cargo, name }: { readonly cargo: Cargo; readonly name: string },
  course: Course,
  notes: Notes,
): Promise<void> {
  const { upload: target } = cargo;
  if (target === undefined) throw new Error('no place for uploads');
  const path = `${target.path}.${name.replaceAll(' ', '-')}`;
  await session.prepare(mode);
  const sent = await transfer(notes, course, (progress) => session.store(path, target.bytes, progress));
  const size = await session.command(`SIZE ${path}`);
  if (size.code === 213 && Number(size.text) !== target.bytes)
    throw new Error(`${size.text} bytes of ${target.bytes} arrived`);
  // Only the last one is read back: it would halve the time in which uploads run.
  if (course.over()) await readBack(session, mode, path, sent.sha256);
  await session.command(`DELE ${path}`);
}

/** Where the server lets it be read. */
async function readBack(session: RemoteSession, mode: DataMode, path: string, sha256: string): Promise<void> {
  await session.prepare(mode);
  const result = await session.retrieve(path).catch((error: unknown) => {
    if (error instanceof Error && / got 5\d\d /.test(error.message)) return undefined;
    throw error;
  });
  if (result !== undefined && result.sha256 !== sha256) throw new Error('what arrived is not what was sent');
}

/** One transfer, noted; `ready` with its first bytes. */
async function transfer(
  notes: Notes,
  course: Course,
  go: (progress: (bytes: number) => void) => Promise<TransferResult>,
): Promise<TransferResult> {
  const before = notes.bytes;
  notes.begun = monotonicNow();
  notes.transfer ??= { from: notes.begun, to: notes.begun };
  const result = await go((bytes) => {
    course.ready();
    course.progress(before + bytes);
  });
  course.ready();
  notes.bytes = before + result.bytes;
  course.progress(notes.bytes);
  notes.transfer.to = result.endedAt;
  notes.gaps.push(...result.stalls);
  expectCode(result.final.code, 'the transfer', 226, 250);
  return result;
}

function expectCode(code: number, what: string, ...good: readonly number[]): void {
  if (!good.includes(code)) throw new Error(`${what} was answered with ${code}`);
}
