/**
 * Random stories of faults under virtual time. FTPAIR_SCHEDULES=20000 plays more of them, FTPAIR_SEED=n begins
 * elsewhere. Limits here: pulse every 10 ms, silence 30 ms, lease 200 ms, two probes 10 ms apart.
 */
import { describe, expect, test } from 'vitest';
import { Channel } from '../../../src/seal/channel.js';
import { plainChannel } from './plain.js';
import { Random } from './random.js';
import { type FaultKind, play } from './schedule.js';
import { type Weather, World } from './world.js';

const COUNT = Number(process.env['FTPAIR_SCHEDULES'] ?? 60);
const FIRST = Number(process.env['FTPAIR_SEED'] ?? 1);

const CALM: Weather = { loss: 0, duplicates: 0, maxDelay: 1.5, paths: 1, channel: plainChannel };
const ROUGH: Weather = { loss: 0.2, duplicates: 0.1, maxDelay: 15, paths: 2, channel: plainChannel };
const SEALED: Weather = {
  ...ROUGH,
  channel: (run, self) =>
    new Channel({
      key: new Uint8Array(32).fill(1),
      self,
      label: 'pulse',
      boot: new Uint8Array(16).fill(run),
    }),
};

function stories(count: number, kinds: readonly FaultKind[], weather: Weather, mostOverlap: number): void {
  for (let seed = FIRST; seed < FIRST + count; seed++) {
    const ending = play(seed, kinds, weather);
    expect(ending.worstOverlap, ending.story).toBeLessThan(mostOverlap);
    expect(
      ending.answering.map((who) => who.length),
      ending.story,
    ).toEqual([1, 1]);
    expect(ending.roleChangesAfterwards, ending.story).toBe(0);
  }
}

const LIVING_DAEMONS = ['crash', 'handover', 'linkDown', 'refused', 'notReady'] as const;
const ON_A_WHOLE_CABLE = [...LIVING_DAEMONS, 'kill', 'stall'] as const;

// Long limits: some thousand schedules take minutes.
describe('two routers, whatever happens in whatever order', { timeout: 600_000 }, () => {
  test('on a whole cable both answer for the VIP for no longer than two words take, and one is left', () => {
    stories(COUNT, LIVING_DAEMONS, CALM, 3);
  });

  // Who stalls or is killed in the very moment of a handover does not hear that it is over; its lease is what ends it
  // (seeds 203366 and 1669).
  test('with daemons that stall or die: no longer than the lease lets their kernel answer', () => {
    stories(COUNT, ON_A_WHOLE_CABLE, CALM, 250);
  });

  test('with cut pulse paths and machines that freeze: no longer than silence, lease and two intervals', () => {
    stories(COUNT, [...ON_A_WHOLE_CABLE, 'cut', 'freeze'], CALM, 250);
  });

  test('a handover, a cut and a stall in the wrong moment', () => {
    stories(COUNT, ['cut', 'handover', 'stall', 'cut'], CALM, 250);
  });

  test('with loss, duplicates and delays that change the order', () => {
    stories(COUNT / 2, ON_A_WHOLE_CABLE, ROUGH, 250);
  });

  test('with sealed pulses', () => {
    stories(COUNT / 12, ON_A_WHOLE_CABLE, SEALED, 250);
  });
});

describe('a plain story', () => {
  function pair(): World {
    const world = new World(new Random(7), CALM);
    world.start(0);
    world.start(1);
    world.runUntil(400);
    return world;
  }

  test('the lower index is active, the other backup', () => {
    expect(pair().roles()).toEqual(['active', 'backup']);
  });

  test('power loss: the backup answers 60 ms later', () => {
    const world = pair();
    world.crash(0);
    world.runUntil(460);
    expect(world.answering()).toEqual([1]);
    expect(world.roles()).toEqual(['dead', 'active']);
  });

  test('a killed daemon: its kernel falls silent with the lease, then the backup answers', () => {
    const world = pair();
    world.kill(0);
    world.runUntil(590);
    expect(world.answering()).toEqual([0]);
    world.runUntil(605);
    expect(world.answering()).toEqual([]);
    world.runUntil(660);
    expect(world.answering()).toEqual([1]);
    expect(world.worstOverlap).toBe(0);
  });

  test('cut pulse paths: nothing changes, and there is a warning', () => {
    const world = pair();
    world.pulsesCut = true;
    world.runUntil(3000);
    expect(world.answering()).toEqual([0]);
    expect(world.log.filter((line) => line.includes('vip answered'))).toHaveLength(1);
    world.pulsesCut = false;
    world.runUntil(3100);
    expect(world.roles()).toEqual(['active', 'backup']);
  });

  test('an active that wakes in the very moment of the takeover gives way, or keeps the role: nothing else', () => {
    const endings = new Set<string>();
    for (let seed = 1; seed <= 40; seed++) {
      const world = new World(new Random(seed), CALM);
      world.start(0);
      world.start(1);
      world.runUntil(400);
      world.stall(0, world.random.between(220, 250));
      world.runUntil(1500);
      endings.add(
        world.log
          .slice(2)
          .map((line) => line.replace(/^[0-9.]+ /, ''))
          .join(', '),
      );
    }
    expect([...endings].sort()).toEqual([
      'd1 vip answered',
      // It saw the announcement of the new active before it heard its pulse.
      'd1 vip answered, d1 backup>active peerDead term 2, d0 active>backup outranked term 1, d0 vip answered',
      'd1 vip answered, d1 backup>active peerDead term 2, d0 active>backup outranked term 2',
    ]);
  });

  test('a stall longer than the lease behind cut pulse paths: never both', () => {
    const world = pair();
    world.pulsesCut = true;
    world.runUntil(420);
    world.stall(0, 400);
    world.runUntil(3000);
    expect(world.worstOverlap).toBe(0);
    expect(world.answering()).toEqual([1]);
    expect(world.roles()).toEqual(['held', 'active']);
  });

  test('a machine that freezes in the very moment of the question, behind cut pulse paths: the higher index gives way', () => {
    const world = pair();
    world.pulsesCut = true;
    world.runUntil(605);
    world.freeze(0, 100);
    world.runUntil(700);
    expect(world.roles()).toEqual(['active', 'active']);
    world.runUntil(3000);
    expect(world.worstOverlap).toBeLessThan(250);
    expect(world.answering()).toEqual([0]);
    expect(world.roles()).toEqual(['active', 'held']);
  });

  test('a returning director stays backup', () => {
    const world = pair();
    world.crash(0);
    world.runUntil(500);
    world.start(0);
    world.runUntil(1500);
    expect(world.roles()).toEqual(['backup', 'active']);
  });

  test('a handover leaves the VIP unanswered at no time', () => {
    const world = pair();
    world.say(0, { type: 'handover' });
    for (let at = 400; at < 450; at += 0.25) {
      world.runUntil(at);
      expect(world.answering().length).toBeGreaterThan(0);
    }
    expect(world.roles()).toEqual(['backup', 'active']);
  });
});
