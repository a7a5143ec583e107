/**
 * Two directors' exchanges that ask each other directly: both take a config up, or neither does, whoever fails or dies. What runs and what
 * the files say is looked at after each.
 */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { CONFIRM_LIMIT, ConfigExchange } from '../../../src/daemon/config-exchange.js';
import { Reloader } from '../../../src/daemon/reload.js';

const OLD = `
nodes:
  - name: alpha
    public: { interface: eth0, address: 192.0.2.2 }
    private: { interface: eth1, address: 10.0.0.2 }
  - name: beta
    public: { interface: eth0, address: 192.0.2.3 }
    private: { interface: eth1, address: 10.0.0.3 }
pulse: { key_file: /etc/ftpair/pair.key }
virtual_addresses: { public: [192.0.2.10/24], gateway: [10.0.0.1/24] }
services:
  - name: ftp
    address: 192.0.2.10
    servers: [{ name: one, address: 10.0.0.11, weight: 1 }]
`;
const NEW = OLD.replace('weight: 1', 'weight: 7');

interface Side {
  readonly exchange: ConfigExchange;
  readonly file: string;
  /** Weights that were taken up, in order. */
  readonly taken: number[];
  readonly faults: string[];
  /** Refuses the config with this weight. */
  refuses: number | undefined;
  /** Does not hear this question, nor any behind it. */
  deafTo: string | undefined;
  /** Works on this question, and its answer is lost. */
  dumbAt: string | undefined;
}

let directory: string;
let alpha: Side;
let beta: Side;

function makeSide(node: string, peer: string, other: () => Side): Side {
  const file = join(directory, `${node}.yaml`);
  writeFileSync(file, OLD);
  const taken: number[] = [];
  const faults: string[] = [];
  const reloader = new Reloader({
    file,
    text: OLD,
    apply: ({ services }) => {
      const weight = services[0]?.servers[0]?.weight ?? -1;
      if (weight === side.refuses) return Promise.reject(new Error('nft refused the ruleset'));
      taken.push(weight);
      return Promise.resolve();
    },
  });
  const side: Side = {
    file,
    taken,
    faults,
    refuses: undefined,
    deafTo: undefined,
    dumbAt: undefined,
    exchange: new ConfigExchange({
      ...{ file, node, peer, reloader },
      ask: async (question) => {
        const { type } = question as { type: string };
        const to = other();
        if (to.deafTo === type) to.deafTo = '*';
        if (to.deafTo === '*') return undefined;
        const answer = await to.exchange.answer(JSON.parse(JSON.stringify(question)));
        return to.dumbAt === type ? undefined : answer;
      },
      onFault: (operation, error) => faults.push(`${operation}: ${String(error)}`),
    }),
  };
  return side;
}

beforeEach(() => {
  vi.useFakeTimers();
  directory = mkdtempSync(join(tmpdir(), 'ftpair-exchange-'));
  alpha = makeSide('alpha', 'beta', () => beta);
  beta = makeSide('beta', 'alpha', () => alpha);
});

afterEach(() => {
  for (const { exchange } of [alpha, beta]) exchange.close();
  rmSync(directory, { recursive: true });
  vi.useRealTimers();
});

const weightIn = (file: string): string => /weight: (\d+)/.exec(readFileSync(file, 'utf8'))?.[1] ?? '';
const push = (text = NEW) => alpha.exchange.push(text, 'new.yaml');

/** What both run by now, and what their files say. */
function held(): Record<string, unknown> {
  return {
    alpha: [alpha.taken.at(-1) ?? 1, weightIn(alpha.file)],
    beta: [beta.taken.at(-1) ?? 1, weightIn(beta.file)],
  };
}
const BOTH_OLD = { alpha: [1, '1'], beta: [1, '1'] };
const BOTH_NEW = { alpha: [7, '7'], beta: [7, '7'] };

