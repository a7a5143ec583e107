/** One flow as the active keeps it: what is merged, what is left of its time, and what the backup must hear of. */
import { describe, expect, it } from 'vitest';
import type { Flow } from '../../../src/conntrack/flow.js';
import { differs, freshFlow, merged, remaining } from '../../../src/replication/tracked.js';
import { millis } from '../../../src/time.js';
import { CLIENT, controlFlow, dataFlow, SERVER, tuple } from './samples.js';

const at = millis;
const adj = { correctionPos: 100, offsetBefore: 0, offsetAfter: 2 };
const tcp = { state: 3, wscaleOrig: 7, wscaleReply: 7, flagsOrig: 0x23, flagsReply: 0x23 };

describe('what is seen of a flow', () => {
  it('is all there is when the flow was not known', () => {
    const bare = controlFlow(1, { tcp: undefined, helper: '' });
    expect(merged(bare, undefined)).toEqual(bare);
  });

  it('leaves what it does not mention as it was known', () => {
    const known = dataFlow(40_000, 12_345, { helper: 'ftp', seqAdjOrig: adj, seqAdjReply: adj });
    const seen = { ...known, tcp: undefined, helper: '', master: undefined, seqAdjOrig: undefined, seqAdjReply: undefined }; // prettier-ignore
    expect(merged(seen, known)).toEqual(known);
  });

  it('counts where it mentions it', () => {
    const seen = controlFlow(1, { helper: 'ftp-2121', mark: 9, status: 0x8, timeout: 4, seqAdjOrig: adj, tcp: { ...tcp, state: 7 } }); // prettier-ignore
    expect(merged(seen, controlFlow(1))).toEqual(seen);
  });
});

describe('the time that is left', () => {
  it('is what was left less what has passed, in whole seconds and at least one', () => {
    expect(remaining(300, at(5_000), at(5_000))).toBe(300);
    expect(remaining(300, at(5_000), at(65_400))).toBe(240);
    expect(remaining(300, at(5_000), at(65_600))).toBe(239);
    expect(remaining(300, at(5_000), at(900_000))).toBe(1);
  });
});

describe('the backup must hear of a flow', () => {
  const known = (more: Partial<Flow> = {}): ReturnType<typeof freshFlow> =>
    freshFlow(controlFlow(40_000, more), 0, at(0));

  it('not while nothing but its time has run down', () => {
    expect(differs(known(), controlFlow(40_000, { timeout: 431_000 }), at(999_000))).toBe(false);
  });

  it.each<[string, Partial<Flow>]>([
    ['status', { status: 0x8 }],
    ['state', { tcp: { ...tcp, state: 4 } }],
    ['lack of a state', { tcp: undefined }],
    ['server', { reply: tuple(Uint8Array.of(10, 200, 30, 12), 21, CLIENT, 40_000) }],
    ['server’s port', { reply: tuple(SERVER, 2121, CLIENT, 40_000) }],
    ['offsets of the client’s side', { seqAdjOrig: adj }],
    ['offsets of the server’s side', { seqAdjReply: adj }],
  ])('that alone has another %s, whichever of both is the new one', (_what, more) => {
    expect(differs(known(), controlFlow(40_000, more), at(0))).toBe(true);
    expect(differs(known(more), controlFlow(), at(0))).toBe(true);
  });

  it('whose master is named for the first time, and not where it is left out afterwards', () => {
    const named = dataFlow();
    const unnamed = dataFlow(40_000, 12_345, { master: undefined });
    expect(differs(freshFlow(unnamed, 0, at(0)), named, at(0))).toBe(true);
    expect(differs(freshFlow(named, 0, at(0)), unnamed, at(0))).toBe(false);
  });
});
