/**
 * The few messages of nf_tables that change slots without spawning a program: one map's elements, replaced in one
 * transaction, and one counter, read. Bytes only. Constants carry the names of linux/netfilter/nf_tables.h and nfnetlink.h.
 */
import { AttributeCursor, type NetlinkWriter } from '../netlink/attribute.js';
import { NLM_F_CREATE, NLM_F_REQUEST } from '../netlink/message.js';

const NFNL_SUBSYS_NFTABLES = 10;
const NFNL_MSG_BATCH_BEGIN = 0x10;
const NFNL_MSG_BATCH_END = 0x11;
const NFT_MSG_NEWSETELEM = (NFNL_SUBSYS_NFTABLES << 8) | 12;
const NFT_MSG_DELSETELEM = (NFNL_SUBSYS_NFTABLES << 8) | 14;
/** Asks for an object, such as a named counter. */
export const NFT_MSG_GETOBJ = (NFNL_SUBSYS_NFTABLES << 8) | 19;

const NFPROTO_INET = 1;
const NFNETLINK_V0 = 0;
/** struct nfgenmsg {u8 nfgen_family; u8 version; be16 res_id}. */
const NFGENMSG_LENGTH = 4;

const NFTA_SET_ELEM_LIST_TABLE = 1;
const NFTA_SET_ELEM_LIST_SET = 2;
const NFTA_SET_ELEM_LIST_ELEMENTS = 3;
const NFTA_LIST_ELEM = 1;
const NFTA_SET_ELEM_KEY = 1;
const NFTA_SET_ELEM_DATA = 2;
const NFTA_DATA_VALUE = 1;
const NFTA_DATA_VERDICT = 2;
const NFTA_VERDICT_CODE = 1;
const NFTA_VERDICT_CHAIN = 2;
const NFT_GOTO = -4;

const NFTA_OBJ_TABLE = 1;
const NFTA_OBJ_NAME = 2;
const NFTA_OBJ_TYPE = 3;
const NFTA_OBJ_DATA = 4;
const NFT_OBJECT_COUNTER = 1;
const NFTA_COUNTER_PACKETS = 2;

/** A slot and the chain that its sessions go to. */
export type Slot = readonly [slot: number, chain: string];

/** What changes in one map of a table of family inet. */
export interface MapChange {
  readonly table: string;
  readonly map: string;
  /** Slots whose elements go, which must be there; `all` empties the map. */
  readonly gone: 'all' | readonly number[];
  readonly added: readonly Slot[];
}

/**
 * One transaction: packets see the map as it was or as it will be, and nothing between. Nothing is acknowledged; whoever sends
 * it looks for refusals. At most about a thousand slots: an attribute's length has 16 bits.
 */
export function writeMapChange(writer: NetlinkWriter, { table, map, gone, added }: MapChange): void {
  let seq = 0;
  const batch = (type: number): void => {
    writer.begin(type, NLM_F_REQUEST, seq++);
    writer.fixed(nfgenmsg(0, NFNL_SUBSYS_NFTABLES));
    writer.end();
  };
  const elements = (type: number, fill: (() => void) | undefined): void => {
    writer.begin(type, NLM_F_REQUEST | (type === NFT_MSG_NEWSETELEM ? NLM_F_CREATE : 0), seq++);
    writer.fixed(nfgenmsg(NFPROTO_INET, 0));
    writer.string(NFTA_SET_ELEM_LIST_TABLE, table);
    writer.string(NFTA_SET_ELEM_LIST_SET, map);
    if (fill !== undefined) writer.nest(NFTA_SET_ELEM_LIST_ELEMENTS, fill);
    writer.end();
  };
  batch(NFNL_MSG_BATCH_BEGIN);
  // Without a list of elements, all of them.
  if (gone === 'all') elements(NFT_MSG_DELSETELEM, undefined);
  else if (gone.length > 0)
    elements(NFT_MSG_DELSETELEM, () => {
      for (const slot of gone) writeElement(writer, slot, undefined);
    });
  if (added.length > 0)
    elements(NFT_MSG_NEWSETELEM, () => {
      for (const [slot, chain] of added) writeElement(writer, slot, chain);
    });
  batch(NFNL_MSG_BATCH_END);
}

function writeElement(writer: NetlinkWriter, slot: number, chain: string | undefined): void {
  writer.nest(NFTA_LIST_ELEM, () => {
    writer.nest(NFTA_SET_ELEM_KEY, () => {
      // numgen and jhash leave a number in the machine's order.
      writer.u32(NFTA_DATA_VALUE, slot);
    });
    if (chain === undefined) return;
    writer.nest(NFTA_SET_ELEM_DATA, () => {
      writer.nest(NFTA_DATA_VERDICT, () => {
        writer.u32be(NFTA_VERDICT_CODE, NFT_GOTO);
        writer.string(NFTA_VERDICT_CHAIN, chain);
      });
    });
  });
}

/** Names a counter of a table of family inet, for NFT_MSG_GETOBJ. */
export function writeCounterName(writer: NetlinkWriter, table: string, counter: string): void {
  writer.fixed(nfgenmsg(NFPROTO_INET, 0));
  writer.string(NFTA_OBJ_TABLE, table);
  writer.string(NFTA_OBJ_NAME, counter);
  writer.u32be(NFTA_OBJ_TYPE, NFT_OBJECT_COUNTER);
}

/** The packets of a counter, from the body of the answer to NFT_MSG_GETOBJ; undefined when it says none. */
export function decodeCounter(body: Buffer): number | undefined {
  const cursor = new AttributeCursor(body, NFGENMSG_LENGTH);
  while (cursor.next()) {
    if (cursor.type !== NFTA_OBJ_DATA) continue;
    const data = cursor.nested();
    while (data.next()) if (data.type === NFTA_COUNTER_PACKETS) return data.u64be();
  }
  return undefined;
}

function nfgenmsg(family: number, resource: number): Uint8Array {
  return Uint8Array.of(family, NFNETLINK_V0, resource >> 8, resource & 0xff);
}
