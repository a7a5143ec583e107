/** When an entry of a kernel counts as what was told, so that nothing has to be written. */
import { describe, expect, it } from 'vitest';
import type { Expectation } from '../../../src/conntrack/expectation.js';
import type { Flow } from '../../../src/conntrack/flow.js';
import {
  sameAnnouncement,
  sameConnection,
  sameInKernel,
  withoutOffsetsOf,
} from '../../../src/replication/same-entry.js';
import { announcement, CLIENT, controlFlow, SERVER, tuple, VIP } from './samples.js';

const adj = { correctionPos: 100, offsetBefore: 0, offsetAfter: 2 };
const tcp = { state: 3, wscaleOrig: 7, wscaleReply: 7, flagsOrig: 0x23, flagsReply: 0x23 };

describe('a flow in the kernel', () => {
  it('is what was told, whatever time it has left and whatever TCP flags it was written with', () => {
    const other = controlFlow(40_000, { timeout: 5, tcp: { ...tcp, flagsOrig: 0x2b, flagsReply: 0x2b } });
    expect(sameInKernel(other, controlFlow())).toBe(true);
  });

  it.each<[string, Partial<Flow>]>([
    ['goes to another server', { reply: tuple(SERVER, 2121, CLIENT, 40_000) }],
    ['has another mark', { mark: 1 }],
    ['has no helper', { helper: '' }],
    ['is in another state', { tcp: { ...tcp, state: 4 } }],
    ['has no state', { tcp: undefined }],
    ['has offsets of the client’s side', { seqAdjOrig: adj }],
    ['has offsets of the server’s side', { seqAdjReply: adj }],
  ])('is another one if it alone %s, here or there', (_what, more) => {
    expect(sameInKernel(controlFlow(40_000, more), controlFlow())).toBe(false);
    expect(sameInKernel(controlFlow(), controlFlow(40_000, more))).toBe(false);
  });

  it('without a state is what was told without one', () => {
    expect(sameInKernel(controlFlow(1, { tcp: undefined }), controlFlow(1, { tcp: undefined }))).toBe(true);
  });

  it('must be made anew only for another server or helper, which cannot be changed in place', () => {
    expect(sameConnection(controlFlow(40_000, { mark: 1, seqAdjReply: adj }), controlFlow())).toBe(true);
    expect(sameConnection(controlFlow(40_000, { helper: '' }), controlFlow())).toBe(false);
    const elsewhere = controlFlow(40_000, { reply: tuple(SERVER, 2121, CLIENT, 40_000) });
    expect(sameConnection(elsewhere, controlFlow())).toBe(false);
  });
});

describe('an announcement in the kernel', () => {
  const of = (more: Partial<Expectation>): Expectation => announcement(40_000, 12_345, more);

  it('is what was told, whatever time it has left', () => {
    expect(sameAnnouncement(of({ timeout: 3 }), announcement())).toBe(true);
    expect(sameAnnouncement(of({ nat: undefined }), of({ nat: undefined }))).toBe(true);
  });

  it.each<[string, Partial<Expectation>]>([
    ['belongs to another session', { master: tuple(CLIENT, 40_001, VIP, 21) }],
    ['waits on another port', { tuple: tuple(CLIENT, 0, VIP, 12_346) }],
    ['has other flags', { flags: 1 }],
    ['is of another class', { class: 1 }],
    ['is translated otherwise', { fn: '' }],
    ['is not translated', { nat: undefined }],
    ['is translated in the other direction', { nat: { ...announcement().nat!, direction: 1 } }],
    ['leads to another port', { nat: { direction: 0, tuple: tuple(SERVER, 12_346, new Uint8Array(4), 0) } }],
  ])('is another one if it alone %s, here or there', (_what, more) => {
    expect(sameAnnouncement(of(more), announcement())).toBe(false);
    expect(sameAnnouncement(announcement(), of(more))).toBe(false);
  });
});

describe('offsets that should not be there', () => {
  const none = { correctionPos: 0, offsetBefore: 0, offsetAfter: 0 };

  it('are set to zero, in the direction that has them', () => {
    const present = controlFlow(40_000, { seqAdjOrig: adj });
    expect(withoutOffsetsOf(present, controlFlow())).toEqual(controlFlow(40_000, { seqAdjOrig: none }));
    const reply = controlFlow(40_000, { seqAdjReply: adj });
    expect(withoutOffsetsOf(reply, controlFlow())).toEqual(controlFlow(40_000, { seqAdjReply: none }));
  });

  it('give way to those that were told, also where there were none', () => {
    const told = controlFlow(40_000, { seqAdjOrig: adj, seqAdjReply: adj });
    const other = { correctionPos: 7, offsetBefore: 1, offsetAfter: 1 };
    const present = controlFlow(40_000, { seqAdjOrig: other, seqAdjReply: other });
    expect(withoutOffsetsOf(present, told)).toEqual(told);
    expect(withoutOffsetsOf(controlFlow(), told)).toEqual(told);
  });
});
