/**
 * What the active has heard of the backup's refusals. Pure. There is no word for "taken after all": what is not repeated
 * is forgotten.
 */
import { type Tuple, tupleKey } from '../conntrack/tuple.js';
import { type Millis, millis } from '../time.js';
import type { CommitRefusal, RefusedEntry } from '../journal/refusal-report.js';

/** The backup repeats itself every 200 ms, a thousand entries at once, in turn: of each entry's turns four may be lost. */
const FORGET_AFTER = 1000;
const AT_ONCE = 1000;

function forgetAfter(entries: number): Millis {
  return millis(FORGET_AFTER * (1 + Math.floor(entries / AT_ONCE)));
}

interface Heard {
  readonly reason: CommitRefusal;
  readonly at: Millis;
}

export class PeerRefusals {
  readonly #heard: Readonly<Record<RefusedEntry['part'], Map<string, Heard>>> = {
    flow: new Map(),
    announcement: new Map(),
  };

  hear(refusals: readonly RefusedEntry[], now: Millis): void {
    for (const { part, reason, orig } of refusals) {
      const heard = this.#heard[part];
      const key = tupleKey(orig);
      // Behind all others, so that the oldest are in front.
      heard.delete(key);
      heard.set(key, { reason, at: now });
    }
    for (const heard of Object.values(this.#heard)) forgetOld(heard, now);
  }

  /** Why the backup's kernel has not got this flow, or the channel that this control flow announced. */
  of(part: RefusedEntry['part'], orig: Tuple, now: Millis): CommitRefusal | undefined {
    const all = this.#heard[part];
    const heard = all.get(tupleKey(orig));
    return heard !== undefined && now - heard.at < forgetAfter(all.size) ? heard.reason : undefined;
  }

  /** How many entries the backup's kernel refuses at present. */
  size(now: Millis): number {
    const all = Object.values(this.#heard);
    for (const heard of all) forgetOld(heard, now);
    return all.reduce((sum, heard) => sum + heard.size, 0);
  }

  clear(): void {
    for (const heard of Object.values(this.#heard)) heard.clear();
  }
}

function forgetOld(heard: Map<string, Heard>, now: Millis): void {
  for (const [key, { at }] of heard) {
    if (now - at < forgetAfter(heard.size)) return;
    heard.delete(key);
  }
}
