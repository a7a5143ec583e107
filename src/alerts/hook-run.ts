/**
 * One run of a hook: the program is started with an alert, niced, limited in time, and killed with everything that it has started.
 * It must not decide when, nor tell anybody but its caller.
 */
import type { ChildProcess } from 'node:child_process';
import { constants, setPriority } from 'node:os';
import { killProgram, startProgram, type ProgramStart } from '../program.js';
import type { Millis } from '../time.js';
import { oneLine } from './text.js';

export interface HookRun {
  /** Kills it now; `done` is not called any more. */
  abort(): void;
}

export interface HookOrder extends Pick<ProgramStart, 'path' | 'args' | 'environment'> {
  /** For its standard input. */
  readonly event: string;
  readonly timeout: Millis;
}

/** So much of what it says is kept, for the reason of a failure. */
const SHOWN = 200;

/** Starts it at once; `done` gets why it failed, or undefined, and is called once and never before this returns. */
export function runHook(order: HookOrder, done: (failure: string | undefined) => void): HookRun {
  let over = false;
  let shown = '';
  const end = (failure: string | undefined): void => {
    if (over) return;
    over = true;
    clearTimeout(timer);
    killProgram(child);
    for (const pipe of [child?.stdin, child?.stdout, child?.stderr]) pipe?.destroy();
    done(failure);
  };
  const timer = setTimeout(() => {
    end(`still running after ${order.timeout} ms`);
  }, order.timeout);
  const child = start(order, end);
  if (child !== undefined) listen();

  function listen(): void {
    const started = child as ChildProcess;
    for (const output of [started.stdout, started.stderr])
      output?.on('data', (bytes: Buffer) => (shown = (shown + bytes.toString('latin1')).slice(0, SHOWN)));
    started.on('error', (error: NodeJS.ErrnoException) => {
      end(error.code ?? error.message);
    });
    // Not `close`: a grandchild may hold the pipes for ever.
    started.on('exit', (status, signal) => {
      setImmediate(() => {
        end(judged(status, signal, shown));
      });
    });
  }

  return {
    abort: () => {
      over = true;
      clearTimeout(timer);
      killProgram(child);
    },
  };
}

function start(
  { path, args, environment, event }: HookOrder,
  end: (failure: string) => void,
): ChildProcess | undefined {
  try {
    const child = startProgram({ path, args, environment, input: 'pipe' });
    // The daemon's own priority is high; a hook's is low, and so is that of whatever it starts.
    lower(child.pid);
    // One that does not read it has no need of it.
    child.stdin?.on('error', () => undefined);
    child.stdin?.end(event);
    return child;
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    setImmediate(() => {
      end(code ?? message);
    });
    return undefined;
  }
}

function lower(pid: number | undefined): void {
  if (pid === undefined) return;
  try {
    setPriority(pid, constants.priority.PRIORITY_BELOW_NORMAL);
  } catch {
    // It has another user by now: then it runs as the daemon does.
  }
}

function judged(status: number | null, signal: NodeJS.Signals | null, shown: string): string | undefined {
  if (status === 0) return undefined;
  const said = oneLine(shown).trim();
  const how = signal === null ? `exit status ${status ?? 'unknown'}` : `ended by ${signal}`;
  return said === '' ? how : `${how}: ${said}`;
}
