/**
 * Hostile datagrams, sent from a machine on both LANs that overhears the pair: each is counted under its reason, answered by nothing, and
 * changes nothing. A datagram is 40 bytes of header, ciphertext, and 16 bytes of tag (seal/header.ts).
 */
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Lab, raiseLab } from '../../src/lab/lab.js';
import type { DirectorName, Lan } from '../../src/lab/plan.js';
import { until } from '../../src/until.js';
import { createChannel } from '../../src/seal/channel.js';
import { millis, monotonicNow } from '../../src/time.js';
import { type Foe, type Overheard, plugFoe, type Shot } from './support/foe.js';
import { kernelOf } from './support/kernel.js';
import { macsOf } from './support/observer.js';
import { settled } from './support/settled.js';

const PULSE = 7390;
const JOURNAL = 7391;
const BOTH = ['alpha', 'beta'] as const;

type Counts = Readonly<Record<string, number>>;

let lab: Lab;
let foe: Foe;
/** Everything between the directors since they were started. */
const recorded: Shot[] = [];
/** What reached the foe that an answer to it would need. */
const toFoe: string[] = [];

beforeAll(async () => {
  lab = await raiseLab({ servers: ['vsftpd'] });
  foe = await plugFoe(lab);
  lab.director('alpha').start();
  lab.director('beta').start();
  await settled(lab, 'alpha', 'beta');
  await pathsAlive();
  await (await lab.client.session()).prepare('EPSV');
  await listen();
});

afterAll(async () => {
  await foe.unplug();
  await lab.down();
});

/** Sends, and keeps what was heard meanwhile. */
async function shoot(shots: readonly Shot[]): Promise<Overheard> {
  const overheard = await foe.send(shots);
  recorded.push(...overheard.datagrams);
  toFoe.push(...overheard.toUs);
  return overheard;
}

/** The pulse side has told of both paths, on both: it does so every second. */
async function pathsAlive(): Promise<void> {
  const whole = async (name: DirectorName): Promise<boolean> => {
    const { paths } = (await lab.director(name).status()).peer;
    return paths.length === 2 && paths.every(({ alive }) => alive);
  };
  await until(async () => (await whole('alpha')) && (await whole('beta')), {
    what: 'both paths live',
    within: millis(5000),
  });
}

async function listen(): Promise<void> {
  await shoot([]);
}

function addressOf(name: DirectorName, lan: Lan): string {
  return lab.plan.directors[name][lan].v4;
}

/** To alpha, in beta's name. */
function toAlpha(payload: Uint8Array, port: number, from?: string): Shot {
  const lan = port === PULSE ? 'public' : 'private';
  return {
    lan,
    mac: macsOf(lab, 'alpha')[lan],
    from: from ?? addressOf('beta', lan),
    to: addressOf('alpha', lan),
    port,
    payload: Buffer.from(payload).toString('base64'),
  };
}

/** Refused so far: by the pulse on all its paths, and by the journal. */
async function dropped(name: DirectorName): Promise<{ readonly pulse: Counts; readonly journal: Counts }> {
  const { peer, sync } = await lab.director(name).status();
  const pulse: Record<string, number> = {};
  for (const path of peer.paths)
    for (const [reason, count] of Object.entries(path.dropped)) pulse[reason] = (pulse[reason] ?? 0) + count;
  return { pulse, journal: sync.dropped };
}

function risen(before: Counts, now: Counts): Counts {
  const rises = Object.entries(now).map(
    ([reason, count]) => [reason, count - (before[reason] ?? 0)] as const,
  );
  return Object.fromEntries(rises.filter(([, rise]) => rise !== 0));
}

const sum = (counts: Counts): number => Object.values(counts).reduce((total, count) => total + count, 0);

interface Refusals {
  readonly pulse: Counts;
  readonly journal: Counts;
}

/** What a director counts of so many hostile datagrams at least: by the pulse, whose counters come every second, and by the journal. */
async function counting(name: DirectorName, shots: readonly Shot[], least = shots.length): Promise<Refusals> {
  const before = await dropped(name);
  await shoot(shots);
  let last: Refusals = { pulse: {}, journal: {} };
  await until(
    async () => {
      const now = await dropped(name);
      last = { pulse: risen(before.pulse, now.pulse), journal: risen(before.journal, now.journal) };
      return sum(last.pulse) + sum(last.journal) >= least;
    },
    { what: `${name} has counted ${least} datagrams`, within: millis(4000) },
  ).catch(() => undefined);
  return last;
}

