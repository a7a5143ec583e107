/** A helper process in a namespace that is spoken to in lines: one line out, one line back, in order. */
import { createLineSplitter } from '../../../src/drill/session-wire.js';
import { spawnIn } from '../../../src/lab/ip-command.js';

/** Starts a program of this folder with tsx. It ends when this process does. Rejects once the helper has ended. */
export function converse(
  namespace: string,
  program: string,
  args: readonly string[],
): (line: string) => Promise<string> {
  const main = new URL(program, import.meta.url).pathname;
  const child = spawnIn(namespace, process.execPath, ['--import', 'tsx', main, ...args], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const waiting: { resolve: (line: string) => void; reject: (error: Error) => void }[] = [];
  const split = createLineSplitter((line) => waiting.shift()?.resolve(line));
  child.stdout?.setEncoding('utf8').on('data', split);
  let ended = false;
  child.stdin?.on('error', () => undefined);
  child.on('exit', () => {
    ended = true;
    for (const { reject } of waiting) reject(new Error(`${program} has ended`));
  });
  return (line) =>
    new Promise((resolve, reject) => {
      if (ended) {
        reject(new Error(`${program} has ended`));
        return;
      }
      waiting.push({ resolve, reject });
      child.stdin?.write(`${line}\n`);
    });
}
