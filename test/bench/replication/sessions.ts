/**
 * FTP sessions made up for the generator: what the kernel of an active holds and tells at each stage of a passive session
 * that our ruleset has translated. Session by number, so that the same number is the same session everywhere. Pure.
 */
import { Buffer } from 'node:buffer';
import type { Expectation } from '../../../src/conntrack/expectation.js';
import type { Flow } from '../../../src/conntrack/flow.js';
import type { TableOperation } from '../../../src/conntrack/table.js';
import type { Tuple } from '../../../src/conntrack/tuple.js';
import { CT_MARK } from '../../../src/dataplane/nft-words.js';

/** The clients: the network set aside for benchmarks (RFC 2544 appendix C.2.2). */
export const CLIENTS = '198.18.0.0/15';
/** Sessions per client address; each takes two of its ports. */
const PER_CLIENT = 25_000;
const FIRST_CONTROL_PORT = 10_000;
const FIRST_DATA_PORT = 35_000;
/** The server's passive ports begin here. */
const FIRST_PASSIVE_PORT = 20_000;
/** Who the sessions are with, 4 bytes each. */
export interface Service {
  readonly vip: Uint8Array;
  readonly server: Uint8Array;
}

/** Index into TCP_CONNTRACK. */
const ESTABLISHED = 3;
const TIME_WAIT = 7;
/** The kernel's own times for these states, in seconds. */
const ESTABLISHED_SECONDS = 432_000;
const TIME_WAIT_SECONDS = 120;
/** The kernel's bits of a translated flow with traffic both ways: SEEN_REPLY, ASSURED, CONFIRMED, DST_NAT, both NAT_DONE. */
const STATUS = 0x1ae;

const NOBODY = Buffer.alloc(4);
const EXACTLY = Buffer.alloc(4, 255);

function clientOf(session: number): Buffer {
  const address = Buffer.alloc(4);
  address.writeUInt32BE(0xc612_0001 + Math.floor(session / PER_CLIENT));
  return address;
}

function controlTuple(session: number, { vip }: Service): Tuple {
  return {
    src: clientOf(session),
    dst: vip,
    sport: FIRST_CONTROL_PORT + (session % PER_CLIENT),
    dport: 21,
  };
}

function translated(orig: Tuple, { server }: Service): Flow {
  return {
    orig,
    reply: { src: server, dst: orig.src, sport: orig.dport, dport: orig.sport },
    status: STATUS,
    timeout: ESTABLISHED_SECONDS,
    tcp: { state: ESTABLISHED, wscaleOrig: 7, wscaleReply: 7, flagsOrig: 0x23, flagsReply: 0x23 },
    helper: '',
    mark: CT_MARK,
    master: undefined,
    seqAdjOrig: undefined,
    seqAdjReply: undefined,
  };
}

/** The control flow, logged in; its 227 has made the server's direction three bytes longer. */
export function controlFlow(session: number, service: Service): Flow {
  return {
    ...translated(controlTuple(session, service), service),
    helper: 'ftp',
    seqAdjReply: { correctionPos: 1_000_000 + session, offsetBefore: 0, offsetAfter: 3 },
  };
}

/** What its 227 announces, as the FTP helper and its NAT write it down. */
export function announcement(session: number, service: Service): Expectation {
  const port = FIRST_PASSIVE_PORT + (session % PER_CLIENT);
  return {
    master: controlTuple(session, service),
    tuple: { src: clientOf(session), dst: service.vip, sport: 0, dport: port },
    mask: { src: EXACTLY, dst: EXACTLY, sport: 0, dport: 0xffff },
    timeout: 300,
    flags: 0,
    class: 0,
    zone: 0,
    nat: { direction: 0, tuple: { src: service.server, dst: NOBODY, sport: port, dport: 0 } },
    fn: 'nat-follow-master',
  };
}

/** The data flow that the announcement becomes. */
export function dataFlow(session: number, service: Service): Flow {
  const orig = {
    src: clientOf(session),
    dst: service.vip,
    sport: FIRST_DATA_PORT + (session % PER_CLIENT),
    dport: FIRST_PASSIVE_PORT + (session % PER_CLIENT),
  };
  return { ...translated(orig, service), master: controlTuple(session, service) };
}

function closed(flow: Flow): Flow {
  return {
    ...flow,
    timeout: TIME_WAIT_SECONDS,
    tcp: { state: TIME_WAIT, wscaleOrig: 7, wscaleReply: 7, flagsOrig: 0x23, flagsReply: 0x23 },
  };
}

/**
 * The stages of a session, and when each happens after the first one, in milliseconds: the control connection, its
 * announcement, the data connection, the ends of both. Real ends linger in TIME_WAIT; these go at once, so that a table
 * of some thousand sessions stands for any rate.
 */
export const STAGES = [
  { name: 'connected', after: 0 },
  { name: 'announced', after: 50 },
  { name: 'transferring', after: 60 },
  { name: 'transferred', after: 260 },
  { name: 'quit', after: 300 },
] as const;

/** What the kernel does at a stage, an index into STAGES, as operations that make it tell the same events. */
export function operationsOf(session: number, stage: number, service: Service): readonly TableOperation[] {
  switch (STAGES[stage]?.name) {
    case 'connected':
      return [{ type: 'createFlow', flow: controlFlow(session, service), withMaster: false }];
    case 'announced': {
      const expectation = announcement(session, service);
      return [
        { type: 'createExpectation', expectation },
        { type: 'refreshExpectation', expectation },
      ];
    }
    case 'transferring':
      return [
        { type: 'deleteExpectation', expectation: announcement(session, service) },
        { type: 'createFlow', flow: dataFlow(session, service), withMaster: true },
      ];
    case 'transferred':
      return ended(dataFlow(session, service), true);
    case 'quit':
      return ended(controlFlow(session, service), false);
    case undefined:
      throw new RangeError(`there is no stage ${stage}`);
  }
}

function ended(flow: Flow, expected: boolean): readonly TableOperation[] {
  return [
    { type: 'updateFlow', flow: closed(flow), expected },
    { type: 'deleteFlow', orig: flow.orig },
  ];
}
