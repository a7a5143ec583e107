/**
 * Whether a session would survive a failover at this moment, and if not, why. Pure. Whatever is not known to be in the
 * backup's kernel counts as lost: this list is a proof, not a hope.
 */
import type { LostPart, LostReason } from '../control/sessions.js';
import type { Lacking } from '../replication/ledger.js';
import { sameOffsets } from '../replication/tracked.js';
import { tupleKey } from '../conntrack/tuple.js';
import { isOpen } from './phase.js';
import type { Facts, SeenFlow, SeenSession } from './seen.js';

/** What is known of the two directors: as the active about its backup, as the backup about itself. */
export interface Standing {
  readonly active: boolean;
  /** By the pulse. */
  readonly peer: { readonly alive: boolean; readonly ready: boolean };
  /** The backup, whichever side that is, holds a full copy and follows the journal. */
  readonly inSync: boolean;
}

/** The reason for which no session would survive, the one to mend first; undefined when each must be looked at. */
export function everyoneLost({ active, peer, inSync }: Standing): LostReason | undefined {
  if (active && !peer.alive) return 'noPeer';
  if (active && !peer.ready) return 'peerNotReady';
  return inSync ? undefined : 'notInSync';
}

export interface Loss {
  readonly reason: LostReason;
  readonly part: LostPart;
}

/** What would be lost, the gravest first; undefined: the session survives. Data channels that are closed do not count. */
export function lossOf({ control, data, announced }: SeenSession, facts: Facts): Loss | undefined {
  if (facts.everyone !== undefined) return { reason: facts.everyone, part: 'session' };
  const ofControl = flowLoss(control, facts);
  if (ofControl !== undefined) return { reason: ofControl, part: 'control' };
  for (const flow of data) {
    const reason = isOpen(flow) ? flowLoss(flow, facts) : undefined;
    if (reason !== undefined) return { reason, part: 'data' };
  }
  if (announced === undefined) return undefined;
  if (announced.lacking !== undefined) return { reason: word(announced.lacking), part: 'announcement' };
  return announced.kernel === undefined && facts.side === 'backup'
    ? { reason: 'missing', part: 'announcement' }
    : undefined;
}

function flowLoss({ flow, kernel, lacking }: SeenFlow, { side }: Facts): LostReason | undefined {
  if (lacking !== undefined) return word(lacking);
  if (kernel === undefined) return side === 'backup' ? 'missing' : undefined;
  if (side === 'active') return sameOffsets(flow, kernel) ? undefined : 'offsetsNotTold';
  const same =
    sameOffsets(flow, kernel) &&
    tupleKey(flow.reply) === tupleKey(kernel.reply) &&
    flow.helper === kernel.helper;
  return same ? undefined : 'differs';
}

function word(lacking: Lacking): LostReason {
  return lacking === 'other' ? 'refused' : lacking;
}
