/** What the kernel is told of the servers' weights, and what may be said of it meanwhile. */
import { describe, expect, it } from 'vitest';
import type { VirtualService } from '../../../src/config/model.js';
import { Rotation } from '../../../src/daemon/rotation.js';

const services = [
  { name: 'ftp', scheduler: 'wrr', servers: [{ name: 'one' }, { name: 'two' }], rotation: {} },
  { name: 'other', scheduler: 'wrr', servers: [{ name: 'three' }], rotation: {} },
] as unknown as VirtualService[];

interface Kernel {
  /** Gives a server of service `ftp` or `other` a weight, and says so. */
  readonly weigh: (service: string, server: string, weight: number) => void;
  readonly rotation: Rotation;
  readonly faults: unknown[];
  readonly scripts: string[];
  readonly answers: ((refusal?: Error) => void)[];
}

/** An nft that answers when the test says so; every server begins with weight 1. */
function kernel(): Kernel {
  const weights = new Map<string, number>();
  const answers: ((refusal?: Error) => void)[] = [];
  const faults: unknown[] = [];
  const scripts: string[] = [];
  const load = (script: string): Promise<void> =>
    new Promise((resolve, reject) => {
      scripts.push(script);
      answers.push((refusal) => {
        if (refusal === undefined) resolve();
        else reject(refusal);
      });
    });
  const weightOf = (service: string, server: string): number => weights.get(`${service}/${server}`) ?? 1;
  const rotation = new Rotation(services, weightOf, load, (fault) => faults.push(fault));
  const weigh = (service: string, server: string, weight: number): void => {
    weights.set(`${service}/${server}`, weight);
    rotation.changed(service);
  };
  return { weigh, rotation, faults, scripts, answers };
}

/** Lets the promises go on that have been answered. */
const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

describe('the rotation', () => {
  it('says that a failed server is out only when the kernel has taken the change', async () => {
    const { weigh, rotation, answers } = kernel();
    weigh('ftp', 'two', 0);
    await turn();
    expect(rotation.serves('ftp', 'two')).toBe(true);
    answers[0]?.();
    await rotation.settled();
    expect([rotation.serves('ftp', 'one'), rotation.serves('ftp', 'two')]).toEqual([true, false]);
  });

  it('gives the kernel shares, not only in and out', async () => {
    const { weigh, rotation, scripts, answers } = kernel();
    weigh('ftp', 'one', 3);
    await turn();
    answers[0]?.();
    await rotation.settled();
    expect(scripts[0]?.match(/server0/g)).toHaveLength(180);
    expect(scripts[0]?.match(/server1/g)).toHaveLength(60);
  });

  it('goes on saying that a server is in when nft has refused to take it out', async () => {
    const { weigh, rotation, answers, faults } = kernel();
    weigh('ftp', 'two', 0);
    await turn();
    answers[0]?.(new Error('refused'));
    await rotation.settled();
    expect(rotation.serves('ftp', 'two')).toBe(true);
    expect(faults).toEqual([new Error('refused')]);
  });

  it('gives the kernel what was refused together with the next change, of whatever service', async () => {
    const { weigh, rotation, answers, scripts } = kernel();
    weigh('ftp', 'two', 0);
    await turn();
    answers[0]?.(new Error('refused'));
    await rotation.settled();
    weigh('other', 'three', 0);
    await turn();
    expect(scripts[1]).toContain('flush map inet ftpair service0');
    expect(scripts[1]).toContain('flush map inet ftpair service1');
    answers[1]?.();
    await rotation.settled();
    expect(rotation.serves('ftp', 'two')).toBe(false);
  });

  it('gives changes that come during another one to the kernel behind it, together', async () => {
    const { weigh, rotation, answers } = kernel();
    weigh('ftp', 'two', 0);
    await turn();
    weigh('ftp', 'one', 0);
    weigh('ftp', 'two', 1);
    answers[0]?.();
    await turn();
    expect([rotation.serves('ftp', 'one'), rotation.serves('ftp', 'two')]).toEqual([true, false]);
    answers[1]?.();
    await rotation.settled();
    expect([rotation.serves('ftp', 'one'), rotation.serves('ftp', 'two')]).toEqual([false, true]);
    expect(answers).toHaveLength(2);
  });
});
