/**
 * What the pulse side does with its hands: the election's actions, one by one, and what the clock asks for
 * (pulses, renewals of the lease, repeated announcements). Decides nothing about roles.
 */
import { assertNever } from '../assert.js';
import { type Action, mayRenew, type State, type Step, type Transition } from '../election/model.js';
import { type Millis, millis } from '../time.js';
import { rehearseTakeover } from '../election/rehearsal.js';
import type { Fault, RenewalKind } from '../vip/face.js';
import { announcementDue } from '../vip/announcement-times.js';
import type { Conversation } from './conversation.js';
import type { Hands } from './hands.js';
import type { PulseLimits } from './limits.js';
import { ownReport } from './reports.js';

/** A backup goes through a takeover so often, so that its code is at hand. */
const REHEARSAL = millis(5000);

/** A goodbye is said this often at once: the pulse has no acknowledgement. */
const GOODBYES = 3;

const NOT_RAISED = 'The kernel refused the virtual addresses: see the log.';

export class Duties {
  readonly #hands: Hands;
  readonly #limits: PulseLimits;
  readonly #conversation: Conversation;
  #nextPulse: Millis;
  #nextRenewal: Millis;
  #renewedAt: Millis;
  #nextRehearsal: Millis;
  /** Whether data channels may be announced at any moment: true for a new active, until it is told otherwise. */
  #sessions = true;
  /** Since when the addresses are up, and how often they were announced. */
  #announcing: { readonly since: Millis; readonly count: number } | undefined;

  constructor(hands: Hands, limits: PulseLimits, conversation: Conversation) {
    this.#hands = hands;
    this.#limits = limits;
    this.#conversation = conversation;
    this.#nextPulse = this.#nextRenewal = this.#renewedAt = hands.now();
    this.#nextRehearsal = millis(hands.now() + REHEARSAL);
  }

  /** The lease in our kernel has run out by now, whatever we meant to do. */
  leaseOver(now: Millis): boolean {
    return now >= this.#renewedAt + this.#limits.election.lease;
  }

