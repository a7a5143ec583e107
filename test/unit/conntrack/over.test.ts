import { describe, expect, it } from 'vitest';
import { isOver, tcpState } from '../../../src/conntrack/over.js';
import type { Flow } from '../../../src/conntrack/flow.js';
import { controlFlow } from '../replication/samples.js';

const inState = (state: number): Flow =>
  controlFlow(40_000, { tcp: { state, wscaleOrig: 0, wscaleReply: 0, flagsOrig: 0, flagsReply: 0 } });

describe('the state of a connection', () => {
  it('has the kernel’s name (enum tcp_conntrack)', () => {
    expect([0, 1, 2, 3, 4, 5, 6, 7, 8, 9].map((state) => tcpState(inState(state)))).toEqual([
      'NONE',
      'SYN_SENT',
      'SYN_RECV',
      'ESTABLISHED',
      'FIN_WAIT',
      'CLOSE_WAIT',
      'LAST_ACK',
      'TIME_WAIT',
      'CLOSE',
      'SYN_SENT2',
    ]);
  });

  it('is NONE where the kernel has told none or one that is not known', () => {
    expect(tcpState(controlFlow(40_000, { tcp: undefined }))).toBe('NONE');
    expect(tcpState(inState(10))).toBe('NONE');
  });

  it('is the end once both sides have closed or one has reset, and never before', () => {
    expect([0, 1, 2, 3, 4, 5, 6, 7, 8, 9].filter((state) => isOver(inState(state)))).toEqual([6, 7, 8]);
    expect(isOver(controlFlow(40_000, { tcp: undefined }))).toBe(false);
  });
});
