/**
 * What is looked at to judge one session: each entry as the journal tells it, as this kernel has it now, and what the
 * backup may lack of it. Types only.
 */
import type { VirtualService } from '../config/model.js';
import type { Expectation } from '../conntrack/expectation.js';
import type { Flow } from '../conntrack/flow.js';
import type { LostReason } from '../control/sessions.js';
import type { LedgerExpectation, LedgerFlow } from '../replication/ledger.js';
import type { Millis } from '../time.js';

export interface SeenFlow extends LedgerFlow {
  /** As this kernel has it now; undefined when it has it not. */
  readonly kernel: Flow | undefined;
}

export interface SeenAnnouncement extends LedgerExpectation {
  readonly kernel: Expectation | undefined;
}

/** One control flow and what hangs on it. */
export interface SeenSession {
  readonly control: SeenFlow;
  readonly data: readonly SeenFlow[];
  readonly announced: SeenAnnouncement | undefined;
}

/** What holds for all sessions at the moment of looking. */
export interface Facts {
  /** `active`: this kernel is the truth and the backup its copy; `backup`: the journal is, and this kernel the copy. */
  readonly side: 'active' | 'backup';
  /** A reason for which no session at all would survive. */
  readonly everyone: LostReason | undefined;
  readonly services: readonly VirtualService[];
  /** Why a server gets new sessions, or gets none. */
  readonly standing: (service: string, server: string) => string;
  readonly now: Millis;
  /** The wall clock, in milliseconds, for comparison with the kernel's timestamps. */
  readonly wallNow: number;
}
