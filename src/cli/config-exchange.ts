/** `ftpair config diff` and `push`: ask the daemon, which talks to its peer, and say what came of it. */
import { formatComplaint } from '../config/complaint.js';
import { readConfigText } from '../config/load.js';
import { request } from '../control/client.js';
import { parseConfigChange, parseConfigDiff } from '../control/schema.js';
import { ExitStatus, Fatal } from '../fatal.js';
import { millis } from '../time.js';
import { changeLines, sayChange, statusOf } from './reload.js';
import type { Screen } from './screen.js';
import { controlSocket, errorOf, understood } from './talk.js';

/** The peer may be silent for its whole limit. */
const DIFF_LIMIT = millis(15_000);
/** Both take it up, one after the other. */
const PUSH_LIMIT = millis(120_000);

export interface ConfigOptions {
  readonly runtimeDir: string;
  /** Print the daemon's JSON as it is. */
  readonly json: boolean;
}

/** `ok` when both run the same, `no` when not. Throws `Fatal` when the peer does not answer. */
export async function diffCommand(options: ConfigOptions, screen: Screen): Promise<ExitStatus> {
  const answer = await request(controlSocket(options.runtimeDir), 'GET', '/config/diff', DIFF_LIMIT);
  const diff = parseConfigDiff(answer.body);
  if (!diff.ok && answer.status === 500)
    throw new Fatal(
      ExitStatus.no,
      errorOf(answer.body) ?? diff.complaint,
      'see "ftpair status" on both routers',
    );
  const { node, peer, changes } = understood(answer, diff);
  if (options.json) screen.out(`${JSON.stringify(answer.body, undefined, 2)}\n`);
  else if (changes.length === 0) screen.out(`${node} and ${peer} run the same config\n`);
  else screen.out(`on ${node} → on ${peer}\n${changeLines(changes).join('\n')}\n`);
  return changes.length === 0 ? ExitStatus.ok : ExitStatus.no;
}

/** As `ftpair reload`, for both. */
export async function pushCommand(file: string, options: ConfigOptions, screen: Screen): Promise<ExitStatus> {
  const url = `/config?name=${encodeURIComponent(file)}`;
  const answer = await request(controlSocket(options.runtimeDir), 'POST', url, PUSH_LIMIT, textOf(file));
  const change = understood(answer, parseConfigChange(answer.body));
  if (options.json) screen.out(`${JSON.stringify(answer.body, undefined, 2)}\n`);
  else sayChange(change, screen, 'both directors');
  return statusOf(change);
}

/** Throws `Fatal` where there is no text to be had; what it says is the daemon's to judge. */
function textOf(file: string): string {
  const read = readConfigText(file);
  if (read.ok) return read.text;
  throw new Fatal(
    ExitStatus.config,
    read.complaints.map(formatComplaint).join('\n'),
    'name the new config file',
  );
}
