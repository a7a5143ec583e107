/** How an entry of this kernel is compared with what was written, and what mends it. Pure. */
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

const NO_OFFSETS: SeqAdj = { correctionPos: 0, offsetBefore: 0, offsetAfter: 0 };

/** What the kernel is told nothing of, it keeps: offsets that should not be there are set to zero. */
export function withoutOffsetsOf(present: Flow, told: Flow): Flow {
  return {
    ...told,
    seqAdjOrig: told.seqAdjOrig ?? (present.seqAdjOrig && NO_OFFSETS),
    seqAdjReply: told.seqAdjReply ?? (present.seqAdjReply && NO_OFFSETS),
  };
}
