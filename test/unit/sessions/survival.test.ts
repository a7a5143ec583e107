import { describe, expect, it } from 'vitest';
import { LOST_REASONS } from '../../../src/control/sessions.js';
import { everyoneLost, lossOf } from '../../../src/sessions/survival.js';
import { controlFlow, dataFlow, SERVER, tuple, CLIENT } from '../replication/samples.js';
import { ACTIVE, announced, BACKUP, idle, inState, seen } from './samples.js';

const OFFSETS = { correctionPos: 100, offsetBefore: 0, offsetAfter: 2 };
const TIME_WAIT = 7;

describe('no session survives', () => {
  const good = { active: true, peer: { alive: true, ready: true }, inSync: true };

  it.each([
    ['when no peer is heard', { ...good, peer: { alive: false, ready: true } }, 'noPeer'],
    ['when the peer is not ready', { ...good, peer: { alive: true, ready: false } }, 'peerNotReady'],
    ['while the backup is being filled', { ...good, inSync: false }, 'notInSync'],
    ['and of several reasons the one to mend first is said', { ...good, peer: { alive: false, ready: false }, inSync: false }, 'noPeer'],
  ])('%s', (_what, standing, reason) => {
    expect(everyoneLost(standing)).toBe(reason);
    expect(lossOf(idle(), { ...ACTIVE, everyone: 'noPeer' })).toEqual({ reason: 'noPeer', part: 'session' });
  }); // prettier-ignore

  it('on a backup that is not in sync; what it is to itself does not depend on its peer', () => {
    const alone = { active: false, peer: { alive: false, ready: false } };
    expect(everyoneLost({ ...alone, inSync: true })).toBeUndefined();
    expect(everyoneLost({ ...alone, inSync: false })).toBe('notInSync');
  });
});

describe('on the active, a session', () => {
  it('survives when the backup has acknowledged all of it as it is', () => {
    const session = idle({ data: [seen(dataFlow())], announced: announced() });
    expect(lossOf(session, ACTIVE)).toBeUndefined();
  });

  it.each([
    ['the control flow', 'control', idle({ control: seen(controlFlow(), { lacking: 'unacknowledged' }) })],
    ['an open data channel', 'data', idle({ data: [seen(dataFlow(), { lacking: 'unacknowledged' })] })],
    ['the announced channel', 'announcement', idle({ announced: announced({ lacking: 'unacknowledged' }) })],
  ])('does not survive while the last change of %s is not acknowledged', (_what, part, session) => {
    expect(lossOf(session, ACTIVE)).toEqual({ reason: 'unacknowledged', part });
  });

  it('does not survive while the kernel shifts sequence numbers by offsets that were not told', () => {
    const kernel = controlFlow(40_000, { seqAdjReply: OFFSETS });
    expect(lossOf(idle({ control: seen(controlFlow(), { kernel }) }), ACTIVE)).toEqual({
      reason: 'offsetsNotTold',
      part: 'control',
    });
    expect(lossOf(idle({ control: seen(kernel) }), ACTIVE)).toBeUndefined();
  });

  it('does not depend on a data channel that both ends have closed', () => {
    const closed = seen(inState(dataFlow(), TIME_WAIT), { lacking: 'unacknowledged' });
    expect(lossOf(idle({ data: [closed] }), ACTIVE)).toBeUndefined();
  });

  it('names the control connection first: without it the rest is worth less', () => {
    const control = seen(controlFlow(), { lacking: 'tableFull' });
    const data = [seen(dataFlow(), { lacking: 'unacknowledged' })];
    expect(lossOf(idle({ control, data }), ACTIVE)).toEqual({ reason: 'tableFull', part: 'control' });
  });
});

describe("a refusal of the backup's kernel", () => {
  it.each([
    ['tableFull', 'tableFull'],
    ['clash', 'clash'],
    ['masterMissing', 'masterMissing'],
    ['noHelper', 'noHelper'],
    ['other', 'refused'],
  ] as const)('%s is the reason %s', (lacking, reason) => {
    expect(LOST_REASONS).toContain(reason);
    for (const facts of [ACTIVE, BACKUP])
      expect(lossOf(idle({ announced: announced({ lacking }) }), facts)).toEqual({
        reason,
        part: 'announcement',
      });
  });
});

describe('on the backup, a session', () => {
  it('survives when this kernel holds all of it as the active told', () => {
    const session = idle({ data: [seen(dataFlow())], announced: announced() });
    expect(lossOf(session, BACKUP)).toBeUndefined();
  });

  it.each([
    ['the control flow', 'control', idle({ control: seen(controlFlow(), { kernel: undefined }) })],
    ['an open data channel', 'data', idle({ data: [seen(dataFlow(), { kernel: undefined })] })],
    ['the announced channel', 'announcement', idle({ announced: announced({ kernel: undefined }) })],
  ])('does not survive when %s is not in this kernel', (_what, part, session) => {
    expect(lossOf(session, BACKUP)).toEqual({ reason: 'missing', part });
  });

  it.each([
    ['other offsets', controlFlow(40_000, { seqAdjReply: OFFSETS })],
    ['another real server', controlFlow(40_000, { reply: tuple(SERVER, 2121, CLIENT, 40_000) })],
    ['no helper', controlFlow(40_000, { helper: '' })],
  ])('does not survive when this kernel has it with %s', (_what, kernel) => {
    expect(lossOf(idle({ control: seen(controlFlow(), { kernel }) }), BACKUP)).toEqual({
      reason: 'differs',
      part: 'control',
    });
  });
});
