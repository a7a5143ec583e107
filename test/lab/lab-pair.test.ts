/**
 * The lab's handles of a director, against the real daemon: start, status, syslog, freezing, memory, ends.
 * What the pair does with failures is not the subject here.
 */
import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Lab, raiseLab } from '../../src/lab/lab.js';
import { until } from '../../src/until.js';
import { millis } from '../../src/time.js';

let lab: Lab;
beforeAll(async () => {
  lab = await raiseLab({ servers: ['vsftpd'] });
});
afterAll(async () => {
  await lab.down();
});

/** The letter of /proc/PID/stat: T is stopped by a signal. */
const stateOf = (pid: number): string => readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.[0] ?? '';

test('a director that does not run has no process, no memory and no status', async () => {
  const alpha = lab.director('alpha');
  expect(alpha.pid).toBeUndefined();
  expect(alpha.residentMebibytes()).toBeUndefined();
  expect(await alpha.stop()).toBeUndefined();
  await expect(alpha.status()).rejects.toThrow(/no daemon answers/);
});

test('a started pair answers on its control sockets and speaks to the lab’s syslog', async () => {
  for (const name of ['alpha', 'beta'] as const) lab.director(name).start();
  const roles = await until(
    async () => {
      const [alpha, beta] = [await lab.director('alpha').status(), await lab.director('beta').status()];
      return beta.sync.inSync && [alpha.role, beta.role];
    },
    { what: 'beta is in sync', within: millis(20_000), every: millis(100) },
  );
  expect(roles).toEqual(['active', 'backup']);
  expect((await lab.director('beta').status()).node).toBe('beta');
  expect(lab.syslog.join('\n')).toMatch(/ftpair\[\d+\]: .*alert=role-active/);
  expect(lab.director('alpha').residentMebibytes()).toBeGreaterThan(20);
  expect(lab.director('alpha').log()).toContain('"node":"alpha"');
});

test('a paused director stands still until it is resumed', async () => {
  const beta = lab.director('beta');
  const pid = beta.pid ?? 0;
  beta.pause();
  await until(() => stateOf(pid) === 'T', { what: 'it is stopped', within: millis(2000), every: millis(1) });
  beta.resume();
  await until(() => stateOf(pid) !== 'T', { what: 'it goes on', within: millis(2000), every: millis(1) });
});

test('a director that is told to stop ends with 0, a killed one by its signal, and both can be started again', async () => {
  const beta = lab.director('beta');
  expect(await beta.stop()).toBe(0);
  expect(beta.pid).toBeUndefined();
  beta.start();
  await until(() => beta.status(), { what: 'beta answers again', within: millis(20_000), every: millis(50) });
  expect(await beta.kill()).toBe('SIGKILL');
});
