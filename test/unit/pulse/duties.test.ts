/** What a director does with its hands, and when: the limits are those of the simulation. */
import { beforeEach, describe, expect, test } from 'vitest';
import { initialState } from '../../../src/election/machine.js';
import type { Action, Mode, State, Transition } from '../../../src/election/model.js';
import { Conversation } from '../../../src/pulse/conversation.js';
import { Duties } from '../../../src/pulse/duties.js';
import type { FromPulse } from '../../../src/pulse/face.js';
import { millis } from '../../../src/time.js';
import { plainChannel } from '../simulation/plain.js';
import { LIMITS } from '../simulation/world.js';

const CONSTANTS = { interval: millis(10), silence: millis(30), fingerprint: '0011223344556677' };

const TRANSITION: Transition = {
  from: 'backup',
  to: 'active',
  reason: 'operator',
  at: 1000,
  term: 2,
  silentMillis: 0,
  steps: [{ step: 'probed', at: 990 }],
};

const TAKEOVER: readonly Action[] = [
  { type: 'raise' },
  { type: 'startLease' },
  { type: 'sendPulse' },
  { type: 'announceAddresses' },
  { type: 'tell', transition: TRANSITION },
];

const state = (mode: Mode): State => ({ ...initialState(0, LIMITS.election, millis(1000)), mode });
const active = (): State =>
  state({
    name: 'active',
    retryAt: millis(0),
    doubt: undefined,
    contested: false,
    quietUntil: millis(0),
  });
const backup = (): State => state({ name: 'backup', vacantSince: undefined });

let now: number;
let did: string[];
/** The kinds of the renewals. */
let leased: string[];
let posted: FromPulse[];
let raises: boolean;
let duties: Duties;

beforeEach(() => {
  now = 1000;
  did = [];
  leased = [];
  posted = [];
  raises = true;
  const note = (what: string) => (): void => void did.push(what);
  duties = new Duties(
    {
      now: () => millis(now),
      post: (message) => posted.push(message),
      paths: [
        {
          name: 'public',
          sendFailures: 0,
          forgetPeer: note('forget'),
          send: note('pulse'),
          drain: () => ({ datagrams: [], strangers: 0, truncated: 0 }),
        },
      ],
      addresses: {
        raise: () => {
          did.push('raise');
          return { ok: raises, faults: raises ? [] : [{ operation: 'add address', reason: 'ENODEV' }] };
        },
        release: () => {
          did.push('release');
          return [];
        },
        renewLease: (kind) => {
          did.push('renew');
          leased.push(kind);
        },
        announce: note('announce'),
        probe: note('probe'),
        claims: () => [],
      },
      links: { drain: () => ({ carrying: 2, restored: false }) },
    },
    LIMITS,
    new Conversation(plainChannel(1), CONSTANTS, 1),
  );
});

/** What is done at this time by the clock alone. */
function at(time: number, of: State): string[] {
  now = time;
  did = [];
  duties.routine(of, millis(time));
  return did;
}

describe('the lease', () => {
  test('is over exactly when it has run out in the kernel, counted from its last renewal', () => {
    duties.execute([{ type: 'startLease' }], active());
    expect([duties.leaseOver(millis(1199.9)), duties.leaseOver(millis(1200))]).toEqual([false, true]);
    expect(at(1100, active())).toContain('renew');
    expect([duties.leaseOver(millis(1299.9)), duties.leaseOver(millis(1300))]).toEqual([false, true]);
  });

  test('is renewed with a pulse up to half an interval before it is due, and not with an earlier one', () => {
    duties.execute([{ type: 'startLease' }], active());
    now = 994.5;
    duties.execute([{ type: 'sendPulse' }], active());
    expect(at(1004.5, active())).toEqual(['pulse']);
    now = 995;
    duties.execute([{ type: 'sendPulse' }], active());
    expect(at(1005, active())).toEqual(['pulse', 'renew']);
  });

  test('is renewed when it is due though no pulse is', () => {
    duties.execute([{ type: 'startLease' }], active());
    now = 1005;
    duties.execute([{ type: 'sendPulse' }], active());
    expect(at(1009.9, active())).toEqual([]);
    expect(at(1010, active())).toEqual(['renew']);
  });

  test('waits longer when there are no sessions, and the word of it renews nothing', () => {
    duties.execute(TAKEOVER, active());
    duties.sessions = false;
    at(1010, active());
    expect(at(1011, active())).toEqual([]);
    // Renewed at 1010 for 50 ms: with the pulse at 1060, and before that with none.
    const renewed = [1020, 1030, 1040, 1050, 1060].filter((time) => at(time, active()).includes('renew'));
    expect(renewed).toEqual([1060]);
    duties.sessions = false;
    expect(at(1061, active())).toEqual([]);
  });

  test('says whether it is the first of a new active, and whether there are sessions: how soon the next one comes', () => {
    duties.execute([{ type: 'startLease' }], active());
    duties.sessions = false;
    at(1050, active());
    duties.sessions = true;
    at(1060, active());
    expect(leased).toEqual(['first', 'idle', 'busy']);
  });

  test('of a new active is renewed often again, whatever was said of sessions before', () => {
    duties.sessions = false;
    duties.execute([{ type: 'startLease' }, { type: 'sendPulse' }], active());
    expect(at(1010, active())).toEqual(['pulse', 'renew']);
  });
});