describe('a config that is pushed', () => {
  it('holds on both, in their files too, with the old files beside them', async () => {
    expect(await push()).toEqual({
      outcome: 'applied',
      file: 'new.yaml',
      complaints: [],
      changes: [{ path: 'services.ftp.servers.one.weight', before: '1', after: '7', restart: false }],
      detail: '',
    });
    expect(held()).toEqual(BOTH_NEW);
    expect(readFileSync(`${beta.file}.previous`, 'utf8')).toBe(OLD);
    await vi.advanceTimersByTimeAsync(2 * CONFIRM_LIMIT);
    expect(held()).toEqual(BOTH_NEW);
  });

  it('may be pushed from either side, again and again', async () => {
    await push();
    expect((await beta.exchange.push(OLD, 'f')).outcome).toBe('applied');
    expect(held()).toEqual(BOTH_OLD);
    expect((await push()).outcome).toBe('applied');
    expect((await push()).outcome).toBe('unchanged');
    expect(held()).toEqual(BOTH_NEW);
  });

  it('with a mistake in it changes nothing, and names the place', async () => {
    const answer = await push(NEW.replace('weight: 7', 'weight: 700'));
    expect(answer.outcome).toBe('invalid');
    expect(answer.complaints[0]).toMatch(/^new\.yaml:14:\d+: services\[0\]\.servers\[0\]\.weight: /);
    expect([alpha.taken, beta.taken]).toEqual([[], []]);
  });

  it('that asks for a restart changes nothing', async () => {
    const answer = await push(NEW.replace('pulse: {', 'pulse: { interval: 40ms,'));
    expect(answer.outcome).toBe('restart');
    expect([alpha.taken, beta.taken]).toEqual([[], []]);
  });

  it('changes nothing when the peer does not answer', async () => {
    beta.deafTo = 'prepare';
    expect(await push()).toMatchObject({
      outcome: 'refused',
      detail: 'beta did not answer: it is down, or runs another release, or the journal does not reach it',
    });
    expect([alpha.taken, beta.taken]).toEqual([[], []]);
  });

  it('changes nothing when the peer cannot take it up, and says why', async () => {
    beta.refuses = 7;
    expect(await push()).toMatchObject({ outcome: 'refused', detail: 'beta: nft refused the ruleset' });
    expect(held()).toEqual(BOTH_OLD);
    beta.refuses = undefined;
    expect((await push()).outcome).toBe('applied');
  });

  it('is taken back by the peer when this director cannot take it up', async () => {
    alpha.refuses = 7;
    expect(await push()).toMatchObject({ outcome: 'refused', detail: 'nft refused the ruleset' });
    expect(beta.taken).toEqual([7, 1]);
    expect(held()).toEqual(BOTH_OLD);
  });

  it('is taken back by this director when the peer cannot write its file', async () => {
    rmSync(beta.file);
    const answer = await push();
    expect(answer.outcome).toBe('refused');
    expect(answer.detail).toContain('beta: Error: ENOENT');
    expect([alpha.taken, beta.taken]).toEqual([
      [7, 1],
      [7, 1],
    ]);
    expect(weightIn(alpha.file)).toBe('1');
  });

  it('is taken back by both when this director cannot write its file, also in the file of the peer', async () => {
    rmSync(alpha.file);
    const answer = await push();
    expect(answer.outcome).toBe('refused');
    expect(answer.detail).toContain('ENOENT');
    expect([alpha.taken, beta.taken, weightIn(beta.file)]).toEqual([[7, 1], [7, 1], '1']);
  });

  it('is taken back by a peer that has taken it up and hears no more, at its limit and not before', async () => {
    // Whoever pushed it dies at the moment of the answer: nothing more is said or heard.
    alpha.deafTo = '*';
    await beta.exchange.answer({ type: 'prepare', text: NEW });
    await beta.exchange.answer({ type: 'commit' });
    await vi.advanceTimersByTimeAsync(CONFIRM_LIMIT - 1);
    expect(beta.taken).toEqual([7]);
    await vi.advanceTimersByTimeAsync(1);
    expect(beta.taken).toEqual([7, 1]);
    expect(beta.faults).toEqual([
      'take up the config of the peer: it was not confirmed; the one before it holds again',
    ]);
    expect(weightIn(beta.file)).toBe('1');
  });

  it('is not taken up here when the peer dies while it takes it up', async () => {
    beta.deafTo = 'commit';
    const answer = await push();
    expect(answer).toMatchObject({ outcome: 'refused' });
    expect(answer.detail).toContain('beta did not answer');
    expect(held()).toEqual(BOTH_OLD);
  });

  it('is taken back here when the peer dies before it has confirmed; the peer goes back by itself if it lives', async () => {
    beta.deafTo = 'confirm';
    expect((await push()).outcome).toBe('refused');
    expect(alpha.taken).toEqual([7, 1]);
    await vi.advanceTimersByTimeAsync(CONFIRM_LIMIT);
    expect(held()).toEqual(BOTH_OLD);
  });

  it('is taken back by both when the answer to the confirmation is lost', async () => {
    beta.dumbAt = 'confirm';
    expect((await push()).outcome).toBe('refused');
    expect(held()).toEqual(BOTH_OLD);
  });

  it('is refused while another one is on its way from the peer', async () => {
    await alpha.exchange.answer({ type: 'prepare', text: NEW });
    await alpha.exchange.answer({ type: 'commit' });
    expect(await push(OLD.replace('weight: 1', 'weight: 3'))).toMatchObject({
      outcome: 'refused',
      detail: 'another config is on its way',
    });
  });

  it('is new to one of the two alone: that one takes it up', async () => {
    await beta.exchange.answer({ type: 'prepare', text: NEW });
    await beta.exchange.answer({ type: 'commit' });
    await beta.exchange.answer({ type: 'confirm' });
    expect(held()).toEqual({ alpha: [1, '1'], beta: [7, '7'] });
    expect(await push()).toMatchObject({ outcome: 'applied' });
    expect(held()).toEqual(BOTH_NEW);
  });
});

describe('the peer’s config', () => {
  it('is compared key by key', async () => {
    expect(await alpha.exchange.diff()).toEqual({ node: 'alpha', peer: 'beta', changes: [] });
    await beta.exchange.answer({ type: 'prepare', text: NEW });
    await beta.exchange.answer({ type: 'commit' });
    expect(await alpha.exchange.diff()).toEqual({
      node: 'alpha',
      peer: 'beta',
      changes: [{ path: 'services.ftp.servers.one.weight', before: '1', after: '7', restart: false }],
    });
  });

  it('that does not come is an error', async () => {
    beta.deafTo = 'config';
    await expect(alpha.exchange.diff()).rejects.toThrow('beta did not answer');
  });

  it('is not told to one who asks something unknown', async () => {
    expect(await beta.exchange.answer({ type: 'everything' })).toEqual({
      ok: false,
      detail: 'not understood: this director runs another release',
    });
  });
});
