/**
 * What a flow's ct mark says: whose it is, and whether it is a data flow without a master (its announcement was encrypted).
 * The rules that set it are in dataplane/. Pure.
 */
import type { Flow } from './flow.js';

/** Set in the ct mark of data flows that have no master to inherit from: nobody read their announcement. */
export const DATA_BIT = 2;

/** Everything in a mark but the data bit. */
export const MARK_MASK = ~DATA_BIT >>> 0;

/** Whether the flow has this mark, the data bit aside. */
export function sameMark({ mark }: Pick<Flow, 'mark'>, wanted: number): boolean {
  return (mark & MARK_MASK) === (wanted & MARK_MASK);
}

/** Whether it carries data; the others are control connections. */
export function isData({ master, mark }: Pick<Flow, 'master' | 'mark'>): boolean {
  return master !== undefined || (mark & DATA_BIT) !== 0;
}
