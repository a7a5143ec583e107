import { describe, expect, test } from 'vitest';
import { findAcknowledgement } from '../../../src/alerts/acknowledged.js';
import { octetCounted } from '../../../src/alerts/octets.js';

/** As Linux 6.18 wrote it. */
const LIST = `  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode
   0: 00000000:1F90 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 11 1 0000000000000000 100 0 0 10 0
   1: 0100007F:0203 0100007F:A5D4 01 00000000:00000000 00:00000000 00000000     0        0 12 1 0000000000000000 20 4 30 10 -1
   2: 0100007F:A5D4 0100007F:0202 01 0000002A:00000000 01:00000014 00000003     0        2 13 1 0000000000000000 20 4 30 10 -1
`;

const LIST6 =
  '   0: B80D0120000000000000000001000000:8000 B80D0120000000000000000002000000:0202 01 00000000:00000000 00:00000000 00000000     0        0 14 1\n';

const ends = (port: number) => ({
  localAddress: '127.0.0.1',
  localPort: 42452,
  address: '127.0.0.1',
  port,
});

describe("the kernel's list of connections", () => {
  test('tells what is not acknowledged, and how often it was asked in vain', () => {
    expect(findAcknowledgement(LIST, ends(514))).toEqual({ unacknowledged: 42, attempts: 5 });
  });

  test("is not read for the other end's half", () => {
    expect(findAcknowledgement(LIST, ends(515))).toBeUndefined();
  });

  test('knows IPv6', () => {
    const both = { localAddress: '2001:db8::1', localPort: 32768, address: '2001:db8::2', port: 514 };
    expect(findAcknowledgement(LIST6, both)).toEqual({ unacknowledged: 0, attempts: 0 });
  });
});

describe('octet counting', () => {
  test('counts octets, not characters', () => {
    expect(octetCounted(Buffer.from('nö')).toString()).toBe('3 nö');
  });
});
