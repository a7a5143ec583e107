import { describe, expect, it } from 'vitest';
import { conntrackdConfig, lossesIn } from '../../../bench/replication/conntrackd.js';

it("conntrackd's config gets its words, each wherever it stands", () => {
  const words = {
    OWN: '169.254.99.1',
    PEER: '169.254.99.2',
    LINK: 'sync0',
    DIRECTORY: '/d',
    ADDRESSES: 'IPv4_address 10.0.0.1',
  };
  expect(
    conntrackdConfig('@OWN@ @PEER@ @LINK@ @DIRECTORY@/log @DIRECTORY@/lock { @ADDRESSES@ }', words),
  ).toBe('169.254.99.1 169.254.99.2 sync0 /d/log /d/lock { IPv4_address 10.0.0.1 }');
});

/** As conntrackd 1.4.7 prints it, shortened. */
const GENERAL = `cache internal:
current active connections:	           7
connections created:		         100	failed:	           5

external inject:
connections created:		          90	failed:	           1
connections updated:		          80	failed:	           2
connections destroyed:		          70	failed:	           3

traffic processed:
                   0 Bytes                         0 Pckts

message tracking:
                   0 Malformed msgs                    4 Lost msgs
`;
const RUNTIME = `netlink stats:
	events received:	                 900
	netlink overrun:		           8
	resync with kernel table:	           1
`;
const QUEUE = `queue txqueue:
not enough space errors:	           9

queue rsqueue:
not enough space errors:	          10
`;

describe("conntrackd's losses", () => {
  it('are overruns, lost messages, entries that this kernel refused, and full queues', () => {
    expect(lossesIn(GENERAL, RUNTIME, QUEUE)).toEqual({
      overruns: 8,
      lostMessages: 4,
      refused: 6,
      noSpace: 19,
    });
  });

  it.each([
    ['its cache', 'cache internal:\n', RUNTIME, QUEUE],
    ['its kernel', GENERAL, 'netlink stats:\n', QUEUE],
    ['its queues', GENERAL, RUNTIME, ''],
  ])('are not taken for none when it says nothing about %s', (_what, general, runtime, queue) => {
    expect(() => lossesIn(general, runtime, queue)).toThrow('unknown statistics of conntrackd');
  });
});
