/** Whatever may come in a datagram of the journal, read by the kind that it says it is. Pure. */
import type { BoardReport } from '../rotation/report.js';
import { decodeBoard } from './board-report.js';
import { decodeParcelPart, type ParcelPart } from './parcel.js';
import { decodeRefusals, type RefusedEntry } from './refusal-report.js';
import { decodePayload, type Payload, type Refusal } from './wire.js';

export type Incoming =
  | Payload
  | { readonly kind: 'board'; readonly board: BoardReport }
  | { readonly kind: 'refusals'; readonly refusals: readonly RefusedEntry[] }
  | { readonly kind: 'parcel'; readonly part: ParcelPart }
  | { readonly kind: 'refused'; readonly reason: Refusal };

/** Never throws, and never understands half of it. */
export function readIncoming(payload: Buffer): Incoming {
  const board = decodeBoard(payload);
  if (board !== undefined) return { kind: 'board', board };
  const refusals = decodeRefusals(payload);
  if (refusals !== undefined) return { kind: 'refusals', refusals };
  const part = decodeParcelPart(payload);
  return part === undefined ? decodePayload(payload) : { kind: 'parcel', part };
}
