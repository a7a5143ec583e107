/** Why a session would not survive, as a clause for people. Texts only. */
import type { LostPart, LostReason } from './sessions.js';

/** Clauses; the README says more about each. */
const CLAUSES: Readonly<Record<LostReason, string>> = {
  noPeer: 'no peer is heard',
  peerNotReady: 'the peer is not ready to serve',
  notInSync: 'the backup is being filled',
  unacknowledged: 'the backup has not acknowledged it yet',
  offsetsNotTold: 'the backup has not been told the sequence offsets yet',
  tableFull: "the backup's table is full",
  clash: 'another connection on the backup holds its tuple',
  masterMissing: 'its control connection is not on the backup',
  noHelper: "the backup's kernel has no FTP helper for it",
  refused: "the backup's kernel refused it",
  missing: 'it is not in this kernel',
  differs: 'this kernel holds it otherwise than the active told',
};

const PARTS: Readonly<Record<LostPart, string>> = {
  session: '',
  control: '',
  data: 'the data channel: ',
  announcement: 'the announced channel: ',
};

/** Such as `the data channel: the backup's table is full`. */
export function lossWords(reason: LostReason, part: LostPart | undefined): string {
  return `${PARTS[part ?? 'session']}${CLAUSES[reason]}`;
}
