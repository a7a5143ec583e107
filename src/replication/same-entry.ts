/** Whether an entry of this kernel is still what was written, and what has to be written if not. Pure. */
import type { Expectation, ExpectationNat } from '../conntrack/expectation.js';
import { type Flow, sameSeqAdj, type SeqAdj } from '../conntrack/flow.js';
import { sameTuple } from '../conntrack/tuple.js';

/** Everything that a takeover needs. Not the time, which runs, nor TCP's flags, which are written otherwise on purpose. */
export function sameInKernel(present: Flow, told: Flow): boolean {
  return (
    sameTuple(present.reply, told.reply) &&
    present.mark === told.mark &&
    present.helper === told.helper &&
    present.tcp?.state === told.tcp?.state &&
    sameSeqAdj(present.seqAdjOrig, told.seqAdjOrig) &&
    sameSeqAdj(present.seqAdjReply, told.seqAdjReply)
  );
}

/** The same of an announced channel: whose it is, what it waits for, and where that goes. Not the time. */
export function sameAnnouncement(present: Expectation, told: Expectation): boolean {
  return (
    sameTuple(present.master, told.master) &&
    sameTuple(present.tuple, told.tuple) &&
    present.flags === told.flags &&
    present.class === told.class &&
    present.fn === told.fn &&
    sameNat(present.nat, told.nat)
  );
}

function sameNat(a: ExpectationNat | undefined, b: ExpectationNat | undefined): boolean {
  if (a === undefined || b === undefined) return a === b;
  return a.direction === b.direction && sameTuple(a.tuple, b.tuple);
}

/** What cannot be changed in place is as it was told: the translation, and the helper (EOPNOTSUPP). */
export function sameConnection(present: Flow, told: Flow): boolean {
  return sameTuple(present.reply, told.reply) && present.helper === told.helper;
}

const NO_OFFSETS: SeqAdj = { correctionPos: 0, offsetBefore: 0, offsetAfter: 0 };

/** What the kernel is told nothing of, it keeps: offsets that should not be there are set to zero. */
export function withoutOffsetsOf(present: Flow, told: Flow): Flow {
  return {
    ...told,
    seqAdjOrig: told.seqAdjOrig ?? (present.seqAdjOrig && NO_OFFSETS),
    seqAdjReply: told.seqAdjReply ?? (present.seqAdjReply && NO_OFFSETS),
  };
}
