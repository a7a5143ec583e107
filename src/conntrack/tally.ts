/**
 * How many sessions each real server has, kept up to date with every flow that comes, changes or goes, so that nobody has to
 * walk a hundred thousand of them. Counts control flows that are not over. Pure.
 */
import { formatAddress } from '../sockaddr.js';
import type { Flow } from './flow.js';
import { isData } from './mark.js';
import { isOver } from './over.js';

/** A virtual service's and a real server's ends, as they stand in the config. */
export interface Ends {
  readonly address: string;
  readonly port: number;
}

/** Sessions of one server of one service. */
export interface Sessions {
  /** At present. */
  readonly present: number;
  /** Since the count began, those included that have ended; never falls, but for a new beginning. */
  readonly came: number;
}

/** Of a server that nobody has come to. */
export const NO_SESSIONS: Sessions = { present: 0, came: 0 };

export class Tally {
  readonly #counts = new Map<string, Sessions>();

  /** `onChange` hears of every session more or less, at once: it must not do more than take note. */
  constructor(readonly onChange: () => void = () => undefined) {}

  /** The sessions that a service has on a server. */
  of(service: Ends, server: Ends): Sessions {
    return this.#counts.get(keyOf(service, server)) ?? NO_SESSIONS;
  }

  /** A flow is now `after` and was `before`; undefined is a flow that is not there. */
  saw(before: Flow | undefined, after: Flow | undefined): void {
    const [was, is] = [counts(before), counts(after)];
    if (was !== undefined && is !== undefined && sameServer(was, is)) return;
    if (was !== undefined) this.#add(was, -1);
    if (is !== undefined) this.#add(is, 1);
    if (was !== undefined || is !== undefined) this.onChange();
  }

  /** Forgets everything, as a director does that follows another table from now on. */
  clear(): void {
    this.#counts.clear();
    this.onChange();
  }

  #add({ orig, reply }: Flow, by: 1 | -1): void {
    const key = keyOf(
      { address: formatAddress(orig.dst), port: orig.dport },
      { address: formatAddress(reply.src), port: reply.sport },
    );
    const { present, came } = this.#counts.get(key) ?? NO_SESSIONS;
    this.#counts.set(key, { present: present + by, came: came + (by === 1 ? 1 : 0) });
  }
}

/** The flow, if it is a session. */
function counts(flow: Flow | undefined): Flow | undefined {
  return flow === undefined || isData(flow) || isOver(flow) ? undefined : flow;
}

/** Another translation of the same connection is rare, and looks like a new one here. */
function sameServer(a: Flow, b: Flow): boolean {
  return a.reply.sport === b.reply.sport && Buffer.compare(a.reply.src, b.reply.src) === 0;
}

function keyOf(service: Ends, server: Ends): string {
  return `${service.address} ${service.port} ${server.address} ${server.port}`;
}
