/** `ftpair drill` by the built command on a director of the lab: what it measures, what it refuses, and that it leaves nothing. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Lab } from '../../src/lab/lab.js';
import { drill, drillLab, recordOf, traces } from './support/drills.js';
import { settled } from './support/settled.js';

let lab: Lab;

beforeAll(async () => {
  lab = await drillLab();
  lab.director('alpha').start();
  lab.director('beta').start();
  await settled(lab, 'alpha', 'beta');
});

afterAll(async () => {
  await lab.down();
});

describe('ftpair drill', () => {
  it('hands the role over, and every session survives', async () => {
    const before = await traces(lab, 'alpha');
    const done = await drill(lab, 'alpha', '--yes', '--duration', '2s', '--json', '-');
    const record = recordOf(done);
    expect(done.status).toBe(0);
    expect(record.sessions.map(({ outcome }) => outcome.type)).toEqual(Array(16).fill('survived'));
    expect(await traces(lab, 'alpha')).toBe(before);
  });
});
