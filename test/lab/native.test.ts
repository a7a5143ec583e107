/**
 * The addon where it needs root: frames in a network namespace, lost netlink events, scheduling, locked
 * memory; and that nothing is left behind after thousands of sockets and hundreds of workers.
 */
import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bundle, type Bundle } from '../unit/native/bundle.js';

const namespace = `ftpair-native-${randomBytes(4).toString('hex')}`;
let probe: Bundle;
let exercise: Bundle;

function ip(...words: string[]): void {
  execFileSync('ip', words);
}

beforeAll(async () => {
  probe = await bundle(new URL('./native-probe.ts', import.meta.url));
  exercise = await bundle(new URL('../unit/native/exercise.ts', import.meta.url));
  ip('netns', 'add', namespace);
  ip('-n', namespace, 'link', 'add', 'v0', 'type', 'veth', 'peer', 'name', 'v1');
  for (const name of ['lo', 'v0', 'v1']) ip('-n', namespace, 'link', 'set', name, 'up');
});

afterAll(() => {
  ip('netns', 'del', namespace);
  probe.remove();
  exercise.remove();
});

/** What the probe saw, in the namespace. */
function seen(name: string): unknown {
  const output = execFileSync('ip', ['netns', 'exec', namespace, process.execPath, probe.file, name], {
    encoding: 'utf8',
    timeout: 60_000,
  });
  return JSON.parse(output);
}

it('carries frames, with and without their header, and outlives an interface that goes down', () => {
  const common = { truncated: false, fromV0: true, atV1: true, type: 0x88b5, packet: 1 };
  expect(seen('packet')).toEqual({
    sent: [0, 0],
    got: [
      { text: 'cooked', ...common },
      { text: 'raw', ...common },
    ],
    // ENETDOWN, once.
    down: [-100, 0],
    back: ['back'],
  });
});

it('says once that netlink events were lost (ENOBUFS), and goes on', () => {
  expect(seen('overrun')).toEqual({ said: ['errno 105'], heardBefore: true, heardAfter: true });
});

it('makes only the calling thread a real-time thread', () => {
  expect(seen('scheduler')).toEqual({ result: 0, realtime: 1, afterwards: 0 });
});

it('locks the program in memory, and workers and the process still end well', () => {
  expect(seen('memory')).toEqual({ before: 0, result: 0, lockedAfter: true });
});

describe('thousands of sockets, and workers that end in every way', () => {
  interface Measure {
    readonly descriptors: number;
    readonly residentKib: number;
  }
  let measures: readonly Measure[];

  beforeAll(() => {
    // 4 to 7 sockets a round; one worker in five is terminated in the middle of its traffic.
    const output = execFileSync(process.execPath, ['--expose-gc', exercise.file, '2000', '200'], {
      encoding: 'utf8',
      timeout: 110_000,
    });
    measures = JSON.parse(output) as readonly Measure[];
  });

  it('leave no descriptor behind', () => {
    expect(measures.length).toBe(4);
    const [first, ...later] = measures.map(({ descriptors }) => descriptors);
    expect(first).toBeLessThan(40);
    expect(later).toEqual([first, first, first]);
  });

  it('leave no memory behind', () => {
    const [first, , , last] = measures.map(({ residentKib }) => residentKib);
    expect(last! - first!).toBeLessThan(24 * 1024);
  });
});
