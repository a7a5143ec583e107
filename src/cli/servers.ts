/**
 * `ftpair drain`, `undrain`, `force` and `weight`: an operator's order for one server, and the wait until a drained one has no
 * session left. They must not decide anything: whether a name is right, the daemon says.
 */
import { setTimeout as pause } from 'node:timers/promises';
import { request } from '../control/client.js';
import { type OrderRequest, orderUrl } from '../control/order-query.js';
import { type OrderResult, parseOrderResult, parseStatus } from '../control/schema.js';
import { ExitStatus, Fatal } from '../fatal.js';
import { type Millis, millis, monotonicNow } from '../time.js';
import type { Screen } from './screen.js';
import { controlSocket, errorOf, understood } from './talk.js';
import { countWords, durationWords } from './words.js';

const ORDER_LIMIT = millis(3000);
/** How often a draining server's sessions are counted. */
const COUNT_EVERY = millis(250);

export interface OrderOptions {
  readonly runtimeDir: string;
  /** SERVER or SERVICE/SERVER. */
  readonly server: string;
}

export interface DrainOptions extends OrderOptions {
  readonly wait: boolean;
  /** How long the wait may last; undefined for as long as it takes. */
  readonly timeout: Millis | undefined;
}

/** `no` when sessions are left after the time limit: the server stays drained. Throws `Fatal` as `orderCommand` does. */
export async function drainCommand(options: DrainOptions, screen: Screen): Promise<ExitStatus> {
  const { service, server } = await give(options, { kind: 'drain', on: true });
  screen.out(`${service}/${server} is drained: it gets no new sessions\n`);
  if (!options.wait) return ExitStatus.ok;
  const { timeout } = options;
  const began = monotonicNow();
  let told: number | undefined;
  for (;;) {
    const left = await countSessions(options, service, server);
    if (left === 0) {
      screen.out('no session left\n');
      return ExitStatus.ok;
    }
    if (left !== told) screen.out(`${countWords(left, 'session')} left\n`);
    told = left;
    const waited = monotonicNow() - began;
    if (timeout !== undefined && waited >= timeout) return gaveUp(service, server, left, timeout, screen);
    await pause(Math.min(COUNT_EVERY, (timeout ?? Infinity) - waited));
  }
}

/** Any other order. Throws `Fatal`: `usage` where the name fits no server or several, `unreachable` without an answer. */
export async function orderCommand(
  options: OrderOptions,
  order: OrderRequest,
  screen: Screen,
): Promise<ExitStatus> {
  const { service, server, standing } = await give(options, order);
  screen.out(`${service}/${server}: ${standingWords(standing)}\n`);
  return ExitStatus.ok;
}

async function give({ runtimeDir, server }: OrderOptions, order: OrderRequest): Promise<OrderResult> {
  const answer = await request(controlSocket(runtimeDir), 'POST', orderUrl({ server, order }), ORDER_LIMIT);
  if (answer.status === 400)
    throw new Fatal(
      ExitStatus.usage,
      errorOf(answer.body) ?? 'the daemon refused the order',
      'see --help of this command',
    );
  const result = understood(answer, parseOrderResult(answer.body));
  if (!result.accepted)
    throw new Fatal(ExitStatus.usage, result.detail, 'give one of these names; "ftpair status" shows them');
  return result;
}

async function countSessions({ runtimeDir }: OrderOptions, service: string, server: string): Promise<number> {
  const answer = await request(controlSocket(runtimeDir), 'GET', '/status', ORDER_LIMIT);
  const { services } = understood(answer, parseStatus(answer.body));
  const servers = services.find(({ name }) => name === service)?.servers ?? [];
  return servers.find(({ name }) => name === server)?.sessions ?? 0;
}

function gaveUp(service: string, server: string, left: number, after: Millis, screen: Screen): ExitStatus {
  const name = `${service}/${server}`;
  screen.err(
    `ftpair: ${countWords(left, 'session')} left on ${name} after ${durationWords(after)}; it stays drained\n` +
      `  cure: "ftpair sessions --server ${server}" shows them; "ftpair drain ${name}" waits on\n`,
  );
  return ExitStatus.no;
}

const STANDINGS: Readonly<Record<string, string>> = {
  ok: 'gets new sessions',
  unproven: 'gets new sessions, not checked yet',
  slowStart: 'gets new sessions again, more and more of them',
  held: 'fails its checks and still gets new sessions: min_servers keeps it',
  forcedUp: 'forced up: gets new sessions whatever its checks say',
  down: 'fails its checks and gets no new sessions',
  drained: 'drained: gets no new sessions',
  forcedDown: 'forced down: gets no new sessions',
  noWeight: 'has weight 0 and gets no new sessions',
};

/** A standing as a sentence; a word of another version as it is. */
export function standingWords(standing: string): string {
  return Object.hasOwn(STANDINGS, standing) ? (STANDINGS[standing] ?? standing) : standing;
}
