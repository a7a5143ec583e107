/**
 * Brings a daemon back, as a process that the guardian runs: exit status 0 when it answers on its control socket, 1 when it does
 * not. Its standard files are this process's own.
 *   restart-main.js RECIPE
 */
import { spawn } from 'node:child_process';
import { attempt } from '../control/client.js';
import { millis } from '../time.js';
import { until } from '../until.js';
import { decodeRecipe } from './restart.js';
import { run } from './system.js';

const { socket, unit, program, words, directory, environment } = decodeRecipe(process.argv[2] ?? '');

const alive = async (): Promise<boolean> =>
  (await attempt(socket, 'GET', '/status', millis(1000))).type === 'answer';

function answers(seconds: number): Promise<boolean> {
  const patience = { what: 'the daemon answers', within: millis(seconds * 1000), every: millis(50) };
  return until(alive, patience).then(
    () => true,
    () => false,
  );
}

async function start(): Promise<void> {
  if (unit !== undefined) {
    // `Restart=` in the unit does it, a second later; where it does not, we do.
    if (!(await answers(5))) await run('systemctl', ['start', unit]);
    return;
  }
  const child = spawn(program, words.slice(1), {
    cwd: directory,
    env: Object.fromEntries(environment),
    stdio: 'inherit',
    detached: true,
  });
  child.on('error', () => undefined);
  child.unref();
}

if (!(await alive())) await start();
process.exit((await answers(15)) ? 0 : 1);