/** All that must not change: roles and their history, both kernels' tables, sync, and the alerts. */
async function picture(): Promise<unknown> {
  const pair = await Promise.all(
    BOTH.map(async (name) => {
      const { role, term, history, peer, sync, sessions } = await lab.director(name).status();
      return {
        ...{ role, term, sessions, changes: history.length, alive: peer.alive, versions: peer.versions },
        sync: { inSync: sync.inSync, detail: sync.detail, resyncs: sync.resyncs, repairs: sync.repairs },
        kernel: await kernelOf(lab, name),
      };
    }),
  );
  // On a busy machine a path falls silent for a moment, or a server is slow, without anybody's doing.
  return { pair, alerts: lab.syslog.filter((line) => !/ alert=(path|server|no-server)/.test(line)) };
}

/** Does it, and expects the picture to be the same before and after. */
async function unchanged<T>(work: () => Promise<T>): Promise<T> {
  const before = await picture();
  const result = await work();
  expect(await picture()).toEqual(before);
  return result;
}

const bytesOf = (shot: Shot): Buffer => Buffer.from(shot.payload, 'base64');

/**
 * The newest datagram of so many bytes from beta to alpha on this port, with a counter that was not there yet: not a replay by its
 * looks. The journal may take either LAN.
 */
function unseen(port: number, length: number): Shot {
  const shot = recorded.findLast(
    (one) => one.port === port && one.to === addressOf('alpha', one.lan) && bytesOf(one).length === length,
  );
  if (shot === undefined) throw new Error(`nothing was recorded on port ${port}`);
  const forged = bytesOf(shot);
  forged.writeUInt32BE((forged.readUInt32BE(36) + 2 ** 20) >>> 0, 36);
  return { ...shot, payload: forged.toString('base64') };
}

function key(): Buffer {
  return Buffer.from(readFileSync(join(dirname(lab.config), 'pair.key'), 'utf8').trim(), 'base64');
}

/** So many hellos of a director that calls itself beta. */
function hellos(label: 'pulse' | 'journal', shared: Uint8Array, count: number): Buffer[] {
  const channel = createChannel({ key: shared, self: 1, label, boot: Buffer.alloc(16, 7) });
  return Array.from({ length: count }, () => channel.seal(0, Buffer.alloc(60))).flat();
}

describe('datagrams of somebody', () => {
  it('with another key, in the name of the peer: `unverified`', async () => {
    const wrong = Buffer.alloc(32, 1);
    const shots = [
      ...hellos('pulse', wrong, 50).map((datagram) => toAlpha(datagram, PULSE)),
      ...hellos('journal', wrong, 40).map((datagram) => toAlpha(datagram, JOURNAL)),
    ];
    expect(await unchanged(() => counting('alpha', shots))).toEqual({
      pulse: { unverified: 50 },
      journal: { unverified: 40 },
    });
  });

  it('at another address, who even has the key, or none: `stranger`', async () => {
    const [at, within] = [foe.addresses.public, foe.addresses.private];
    const shots = [
      ...hellos('pulse', key(), 30).map((datagram) => toAlpha(datagram, PULSE, at)),
      ...hellos('journal', key(), 30).map((datagram) => toAlpha(datagram, JOURNAL, within)),
      ...hellos('pulse', Buffer.alloc(32), 20).map((datagram) => toAlpha(datagram, PULSE, at)),
      toAlpha(Buffer.from('who is there?'), JOURNAL, within),
    ];
    expect(await unchanged(() => counting('alpha', shots))).toEqual({
      pulse: { stranger: 50 },
      journal: { stranger: 31 },
    });
  });
});

