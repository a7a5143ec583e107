/**
 * Makes sure that nothing of a lab outlives it: a janitor process (janitor.sh) that cleans up as soon as this
 * process lets go or dies, and handlers that wait for it when this process is told to end.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { labEnvironment, prepared } from './paths.js';

/** The janitor of one lab. */
export interface Guard {
  /** Lets go, and waits until everything has been removed. Safe to call more than once. */
  release(): Promise<void>;
}

const endings = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
const guards = new Set<Guard>();
let ending = false;

/** Has this process been told to end? Then what fails meanwhile fails because its lab is being taken down. */
export function isEnding(): boolean {
  return ending;
}

/**
 * To be called right before anything is made. The janitor may be at work already, and would not see what is made
 * after its last look.
 * @throws Error when this process has been told to end.
 */
export function refuseWhileEnding(): void {
  if (ending) throw new Error('this process has been told to end');
}

function onEnding(signal: NodeJS.Signals): void {
  ending = true;
  void Promise.all([...guards].map((guard) => guard.release())).finally(() => {
    // Without our handlers the signal now does what its sender meant, and the shell sees it.
    stopListening();
    process.kill(process.pid, signal);
  });
}

function startListening(): void {
  for (const signal of endings) process.on(signal, onEnding);
}

function stopListening(): void {
  for (const signal of endings) process.off(signal, onEnding);
}

/** Posts a janitor for a directory and namespaces that are about to be made. To be called before they are. */
export async function postGuard(directory: string, namespaces: readonly string[]): Promise<Guard> {
  const script = prepared('src/lab/janitor.sh');
  const janitor = spawn('sh', [script, directory, ...namespaces], {
    stdio: ['pipe', 'ignore', 'ignore'],
    detached: true,
    env: labEnvironment,
  });
  await once(janitor, 'spawn');
  const gone = once(janitor, 'exit');
  const guard: Guard = {
    release: async () => {
      janitor.stdin.end();
      await gone;
      guards.delete(guard);
      if (guards.size === 0) stopListening();
    },
  };
  if (guards.size === 0) startListening();
  guards.add(guard);
  return guard;
}
