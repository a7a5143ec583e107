/**
 * Makes sure that nothing of a drill outlives it: a process of its own that undoes everything when the drill lets go, dies in any
 * way (SIGKILL too), or takes longer than it may. What is to be undone is told before it is done.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync } from 'node:fs';
import type { Writable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import type { Millis } from '../time.js';
import { GOOD_ORDER, GUARDIAN_SCRIPT, type Undo, undoLine } from './undo.js';

/** A guardian at its post. */
export interface Guardian {
  /** To be awaited before the thing itself is done. Rejects when the guardian is gone: then it must not be done. */
  register(...undos: readonly Undo[]): Promise<void>;
  /** Lets everything be undone, and waits for it. Returns what could not be. Safe to call more than once. */
  release(): Promise<readonly string[]>;
}

/** Descriptors for a daemon that must be started again: standard input, output, error; undefined for none. */
export type StandardFiles = readonly (number | undefined)[];

/**
 * Posts a guardian.
 * @param limit the dead man's timer: after this long it undoes everything although the drill is still there.
 * @param overdue called when that has happened.
 */
export async function postGuardian(
  limit: Millis,
  overdue: () => void,
  files: StandardFiles = [],
): Promise<Guardian> {
  const nothing = openSync('/dev/null', 'r+');
  const given = [0, 1, 2].map((index) => files[index] ?? nothing);
  const restart = fileURLToPath(new URL('./restart-main.js', import.meta.url));
  const args = [
    '-c',
    GUARDIAN_SCRIPT,
    'ftpair-guardian',
    String(Math.ceil(limit / 1000)),
    process.execPath,
    restart,
  ];
  const child = spawn('sh', args, { stdio: ['pipe', 'pipe', 'ignore', ...given], detached: true });
  closeSync(nothing);
  await once(child, 'spawn');
  return guardianOf(child, overdue);
}

function guardianOf(child: ChildProcess, overdue: () => void): Guardian {
  const { stdin, stdout } = child;
  if (stdin === null || stdout === null) throw new Error('a guardian without pipes');
  let released = false;
  let failures = '';
  stdout.setEncoding('utf8').on('data', (text: string) => (failures += text));
  // A guardian that is gone is noticed by its end, or when something is to be registered.
  stdin.on('error', () => undefined);
  const gone = once(child, 'close').then(() => {
    if (!released) overdue();
  });
  return {
    register: (...undos) => write(stdin, undos.map((undo) => `${undoLine(undo)}\n`).join('')),
    release: async () => {
      released = true;
      stdin.end(`${GOOD_ORDER}\n`);
      await gone;
      return failures.split('\n').filter((line) => line !== '');
    },
  };
}

function write(stdin: Writable, text: string): Promise<void> {
  return new Promise((resolve, reject) => {
    stdin.write(text, (error) => {
      if (error) reject(new Error(`the drill's guardian is gone: ${error.message}`));
      else resolve();
    });
  });
}
