/**
 * An expectation: the data channel that a control flow has announced and nobody has opened yet (struct
 * nf_conntrack_expect). Codec only.
 */
import { AttributeCursor, type NetlinkWriter } from '../netlink/attribute.js';
import * as ct from './ctnetlink.js';
import { familyOf, readTuple, type Tuple, tupleKey, writeTuple } from './tuple.js';

/** How the expected flow will be translated: direction and the tuple with the real server's end. */
export interface ExpectationNat {
  /** 0 original, 1 reply (enum ip_conntrack_dir). */
  readonly direction: number;
  readonly tuple: Tuple;
}

export interface Expectation {
  /** Original tuple of the control flow. */
  readonly master: Tuple;
  readonly tuple: Tuple;
  /** Which bits of the tuple must match; the source port of FTP data is free. */
  readonly mask: Tuple;
  /** Remaining time in seconds. */
  readonly timeout: number;
  readonly flags: number;
  readonly class: number;
  readonly zone: number;
  readonly nat: ExpectationNat | undefined;
  /** Name of the kernel's function that translates the flow: `nat-follow-master`, or empty. */
  readonly fn: string;
}

/** Equal exactly for the same announced channel of the same control flow. */
export function expectationKey(expectation: Pick<Expectation, 'master' | 'tuple'>): string {
  return tupleKey(expectation.master) + tupleKey(expectation.tuple);
}

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

/** Decodes an IPCTNL_MSG_EXP_NEW body (behind struct nfgenmsg). Undefined for what is not TCP or not whole. */
export function decodeExpectation(body: Buffer): Expectation | undefined {
  const cursor = new AttributeCursor(body, ct.NFGENMSG_LENGTH);
  const found: Mutable<Partial<Expectation>> = {};
  while (cursor.next()) readAttribute(cursor, found);
  const { master, tuple, mask } = found;
  if (cursor.failed || master === undefined || tuple === undefined || mask === undefined) return undefined;
  return {
    master,
    tuple,
    mask,
    timeout: found.timeout ?? 0,
    flags: found.flags ?? 0,
    class: found.class ?? 0,
    zone: found.zone ?? 0,
    nat: found.nat,
    fn: found.fn ?? '',
  };
}

function readAttribute(cursor: AttributeCursor, found: Mutable<Partial<Expectation>>): void {
  switch (cursor.type) {
    case ct.CTA_EXPECT_MASTER:
      found.master = readTuple(cursor.nested());
      break;
    case ct.CTA_EXPECT_TUPLE:
      found.tuple = readTuple(cursor.nested());
      break;
    case ct.CTA_EXPECT_MASK:
      found.mask = readTuple(cursor.nested());
      break;
    case ct.CTA_EXPECT_TIMEOUT:
      found.timeout = cursor.u32be();
      break;
    case ct.CTA_EXPECT_ZONE:
      found.zone = cursor.u16be();
      break;
    case ct.CTA_EXPECT_FLAGS:
      found.flags = cursor.u32be();
      break;
    case ct.CTA_EXPECT_CLASS:
      found.class = cursor.u32be();
      break;
    case ct.CTA_EXPECT_NAT:
      found.nat = readNat(cursor.nested());
      break;
    case ct.CTA_EXPECT_FN:
      found.fn = cursor.string();
      break;
    default:
      break;
  }
}

function readNat(cursor: AttributeCursor): ExpectationNat | undefined {
  let direction = 0;
  let tuple: Tuple | undefined;
  while (cursor.next()) {
    if (cursor.type === ct.CTA_EXPECT_NAT_DIR) direction = cursor.u32be();
    else if (cursor.type === ct.CTA_EXPECT_NAT_TUPLE) tuple = readTuple(cursor.nested());
  }
  return tuple === undefined ? undefined : { direction, tuple };
}

/**
 * Attributes that create this expectation, or (sent again without NLM_F_EXCL) set its remaining time: the
 * kernel ignores the time at creation. The helper is the master's; naming it here is refused.
 */
export function writeExpectation(writer: NetlinkWriter, expectation: Expectation): void {
  writer.fixed(ct.nfgenmsg(familyOf(expectation.tuple)));
  writeTuple(writer, ct.CTA_EXPECT_MASTER, expectation.master);
  writeTuple(writer, ct.CTA_EXPECT_TUPLE, expectation.tuple);
  writeTuple(writer, ct.CTA_EXPECT_MASK, expectation.mask);
  writer.u32be(ct.CTA_EXPECT_TIMEOUT, Math.max(1, expectation.timeout));
  writer.u32be(ct.CTA_EXPECT_FLAGS, expectation.flags);
  writer.u32be(ct.CTA_EXPECT_CLASS, expectation.class);
  if (expectation.zone !== 0) writer.u16be(ct.CTA_EXPECT_ZONE, expectation.zone);
  const nat = expectation.nat;
  if (nat !== undefined)
    writer.nest(ct.CTA_EXPECT_NAT, () => {
      writer.u32be(ct.CTA_EXPECT_NAT_DIR, nat.direction);
      writeTuple(writer, ct.CTA_EXPECT_NAT_TUPLE, nat.tuple);
    });
  if (expectation.fn !== '') writer.string(ct.CTA_EXPECT_FN, expectation.fn);
}

/** Names an expectation by its tuple, for IPCTNL_MSG_EXP_DELETE. */
export function writeExpectationName(writer: NetlinkWriter, expectation: Pick<Expectation, 'tuple'>): void {
  writer.fixed(ct.nfgenmsg(familyOf(expectation.tuple)));
  writeTuple(writer, ct.CTA_EXPECT_TUPLE, expectation.tuple);
}
