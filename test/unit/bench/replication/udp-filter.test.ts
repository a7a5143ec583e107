import { expect, it } from 'vitest';
import { udpFilter } from '../../../bench/replication/udp-filter.js';

it("the filter passes UDP from one address to one port, as linux/filter.h's struct sock_filter", () => {
  expect(
    udpFilter(Buffer.from([198, 51, 100, 2]), 7390)
      .toString('hex')
      .match(/.{16}/g),
  ).toEqual([
    '3000000017000000', // A = protocol, byte 23 of the frame
    '1500000511000000', // UDP, or to the last line
    '200000001a000000', // A = source address, word at 26
    '15000003026433c6', // 198.51.100.2
    '2800000024000000', // A = destination port, half word at 36
    '15000001de1c0000', // 7390
    '0600000000000400', // pass the whole frame
    '0600000000000000', // drop
  ]);
});