describe('a recording of the pair', () => {
  it('sent again at once, to both: `replay`, every one of it', async () => {
    await listen();
    const fresh = recorded.slice(-120);
    const to = (name: DirectorName, port: number): number =>
      fresh.filter((shot) => shot.port === port && shot.to === addressOf(name, shot.lan)).length;
    expect(Math.min(to('alpha', PULSE), to('beta', PULSE), to('alpha', JOURNAL))).toBeGreaterThan(3);
    const before = await dropped('beta');
    const atAlpha = await unchanged(() =>
      counting('alpha', fresh, to('alpha', PULSE) + to('alpha', JOURNAL)),
    );
    expect(atAlpha).toEqual({
      pulse: { replay: to('alpha', PULSE) },
      journal: { replay: to('alpha', JOURNAL) },
    });
    await until(async () => sum(risen(before.pulse, (await dropped('beta')).pulse)) >= to('beta', PULSE), {
      what: 'beta has counted',
      within: millis(3000),
    });
    const now = await dropped('beta');
    expect(risen(before.pulse, now.pulse)).toEqual({ replay: to('beta', PULSE) });
    expect(risen(before.journal, now.journal)).toEqual({ replay: to('beta', JOURNAL) });
  });

  it('cut at every length: `short` below 56 bytes, `unverified` from there on', async () => {
    await listen();
    const cut = (shot: Shot): Shot[] =>
      Array.from({ length: bytesOf(shot).length }, (_, length) => ({
        ...shot,
        payload: bytesOf(shot).subarray(0, length).toString('base64'),
      }));
    const shots = [...cut(unseen(PULSE, 116)), ...cut(unseen(JOURNAL, 79))];
    expect(await unchanged(() => counting('alpha', shots))).toEqual({
      pulse: { short: 56, unverified: 60 },
      journal: { short: 56, unverified: 23 },
    });
  });

  it('with each of its bits flipped: by the field that it is in, and `unverified` everywhere else; no more is said than before', async () => {
    await listen();
    const flipped = (shot: Shot): Shot[] =>
      Array.from({ length: bytesOf(shot).length * 8 }, (_, bit) => {
        const forged = bytesOf(shot);
        forged.writeUInt8((forged[bit >> 3] ?? 0) ^ (1 << (bit & 7)), bit >> 3);
        return { ...shot, payload: forged.toString('base64') };
      });
    const shots = [...flipped(unseen(PULSE, 116)), ...flipped(unseen(JOURNAL, 79))];
    expect(shots).toHaveLength(116 * 8 + 79 * 8);
    const from = recorded.length;
    const began = monotonicNow();
    // The version's bits too raise no alert while the peer is understood.
    const counts = await unchanged(() => counting('alpha', shots));
    await listen();
    const seconds = (monotonicNow() - began) / 1000;
    const header = {
      ...{ magic: 16, version: 8, kind: 8, sender: 8, stream: 4 },
      ...{ epoch: 31, counter: 11, replay: 1 },
    };
    expect(counts).toEqual({
      pulse: { ...header, unverified: 116 * 8 - 87 },
      journal: { ...header, unverified: 79 * 8 - 87 },
    });
    // Twenty pulses a second on each of two paths, and the journal's five acknowledgements: 1560 answers would show.
    const said = recorded.slice(from).filter((shot) => shot.from === addressOf('alpha', shot.lan));
    expect(said.length).toBeLessThan(60 * seconds + 50);
  });
});

describe('a recording of an earlier run', () => {
  it('of the backup is worth nothing to the active, nor one of the active to the new backup', async () => {
    await listen();
    const old = [...recorded];
    await lab.director('beta').stop();
    lab.director('beta').start();
    await settled(lab, 'alpha', 'beta');
    await pathsAlive();
    const session = (shot: Shot): boolean => bytesOf(shot)[3] === 2;
    const shots = old.filter(session).slice(0, 400);
    const to = (name: DirectorName, port: number): Shot[] =>
      shots.filter((shot) => shot.port === port && shot.to === addressOf(name, shot.lan));
    const [pulses, journal] = [to('alpha', PULSE), to('alpha', JOURNAL)];
    expect(await unchanged(() => counting('alpha', [...pulses, ...journal]))).toEqual({
      pulse: { epoch: pulses.length },
      journal: { epoch: journal.length },
    });
    const late = [...to('beta', PULSE), ...to('beta', JOURNAL)];
    const atBeta = await unchanged(() => counting('beta', late));
    expect([sum(atBeta.pulse), sum(atBeta.journal)]).toEqual([
      to('beta', PULSE).length,
      to('beta', JOURNAL).length,
    ]);
  });

  it('its hellos, which need no answer, change nothing either', async () => {
    const hello = recorded.filter((shot) => bytesOf(shot)[3] === 1);
    expect(hello.length).toBeGreaterThan(1);
    await unchanged(() => shoot(hello));
    await settled(lab, 'alpha', 'beta');
  });
});

describe('a path that carries garbage only', () => {
  it('is left by the journal, although it comes in the name of the peer', async () => {
    lab.cut('beta', 'private');
    const began = monotonicNow();
    const session = await lab.client.session();
    await session.prepare('EPSV');
    await until(
      async () => {
        await shoot([toAlpha(Buffer.alloc(79, 1), JOURNAL)]);
        return monotonicNow() - began > 2500;
      },
      { what: 'garbage came for a while', within: millis(5000), every: millis(50) },
    );
    expect((await lab.director('alpha').status()).sync).toMatchObject({ inSync: true });
    expect((await lab.director('beta').status()).sync).toMatchObject({ inSync: true });
    expect(await kernelOf(lab, 'beta')).toEqual(await kernelOf(lab, 'alpha'));
    lab.mend('beta', 'private');
    await settled(lab, 'alpha', 'beta');
  });
});

describe('the words of a dead active, sent again', () => {
  it('keep nobody from taking over', async () => {
    await listen();
    const words = recorded.filter((shot) => shot.from === addressOf('alpha', shot.lan)).slice(-100);
    lab.powerOff('alpha');
    await until(
      async () => {
        await shoot(words);
        return (await lab.director('beta').status()).role === 'active';
      },
      { what: 'beta is active', within: millis(3000) },
    );
    const { history } = await lab.director('beta').status();
    expect(history.at(-1)).toMatchObject({ to: 'active', reason: 'peerDead' });
  });

  it('and nothing of all this was ever answered', () => {
    expect(toFoe).toEqual([]);
  });
});
