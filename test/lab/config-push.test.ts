/** One config for both directors: compared with the peer's, pushed to it, and what becomes of it when something is wrong over there. */
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { content } from '../../src/lab/content.js';
import { type Lab, raiseLab } from '../../src/lab/lab.js';
import type { DirectorName } from '../../src/lab/plan.js';
import { millis } from '../../src/time.js';
import { until } from '../../src/until.js';
import { settled } from './support/settled.js';

const BOTH = ['alpha', 'beta'] as const;

let lab: Lab;
let original = '';
let proposal = '';

beforeAll(async () => {
  lab = await raiseLab({ ownConfigs: true, ratePerSecond: 2_000_000 });
  original = readFileSync(lab.config, 'utf8');
  proposal = join(dirname(lab.config), 'new.yaml');
  for (const name of BOTH) lab.director(name).start();
  await settled(lab, 'alpha', 'beta');
});

afterAll(async () => {
  await lab.down();
});

/** The file with another forwarding rule and whatever else. */
function propose(more = ''): void {
  writeFileSync(proposal, `${original}forward: everything\n${more}`);
}

const textOf = (on: DirectorName): string => readFileSync(lab.director(on).configFile, 'utf8');
const push = (...words: string[]) => lab.director('alpha').ftpair('config', 'push', proposal, ...words);
const diff = (on: DirectorName) => lab.director(on).ftpair('config', 'diff');

/** Both have this text in their files, and run the same. */
async function bothHave(text: string): Promise<void> {
  expect([textOf('alpha') === text, textOf('beta') === text]).toEqual([true, true]);
  expect(await diff('beta')).toMatchObject({ status: 0, stdout: 'beta and alpha run the same config\n' });
}

describe('ftpair config', () => {
  it('push lets both take a file up under a running transfer, and diff says that they run the same', async () => {
    const session = await lab.client.session();
    await session.prepare('PASV');
    const transfer = session.retrieve(content.middle.name);
    propose();
    expect(await push()).toMatchObject({
      status: 0,
      stdout: `  forward: (default) → everything\n${proposal}: 1 change taken up by both directors; running sessions go on\n`,
    });
    await bothHave(readFileSync(proposal, 'utf8'));
    expect(readFileSync(`${lab.director('beta').configFile}.previous`, 'utf8')).toBe(original);
    expect(await transfer).toMatchObject({ sha256: content.middle.sha256, final: { code: 226 } });
    expect((await session.quit()).code).toBe(221);
    expect((await lab.director('alpha').status()).role).toBe('active');
    writeFileSync(proposal, original);
    expect((await push()).status).toBe(0);
    await bothHave(original);
  });

  it('diff names what the peer runs otherwise, and exits with 1', async () => {
    writeFileSync(lab.director('beta').configFile, `${original}forward: everything\n`);
    expect((await lab.director('beta').ftpair('reload')).status).toBe(0);
    expect(await diff('alpha')).toMatchObject({
      status: 1,
      stdout: 'on alpha → on beta\n  forward: (default) → everything\n',
    });
    // A push brings both together again, although nothing of it is new here.
    writeFileSync(proposal, original);
    expect((await push()).status).toBe(0);
    await bothHave(original);
  });

  it('push of a file with a mistake changes nothing', async () => {
    propose('tarck: []\n');
    const { status, stderr } = await push();
    expect(status).toBe(3);
    expect(stderr).toContain('unknown key "tarck"; did you mean `track`?');
    await bothHave(original);
  });

  it('push goes back on both when the peer cannot keep the file', async () => {
    propose();
    const file = lab.director('beta').configFile;
    rmSync(file);
    const { status, stderr } = await push();
    expect(status).toBe(1);
    expect(stderr).toContain('ftpair: refused, and nothing was changed: beta: Error: ENOENT');
    expect(existsSync(file)).toBe(false);
    writeFileSync(file, original);
    await bothHave(original);
  });

  it('push changes nothing while the peer stands still', async () => {
    propose();
    lab.director('beta').pause();
    const { status, stderr } = await push();
    lab.director('beta').resume();
    expect(status).toBe(1);
    expect(stderr).toContain('beta did not answer');
    await settled(lab, 'alpha', 'beta');
    await bothHave(original);
  });

  it('push to a peer that dies once it has taken the file up, or as it keeps it, says how things are', async () => {
    const replaced = (): number => lab.director('beta').log().split('"msg":"data plane replaced"').length;
    const before = { replaced: 0 };
    const moments = {
      'taken up': () => replaced() > before.replaced,
      kept: () => textOf('beta') !== original,
    };
    for (const [moment, reached] of Object.entries(moments)) {
      propose();
      before.replaced = replaced();
      const pushed = push();
      await until(reached, { what: `beta has it ${moment}`, within: millis(10_000), every: millis(1) });
      await lab.director('beta').kill();
      const { status, stderr } = await pushed;
      console.log(`the peer dies once it has the file ${moment}: exit status ${status}`);
      // The answer may have come through at the last moment.
      expect(textOf('alpha')).toBe(status === 0 ? readFileSync(proposal, 'utf8') : original);
      if (status !== 0) expect(stderr).toContain('beta did not answer');
      lab.director('beta').start();
      await settled(lab, 'alpha', 'beta');
      expect((await diff('alpha')).status).toBe(textOf('alpha') === textOf('beta') ? 0 : 1);
      writeFileSync(proposal, original);
      expect((await push()).status).toBe(0);
      await bothHave(original);
    }
  });
});
