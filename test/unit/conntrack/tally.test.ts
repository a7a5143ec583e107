/** Sessions by server, counted as flows come, change and go. */
import { describe, expect, it } from 'vitest';
import type { Flow } from '../../../src/conntrack/flow.js';
import { Tally } from '../../../src/conntrack/tally.js';
import { controlFlow, dataFlow } from '../replication/samples.js';

const SERVICE = { address: '198.51.100.100', port: 21 };
const SERVER = { address: '10.200.30.11', port: 21 };

const inState = (state: number): Flow => {
  const flow = controlFlow();
  return { ...flow, tcp: { state, wscaleOrig: 0, wscaleReply: 0, flagsOrig: 0, flagsReply: 0 } };
};
const [ESTABLISHED, LAST_ACK, TIME_WAIT] = [3, 6, 7];

function tally(): { counts: Tally; changes: () => number } {
  let changes = 0;
  const counts = new Tally(() => (changes += 1));
  return { counts, changes: () => changes };
}

describe('the tally', () => {
  it('counts a session from its first event until both ends have closed, and nothing in between', () => {
    const { counts, changes } = tally();
    counts.saw(undefined, inState(ESTABLISHED));
    counts.saw(inState(ESTABLISHED), inState(ESTABLISHED));
    expect([counts.of(SERVICE, SERVER), changes()]).toEqual([{ present: 1, came: 1 }, 1]);
    counts.saw(inState(ESTABLISHED), inState(LAST_ACK));
    counts.saw(inState(LAST_ACK), inState(TIME_WAIT));
    counts.saw(inState(TIME_WAIT), undefined);
    expect([counts.of(SERVICE, SERVER), changes()]).toEqual([{ present: 0, came: 1 }, 2]);
  });

  it('leaves data flows out', () => {
    const { counts, changes } = tally();
    counts.saw(undefined, dataFlow());
    counts.saw(undefined, dataFlow(40_000, 50_000, { master: undefined, mark: 0x46545003 }));
    expect(changes()).toBe(0);
  });

  it('moves a session whose server has changed', () => {
    const { counts } = tally();
    const flow = inState(ESTABLISHED);
    const moved = { ...flow, reply: { ...flow.reply, src: Uint8Array.of(10, 200, 30, 12) } };
    counts.saw(undefined, flow);
    counts.saw(flow, moved);
    expect(counts.of(SERVICE, SERVER).present).toBe(0);
    expect(counts.of(SERVICE, { ...SERVER, address: '10.200.30.12' })).toEqual({ present: 1, came: 1 });
  });

  it('begins anew when it is cleared', () => {
    const { counts } = tally();
    counts.saw(undefined, inState(ESTABLISHED));
    counts.clear();
    expect(counts.of(SERVICE, SERVER)).toEqual({ present: 0, came: 0 });
  });

  it('moves a session whose port on the server has changed', () => {
    const { counts } = tally();
    const flow = inState(ESTABLISHED);
    counts.saw(undefined, flow);
    counts.saw(flow, { ...flow, reply: { ...flow.reply, sport: 2121 } });
    expect(counts.of(SERVICE, SERVER)).toEqual({ present: 0, came: 1 });
    expect(counts.of(SERVICE, { ...SERVER, port: 2121 })).toEqual({ present: 1, came: 1 });
  });

  it('counts every service and every server for itself', () => {
    const { counts } = tally();
    counts.saw(undefined, inState(ESTABLISHED));
    expect(counts.of({ ...SERVICE, port: 2121 }, SERVER).present).toBe(0);
    expect(counts.of({ ...SERVICE, address: '198.51.100.101' }, SERVER).present).toBe(0);
    expect(counts.of(SERVICE, { ...SERVER, port: 2121 }).present).toBe(0);
  });

  it('says that something has changed when it is cleared, and nothing for what was never a session', () => {
    const { counts, changes } = tally();
    counts.clear();
    expect(changes()).toBe(1);
    counts.saw(undefined, undefined);
    counts.saw(inState(TIME_WAIT), undefined);
    expect(changes()).toBe(1);
  });

  it('needs nobody who hears of changes', () => {
    const counts = new Tally();
    counts.saw(undefined, inState(ESTABLISHED));
    expect(counts.of(SERVICE, SERVER).present).toBe(1);
  });
});
