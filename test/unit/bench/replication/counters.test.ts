import { expect, it } from 'vitest';
import { kernelCounters } from '../../../bench/replication/counters.js';

/** As Linux 6.18 prints it. */
const TEXT = `entries  clashres found new invalid ignore delete chainlength insert insert_failed drop early_drop icmp_error  expect_new expect_create expect_delete search_restart
00000001  00000000 00000000 00000000 00000000 00000000 00000000 00000000 00000010 00000000 00000000 00000000 00000000  00000000 0000000a 00000001 00000000
00000001  00000000 00000000 00000000 00000000 00000000 00000000 00000000 00000002 00000000 00000000 00000000 00000000  00000000 00000001 00000001 00000000
`;

it('what the kernel created is the sum over its processors, in hexadecimal', () => {
  expect(kernelCounters(TEXT)).toEqual({ flows: 18, expectations: 11 });
});

it('a kernel that does not count is an error, not a zero', () => {
  expect(() => kernelCounters('entries found\n00000001 00000000\n')).toThrow(
    'the kernel does not count insert',
  );
});
