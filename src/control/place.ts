/**
 * The control socket's place in the file system: its directory, who holds it now, a stale one left by a crash,
 * and putting the new one there. It must not take a place that a living daemon holds, nor delete anything
 * that is not a socket.
 */
import { chmodSync, linkSync, lstatSync, mkdirSync, rmSync, type Stats } from 'node:fs';
import { dirname, join } from 'node:path';
import { ExitStatus, Fatal } from '../fatal.js';
import { millis } from '../time.js';
import { attempt, type Outcome } from './client.js';

/** How long a daemon that holds the socket may take to say who it is; it counts as alive if it says nothing. */
const WHO_LIMIT = millis(1000);

/** `sun_path` in <linux/un.h> holds 108 bytes, the last one zero. */
const PATH_LIMIT_BYTES = 107;

/**
 * Makes the directory (0755) and the place for the socket free. Throws `Fatal`: `running` when a daemon holds
 * it, `system` when the file system refuses or something else is there, `usage` when the path is too long.
 */
export async function clearPlace(path: string): Promise<void> {
  if (Buffer.byteLength(path) > PATH_LIMIT_BYTES) {
    const problem = `the control socket's path is longer than ${PATH_LIMIT_BYTES} bytes: ${path}`;
    throw new Fatal(ExitStatus.usage, problem, 'give a shorter --runtime-dir');
  }
  trying('create the directory', dirname(path), () =>
    mkdirSync(dirname(path), { recursive: true, mode: 0o755 }),
  );
  const found = statOf(path);
  if (found === undefined) return;
  if (!found.isSocket()) {
    const cure = 'move it away, or give another --runtime-dir';
    throw new Fatal(ExitStatus.system, `${path} is not a socket and is not mine to replace`, cure);
  }
  const outcome = await attempt(path, 'GET', '/status', WHO_LIMIT);
  if (!nobodyListens(outcome)) throw running(path, outcome);
  // Only the socket that was asked: a daemon that starts at the same moment may have put its own there.
  if (statOf(path)?.ino === found.ino)
    trying('remove the stale socket', path, () => {
      rmSync(path, { force: true });
    });
}

/**
 * Where this process binds a new socket before it is put in its place; no longer than the final path. What lies
 * there was left by a process of the same id that is gone.
 */
export function bindingPath(path: string): string {
  const bound = join(dirname(path), `.${process.pid}`);
  trying('remove', bound, () => {
    rmSync(bound, { force: true });
  });
  return bound;
}

/**
 * Gives a bound and listening socket mode 0600 and its final name, in this order, so that nobody ever finds one
 * that is open to others or does not answer. Returns the inode, which is how `removeOwn` knows it again.
 */
export function putInPlace(bound: string, path: string): number {
  return trying('put the control socket', path, () => {
    chmodSync(bound, 0o600);
    const { ino } = lstatSync(bound);
    try {
      linkSync(bound, path);
    } catch (error) {
      // Another daemon has passed `clearPlace` at the same time and was faster.
      throw errnoOf(error) === 'EEXIST' ? running(path, undefined) : error;
    } finally {
      rmSync(bound);
    }
    return ino;
  });
}

/** Removes the socket at the end, unless it is another daemon's by now. */
export function removeOwn(path: string, inode: number): void {
  if (statOf(path)?.ino === inode) rmSync(path, { force: true });
}

/** The error for a step that the file system or the kernel refused. */
export function refusal(step: string, path: string, error: unknown): Fatal {
  const cure = 'run the daemon as root, or give another --runtime-dir';
  return new Fatal(ExitStatus.system, `cannot ${step} ${path}: ${errnoOf(error)}`, cure);
}

function errnoOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : String(error);
}

function trying<T>(step: string, path: string, action: () => T): T {
  try {
    return action();
  } catch (error) {
    throw error instanceof Fatal ? error : refusal(step, path, error);
  }
}

function statOf(path: string): Stats | undefined {
  return trying('look at', path, () => lstatSync(path, { throwIfNoEntry: false }));
}

/** connect(2) on a socket file whose process is gone: ECONNREFUSED; gone meanwhile: ENOENT. */
function nobodyListens(outcome: Outcome): boolean {
  return outcome.type === 'refused' && (outcome.errno === 'ECONNREFUSED' || outcome.errno === 'ENOENT');
}

function running(path: string, outcome: Outcome | undefined): Fatal {
  const pid = outcome?.type === 'answer' ? outcome.answer.pid : undefined;
  const who = pid === undefined ? 'a process that does not say its id' : `process ${pid}`;
  const cure = 'stop it first ("systemctl stop ftpair"), or give another --runtime-dir';
  return new Fatal(ExitStatus.running, `a daemon runs already: ${who} holds ${path}`, cure);
}
