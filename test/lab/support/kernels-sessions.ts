/**
 * FTP sessions made up by number, for a kernel that is to hold many: both families, data channels of both directions, announced
 * ones, offsets of every kind, remaining times of their own. The same number is always the same session. Pure.
 */
import { Buffer } from 'node:buffer';
import type { Expectation } from '../../../src/conntrack/expectation.js';
import type { Flow, SeqAdj } from '../../../src/conntrack/flow.js';
import type { TableOperation } from '../../../src/conntrack/table.js';
import type { Tuple } from '../../../src/conntrack/tuple.js';
import { CT_MARK } from '../../../src/dataplane/nft-words.js';

/** Who the sessions are with, in both families: 4 and 16 bytes. */
export interface Ends {
  readonly vip: Uint8Array;
  readonly server: Uint8Array;
}
export interface Places {
  readonly v4: Ends;
  readonly v6: Ends;
}

/** Sessions per client address. */
const PER_CLIENT = 20_000;
const [CONTROL_PORTS, DATA_PORTS, PASSIVE_PORTS] = [10_000, 30_000, 40_000];
/** Index into TCP_CONNTRACK. */
const ESTABLISHED = 3;
const CLOSE_WAIT = 5;
/** SEEN_REPLY, ASSURED, CONFIRMED, both NAT_DONE; the kernel sets the bits of the translation. */
const STATUS = 0x18e;
const FTP_DATA = 20;
/** What the kernel gives every channel that is announced. */
const EXPECTATION_SECONDS = 300;

/** One session: its control flow, and where its number says so a data flow or an announced channel. */
export interface MadeUp {
  readonly control: Flow;
  readonly data: Flow | undefined;
  readonly announced: Expectation | undefined;
}

interface Made extends Ends {
  readonly client: Buffer;
  readonly number: number;
}

function made(number: number, { v4, v6 }: Places): Made {
  const host = 1 + Math.floor(number / PER_CLIENT);
  if (number % 8 !== 7) return { ...v4, client: Buffer.from([198, 19, 0, host]), number };
  const client = Buffer.from('20010db8000c00000000000000000000', 'hex');
  client[15] = host;
  return { ...v6, client, number };
}

/** A wave of numbers, so that neighbours differ; none of them ends while a test runs. */
const secondsOf = (number: number): number => 600 + (number % 977) * 400;

function offsetsOf(number: number): Pick<Flow, 'seqAdjOrig' | 'seqAdjReply'> {
  const longer: SeqAdj = { correctionPos: 1_000_000 + number, offsetBefore: 0, offsetAfter: 3 };
  const shorter: SeqAdj = { correctionPos: 4_294_000_000 + number, offsetBefore: -7, offsetAfter: -12 };
  const kinds = [
    { seqAdjOrig: undefined, seqAdjReply: undefined },
    { seqAdjOrig: undefined, seqAdjReply: longer },
    { seqAdjOrig: shorter, seqAdjReply: undefined },
    { seqAdjOrig: longer, seqAdjReply: shorter },
  ];
  return kinds[number % kinds.length]!;
}

function flow(orig: Tuple, reply: Tuple, more: Partial<Flow>): Flow {
  return {
    orig,
    reply,
    status: STATUS,
    timeout: 432_000,
    tcp: { state: ESTABLISHED, wscaleOrig: 7, wscaleReply: 10, flagsOrig: 0x03, flagsReply: 0x03 },
    helper: '',
    mark: CT_MARK,
    master: undefined,
    seqAdjOrig: undefined,
    seqAdjReply: undefined,
    ...more,
  };
}

function controlOf({ client, vip, server, number }: Made): Flow {
  const sport = CONTROL_PORTS + (number % PER_CLIENT);
  return flow(
    { src: client, dst: vip, sport, dport: 21 },
    { src: server, dst: client, sport: 21, dport: sport },
    { helper: 'ftp', timeout: secondsOf(number), ...offsetsOf(number) },
  );
}