  /**
   * The peer's pulse has just come. Ours follows it at once where it is nearly due, so that the two fall into step, and a
   * director is woken for both at a time instead of for each.
   */
  keepStep(now: Millis): void {
    if (this.#nextPulse - now < this.#limits.interval / 2) this.#nextPulse = now;
  }

  /** Whether there are sessions; the first one has its gate opened at once. */
  set sessions(any: boolean) {
    this.#sessions = any;
    if (any) this.#nextRenewal = this.#hands.now();
  }

  /**
   * Executes the actions in order. False when the kernel refused the addresses: what needs them is left out, and whoever
   * asked for the role hears that it was not taken. The report goes out all the same: the role was ours, if for this moment, and
   * the election answers a refusal by a transition back.
   */
  execute(actions: readonly Action[], state: State): boolean {
    const steps: Step[] = [];
    let raised = true;
    for (const action of actions) {
      if (raised) raised = this.#act(action, state, steps);
      else if (action.type === 'tell') this.#act(action, state, steps);
      else if (action.type === 'reply')
        this.#act({ ...action, accepted: false, detail: NOT_RAISED }, state, steps);
    }
    return raised;
  }

  /** What is due by the clock. */
  routine(state: State, now: Millis): void {
    const pulse = now >= this.#nextPulse;
    if (pulse) this.#sendPulse(state);
    if (now >= this.#nextRehearsal) this.#rehearse(state, now);
    // Who doubts that it is the only active neither answers for the addresses nor calls the neighbours.
    if (!mayRenew(state)) return;
    // A renewal that is nearly due goes with a pulse: one wake-up less.
    if (now >= this.#nextRenewal - (pulse ? this.#limits.interval / 2 : 0)) this.#renew();
    const announcing = this.#announcing;
    if (announcing === undefined || now < announcementDue(announcing.since, announcing.count)) return;
    this.#hands.addresses.announce();
    // After a stall, what was missed is not made up for one by one.
    let { count } = announcing;
    while (announcementDue(announcing.since, count) <= now) count++;
    this.#announcing = { since: announcing.since, count };
  }

  /** When `routine` has something to do next. */
  nextDue(state: State): Millis {
    if (!mayRenew(state)) return millis(Math.min(this.#nextPulse, this.#nextRehearsal));
    const announcing = this.#announcing;
    const due = announcing === undefined ? Infinity : announcementDue(announcing.since, announcing.count);
    return millis(Math.min(this.#nextPulse, this.#nextRenewal, due));
  }

  /** A link of the active came up again: it lost its IPv6 addresses, and the neighbours have forgotten us. */
  restore(): void {
    this.#faults(this.#hands.addresses.raise().faults);
    this.#announce();
  }

  /** Taking addresses off that are not there changes nothing, and is nearly the way in which they are put up. */
  #rehearse(state: State, now: Millis): void {
    this.#nextRehearsal = millis(now + REHEARSAL);
    if (state.mode.name !== 'backup') return;
    rehearseTakeover(state, now);
    this.#faults(this.#hands.addresses.release());
  }

  #act(action: Action, state: State, steps: Step[]): boolean {
    const hands = this.#hands;
    switch (action.type) {
      case 'raise':
        return this.#raise(steps);
      case 'startLease':
        this.#sessions = true;
        this.#renew('first');
        this.#done('leased', steps);
        return true;
      case 'sendPulse':
        this.#sendPulse(state);
        this.#done('peerTold', steps);
        return true;
      case 'announceAddresses':
        this.#announce();
        this.#done('gratuitous', steps);
        return true;
      case 'release':
        this.#announcing = undefined;
        this.#faults(hands.addresses.release());
        this.#done('released', steps);
        return true;
      case 'probeVip':
        hands.addresses.probe();
        return true;
      case 'tell':
        hands.post({ type: 'role', transition: withSteps(action.transition, steps) });
        return true;
      case 'warnVipAnswered':
        hands.post({ type: 'vipAnswered', address: action.address, mac: action.mac });
        return true;
      case 'reply':
        hands.post({ type: 'handover', accepted: action.accepted, detail: action.detail });
        return true;
      case 'ended':
        for (let said = 1; said < GOODBYES; said++) this.#sendPulse(state);
        hands.post({ type: 'stopped' });
        return true;
      default:
        return assertNever(action);
    }
  }

  #raise(steps: Step[]): boolean {
    const { ok, faults } = this.#hands.addresses.raise();
    this.#faults(faults);
    this.#done('addressUp', steps);
    return ok;
  }

  #sendPulse(state: State): void {
    const now = this.#hands.now();
    this.#nextPulse = millis(now + this.#limits.interval);
    const report = ownReport(state);
    this.#hands.paths.forEach((path, index) => {
      for (const datagram of this.#conversation.outgoing(index, report, now)) path.send(datagram);
    });
  }

  #renew(kind: RenewalKind = this.#sessions ? 'busy' : 'idle'): void {
    this.#hands.addresses.renewLease(kind);
    this.#renewedAt = this.#hands.now();
    const { renewal, gateRenewal } = this.#limits;
    this.#nextRenewal = millis(this.#renewedAt + (this.#sessions ? gateRenewal : renewal));
  }

  #announce(): void {
    this.#hands.addresses.announce();
    this.#announcing = { since: this.#hands.now(), count: 1 };
  }

  #done(what: string, steps: Step[]): void {
    steps.push({ step: what, at: this.#hands.now() });
  }

  #faults(faults: readonly Fault[]): void {
    for (const fault of faults) this.#hands.post({ type: 'fault', ...fault });
  }
}

function withSteps(transition: Transition, steps: readonly Step[]): Transition {
  return { ...transition, steps: [...transition.steps, ...steps] };
}
