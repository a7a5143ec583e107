import { beforeEach, describe, expect, test } from 'vitest';
import { Conversation } from '../../../src/pulse/conversation.js';
import type { FromPulse, ToPulse } from '../../../src/pulse/face.js';
import type { Hands } from '../../../src/pulse/hands.js';
import { encodePulse } from '../../../src/pulse/payload.js';
import { PulseSide } from '../../../src/pulse/side.js';
import type { Report } from '../../../src/election/model.js';
import { millis } from '../../../src/time.js';
import type { Claim, Fault } from '../../../src/vip/face.js';
import { plainChannel } from '../simulation/plain.js';
import { LIMITS } from '../simulation/world.js';

const CONSTANTS = { interval: millis(10), silence: millis(30), fingerprint: '0011223344556677' };
const REPORT: Report = {
  role: 'active',
  term: 5,
  ready: true,
  inSync: true,
  fitness: 2,
  offer: undefined,
  asksForRole: false,
  goodbye: false,
  lease: millis(200),
};

/** One side with hands that write down what they do; each of them takes a hundredth of a millisecond. */
class Rig {
  now = 1000;
  did: string[] = [];
  posted: FromPulse[] = [];
  waiting: Uint8Array[] = [];
  forgot: number[] = [];
  claims: Claim[] = [];
  refuse: readonly Fault[] | undefined;
  restored = false;
  readonly side: PulseSide;

  constructor() {
    const hands: Hands = {
      now: () => millis(this.now),
      post: (message) => this.posted.push(message),
      paths: [
        {
          name: 'public',
          sendFailures: 0,
          forgetPeer: () => this.forgot.push(this.now),
          send: () => this.did.push('pulse'),
          drain: () => ({ datagrams: this.waiting.splice(0), strangers: 0, truncated: 0 }),
        },
      ],
      addresses: {
        raise: () => {
          this.#do('raise');
          return { ok: this.refuse === undefined, faults: this.refuse ?? [] };
        },
        release: () => {
          this.#do('release');
          return [];
        },
        renewLease: () => {
          this.#do('renew');
        },
        announce: () => {
          this.#do('announce');
        },
        probe: () => {
          this.#do('probe');
        },
        claims: () => this.claims.splice(0),
      },
      links: {
        drain: () => {
          const { restored } = this;
          this.restored = false;
          return { carrying: 2, restored };
        },
      },
    };
    this.side = new PulseSide(0, LIMITS, new Conversation(plainChannel(1), CONSTANTS, 1), hands);
    this.side.wake({ type: 'ready', ready: true });
  }

  /** Puts a pulse of the peer in front of the socket. */
  arrive(report: Partial<Report> = {}, fingerprint = CONSTANTS.fingerprint): void {
    const times = { sentAt: millis(this.now), echo: undefined, held: millis(0) };
    const payload = encodePulse({ ...CONSTANTS, fingerprint, ...times, report: { ...REPORT, ...report } });
    this.waiting.push(Buffer.concat([Uint8Array.of(1), payload]));
  }

  wake(now: number, message?: ToPulse): string[] {
    this.now = now;
    this.did = [];
    this.side.wake(message);
    return this.did;
  }

  #do(what: string): void {
    this.now += 0.125;
    this.did.push(what);
  }
}

let rig: Rig;

/** A backup that heard its active last at 1040. */
beforeEach(() => {
  rig = new Rig();
  for (const now of [1010, 1020, 1030, 1040]) {
    rig.now = now;
    rig.arrive();
    rig.wake(now);
  }
});

