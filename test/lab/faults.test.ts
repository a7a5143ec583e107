/**
 * Faults, each with its stated outcome. Held by an observer on the wire that is neither director, and by FTP sessions
 * that each fault meets in the middle of what they do; never by a daemon's own word alone.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { content } from '../../src/lab/content.js';
import { type Lab, raiseLab } from '../../src/lab/lab.js';
import { type Fault, FAULTS } from './support/faults-list.js';
import { planRounds, type RoundSeen, runRound } from './support/faults-rounds.js';
import { runFault, type Seen } from './support/faults-run.js';
import { settleAnyhow } from './support/faults-settle.js';
import type { Place } from './support/faults-watch.js';
import { plugObserver } from './support/observer.js';
import { bringUp, type Outcome } from './support/survivors.js';

/** Two directors never answer for one address longer than this. */
const TWO_ANSWER_MILLIS = 250;
/** Exactly one answers, so long after the last fault. */
const ALONE_WITHIN_MILLIS = 2000;
/** Passive and active; twenty sessions a fault would only cost time here: the survival matrix has all of them. */
const SESSION_MODES = ['PASV', 'EPRT'] as const;
const ROUNDS = 20;
const SEED = 20_260_101;

/** What these tests hold; the benchmark measures all of the list. */
const HELD: readonly string[] = [
  'power-active',
  'power-backup',
  'public-active',
  'private-active',
  'public-backup',
  'private-backup',
  'cables-active',
  'cables-backup',
  'pulse-cut',
  'pulse-from-active',
  'pulse-from-backup',
  'pulse-lossy',
  'kill',
  'restart',
  'stop-50',
  'stop-500',
  'stop',
  'stop-5s',
  'blocked',
  'start',
  'foreign',
  'partition',
];

let place: Place | undefined;

async function raise(): Promise<Place> {
  const lab = await raiseLab({ ratePerSecond: 1_500_000 });
  try {
    const observer = await plugObserver(lab);
    lab.director('alpha').start();
    lab.director('beta').start();
    return { lab, observer };
  } catch (error) {
    await lab.down();
    throw error;
  }
}

async function down(): Promise<void> {
  await place?.observer.unplug();
  await place?.lab.down();
  place = undefined;
}

afterAll(down);

/** The sessions that did not get through, each with what was wrong; none is the stated outcome. */
function broken(outcomes: readonly (Outcome & { readonly name: string })[]): readonly string[] {
  return outcomes
    .filter(({ transfer, control, further }) => [transfer, control, further].some((word) => word !== 'ok'))
    .map(({ name, transfer, control, further }) => `${name}: ${transfer}; ${control}; ${further}`);
}

/** A pair that does not become whole again costs one test, not those behind it: they get a fresh lab. */
async function wholeAgain(lab: Lab): Promise<boolean> {
  try {
    await settleAnyhow(lab);
    return true;
  } catch {
    await down();
    return false;
  }
}

interface Suffered extends Seen {
  readonly broken: readonly string[];
  readonly whole: boolean;
}

async function suffer(fault: Fault): Promise<Suffered> {
  place ??= await raise();
  const { lab } = place;
  const stage = { ...place, ...(await settleAnyhow(lab)) };
  const sessions = await bringUp(lab, fault.id, lab.vip, SESSION_MODES);
  let ends: Promise<readonly (Outcome & { name: string })[]> = Promise.resolve([]);
  const seen = await runFault(stage, fault, () => {
    ends = Promise.all(
      sessions.map(async (session) => ({
        name: `${session.mode} ${session.moment}`,
        ...(await session.after()),
      })),
    );
  });
  return { ...seen, broken: broken(await ends), whole: await wholeAgain(lab) };
}

const FAULTS_HELD = FAULTS.filter(({ id }) => HELD.includes(id));

it('knows every fault that it holds', () => {
  expect(FAULTS_HELD).toHaveLength(HELD.length);
});

// Not by an object's `$title`: long ones would be cut.
describe.each(FAULTS_HELD.map((fault) => [fault.title, fault] as const))('%s', (_title, fault) => {
  let seen: Suffered;

  beforeAll(async () => {
    seen = await suffer(fault);
  });

  it('leaves both addresses with the director that is to serve, and the pair whole', () => {
    const there = fault.serves === 'either' ? /^(active,active|backup,backup)$/ : fault.serves;
    expect(seen.after.join()).toMatch(there);
    expect(seen.after[0]).toBe(seen.after[1]);
    expect(seen.whole).toBe(true);
  });

  it('never has two answer for longer than the bound', () => {
    expect(seen.overlap).toBeLessThanOrEqual(TWO_ANSWER_MILLIS);
  });

  it('has exactly one answer in time', () => {
    expect(seen.alone).toBeLessThanOrEqual(ALONE_WITHIN_MILLIS);
  });

  it('is silent for no longer than its bound', () => {
    expect(seen.silence).toBeLessThanOrEqual(fault.silence + seen.ownStall);
  });

  it('breaks no session', () => {
    expect(seen.broken).toEqual([]);
  });

  it('says what there is to say, and nothing else about roles', () => {
    expect(seen.alerts).toEqual(expect.arrayContaining([...fault.alerts]));
    expect(seen.alerts.filter((alert) => fault.noAlerts.includes(alert))).toEqual([]);
  });
});

describe(`both daemons ended and started again, ${ROUNDS} times in random order`, () => {
  const rounds: RoundSeen[] = [];

  beforeAll(async () => {
    place ??= await raise();
    await settleAnyhow(place.lab);
    for (const round of planRounds(SEED, ROUNDS)) rounds.push(await runRound(place, round));
  });

  it.each(Array.from({ length: ROUNDS }, (_, index) => index))(
    'round %i: one serves, and in time',
    (index) => {
      const round = rounds[index]!;
      expect(round.serves.join()).toMatch(/^(alpha,alpha|beta,beta)$/);
      expect(round.overlap).toBeLessThanOrEqual(TWO_ANSWER_MILLIS);
      expect(round.alone).toBeLessThanOrEqual(ALONE_WITHIN_MILLIS);
    },
  );

  it('leaves a pair that becomes whole and serves', async () => {
    const { lab } = place!;
    await settleAnyhow(lab);
    const session = await lab.client.session();
    await session.prepare('PASV');
    expect((await session.retrieve(content.small.name)).sha256).toBe(content.small.sha256);
  });
});
