/** A random story of faults for two simulated routers, the same for the same seed, and how it ended. */
import { Random } from './random.js';
import { type Weather, World } from './world.js';

export type FaultKind =
  'crash' | 'kill' | 'stall' | 'freeze' | 'cut' | 'handover' | 'linkDown' | 'refused' | 'notReady';

export interface Ending {
  /** Seed, faults and changes of role in order: what a failing test prints. */
  readonly story: string;
  /** The longest time in which both answered for the VIP, in milliseconds. */
  readonly worstOverlap: number;
  /** Who answers for the VIP 800 ms after the last fault has ended, and a while later. */
  readonly answering: readonly (readonly number[])[];
  readonly roleChangesAfterwards: number;
}

const SETTLE = 800;
const LONGEST_FAULT = 350;

/** Up to four faults, each up to 350 ms long, then time to settle. */
export function play(seed: number, kinds: readonly FaultKind[], weather: Weather): Ending {
  const random = new Random(seed);
  const world = new World(random, weather);
  world.start(0);
  world.agenda.add(random.between(0, 200), () => {
    world.start(1);
  });
  const faults: string[] = [`seed ${seed}`];
  let at = 200;
  for (let count = 1 + random.below(4); count > 0; count--) {
    at += random.between(0, 400);
    const kind = kinds[random.below(kinds.length)]!;
    const index = random.below(2) === 0 ? 0 : 1;
    const length = random.between(5, LONGEST_FAULT);
    faults.push(`${at.toFixed(1)} d${index} ${kind} for ${length.toFixed(1)}`);
    world.agenda.add(at, () => {
      strike(world, kind, index, length);
    });
  }
  world.runUntil(at + LONGEST_FAULT + SETTLE);
  const settled = world.answering();
  const changes = roleChanges(world);
  world.runUntil(at + LONGEST_FAULT + SETTLE + 200);
  return {
    story: [...faults, ...world.log, `roles ${world.roles().join(' ')}`].join('\n'),
    worstOverlap: world.worstOverlap,
    answering: [settled, world.answering()],
    roleChangesAfterwards: roleChanges(world) - changes,
  };
}

function roleChanges(world: World): number {
  return world.log.filter((line) => line.includes('>')).length;
}

function strike(world: World, kind: FaultKind, index: 0 | 1, length: number): void {
  const machine = world.machines[index];
  const later = (run: () => void): void => {
    world.agenda.add(world.agenda.now + length, run);
  };
  switch (kind) {
    case 'crash':
      world.crash(index);
      later(() => {
        world.start(index);
      });
      break;
    case 'kill':
      world.kill(index);
      later(() => {
        world.start(index);
      });
      break;
    case 'stall':
      world.stall(index, length);
      break;
    case 'freeze':
      world.freeze(index, length);
      break;
    case 'handover':
      world.say(index, { type: 'handover' });
      break;
    case 'cut':
      world.pulsesCut = true;
      later(() => {
        world.pulsesCut = false;
      });
      break;
    case 'linkDown':
      machine.fitness = 1;
      later(() => {
        machine.fitness = 2;
      });
      break;
    case 'refused':
      machine.refusesAddresses = true;
      later(() => {
        machine.refusesAddresses = false;
      });
      break;
    case 'notReady':
      world.say(index, { type: 'ready', ready: false });
      world.say(index, { type: 'ready', ready: true }, length);
      break;
  }
}