describe('a wake-up', () => {
  test('hears what waits before it judges the silence', () => {
    rig.arrive();
    expect(rig.wake(1075)).toEqual(['pulse']);
    expect(rig.side.state.mode.name).toBe('backup');
  });

  test('on time and with nothing heard asks the LAN before the silence is long enough', () => {
    rig.wake(1050);
    expect(rig.wake(1059)).toEqual([]);
    expect(rig.wake(1060)).toEqual(['probe', 'pulse']);
    expect(rig.side.state.mode.name).toBe('suspect');
    expect(rig.side.state.peer.alive).toBe(true);
  });

  test('that is late gives the peer another silence', () => {
    rig.wake(1050);
    expect(rig.wake(1071)).toEqual(['pulse']);
    expect(rig.side.state.mode.name).toBe('backup');
    rig.wake(1081);
    expect(rig.wake(1091)).toEqual(['probe', 'pulse']);
  });

  test('that brings a message of the work side hears what waits first, too', () => {
    rig.wake(1050);
    rig.arrive();
    rig.now = 1060;
    rig.did = [];
    rig.side.wake({ type: 'sync', inSync: true });
    expect(rig.did).toEqual(['pulse']);
  });

  test('says when the next one is due', () => {
    rig.now = 1050;
    expect(rig.side.wake()).toBe(1060);
    expect(rig.side.wake()).toBe(1060);
  });
});

/** Lets the peer die; the probes go out at 1060 and 1070. */
function untilTakeover(): string[] {
  for (const now of [1050, 1060, 1070]) rig.wake(now);
  return rig.wake(1080);
}

describe('a backup', () => {
  test('goes through a takeover every five seconds, and releases what it does not have', () => {
    const did: string[] = [];
    for (let now = 1050; now <= 11_060; now += 10) {
      rig.now = now;
      rig.arrive();
      if (rig.wake(now).includes('release')) did.push(String(now));
    }
    expect(did).toEqual(['6000', '11000']);
    expect(rig.side.state.mode.name).toBe('backup');
  });
});

test('on a silent path the peer’s hardware address is asked for anew, ten times a second, and not before', () => {
  rig.forgot = [];
  for (let now = 1050; now <= 1400; now += 10) rig.wake(now);
  // The path is lost 90 ms after its last pulse.
  expect(rig.forgot.map(Math.floor)).toEqual([1200, 1300, 1400]);
});

describe('a takeover', () => {
  test('raises the addresses, starts the lease, tells the peer, then the neighbours', () => {
    expect(untilTakeover()).toEqual(['raise', 'renew', 'pulse', 'announce']);
  });

  test('is told with the time of each step', () => {
    untilTakeover();
    expect(rig.posted.filter(({ type }) => type === 'role').at(-1)).toEqual({
      type: 'role',
      transition: {
        from: 'backup',
        to: 'active',
        reason: 'peerDead',
        at: 1080,
        term: 6,
        silentMillis: 40,
        steps: [
          { step: 'silentSince', at: 1040 },
          { step: 'probed', at: 1060 },
          { step: 'addressUp', at: 1080.125 },
          { step: 'leased', at: 1080.25 },
          { step: 'peerTold', at: 1080.25 },
          { step: 'gratuitous', at: 1080.375 },
        ],
      },
    });
  });

  test('does not happen when a claim of another waits', () => {
    for (const now of [1050, 1060, 1070]) rig.wake(now);
    rig.claims.push({ address: '192.0.2.1', mac: '02:00:00:00:00:07' });
    expect(rig.wake(1080)).toEqual(['pulse']);
    expect(rig.posted.at(-1)).toEqual({
      type: 'vipAnswered',
      address: '192.0.2.1',
      mac: '02:00:00:00:00:07',
    });
  });

  test('that the kernel refuses is a fault, announces nothing, and is undone', () => {
    rig.refuse = [{ operation: 'add address', reason: 'ENODEV' }];
    expect(untilTakeover()).toEqual(['raise', 'release', 'pulse']);
    expect(rig.posted).toContainEqual({ type: 'fault', operation: 'add address', reason: 'ENODEV' });
    expect(rig.side.state.mode.name).toBe('backup');
  });

  test('is announced again after 20 and 100 ms', () => {
    untilTakeover();
    const announced = [1090, 1100, 1101, 1140, 1179, 1181].filter((now) =>
      rig.wake(now).includes('announce'),
    );
    expect(announced).toEqual([1101, 1181]);
  });
});

