/**
 * Two routers on one cable under virtual time: the real PulseSide with simulated hands, and a simulated kernel
 * that answers for the VIP while its address is up and its lease runs, whatever has become of the daemon.
 */
import type { FromPulse, ToPulse } from '../../../src/pulse/face.js';
import { Conversation, type Sealer } from '../../../src/pulse/conversation.js';
import type { Hands } from '../../../src/pulse/hands.js';
import type { PulseLimits } from '../../../src/pulse/limits.js';
import { PulseSide } from '../../../src/pulse/side.js';
import { millis } from '../../../src/time.js';
import type { Claim } from '../../../src/vip/face.js';
import { Agenda } from './agenda.js';
import type { Random } from './random.js';

export const LIMITS: PulseLimits = {
  election: {
    interval: millis(10),
    silence: millis(30),
    listen: millis(150),
    probeCount: 2,
    probeSpacing: millis(10),
    lease: millis(200),
    grace: millis(80),
    handover: millis(300),
    retry: millis(200),
  },
  liveness: { silence: millis(30), quiet: millis(20), pathSilence: millis(90), patience: millis(300) },
  interval: millis(10),
  silence: millis(30),
  renewal: millis(50),
  gateRenewal: millis(10),
  lateness: millis(10),
};

/** What the cables do to pulses. The LAN on which the VIP is asked for is always whole. */
export interface Weather {
  readonly loss: number;
  readonly duplicates: number;
  readonly maxDelay: number;
  readonly paths: number;
  readonly channel: (run: number, self: 0 | 1) => Sealer;
}

class Machine {
  readonly inboxes: Uint8Array[][];
  claims: Claim[] = [];
  side: PulseSide | undefined;
  wake = 0;
  /** No instruction of the daemon (or of the whole machine) is executed before this time. */
  daemonStalledUntil = 0;
  frozenUntil = 0;
  up = false;
  leaseUntil = -1;
  refusesAddresses = false;
  fitness = 2;

  constructor(
    readonly index: 0 | 1,
    paths: number,
  ) {
    this.inboxes = Array.from({ length: paths }, () => []);
  }
}

export class World {
  readonly agenda = new Agenda();
  readonly machines: readonly [Machine, Machine];
  readonly log: string[] = [];
  pulsesCut = false;
  /** The longest time in which both kernels answered for the VIP without a break. */
  worstOverlap = 0;
  #overlap = 0;
  #run = 0;

  constructor(
    readonly random: Random,
    readonly weather: Weather,
  ) {
    this.machines = [new Machine(0, weather.paths), new Machine(1, weather.paths)];
  }

  /** A daemon starts: addresses that an earlier run has left are removed, the data plane is ready a little later. */
  start(index: 0 | 1): void {
    const machine = this.machines[index];
    if (machine.side !== undefined) return;
    machine.up = false;
    machine.daemonStalledUntil = 0;
    machine.inboxes.forEach((inbox) => inbox.splice(0));
    machine.claims.splice(0);
    const hands = this.#hands(machine);
    const constants = { interval: LIMITS.interval, silence: LIMITS.silence, fingerprint: '0011223344556677' };
    const conversation = new Conversation(
      this.weather.channel(++this.#run, index),
      constants,
      this.weather.paths,
    );
    machine.side = new PulseSide(index, LIMITS, conversation, hands);
    this.#wakeAt(machine, this.agenda.now);
    this.say(index, { type: 'ready', ready: true }, this.random.between(0, 50));
  }

  /** The daemon is killed: its kernel keeps the address until somebody removes it, and the lease until it ends. */
  kill(index: 0 | 1): void {
    this.machines[index].side = undefined;
  }

  /** Power loss: nothing of the machine is left. */
  crash(index: 0 | 1): void {
    this.kill(index);
    this.machines[index].up = false;
  }

  stall(index: 0 | 1, length: number): void {
    this.machines[index].daemonStalledUntil = this.agenda.now + length;
  }

  /** The whole machine stands still, its kernel too. */
  freeze(index: 0 | 1, length: number): void {
    this.stall(index, length);
    this.machines[index].frozenUntil = this.agenda.now + length;
  }

  /** A message of the work side. */
  say(index: 0 | 1, message: ToPulse, delay = 0): void {
    const { side } = this.machines[index];
    this.agenda.add(this.agenda.now + delay, () => {
      if (side !== undefined && this.machines[index].side === side) this.#wake(this.machines[index], message);
    });
  }

  runUntil(end: number): void {
    this.agenda.runUntil(end, (at) => {
      this.#integrate(at);
    });
  }

  /** Which kernels answer for the VIP now. */
  answering(): number[] {
    return this.machines
      .filter((machine) => this.#answers(machine, this.agenda.now))
      .map(({ index }) => index);
  }

  roles(): string[] {
    return this.machines.map(({ side }) => side?.state.mode.name ?? 'dead');
  }

  #hands(machine: Machine): Hands {
    return {
      now: () => millis(this.agenda.now),
      paths: machine.inboxes.map((inbox, path) => ({
        name: `path${path}`,
        sendFailures: 0,
        forgetPeer: () => undefined,
        send: (datagram) => {
          this.#send(machine, path, datagram);
        },
        drain: () => ({ datagrams: inbox.splice(0), strangers: 0, truncated: 0 }),
      })),
      addresses: {
        raise: () => {
          machine.up = !machine.refusesAddresses;
          return { ok: machine.up, faults: [] };
        },
        release: () => {
          machine.up = false;
          return [];
        },
        renewLease: () => {
          machine.leaseUntil = this.agenda.now + LIMITS.election.lease;
        },
        announce: () => {
          this.#claim(machine, this.machines[machine.index === 0 ? 1 : 0]);
        },
        probe: () => {
          this.#probe(machine);
        },
        claims: () => machine.claims.splice(0),
      },
      links: { drain: () => ({ carrying: machine.fitness, restored: false }) },
      post: (message) => {
        this.#posted(machine, message);
      },
    };
  }

  /** The work side in a nutshell: a backup of a living active is in sync a little later, any other is not. */
  #posted(machine: Machine, message: FromPulse): void {
    const { index } = machine;
    if (message.type === 'role') {
      const { from, to, reason, term } = message.transition;
      this.log.push(`${this.agenda.now.toFixed(1)} d${index} ${from}>${to} ${reason} term ${term}`);
    } else if (message.type === 'vipAnswered') {
      this.log.push(`${this.agenda.now.toFixed(1)} d${index} vip answered`);
    } else if (message.type === 'peer') {
      const inSync = message.peer.alive && message.peer.role === 'active';
      this.say(index, { type: 'sync', inSync }, inSync ? 30 : 0);
    }
  }

