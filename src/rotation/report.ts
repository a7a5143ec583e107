/** What the directors tell each other of their servers: types only. How it travels is journal/board-report.ts' business. */
import type { Opinion } from './opinion.js';
import type { StampedOrder } from './orders.js';

/** One director's own verdict on one server, and the orders for it that it knows. */
export interface BoardEntry extends Opinion {
  readonly service: string;
  readonly server: string;
  readonly orders: readonly Pick<StampedOrder, 'order' | 'stamp'>[];
}

/** A director's board, or a part of it: each entry stands for itself. */
export interface BoardReport {
  /** A number of this run of its daemon. */
  readonly run: number;
  /** Counts the boards of a run: what a lower one says of verdicts is old. */
  readonly serial: number;
  readonly entries: readonly BoardEntry[];
}
