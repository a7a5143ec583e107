/**
 * To which session a data flow without a master belongs: its announcement was encrypted, so all that is known is its client
 * and its server. Where that client has one session there, it is that one; of several, nobody knows. Pure.
 */
import type { Flow } from '../conntrack/flow.js';
import type { Tuple } from '../conntrack/tuple.js';

export class OnlySessions {
  /** By client and server; undefined where there are several. */
  readonly #sessions = new Map<string, Tuple | undefined>();

  /** Of the control flows that are not over. */
  constructor(controls: readonly Flow[]) {
    for (const { orig, reply } of controls) {
      const key = keyOf(orig.src, reply.src);
      this.#sessions.set(key, this.#sessions.has(key) ? undefined : orig);
    }
  }

  /** The control flow of a data flow that names none. */
  masterOf({ orig, reply }: Flow): Tuple | undefined {
    // Passive: the client opened it, and the server answers. Active: the server opened it.
    return this.#sessions.get(keyOf(orig.src, reply.src)) ?? this.#sessions.get(keyOf(orig.dst, orig.src));
  }
}

function keyOf(client: Uint8Array, server: Uint8Array): string {
  return `${client.join('.')} ${server.join('.')}`;
}