describe('a pulse', () => {
  test('follows the peer’s at once where it would be due in less than half an interval', () => {
    duties.execute([{ type: 'sendPulse' }], backup());
    duties.keepStep(millis(1005));
    expect(duties.nextDue(backup())).toBe(1010);
    duties.keepStep(millis(1006));
    expect(duties.nextDue(backup())).toBe(1006);
    expect(at(1006, backup())).toEqual(['pulse']);
    expect(duties.nextDue(backup())).toBe(1016);
  });
});

describe('the rehearsal', () => {
  test('is five seconds after the start for the first time', () => {
    expect(at(5999, backup())).toEqual(['pulse']);
    expect(duties.nextDue(backup())).toBe(6000);
    expect(at(6000, backup())).toEqual(['release']);
    expect(duties.nextDue(backup())).toBe(6009);
  });

  test('is never an active’s, which would release what it serves', () => {
    duties.execute(TAKEOVER, active());
    expect([6000, 11_000, 16_000].flatMap((time) => at(time, active()))).not.toContain('release');
  });
});

describe('announcements', () => {
  test('are repeated on the millisecond, each once', () => {
    duties.execute([{ type: 'startLease' }, { type: 'announceAddresses' }], active());
    const announced = [1019, 1020, 1021, 1099, 1100, 1101, 1500, 1501].filter((time) =>
      at(time, active()).includes('announce'),
    );
    expect(announced).toEqual([1020, 1100, 1500]);
  });

  test('end with the release, and begin anew with the next takeover', () => {
    duties.execute(TAKEOVER, active());
    duties.execute([{ type: 'release' }], backup());
    expect(at(1030, active())).toEqual(['pulse', 'renew']);
    duties.execute([{ type: 'announceAddresses' }], active());
    expect(at(1050, active())).toContain('announce');
  });
});

describe('the next wake-up', () => {
  test('of an active is for the pulse, the lease or the announcement, whichever comes first', () => {
    duties.execute([{ type: 'startLease' }], active());
    duties.execute([{ type: 'sendPulse' }], active());
    expect(duties.nextDue(active())).toBe(1010);
    now = 1003;
    duties.execute([{ type: 'startLease' }], active());
    expect(duties.nextDue(active())).toBe(1010);
    now = 1006;
    duties.execute([{ type: 'sendPulse' }], active());
    expect(duties.nextDue(active())).toBe(1013);
    now = 990;
    duties.execute([{ type: 'announceAddresses' }], active());
    expect(duties.nextDue(active())).toBe(1010);
  });
});

describe('an action', () => {
  test('of a takeover tells the change of role with what it took', () => {
    expect(duties.execute(TAKEOVER, active())).toBe(true);
    expect(did).toEqual(['raise', 'renew', 'pulse', 'announce']);
    expect(posted).toEqual([
      {
        type: 'role',
        transition: {
          ...TRANSITION,
          steps: [
            { step: 'probed', at: 990 },
            { step: 'addressUp', at: 1000 },
            { step: 'leased', at: 1000 },
            { step: 'peerTold', at: 1000 },
            { step: 'gratuitous', at: 1000 },
          ],
        },
      },
    ]);
  });

  test('of giving the role up tells when the addresses were released', () => {
    duties.execute([{ type: 'release' }, { type: 'tell', transition: TRANSITION }], backup());
    expect(posted).toMatchObject([
      { type: 'role', transition: { steps: [{ step: 'probed' }, { step: 'released', at: 1000 }] } },
    ]);
  });

  test('that answers the operator is not the last one', () => {
    const reply: Action = { type: 'reply', accepted: true, detail: 'The peer has taken the role.' };
    expect(duties.execute([reply, { type: 'sendPulse' }], active())).toBe(true);
    expect(posted).toEqual([{ type: 'handover', accepted: true, detail: 'The peer has taken the role.' }]);
    expect(did).toEqual(['pulse']);
  });

  test('that asks for the VIP or warns of an answer is followed by the next one', () => {
    const claim = { address: '192.0.2.1', mac: '02:00:00:00:00:07' };
    const actions: Action[] = [
      { type: 'probeVip' },
      { type: 'warnVipAnswered', ...claim },
      { type: 'sendPulse' },
    ];
    expect(duties.execute(actions, backup())).toBe(true);
    expect([did, posted]).toEqual([['probe', 'pulse'], [{ type: 'vipAnswered', ...claim }]]);
  });

  test('that ends a director is no refusal', () => {
    expect(duties.execute([{ type: 'ended' }], state({ name: 'stopped' }))).toBe(true);
    expect([did, posted]).toEqual([['pulse', 'pulse'], [{ type: 'stopped' }]]);
  });
});

describe('addresses that the kernel refuses', () => {
  test('are not leased, told or announced; the change of role is reported, and the operator hears that it failed', () => {
    raises = false;
    const reply: Action = { type: 'reply', accepted: true, detail: 'This director is active.' };
    expect(duties.execute([...TAKEOVER, reply], active())).toBe(false);
    expect(did).toEqual(['raise']);
    expect(posted).toEqual([
      { type: 'fault', operation: 'add address', reason: 'ENODEV' },
      {
        type: 'role',
        transition: {
          ...TRANSITION,
          steps: [
            { step: 'probed', at: 990 },
            { step: 'addressUp', at: 1000 },
          ],
        },
      },
      {
        type: 'handover',
        accepted: false,
        detail: 'The kernel refused the virtual addresses: see the log.',
      },
    ]);
  });
});
