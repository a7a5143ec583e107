/**
 * In which version the peer writes the journal. The version stands in every datagram of it, behind the seal: nobody but the
 * peer says it. Pure.
 */
import { versionOf, WIRE_VERSION } from './wire.js';

export class PeerVersion {
  #theirs: number | undefined;

  /** Undefined until it was heard. */
  get theirs(): number | undefined {
    return this.#theirs;
  }

  /** Takes a payload's version down. False when nothing in it may be read. */
  understands(payload: Buffer): boolean {
    this.#theirs = versionOf(payload) ?? this.#theirs;
    return this.#theirs === undefined || this.#theirs === WIRE_VERSION;
  }

  /** Why nothing is replicated, as a clause for the status; undefined where both write the same or nothing was heard. */
  get obstacle(): string | undefined {
    if (this.#theirs === undefined || this.#theirs === WIRE_VERSION) return undefined;
    return `the peer writes version ${this.#theirs} of the journal, this director ${WIRE_VERSION}: no session is replicated`;
  }
}