  #send(from: Machine, path: number, datagram: Uint8Array): void {
    const { random, weather } = this;
    const to = this.machines[from.index === 0 ? 1 : 0];
    const copies = random.chance(weather.duplicates) ? 2 : 1;
    for (let copy = 0; copy < copies; copy++) {
      if (this.pulsesCut || random.chance(weather.loss)) continue;
      this.agenda.add(this.agenda.now + random.between(0.05, weather.maxDelay), () => {
        if (to.side === undefined) return;
        to.inboxes[path]?.push(datagram);
        this.#wakeAt(to, this.agenda.now);
      });
    }
  }

  #probe(asker: Machine): void {
    const other = this.machines[asker.index === 0 ? 1 : 0];
    this.agenda.add(this.agenda.now + this.random.between(0.05, 1), () => {
      const heardAt = Math.max(this.agenda.now, other.frozenUntil);
      this.agenda.add(heardAt, () => {
        if (this.#answers(other, this.agenda.now)) this.#claim(other, asker);
      });
    });
  }

  /** A frame of one machine, an answer or an announcement, arrives at the other. */
  #claim(from: Machine, to: Machine): void {
    this.agenda.add(Math.max(to.frozenUntil, this.agenda.now + this.random.between(0.05, 1)), () => {
      if (to.side === undefined) return;
      to.claims.push({ address: '192.0.2.1', mac: `02:00:00:00:00:0${from.index}` });
      this.#wakeAt(to, this.agenda.now);
    });
  }

  #answers(machine: Machine, at: number): boolean {
    return machine.up && machine.leaseUntil > at && machine.frozenUntil <= at;
  }

  /** A daemon that is stalled wakes when the stall is over. */
  #wakeAt(machine: Machine, at: number): void {
    machine.wake = at;
    const { side } = machine;
    this.agenda.add(at, () => {
      if (machine.side !== side || machine.wake !== at) return;
      if (machine.daemonStalledUntil > this.agenda.now) this.#wakeAt(machine, machine.daemonStalledUntil);
      else this.#wake(machine);
    });
  }

  #wake(machine: Machine, message?: ToPulse): void {
    if (machine.daemonStalledUntil > this.agenda.now) {
      this.agenda.add(machine.daemonStalledUntil, () => {
        if (machine.side !== undefined) this.#wake(machine, message);
      });
      return;
    }
    const next = machine.side?.wake(message);
    // Otherwise a thread with real-time priority would wake for ever without getting anywhere.
    if (next !== undefined && next <= this.agenda.now)
      throw new Error(
        `d${machine.index} wants to be woken at ${next}, at ${this.agenda.now}: ${this.log.join('\n')}`,
      );
    // Timers of Node.js fire up to a millisecond behind their time.
    if (next !== undefined) this.#wakeAt(machine, next + this.random.between(0, 1));
  }

  /** Adds up the time in which both answered since the last event. */
  #integrate(at: number): void {
    const since = this.agenda.now;
    const [a, b] = this.machines;
    const until =
      this.#answers(a, since) && this.#answers(b, since) ? Math.min(at, a.leaseUntil, b.leaseUntil) : since;
    this.#overlap += until - since;
    this.worstOverlap = Math.max(this.worstOverlap, this.#overlap);
    if (until < at) this.#overlap = 0;
  }
}