/** Passive: the client to the VIP, translated to the server. */
function passiveOf({ client, vip, server, number }: Made, master: Tuple): Flow {
  const [sport, dport] = [DATA_PORTS + (number % PER_CLIENT), PASSIVE_PORTS + (number % PER_CLIENT)];
  return flow(
    { src: client, dst: vip, sport, dport },
    { src: server, dst: client, sport: dport, dport: sport },
    { master, timeout: secondsOf(number + 1) },
  );
}

/** Active: the server to the client, translated to come from the VIP. */
function activeOf({ client, vip, server, number }: Made, master: Tuple): Flow {
  const dport = DATA_PORTS + (number % PER_CLIENT);
  return flow(
    { src: server, dst: client, sport: FTP_DATA, dport },
    { src: client, dst: vip, sport: dport, dport: FTP_DATA },
    { master, timeout: secondsOf(number + 1) },
  );
}

function announcedOf({ client, vip, server, number }: Made, master: Tuple, passive: boolean): Expectation {
  const size = client.length;
  const [all, none] = [Buffer.alloc(size, 255), Buffer.alloc(size)];
  const port = PASSIVE_PORTS + (number % PER_CLIENT);
  const [src, dst] = passive ? [client, vip] : [server, client];
  return {
    master,
    tuple: { src, dst, sport: 0, dport: port },
    mask: { src: all, dst: all, sport: 0, dport: 0xffff },
    timeout: EXPECTATION_SECONDS,
    flags: 0,
    class: 0,
    zone: 0,
    nat: {
      direction: passive ? 0 : 1,
      tuple: { src: passive ? server : client, dst: none, sport: port, dport: 0 },
    },
    fn: 'nat-follow-master',
  };
}

/** Of five sessions one has a passive data flow and one an active one; of 32, one has announced either. */
export function madeUp(number: number, places: Places): MadeUp {
  const ends = made(number, places);
  const control = controlOf(ends);
  const [ofFive, of32] = [number % 5, number % 32];
  return {
    control,
    data:
      ofFive === 1 ? passiveOf(ends, control.orig) : ofFive === 3 ? activeOf(ends, control.orig) : undefined,
    announced: of32 === 2 || of32 === 18 ? announcedOf(ends, control.orig, of32 === 2) : undefined,
  };
}

/** The session comes, in the order in which a kernel makes it. */
export function arrival({ control, data, announced }: MadeUp): TableOperation[] {
  return [
    { type: 'createFlow', flow: control, withMaster: false },
    ...(data === undefined ? [] : [{ type: 'createFlow', flow: data, withMaster: true } as const]),
    ...(announced === undefined ? [] : [{ type: 'createExpectation', expectation: announced } as const]),
  ];
}

/** It was announced a while ago, each a different one. The kernel tells nobody: for before anybody reads the table. */
export function ageing({ control, announced }: MadeUp): TableOperation[] {
  if (announced === undefined) return [];
  const timeout = 200 + (control.orig.sport % 90);
  return [{ type: 'refreshExpectation', expectation: { ...announced, timeout } }];
}

/** Another rewrite, another state, less time: what an update can change. */
export function changed({ control }: MadeUp): TableOperation[] {
  const before = control.seqAdjReply?.offsetAfter ?? 0;
  const seqAdjReply = { correctionPos: 77_000, offsetBefore: before, offsetAfter: before + 4 };
  const tcp = control.tcp && { ...control.tcp, state: CLOSE_WAIT, flagsReply: 0x07 };
  return [{ type: 'updateFlow', flow: { ...control, seqAdjReply, tcp, timeout: 900 }, expected: false }];
}

/** The session ends; its announcement goes with the control flow. */
export function departure({ control, data }: MadeUp): TableOperation[] {
  return [data, control].flatMap((one) => (one ? [{ type: 'deleteFlow', orig: one.orig } as const] : []));
}
