/** `ftpair explain` where the backup has lost its uplink: a handover is accepted, and the role comes back, as it has said. */
import { readFileSync, writeFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Lab, raiseLab } from '../../src/lab/lab.js';
import { prepared } from '../../src/lab/paths.js';
import type { DirectorName } from '../../src/lab/plan.js';
import { millis } from '../../src/time.js';
import { until } from '../../src/until.js';
import { settled } from './support/settled.js';

let lab: Lab;

beforeAll(async () => {
  lab = await raiseLab({ servers: ['vsftpd'] });
  const uplink = lab.client.addresses[1]?.v4 ?? '';
  writeFileSync(lab.config, `${readFileSync(lab.config, 'utf8')}track: [${uplink}]\n`);
  lab.director('alpha').start();
  lab.director('beta').start();
  await settled(lab, 'alpha', 'beta');
});

afterAll(async () => {
  await lab.down();
});

async function ftpair(name: DirectorName, word: string): Promise<string> {
  const director = lab.director(name);
  const line = [prepared('dist/main.js'), word, '--runtime-dir', director.runtimeDir];
  const { status, stdout, stderr } = await director.run(process.execPath, line);
  expect([status, stderr]).toEqual([0, '']);
  return stdout;
}

function says(name: DirectorName, sentence: string): Promise<true> {
  return until(async () => (await ftpair(name, 'explain')).includes(sentence), {
    what: `${name} says: ${sentence}`,
    within: millis(20_000),
  });
}

it('says that the role would come back, and so it does', async () => {
  // Only beta's echo requests are lost: its cables and its pulse are as before.
  const from = lab.plan.directors.beta.public.v4;
  const drop = `table ip uplink {\n chain out {\n type filter hook output priority 0;\n ip saddr ${from} icmp type echo-request drop\n }\n}\n`;
  await lab.director('beta').run('nft', ['-f', '-'], drop);
  const back =
    'It would be accepted: beta becomes active, and no session is lost.\n' +
    '  The role would come back to alpha as soon as it is in sync: it reaches more of the tracked addresses.';
  await says('alpha', back);
  await says('beta', back);
  await ftpair('alpha', 'handover');
  await until(
    async () => {
      const { role, reason, history } = await lab.director('alpha').status();
      const last = history.slice(-2).map((change) => `${change.to} ${change.reason}`);
      return role === 'active' && reason === 'uplinkDown' && last[0] === 'backup operator';
    },
    { what: 'alpha has given the role away and got it back', within: millis(20_000) },
  );
});
