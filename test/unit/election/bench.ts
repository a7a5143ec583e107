/** A director on a bench: events in, what it did out, one state in between. For the election's tests. */
import { initialState, nextWake, step } from '../../../src/election/machine.js';
import {
  type Action,
  type Event,
  type Limits,
  type Report,
  roleOf,
  type State,
} from '../../../src/election/model.js';
import { millis } from '../../../src/time.js';

export const LIMITS: Limits = {
  interval: millis(10),
  silence: millis(30),
  listen: millis(1000),
  probeCount: 2,
  probeSpacing: millis(10),
  lease: millis(200),
  grace: millis(80),
  handover: millis(2000),
  retry: millis(1000),
};

const REPORT: Report = {
  role: 'backup',
  term: 0,
  ready: true,
  inSync: true,
  fitness: 0x200,
  offer: undefined,
  asksForRole: false,
  goodbye: false,
  lease: millis(200),
};

export class Bench {
  state: State;

  constructor(self: 0 | 1 = 0, limits: Limits = LIMITS) {
    this.state = initialState(self, limits, millis(0));
    this.at(0, { type: 'fitness', fitness: 0x200 });
  }

  /** What the director does when this happens at this time, as short words. */
  at(now: number, event: Event | 'tick' = 'tick'): string[] {
    const outcome = step(this.state, event === 'tick' ? { type: 'tick' } : event, millis(now));
    this.state = outcome.state;
    return outcome.actions.map(word);
  }

  /** A pulse of the peer. */
  heard(now: number, report: Partial<Report> = {}): string[] {
    return this.at(now, { type: 'peerHeard', report: { ...REPORT, ...report } });
  }

  quiet(now: number): string[] {
    return this.at(now, { type: 'peerQuiet' });
  }

  silent(now: number): string[] {
    return this.at(now, { type: 'peerSilent' });
  }

  ready(now: number, ready = true): string[] {
    return this.at(now, { type: 'ready', ready });
  }

  sync(now: number, inSync = true): string[] {
    return this.at(now, { type: 'sync', inSync });
  }

  get role(): string {
    return roleOf(this.state.mode);
  }

  get mode(): string {
    return this.state.mode.name;
  }

  get wake(): number | undefined {
    return nextWake(this.state);
  }
}

/** `tell backup>active peerDead term 3 after 50`, and the other actions by their names. */
function word(action: Action): string {
  switch (action.type) {
    case 'tell': {
      const { from, to, reason, term, silentMillis } = action.transition;
      return `tell ${from}>${to} ${reason} term ${term}${silentMillis === 0 ? '' : ` after ${silentMillis}`}`;
    }
    case 'reply':
      return `reply ${action.accepted ? 'yes' : 'no'}: ${action.detail}`;
    case 'warnVipAnswered':
      return `warn ${action.address} ${action.mac}`;
    case 'raise':
    case 'startLease':
    case 'sendPulse':
    case 'announceAddresses':
    case 'release':
    case 'probeVip':
    case 'ended':
      return action.type;
  }
}

/** A takeover in its order, with the words of its report. */
export function takeover(tell: string): string[] {
  return ['raise', 'startLease', 'sendPulse', 'announceAddresses', `tell ${tell}`];
}

/** A release in its order. */
export function release(tell: string): string[] {
  return ['release', 'sendPulse', `tell ${tell}`];
}

/** A backup of an active with term 5, heard last at 100. */
export function backup(self: 0 | 1 = 0): Bench {
  const bench = new Bench(self);
  bench.ready(0);
  bench.heard(50, { role: 'active', term: 5 });
  bench.sync(60);
  bench.heard(100, { role: 'active', term: 5 });
  return bench;
}

/** An active with term 1 whose peer is a backup, ready and in sync, heard last at 2000. */
export function active(self: 0 | 1 = 0): Bench {
  const bench = new Bench(self);
  bench.ready(0);
  for (const now of [1000, 1010, 1020]) bench.at(now);
  bench.heard(2000);
  return bench;
}