describe('an active', () => {
  beforeEach(() => {
    untilTakeover();
  });

  test('renews the lease with every pulse', () => {
    expect(rig.wake(1091)).toEqual(['pulse', 'renew']);
  });

  test('renews it less often once it is told that there is no session, and at once when there is one', () => {
    rig.wake(1091, { type: 'sessions', any: false });
    const renewed = [1101, 1111, 1121, 1131, 1140, 1142, 1151].filter((now) =>
      rig.wake(now).includes('renew'),
    );
    expect(renewed).toEqual([1142]);
    expect(rig.wake(1152, { type: 'sessions', any: true })).toContain('renew');
    expect(rig.wake(1163)).toContain('renew');
  });

  test('that slept through two announcements makes one', () => {
    expect(rig.wake(1270)).toContain('announce');
    expect(rig.wake(1271)).toEqual([]);
  });

  test('puts its addresses up again and announces them when a link has come back', () => {
    rig.restored = true;
    expect(rig.wake(1082)).toEqual(['raise', 'announce']);
  });

  test('that slept longer than its lease hears the new active and renews nothing', () => {
    rig.now = 1285;
    rig.arrive({ term: 7 });
    expect(rig.wake(1290)).toEqual(['release', 'pulse']);
    expect(rig.side.state.mode.name).toBe('backup');
  });

  test('that slept hears the new active before it heeds its claim', () => {
    rig.now = 1285;
    rig.arrive({ term: 7 });
    rig.claims.push({ address: '192.0.2.1', mac: '02:00:00:00:00:07' });
    expect(rig.wake(1290)).toEqual(['release', 'pulse']);
    expect(rig.posted.filter(({ type }) => type === 'vipAnswered')).toEqual([]);
  });

  test('that slept longer than its lease gives way to a claim, though nothing is heard', () => {
    rig.claims.push({ address: '192.0.2.1', mac: '02:00:00:00:00:07' });
    expect(rig.wake(1290)).toEqual(['pulse', 'release', 'pulse']);
    expect(rig.side.state.mode.name).toBe('held');
  });

  test('that slept longer than its lease and hears nothing neither renews nor announces before it has asked', () => {
    const did = [1290, 1300, 1310, 1320, 1330].flatMap((now) => rig.wake(now));
    expect(did.filter((what) => what !== 'pulse')).toEqual(['probe', 'probe']);
    expect(rig.wake(1340)).toEqual(['raise', 'renew', 'announce', 'pulse']);
  });

  test('that stops says goodbye three times and is done', () => {
    rig.wake(1090);
    rig.did = [];
    rig.side.wake({ type: 'stop' });
    expect(rig.did).toEqual(['release', 'pulse', 'pulse', 'pulse']);
    expect(rig.posted.at(-1)).toEqual({ type: 'stopped' });
  });
});

test('the work side gets the counters every second', () => {
  const reports = (): FromPulse[] => rig.posted.filter(({ type }) => type === 'report');
  rig.wake(1999);
  expect(reports()).toHaveLength(0);
  rig.wake(2000);
  expect(reports()).toMatchObject([
    { role: 'backup', term: 5, paths: [{ name: 'public', received: 4, rttMillis: undefined, dropped: {} }] },
  ]);
});

describe('a peer with another config', () => {
  const THEIRS = 'ffeeddccbbaa9988';
  const BACKUP = { role: 'backup', term: 6 } as const;
  /** Two links, of which ours carries both; three tracked addresses. */
  const FITTER = (2 << 8) | (3 << 1);

  beforeEach(() => {
    untilTakeover();
  });

  test('does not get the role for tracked addresses that this config does not have', () => {
    rig.arrive({ ...BACKUP, fitness: FITTER }, THEIRS);
    rig.wake(1091);
    expect(rig.side.state.mode.name).toBe('active');
    rig.arrive({ ...BACKUP, fitness: FITTER });
    rig.wake(1101);
    expect(rig.side.state.mode.name).toBe('yielding');
  });

  test('is the same again as soon as this director has taken that config up', () => {
    rig.wake(1091, { type: 'config', fingerprint: `${THEIRS}0000` });
    rig.arrive({ ...BACKUP, fitness: FITTER }, THEIRS);
    rig.wake(1101);
    expect(rig.side.state.mode.name).toBe('yielding');
  });

  test('gets it for a link that carries', () => {
    rig.arrive({ ...BACKUP, fitness: 3 << 8 }, THEIRS);
    rig.wake(1091);
    expect(rig.side.state.mode.name).toBe('yielding');
  });
});
