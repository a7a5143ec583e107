/**
 * What the two directors' nannies think of one server, and which of them is believed. A director serves over its own cables,
 * so its own eyes count; the other one's word fills in what they have not seen yet. Pure.
 */
import type { Millis } from '../time.js';

/** nanny/verdict.ts' words. `unknown`: not probed yet. */
export type Verdict = 'unknown' | 'up' | 'down';

/** A nanny's verdict with its reason (`ok`, or what the deciding probe failed with). */
export interface Opinion {
  readonly verdict: Verdict;
  readonly reason: string;
}

export interface OwnOpinion extends Opinion {
  /** When the last good probe was begun; undefined when none was good yet. */
  readonly goodAt: Millis | undefined;
}

export interface PeerOpinion extends Opinion {
  /** When this verdict was first heard here. */
  readonly heardAt: Millis;
}

/** `by`: whose word it is. */
export interface Belief extends Opinion {
  readonly by: 'own' | 'peer';
}

export const NOTHING_SEEN: OwnOpinion = { verdict: 'unknown', reason: 'unknown', goodAt: undefined };

/**
 * Who is believed. Nothing seen ourselves: the peer. Seen it fail: ourselves. Seen it work: ourselves too, unless the peer has
 * said since that it failed: then it is down until a probe that was begun after that word was good. So whoever takes over a
 * moment after a server's death has the rotation of the one that saw it.
 */
export function believe(own: OwnOpinion, peer: PeerOpinion | undefined): Belief {
  if (peer === undefined || peer.verdict === 'unknown') return { ...bare(own), by: 'own' };
  if (own.verdict === 'unknown') return { ...bare(peer), by: 'peer' };
  const refuted = own.goodAt !== undefined && own.goodAt > peer.heardAt;
  const warned = own.verdict === 'up' && peer.verdict === 'down' && !refuted;
  return warned ? { ...bare(peer), by: 'peer' } : { ...bare(own), by: 'own' };
}

function bare({ verdict, reason }: Opinion): Opinion {
  return { verdict, reason };
}
