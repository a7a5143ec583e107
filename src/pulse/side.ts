/**
 * The pulse side of one director: joins conversation, liveness, election and duties. It has one question for its
 * owner, when to be woken next, and one habit: empty the sockets first, judge afterwards. Between judgements it hears what
 * it is brought, and asks no socket. No sockets, timers or
 * clock of its own (hands.ts), no logs, no waiting.
 */
import { byLinksAlone, fitnessOf } from '../election/fitness.js';
import { initialState, nextWake, step } from '../election/machine.js';
import { type Event, mayRenew, type Report, type State } from '../election/model.js';
import { type Millis, millis } from '../time.js';
import type { Conversation } from './conversation.js';
import { Duties } from './duties.js';
import type { PeerReport, ToPulse } from './face.js';
import type { Hands, Reach } from './hands.js';
import { FINGERPRINT_BYTES } from './payload.js';
import type { PulseLimits } from './limits.js';
import {
  heard,
  initialLiveness,
  judge,
  type Liveness,
  type LivenessOutcome,
  nextJudgement,
  wokeLate,
} from './liveness.js';
import { peerReport, samePeer, statusReport } from './reports.js';

/** How often the kernel is made to ask for the peer's hardware address on a path where nothing is heard. */
const FORGET_INTERVAL = 100;

/** How often the work side gets the counters. */
const REPORT_INTERVAL = 1000;

type Word = ToPulse | { readonly type: 'tick' };

/** What the work side says that the election has a word for. */
function isEvent(word: Word): word is Exclude<Word, { type: 'fitness' | 'sessions' | 'config' }> {
  return word.type !== 'fitness' && word.type !== 'sessions' && word.type !== 'config';
}

export class PulseSide {
  readonly #hands: Hands;
  readonly #limits: PulseLimits;
  readonly #conversation: Conversation;
  readonly #duties: Duties;
  #state: State;
  #liveness: Liveness;
  #peer: PeerReport;
  #fingerprint = '';
  /** When we asked to be woken. */
  #planned: Millis;
  /** When time alone will next decide something. */
  #judging: Millis;
  #nextReport: Millis;
  #nextForgetting: Millis;
  #worstLate = 0;
  /** What the work side says of our fitness. */
  #merits = { tracked: 0, preferred: false };

  constructor(self: 0 | 1, limits: PulseLimits, conversation: Conversation, hands: Hands) {
    const now = hands.now();
    this.#hands = hands;
    this.#limits = limits;
    this.#conversation = conversation;
    this.#duties = new Duties(hands, limits, conversation);
    this.#state = initialState(self, limits.election, now);
    this.#liveness = initialLiveness(hands.paths.length, limits.liveness, now);
    this.#peer = peerReport(this.#state.peer, '', conversation.versions);
    this.#planned = this.#judging = now;
    this.#nextReport = millis(now + REPORT_INTERVAL);
    this.#nextForgetting = now;
  }

  /** What the election knows and has decided. */
  get state(): State {
    return this.#state;
  }

