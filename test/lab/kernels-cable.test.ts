/** Both kernels while sessions come, announce, transfer and go, and the cables between the directors are bad. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { StatusView } from '../../src/control/status.js';
import { content } from '../../src/lab/content.js';
import { nftIn } from '../../src/lab/ip-command.js';
import { type Lab, raiseLab } from '../../src/lab/lab.js';
import { type Instrument, startInstrument } from '../bench/instrument.js';
import type { Report } from './support/bad-cable-main.js';
import { alike, type Kernels, kernelsOf, PATIENT } from './support/kernels.js';
import { settled } from './support/settled.js';
import { MODES } from './support/survivors.js';

/** In a hundred datagrams: lost, doubled, late. */
const BADNESS = [5, 5, 10];
const SEED = 4711;
/** Made-up sessions a second, each with a channel that is announced, used and closed, for so many seconds. */
const RATE = 200;
const ROUNDS = 6;

let lab: Lab;
let kernels: Kernels;
let cables: Instrument<Report>;
let before: Record<'alpha' | 'beta', StatusView>;

async function statuses(): Promise<typeof before> {
  const [alpha, beta] = await Promise.all([lab.director('alpha').status(), lab.director('beta').status()]);
  return { alpha, beta };
}

/** The bridges let no pulse and no journal through: what arrives has come through the bad cables. */
function takeOffBridges(): void {
  const ends = Object.values(lab.plan.directors).flatMap(({ machine }) =>
    machine.cables.map(({ wireEnd }) => `"${wireEnd}"`),
  );
  const rule = `iifname { ${ends.join(', ')} } udp dport { 7390, 7391 } drop`;
  const chain = ['type filter hook forward priority 0', rule].join('\n');
  nftIn(lab.plan.wire, `table bridge bad {\nchain forward {\n${chain}\n}\n}\n`);
}

beforeAll(async () => {
  lab = await raiseLab({ servers: ['vsftpd', 'proftpd'], ipv6: true, pulse: PATIENT });
  lab.director('alpha').start();
  lab.director('beta').start();
  await settled(lab, 'alpha', 'beta');
  kernels = kernelsOf(lab);
  const { alpha, beta } = lab.plan.directors;
  const ends = alpha.machine.cables.flatMap(({ wireEnd }, index) => [
    wireEnd,
    beta.machine.cables[index]?.wireEnd ?? '',
  ]);
  const args = [SEED, ...BADNESS, ...ends].map(String);
  cables = startInstrument(lab.plan.wire, '../lab/support/bad-cable-main', args);
  await cables.report();
  takeOffBridges();
  before = await statuses();
});

afterAll(async () => {
  await lab.down();
});

/** Real sessions in every mode, each of which transfers and announces; every second one leaves. */
async function visit(round: number): Promise<void> {
  const visits = MODES.map(async (mode, index) => {
    const session = await lab.client.session({ localAddress: lab.client.addresses[index]!.v4 });
    await session.prepare(mode);
    expect((await session.retrieve(content.small.name)).sha256).toBe(content.small.sha256);
    await session.prepare(mode);
    if ((round + index) % 2 === 0) await session.quit();
  });
  await Promise.all(visits);
}

describe('with 5 % lost, 5 % doubled and 10 % overtaken between the directors', () => {
  it('the backup’s kernel equals the active’s after sessions that came, transferred and went', async () => {
    const generator = startInstrument(lab.director('alpha').namespace, 'replication/generator-main', [
      lab.vip,
      lab.plan.servers[0]!.address.v4,
    ]);
    expect(await kernels.alpha.arrive(0, 500)).toEqual({});
    await generator.ask(`start ${RATE}`);
    for (let round = 0; round < ROUNDS; round++) await visit(round);
    expect(await kernels.alpha.change(0, 250)).toEqual({});
    expect(await kernels.alpha.depart(250, 100)).toEqual({});
    // In the middle of everything: some hundred sessions are at each of their stages.
    const { sessions } = (await generator.ask('halt')) as { sessions: number };
    expect(sessions).toBeGreaterThan(RATE);
    const { expectations, masters } = await alike(kernels, 'alpha');
    expect(expectations).toBeGreaterThan(ROUNDS * 2);
    expect(masters).toBeGreaterThan(100);
    await generator.ask('finish');
    await alike(kernels, 'alpha');
  });

  it('there was something to heal, on the cable that the journal takes and on the other', async () => {
    const suffered = (await cables.report()).cables;
    expect(suffered).toHaveLength(4);
    for (const { passed, lost, doubled, late } of suffered) {
      expect(passed).toBeGreaterThan(100);
      expect(Math.min(lost, doubled, late)).toBeGreaterThan(0);
    }
    const percent = (part: 'lost' | 'doubled' | 'late'): number =>
      (100 * suffered.reduce((sum, cable) => sum + cable[part], 0)) /
      suffered.reduce((sum, { passed }) => sum + passed, 0);
    expect(percent('lost')).toBeGreaterThan(2.5);
    expect(percent('doubled')).toBeGreaterThan(2.5);
    expect(percent('late')).toBeGreaterThan(5);
    const { alpha, beta } = await statuses();
    expect(alpha.sync.resends).toBeGreaterThan(before.alpha.sync.resends + 20);
    expect(beta.sync.dropped['replay']).toBeGreaterThan(20);
  });

  it('nothing was lost that needed a full copy, and neither pulse nor roles were disturbed', async () => {
    const [after, { stall }] = [await statuses(), await cables.report()];
    // Otherwise it was this machine, and nothing can be said of the daemons.
    expect(stall).toBeLessThan(500);
    expect(after.alpha.sync.resyncs).toBe(before.alpha.sync.resyncs);
    for (const name of ['alpha', 'beta'] as const) {
      expect(after[name].role).toBe(before[name].role);
      expect(after[name].term).toBe(before[name].term);
      expect(after[name].history).toHaveLength(before[name].history.length);
      expect(after[name].peer.alive).toBe(true);
      after[name].peer.paths.forEach(({ alive, received }, index) => {
        expect(alive).toBe(true);
        expect(received).toBeGreaterThan(before[name].peer.paths[index]!.received + 20);
      });
    }
    expect(lab.syslog.filter((line) => /alert=(path|peer|sync)-lost/.test(line))).toEqual([]);
  });
});
