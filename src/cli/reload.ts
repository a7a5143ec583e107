/** `ftpair reload`: asks the daemon to take its config file up again, and says what came of it. */
import { request } from '../control/client.js';
import type { ChangedKey, ConfigChange } from '../control/config-change.js';
import { parseConfigChange } from '../control/schema.js';
import { assertNever } from '../assert.js';
import { ExitStatus } from '../fatal.js';
import { millis } from '../time.js';
import type { Screen } from './screen.js';
import { controlSocket, understood } from './talk.js';
import { countWords } from './words.js';

/** A large rule set, and clients to be remembered, take their time in the kernel. */
const RELOAD_LIMIT = millis(60_000);

export interface ReloadOptions {
  readonly runtimeDir: string;
  readonly dryRun: boolean;
  /** Print the daemon's JSON as it is. */
  readonly json: boolean;
}

/** `ok` when it holds or would hold, `no` when it was refused, `config` when the file has errors. */
export async function reloadCommand(options: ReloadOptions, screen: Screen): Promise<ExitStatus> {
  const url = `/reload?dry=${options.dryRun}`;
  const answer = await request(controlSocket(options.runtimeDir), 'POST', url, RELOAD_LIMIT);
  const change = understood(answer, parseConfigChange(answer.body));
  if (options.json) screen.out(`${JSON.stringify(answer.body, undefined, 2)}\n`);
  else sayChange(change, screen);
  return statusOf(change);
}

/** The exit status of what became of a config. */
export function statusOf({ outcome }: ConfigChange): ExitStatus {
  switch (outcome) {
    case 'applied':
    case 'unchanged':
    case 'wouldApply':
      return ExitStatus.ok;
    case 'restart':
    case 'refused':
      return ExitStatus.no;
    case 'invalid':
      return ExitStatus.config;
    default:
      return assertNever(outcome);
  }
}

/** Complaints, what differs, and the outcome in a sentence. */
export function sayChange(change: ConfigChange, screen: Screen, by = 'this director'): void {
  for (const complaint of change.complaints) screen.err(`${complaint}\n`);
  for (const line of changeLines(change.changes)) screen.out(`${line}\n`);
  const { text, failed } = sentence(change, by);
  (failed ? screen.err : screen.out)(text);
}

/** One line for each key that differs. */
export function changeLines(changes: readonly ChangedKey[]): readonly string[] {
  return changes.map(({ path, before, after, restart }) => {
    const what = `${before ?? '(not there)'} → ${after ?? '(not there)'}`;
    return `  ${path}: ${what}${restart ? '   (asks for a restart)' : ''}`;
  });
}

function sentence(
  { outcome, file, changes, detail }: ConfigChange,
  by: string,
): { text: string; failed: boolean } {
  const count = countWords(changes.length, 'change');
  switch (outcome) {
    case 'applied':
      return { text: `${file}: ${count} taken up by ${by}; running sessions go on\n`, failed: false };
    case 'unchanged':
      return { text: `${file}: means the same as what runs; nothing to do\n`, failed: false };
    case 'wouldApply':
      return { text: `${file}: ${count} could be taken up; nothing was changed\n`, failed: false };
    case 'invalid':
      return {
        text: `ftpair: ${file} cannot be used, and nothing was changed\n  cure: mend it; "ftpair check" says the same without a daemon\n`,
        failed: true,
      };
    case 'restart':
      return {
        text:
          `ftpair: ${file} changes what a running daemon cannot take up, and nothing was changed\n` +
          '  cure: put the file on both routers, restart the daemon on the backup, "ftpair handover", then restart the other one\n',
        failed: true,
      };
    case 'refused':
      return {
        text: `ftpair: refused, and nothing was changed: ${detail}\n  cure: see "ftpair status" and the log of the daemon\n`,
        failed: true,
      };
    default:
      return assertNever(outcome);
  }
}
