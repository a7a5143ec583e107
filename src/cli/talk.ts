/**
 * The commands that talk to a running daemon: ask over the control socket, say the answer. They must not touch
 * the kernel or the config: whatever they show, the daemon has said.
 */
import { join } from 'node:path';
import { request, type Answer } from '../control/client.js';
import { parseCompare, parseHandover, parseStatus, type Parsed } from '../control/schema.js';
import type { StatusView } from '../control/status.js';
import { programVersion } from '../control/version.js';
import { ExitStatus, Fatal } from '../fatal.js';
import { millis } from '../time.js';
import { renderComparison } from './compare.js';
import { renderStatus } from './render.js';
import type { Screen } from './screen.js';

const STATUS_LIMIT = millis(3000);
/** A handover waits for the peer to raise and announce everything, and says no by itself when that fails. */
const HANDOVER_LIMIT = millis(15_000);

/** Two dumps of both tables, and a large one takes its time. */
const COMPARE_LIMIT = millis(60_000);

/** The control socket of the daemon that uses `runtimeDir`. */
export function controlSocket(runtimeDir: string): string {
  return join(runtimeDir, 'control.sock');
}

export interface StatusOptions {
  readonly runtimeDir: string;
  /** Print the daemon's JSON as it is. */
  readonly json: boolean;
  readonly history: boolean;
  readonly probes: boolean;
}

/** `ftpair status`. Throws `Fatal` (`unreachable`) when there is no answer that can be understood. */
export async function statusCommand(options: StatusOptions, screen: Screen): Promise<ExitStatus> {
  const socket = controlSocket(options.runtimeDir);
  const answer = await request(socket, 'GET', '/status', STATUS_LIMIT);
  if (options.json && answer.status === 200) {
    screen.out(`${JSON.stringify(answer.body, undefined, 2)}\n`);
    return ExitStatus.ok;
  }
  const view = understood(answer, parseStatus(answer.body));
  screen.out(renderStatus(view, { colour: screen.colour, history: options.history, probes: options.probes }));
  if (view.version !== programVersion()) {
    screen.err(
      `ftpair: the daemon is version ${view.version}, this command ${programVersion()}\n` +
        '  cure: restart the daemon, on the backup first\n',
    );
  }
  return ExitStatus.ok;
}

/** `ftpair handover`: `ok` when the role moves, `no` with the reason when it does not. */
export async function handoverCommand(runtimeDir: string, screen: Screen): Promise<ExitStatus> {
  const answer = await request(controlSocket(runtimeDir), 'POST', '/handover', HANDOVER_LIMIT);
  const { accepted, detail } = understood(answer, parseHandover(answer.body));
  if (accepted) {
    screen.out(`handover accepted: ${detail}\n`);
    return ExitStatus.ok;
  }
  screen.err(`ftpair: handover refused: ${detail}\n  cure: see "ftpair status" on both routers\n`);
  return ExitStatus.no;
}

export interface CompareOptions {
  readonly runtimeDir: string;
  readonly json: boolean;
}

/** `ftpair compare`: `ok` when both kernels hold the same, `no` with every difference when they do not. */
export async function compareCommand(options: CompareOptions, screen: Screen): Promise<ExitStatus> {
  const answer = await request(controlSocket(options.runtimeDir), 'GET', '/compare', COMPARE_LIMIT);
  const result = understood(answer, parseCompare(answer.body));
  if (options.json) screen.out(`${JSON.stringify(answer.body, undefined, 2)}\n`);
  else screen.out(renderComparison(result));
  return result.differences.length === 0 ? ExitStatus.ok : ExitStatus.no;
}

/** The status of the daemon that uses `runtimeDir`. Throws `Fatal` (`unreachable`) when there is no answer that can be understood. */
export async function askStatus(runtimeDir: string): Promise<StatusView> {
  const answer = await request(controlSocket(runtimeDir), 'GET', '/status', STATUS_LIMIT);
  return understood(answer, parseStatus(answer.body));
}

/** The value, or `Fatal` (`unreachable`) with what the daemon said instead. */
export function understood<T>(answer: Answer, parsed: Parsed<T>): T {
  if (parsed.ok) return parsed.value;
  const said = errorOf(answer.body) ?? parsed.complaint;
  const cure = `use the command of the daemon's own version, or restart the daemon (this is ${programVersion()})`;
  throw new Fatal(
    ExitStatus.unreachable,
    `the daemon's answer (${answer.status}) is not understood: ${said}`,
    cure,
  );
}

/** The daemon's own complaint, where it sent one. */
export function errorOf(body: unknown): string | undefined {
  if (typeof body !== 'object' || body === null || !('error' in body)) return undefined;
  return typeof body.error === 'string' ? body.error : undefined;
}
