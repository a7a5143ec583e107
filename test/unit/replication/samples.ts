/** Literal flows and expectations of one FTP session, for the tests of this room. */
import type { Expectation } from '../../../src/conntrack/expectation.js';
import type { Flow } from '../../../src/conntrack/flow.js';
import type { Tuple } from '../../../src/conntrack/tuple.js';

export const CLIENT = Uint8Array.from([198, 51, 100, 7]);
export const VIP = Uint8Array.from([198, 51, 100, 100]);
export const SERVER = Uint8Array.from([10, 200, 30, 11]);

export function tuple(src: Uint8Array, sport: number, dst: Uint8Array, dport: number): Tuple {
  return { src, sport, dst, dport };
}

/** Client:port to VIP:21, translated to the real server's port 21. */
export function controlFlow(port = 40_000, more: Partial<Flow> = {}): Flow {
  return {
    orig: tuple(CLIENT, port, VIP, 21),
    reply: tuple(SERVER, 21, CLIENT, port),
    status: 0x18e,
    timeout: 431_999,
    tcp: { state: 3, wscaleOrig: 7, wscaleReply: 7, flagsOrig: 0x23, flagsReply: 0x23 },
    helper: 'ftp',
    mark: 0x46545001,
    master: undefined,
    seqAdjOrig: undefined,
    seqAdjReply: undefined,
    ...more,
  };
}

/** The passive data flow of the control flow at `port`. */
export function dataFlow(port = 40_000, dataPort = 12_345, more: Partial<Flow> = {}): Flow {
  return {
    ...controlFlow(port),
    orig: tuple(CLIENT, port + 1, VIP, dataPort),
    reply: tuple(SERVER, dataPort, CLIENT, port + 1),
    status: 0x18f,
    helper: '',
    master: tuple(CLIENT, port, VIP, 21),
    ...more,
  };
}

export function announcement(port = 40_000, dataPort = 12_345, more: Partial<Expectation> = {}): Expectation {
  return {
    master: tuple(CLIENT, port, VIP, 21),
    tuple: tuple(CLIENT, 0, VIP, dataPort),
    mask: tuple(new Uint8Array(4).fill(255), 0, new Uint8Array(4).fill(255), 0xffff),
    timeout: 300,
    flags: 0,
    class: 0,
    zone: 0,
    // The kernel keeps only the real server's end, as the source (saved_addr, saved_proto).
    nat: { direction: 0, tuple: tuple(SERVER, dataPort, new Uint8Array(4), 0) },
    fn: 'nat-follow-master',
    ...more,
  };
}