  /** Time went by, something arrived, or the work side says something. Returns when to wake next. */
  wake(message: Word = { type: 'tick' }): Millis {
    const now = this.#hands.now();
    const lateness = Math.max(0, now - this.#planned);
    this.#worstLate = Math.max(this.#worstLate, lateness);
    const judging = now >= this.#judging || lateness > this.#limits.lateness || this.#leaseOver(now);
    const reach: Reach = judging || message.type !== 'tick' ? 'waiting' : 'delivered';
    this.#hear(reach, now);
    if (lateness > this.#limits.lateness) this.#wokeLate(now);
    if (message.type === 'fitness') this.#merits = message;
    this.#linkNews(reach, now);
    this.#alive(judge(this.#liveness, now), now);
    if (message.type === 'config')
      this.#conversation.fingerprint = message.fingerprint.slice(0, 2 * FINGERPRINT_BYTES);
    if (message.type === 'sessions') this.#duties.sessions = message.any;
    this.#step(isEvent(message) ? message : { type: 'tick' }, now);
    this.#duties.routine(this.#state, now);
    this.#lookForPeer(now);
    this.#report(now);
    this.#tellPeer(now);
    return (this.#planned = this.#nextDeadline());
  }

  /**
   * What has arrived is heard, and all of it before anything is judged: the peer's own words first; then, knowing
   * whether our lease is still good, what others claim on the service LAN.
   */
  #hear(reach: Reach, now: Millis): void {
    this.#hands.paths.forEach((path, index) => {
      const { datagrams, strangers, truncated } = path.drain(reach);
      for (let i = 0; i < strangers; i++) this.#conversation.drop(index, 'stranger');
      for (let i = 0; i < truncated; i++) this.#conversation.drop(index, 'truncated');
      for (const datagram of datagrams) this.#datagram(index, datagram, now);
    });
    if (this.#leaseOver(now)) this.#step({ type: 'lapsed' }, now);
    for (const claim of this.#hands.addresses.claims(reach))
      this.#step({ type: 'vipAnswered', ...claim }, now);
  }

  /** The lease that we mean to hold has run out. */
  #leaseOver(now: Millis): boolean {
    return mayRenew(this.#state) && this.#duties.leaseOver(now);
  }

  #datagram(path: number, datagram: Uint8Array, now: Millis): void {
    const result = this.#conversation.incoming(path, datagram, now);
    if (!result.alive) return;
    this.#alive(heard(this.#liveness, path, now), now);
    if (result.pulse === undefined) return;
    this.#duties.keepStep(now);
    this.#fingerprint = result.pulse.fingerprint;
    this.#step({ type: 'peerHeard', report: this.#comparable(result.pulse.report) }, now);
  }

  /** While the configs differ, the two may count different addresses. */
  #comparable(report: Report): Report {
    if (this.#fingerprint === this.#conversation.fingerprint) return report;
    return { ...report, fitness: byLinksAlone(report.fitness, this.#state.fitness) };
  }

  #linkNews(reach: Reach, now: Millis): void {
    const { carrying, restored } = this.#hands.links.drain(reach);
    const fitness = fitnessOf({ ...this.#merits, links: carrying });
    if (fitness !== this.#state.fitness) this.#step({ type: 'fitness', fitness }, now);
    if (restored && mayRenew(this.#state)) this.#duties.restore();
  }

  /** What did not arrive while we slept proves nothing. */
  #wokeLate(now: Millis): void {
    this.#liveness = wokeLate(this.#liveness, now);
    this.#step({ type: 'late' }, now);
  }

  #alive(outcome: LivenessOutcome, now: Millis): void {
    this.#liveness = outcome.liveness;
    for (const event of outcome.events) {
      if (event.type !== 'path') this.#step({ type: event.type }, now);
      else {
        const path = this.#hands.paths[event.path]?.name ?? String(event.path);
        this.#hands.post({ type: 'path', path, alive: event.alive });
      }
    }
  }

  /** One event, and all that follows from it, before the next one. */
  #step(event: Event, now: Millis): void {
    const { state, actions } = step(this.#state, event, now);
    this.#state = state;
    if (!this.#duties.execute(actions, state)) this.#step({ type: 'raiseFailed' }, now);
  }

  /** At the pace of the pulses, which are the packets that ask. */
  #lookForPeer(now: Millis): void {
    if (now < this.#nextForgetting) return;
    this.#nextForgetting = millis(now + FORGET_INTERVAL);
    this.#hands.paths.forEach((path, index) => {
      if (this.#liveness.paths[index]?.alive !== true) path.forgetPeer();
    });
  }

  #report(now: Millis): void {
    if (now < this.#nextReport) return;
    this.#nextReport = millis(now + REPORT_INTERVAL);
    const { paths } = this.#hands;
    this.#hands.post(
      statusReport(this.#state, this.#peer, this.#liveness, paths, this.#conversation, this.#worstLate, now),
    );
  }

  /** Tells the work side when the peer looks different. */
  #tellPeer(now: Millis): void {
    const peer = peerReport(this.#state.peer, this.#fingerprint, this.#conversation.versions);
    if (samePeer(peer, this.#peer)) return;
    this.#peer = peer;
    this.#hands.post({ type: 'peer', peer, silentMillis: peer.alive ? 0 : now - this.#liveness.heardAt });
  }

  #nextDeadline(): Millis {
    const { state } = this;
    this.#judging = millis(Math.min(nextWake(state) ?? Infinity, nextJudgement(this.#liveness) ?? Infinity));
    return millis(Math.min(this.#judging, this.#duties.nextDue(state), this.#nextReport));
  }
}
