/**
 * A check as the list of tasks that its dialogue goes through, one after the other. Pure: the check's steps in, tasks out. A
 * task ends by its own replies (answers.ts, channel.ts); what follows it is said here alone.
 */
import type { CheckStep, DataMode, FtpCheck, LimitedPart, WantedAnswer } from '../config/model.js';
import { encrypted, type SpokenRequest, type Upload } from './request.js';
import type { Step } from './result.js';

/** Steps of one command and one reply. */
export type CommandStep = Extract<Step, 'auth' | 'protect' | 'pwd' | 'cwd' | 'type' | 'delete'>;

/** What goes through a data channel. */
export interface Transfer {
  /** The command that begins it. */
  readonly line: string;
  /** The file to be sent; undefined for what is read. */
  readonly upload: Upload | undefined;
  readonly size: number | undefined;
  /** Lower-case hex. */
  readonly sha256: string | undefined;
}

export type Task =
  | { readonly type: 'connect' | 'tls' | 'greeting' | 'login' | 'quit' }
  /** `lenient`: a refusal is as good as anything else. */
  | { readonly type: 'command'; readonly step: CommandStep; readonly line: string; readonly lenient: boolean }
  | { readonly type: 'channel'; readonly mode: DataMode; readonly transfer: Transfer }
  | { readonly type: 'answer'; readonly send: string; readonly wanted: WantedAnswer };

/** The tasks of a request, in their order; the first is always `connect`. */
export function tasksOf(request: SpokenRequest): readonly Task[] {
  const { check } = request;
  if (check.type === 'answer') {
    return [{ type: 'connect' }, { type: 'answer', send: check.send, wanted: check.wanted }];
  }
  return check.steps.flatMap((step) => tasksOfStep(request, check, step));
}

function tasksOfStep(request: SpokenRequest, check: FtpCheck, step: CheckStep): readonly Task[] {
  switch (step) {
    case 'connect':
    case 'greeting':
    case 'login':
    case 'quit':
      return [{ type: step }];
    case 'implicit_tls':
      return [{ type: 'tls' }];
    case 'auth_tls':
      return [command('auth', 'AUTH TLS'), { type: 'tls' }];
    case 'pwd':
      return [command('pwd', 'PWD')];
    case 'cwd':
      return [command('cwd', `CWD ${check.directory}`)];
    case 'type':
      return [command('type', `TYPE ${check.representation}`)];
    case 'data':
      return dataTasks(request, check);
  }
}

function command(step: CommandStep, line: string, lenient = false): Task {
  return { type: 'command', step, line, lenient };
}

function dataTasks(request: SpokenRequest, check: FtpCheck): readonly Task[] {
  // RFC 4217 §9: PBSZ comes before PROT, and its argument is 0 where TLS does the work.
  const protect = encrypted(check) ? [command('protect', 'PBSZ 0'), command('protect', 'PROT P')] : [];
  // A file is compared byte by byte: RFC 959 §3.1.1.3.
  const image = ['retr', 'stor'].includes(check.data.command) ? [command('type', 'TYPE I')] : [];
  const rounds = modesFor(request.address, check.modes).flatMap((mode) => roundTrip(request, check, mode));
  return [...protect, ...image, ...rounds];
}

/** PASV and PORT cannot name an IPv6 address (RFC 2428 §1): over IPv6 they are left out where there are others. */
export function modesFor(address: string, modes: readonly DataMode[]): readonly DataMode[] {
  const able = modes.filter((mode) => mode === 'epsv' || mode === 'eprt');
  return address.includes(':') && able.length > 0 ? able : modes;
}

function roundTrip(request: SpokenRequest, { data }: FtpCheck, mode: DataMode): readonly Task[] {
  const channel = (line: string, more: Partial<Transfer> = {}): Task => ({
    type: 'channel',
    mode,
    transfer: { line, upload: undefined, size: undefined, sha256: undefined, ...more },
  });
  switch (data.command) {
    case 'list':
    case 'nlst':
      return [channel([data.command.toUpperCase(), data.path].join(' ').trim())];
    case 'retr':
      return [channel(`RETR ${data.path}`, { size: data.size, sha256: data.sha256 })];
    case 'stor': {
      const { upload } = request;
      if (upload === undefined) return [];
      const { path, bytes, sha256 } = upload;
      return [
        // What a probe that died has left may not be overwritten everywhere.
        command('delete', `DELE ${path}`, true),
        channel(`STOR ${path}`, { upload }),
        channel(`RETR ${path}`, { size: bytes.length, sha256 }),
        command('delete', `DELE ${path}`),
      ];
    }
  }
}

/** Which limit of the check holds for a task. */
export function partOf(task: Task): LimitedPart {
  switch (task.type) {
    case 'answer':
    case 'channel':
      return 'data';
    case 'command':
      return task.step === 'auth' || task.step === 'protect' ? 'tls' : 'command';
    case 'connect':
    case 'tls':
    case 'greeting':
    case 'login':
    case 'quit':
      return task.type;
  }
}
