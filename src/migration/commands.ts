/** Command lines of the file → words of ours: programs of checks, and hooks. Runs nothing; pure. */
import type { AlertId } from '../config/alert-ids.js';
import type { Ledger, Occurrence } from './ledger.js';
import type { HookPart } from './parts.js';
import { fromLine } from './tree.js';

/** What a word of ours may hold (config/kinds.ts `argument`). */
const LONGEST = 1024;

/** The words of a command line: as they are where no shell is needed to tell them apart, else for a shell. */
export function commandWords(line: string): readonly string[] | undefined {
  const plain = /^\/[\w./%:@+=,-]*(?:\s+[\w./%:@+=,-]+)*$/.test(line.trim());
  const words = plain ? line.trim().split(/\s+/) : ['/bin/sh', '-c', line];
  const fits = line.trim() !== '' && words.every((word) => word.length <= LONGEST && !word.includes('\0'));
  return fits ? words : undefined;
}

/** A program of the file that runs on a change → a hook on these alerts; the index is the one it will have in the list. */
export function hookFor(
  ledger: Ledger,
  at: Occurrence,
  command: string,
  alerts: readonly AlertId[],
  index: number,
): HookPart | undefined {
  const words = commandWords(command);
  if (words === undefined) {
    const problem = 'the command is empty or too long for a hook, and is not run';
    ledger.say('lost', at, problem, 'put it into a program, and name that in `hooks`');
    return undefined;
  }
  const problem = `became hooks[${index}], on ${alerts.join(', ')}: it gets the alert in its environment and on its standard input`;
  ledger.say('differs', at, problem, 'look whether it needs other arguments (README, "Alerts")');
  return {
    on: alerts.map((alert, nth) => ({ value: alert, note: nth === 0 ? `line ${at.line}` : '' })),
    run: words.map((word, nth) => (nth === 0 ? fromLine(word, at.line) : { value: word, note: '' })),
  };
}
