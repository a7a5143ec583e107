import { describe, expect, test } from 'vitest';
import { createProbeMeter, echoRequest, isEchoReply } from '../../../src/drill/probe.js';
import { createStallMeter } from '../../../src/drill/stall.js';

test('a stall is the longest gap between two marks, and knows where it began', () => {
  const meter = createStallMeter(100);
  for (const at of [110, 150, 155, 300, 310]) meter.mark(at);
  expect(meter.longest()).toEqual({ millis: 145, from: 155 });
  expect(meter.last()).toBe(310);
});

test('the wait for the first piece counts as a stall', () => {
  const meter = createStallMeter(100);
  meter.mark(900);
  meter.mark(901);
  expect(meter.longest()).toEqual({ millis: 800, from: 100 });
});

test('silences of more than five milliseconds are kept, in order', () => {
  const meter = createStallMeter(100);
  for (const at of [105, 111, 112, 300]) meter.mark(at);
  expect(meter.gaps()).toEqual([
    { from: 105, to: 111 },
    { from: 112, to: 300 },
  ]);
});

describe('the probe', () => {
  test('reports the longest silence between two answers, and its own longest stall', () => {
    const meter = createProbeMeter(0);
    for (const at of [2, 4, 6, 20, 22]) meter.sent(at);
    for (const at of [3, 5, 24, 25]) meter.answered(at);
    expect(meter.report(26)).toEqual({
      sent: 5,
      answered: 4,
      silentMillis: 19,
      silentFrom: 5,
      silentTo: 24,
      silences: [{ from: 5, to: 24 }],
      ownStallMillis: 14,
    });
  });

  test('counts a silence that has not ended, and goes on with it in the next report', () => {
    const meter = createProbeMeter(0);
    meter.answered(10);
    expect(meter.report(110)).toMatchObject({
      answered: 1,
      silentMillis: 100,
      silentFrom: 10,
      silentTo: 110,
    });
    meter.answered(160);
    expect(meter.report(161)).toMatchObject({
      answered: 1,
      silentMillis: 150,
      silentFrom: 10,
      silentTo: 160,
    });
    meter.answered(170);
    expect(meter.report(171)).toMatchObject({ answered: 1, silentMillis: 10, silentFrom: 160 });
  });

  test('sends echo requests with a right checksum and knows their answers', () => {
    // RFC 792: type 8, code 0, checksum, identifier 0x1234, sequence 1.
    expect(echoRequest('v4', 0x1234, 1).toString('hex')).toBe('0800e5ca12340001');
    const ipHeader = Buffer.from('450000', 'hex');
    const header = Buffer.concat([ipHeader, Buffer.alloc(17)]);
    const reply = Buffer.concat([header, Buffer.from('0000edca12340001', 'hex')]);
    expect(isEchoReply('v4', reply, 0x1234)).toBe(true);
    expect(isEchoReply('v4', reply, 0x1235)).toBe(false);
    expect(isEchoReply('v4', reply.subarray(0, 27), 0x1234)).toBe(false);
    expect(isEchoReply('v4', Buffer.concat([header, echoRequest('v4', 0x1234, 1)]), 0x1234)).toBe(false);
    expect(isEchoReply('v6', Buffer.from('8100000012340001', 'hex'), 0x1234)).toBe(true);
  });
});
