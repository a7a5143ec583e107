/**
 * One director's side of the pulse, without sockets and without decisions: reports in, sealed datagrams out;
 * sealed datagrams in, the peer's newest report out. Keeps per path what the status shows. What is dropped is
 * counted by reason and answered by nothing.
 */
import { type Channel, type DropReason } from '../seal/channel.js';
import { SEAL_VERSION, sealVersionOf } from '../seal/header.js';
import type { Report } from '../election/model.js';
import { type Millis, millis } from '../time.js';
import { PULSE_VERSION, type PulseVersions } from './face.js';
import { decodePulse, encodePulse, type PayloadRefusal, type Pulse, roundTrip } from './payload.js';

/** What every pulse says besides the report. */
export interface Constants {
  readonly interval: Millis;
  readonly silence: Millis;
  /** First eight bytes of the config's fingerprint, hex. */
  readonly fingerprint: string;
}

/** The closed set of reasons to drop a datagram; `truncated` and `stranger` come from the socket. */
export type Dropped = DropReason | PayloadRefusal | 'truncated' | 'stranger';

/** What a path has seen, for the status. */
export interface PathCounters {
  readonly received: number;
  /** Hellos are authentic and say nothing. */
  readonly hellos: number;
  readonly rttMillis: number | undefined;
  readonly dropped: Readonly<Partial<Record<Dropped, number>>>;
}

export type Heard =
  /** A sign of life; `pulse` is undefined when a newer one was heard before, on another path. */
  | { readonly alive: true; readonly pulse: Pulse | undefined; readonly restarted: boolean }
  | { readonly alive: false };

/** What seals and opens: a Channel, or something plainer in a simulation. */
export type Sealer = Pick<Channel, 'seal' | 'open'>;

interface PathState {
  received: number;
  hellos: number;
  rttMillis: number | undefined;
  dropped: Partial<Record<Dropped, number>>;
  /** The peer's clock in its last pulse on this path, and ours when it came. */
  last: { readonly sentAt: Millis; readonly at: Millis } | undefined;
}

const NOTHING: Heard = { alive: false };

const OURS: PulseVersions = { seal: SEAL_VERSION, pulse: PULSE_VERSION };
/** So long after a pulse that was understood, another version in a header is damage or a forgery. */
const UNDERSTOOD = millis(1000);

export class Conversation {
  readonly #channel: Sealer;
  #constants: Constants;
  readonly #paths: PathState[];
  #newest = -Infinity;
  #versions: PulseVersions = { seal: undefined, pulse: undefined };
  #understoodAt = -Infinity;

  constructor(channel: Sealer, constants: Constants, paths: number) {
    this.#channel = channel;
    this.#constants = constants;
    this.#paths = Array.from({ length: paths }, () => ({
      received: 0,
      hellos: 0,
      rttMillis: undefined,
      dropped: {},
      last: undefined,
    }));
  }

  /** Of our config, as it is told to the peer. */
  get fingerprint(): string {
    return this.#constants.fingerprint;
  }

  set fingerprint(fingerprint: string) {
    this.#constants = { ...this.#constants, fingerprint };
  }

  /** In which versions the peer writes, as far as it was heard. */
  get versions(): PulseVersions {
    return this.#versions;
  }

  /** The datagrams to send on one path now. */
  outgoing(path: number, report: Report, now: Millis): Buffer[] {
    const last = this.#paths[path]?.last;
    const payload = encodePulse({
      ...this.#constants,
      report,
      sentAt: now,
      echo: last?.sentAt,
      held: last === undefined ? millis(0) : millis(now - last.at),
    });
    return this.#channel.seal(path, payload);
  }

  /** A datagram that came on a path. */
  incoming(path: number, datagram: Uint8Array, now: Millis): Heard {
    const state = this.#paths[path];
    if (state === undefined) return NOTHING;
    const opened = this.#channel.open(datagram);
    if (!opened.ok) {
      if (opened.reason === 'version' && now - this.#understoodAt >= UNDERSTOOD)
        this.#versions = { seal: sealVersionOf(datagram), pulse: undefined };
      return this.drop(path, opened.reason);
    }
    if (opened.fresh === 'hello') {
      state.hellos++;
      return NOTHING;
    }
    const pulse = decodePulse(opened.payload);
    if (pulse === 'payloadVersion') this.#versions = { seal: SEAL_VERSION, pulse: opened.payload[0] };
    if (typeof pulse === 'string') return this.drop(path, pulse);
    this.#versions = OURS;
    this.#understoodAt = now;
    if (opened.newSession) this.#newest = -Infinity;
    return this.#accept(state, pulse, opened.newSession, now);
  }

  /** Counts a datagram that is not looked at. */
  drop(path: number, reason: Dropped): Heard {
    const state = this.#paths[path];
    if (state !== undefined) state.dropped[reason] = (state.dropped[reason] ?? 0) + 1;
    return NOTHING;
  }

  counters(path: number): PathCounters {
    const state = this.#paths[path];
    if (state === undefined) return { received: 0, hellos: 0, rttMillis: undefined, dropped: {} };
    const { received, hellos, rttMillis, dropped } = state;
    return { received, hellos, rttMillis, dropped: { ...dropped } };
  }

  #accept(state: PathState, pulse: Pulse, restarted: boolean, now: Millis): Heard {
    state.received++;
    state.rttMillis = roundTrip(pulse, now) ?? state.rttMillis;
    if (state.last === undefined || restarted || pulse.sentAt > state.last.sentAt)
      state.last = { sentAt: pulse.sentAt, at: now };
    // Paths differ in delay: an older word must not undo a newer one.
    if (pulse.sentAt <= this.#newest) return { alive: true, pulse: undefined, restarted };
    this.#newest = pulse.sentAt;
    return { alive: true, pulse, restarted };
  }
}
