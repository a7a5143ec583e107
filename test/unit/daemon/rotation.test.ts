/** What the kernel is told of the nannies' verdicts, and what may be said of it meanwhile. */
import { describe, expect, it } from 'vitest';
import type { VirtualService } from '../../../src/config/model.js';
import { Rotation } from '../../../src/daemon/rotation.js';

const services = [
  {
    name: 'ftp',
    scheduler: 'wrr',
    servers: [
      { name: 'one', weight: 1 },
      { name: 'two', weight: 1 },
    ],
  },
  { name: 'other', scheduler: 'wrr', servers: [{ name: 'three', weight: 1 }] },
] as unknown as VirtualService[];

/** An nft that answers when the test says so. */
function kernel(): {
  rotation: Rotation;
  faults: unknown[];
  scripts: string[];
  answers: ((refusal?: Error) => void)[];
} {
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
  return { rotation: new Rotation(services, load, (fault) => faults.push(fault)), faults, scripts, answers };
}

/** Lets the promises go on that have been answered. */
const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

describe('the rotation', () => {
  it('says that a failed server is out only when the kernel has taken the change', async () => {
    const { rotation, answers } = kernel();
    expect(rotation.judged('ftp', 'two', false)).toBe(true);
    await turn();
    expect([rotation.includes('ftp', 'two'), rotation.serves('ftp', 'two')]).toEqual([false, true]);
    answers[0]?.();
    await rotation.settled();
    expect([rotation.includes('ftp', 'two'), rotation.serves('ftp', 'two')]).toEqual([false, false]);
    expect(rotation.serves('ftp', 'one')).toBe(true);
  });

  it('goes on saying that a server is in when nft has refused to take it out', async () => {
    const { rotation, answers, faults } = kernel();
    rotation.judged('ftp', 'two', false);
    await turn();
    answers[0]?.(new Error('refused'));
    await rotation.settled();
    expect(rotation.serves('ftp', 'two')).toBe(true);
    expect(faults).toEqual([new Error('refused')]);
  });

  it('gives the kernel what was refused together with the next verdict, of whatever service', async () => {
    const { rotation, answers, scripts } = kernel();
    rotation.judged('ftp', 'two', false);
    await turn();
    answers[0]?.(new Error('refused'));
    await rotation.settled();
    rotation.judged('other', 'three', false);
    await turn();
    expect(scripts[1]).toContain('flush map inet ftpair service0');
    expect(scripts[1]).toContain('flush map inet ftpair service1');
    answers[1]?.();
    await rotation.settled();
    expect(rotation.serves('ftp', 'two')).toBe(false);
  });

  it('gives verdicts that come during a change to the kernel behind it, together', async () => {
    const { rotation, answers } = kernel();
    rotation.judged('ftp', 'two', false);
    await turn();
    expect(rotation.judged('ftp', 'one', false)).toBe(false);
    rotation.judged('ftp', 'two', true);
    answers[0]?.();
    await turn();
    expect([rotation.serves('ftp', 'one'), rotation.serves('ftp', 'two')]).toEqual([true, false]);
    answers[1]?.();
    await rotation.settled();
    expect([rotation.serves('ftp', 'one'), rotation.serves('ftp', 'two')]).toEqual([false, true]);
    expect(answers).toHaveLength(2);
  });
});
