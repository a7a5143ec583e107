/**
 * What the kernel tells about flows and expectations as it happens: decoding, and the socket filter that keeps
 * every foreign flow's event in the kernel. Pure; the socket is in listener.ts.
 */
import type { Message } from '../netlink/message.js';
import { NLM_F_CREATE } from '../netlink/message.js';
import {
  CTA_MARK,
  ctType,
  expType,
  IPCTNL_MSG_DELETE,
  IPCTNL_MSG_NEW,
  NFGENMSG_LENGTH,
  NFNL_SUBSYS_CTNETLINK_EXP,
} from './ctnetlink.js';
import { decodeExpectation, type Expectation } from './expectation.js';
import { decodeFlow, type Flow } from './flow.js';
import { MARK_MASK } from './mark.js';
import { NLMSG_HDRLEN } from '../netlink/attribute.js';

export type ConntrackEvent =
  | { readonly type: 'flowNew'; readonly flow: Flow }
  /** Omits the master and the offsets, also where the flow has them. */
  | { readonly type: 'flowUpdate'; readonly flow: Flow }
  | { readonly type: 'flowDestroy'; readonly flow: Flow }
  | { readonly type: 'expectationNew'; readonly expectation: Expectation }
  | { readonly type: 'expectationDestroy'; readonly expectation: Expectation };

/** One event, or undefined for a message that is none of ours or cannot be read. */
export function decodeEvent(message: Message): ConntrackEvent | undefined {
  switch (message.type) {
    case ctType(IPCTNL_MSG_NEW): {
      const flow = decodeFlow(message.body);
      if (flow === undefined) return undefined;
      return { type: message.flags & NLM_F_CREATE ? 'flowNew' : 'flowUpdate', flow };
    }
    case ctType(IPCTNL_MSG_DELETE): {
      const flow = decodeFlow(message.body);
      return flow && { type: 'flowDestroy', flow };
    }
    case expType(IPCTNL_MSG_NEW): {
      const expectation = decodeExpectation(message.body);
      return expectation && { type: 'expectationNew', expectation };
    }
    case expType(IPCTNL_MSG_DELETE): {
      const expectation = decodeExpectation(message.body);
      return expectation && { type: 'expectationDestroy', expectation };
    }
    default:
      return undefined;
  }
}

/** linux/filter.h and linux/bpf_common.h */
const BPF_LD_B_ABS = 0x30;
const BPF_LD_W_ABS = 0x20;
const BPF_LD_W_IND = 0x40;
const BPF_LD_IMM = 0x00;
const BPF_LDX_IMM = 0x01;
const BPF_JEQ_K = 0x15;
const BPF_AND_K = 0x54;
const BPF_RET_K = 0x06;
const BPF_MISC_TAX = 0x07;
/** SKF_AD_OFF + SKF_AD_NLATTR: A = offset of the first attribute of type X behind offset A, or 0. */
const SKF_AD_NLATTR = (-0x1000 + 12) >>> 0;
const ACCEPT = 0xffff_ffff;

/**
 * A classic BPF program for the event socket: expectations pass (there are few, and they carry no mark);
 * flows pass only with this ct mark, the data bit aside.
 */
export function markFilter(mark: number): Uint8Array {
  const program: readonly (readonly [code: number, jt: number, jf: number, k: number])[] = [
    // The subsystem is the high byte of nlmsg_type, which is little-endian at offset 4.
    [BPF_LD_B_ABS, 0, 0, 5],
    [BPF_JEQ_K, 9, 0, NFNL_SUBSYS_CTNETLINK_EXP],
    [BPF_LDX_IMM, 0, 0, CTA_MARK],
    [BPF_LD_IMM, 0, 0, NLMSG_HDRLEN + NFGENMSG_LENGTH],
    [BPF_LD_W_ABS, 0, 0, SKF_AD_NLATTR],
    [BPF_JEQ_K, 4, 0, 0],
    [BPF_MISC_TAX, 0, 0, 0],
    [BPF_LD_W_IND, 0, 0, 4],
    [BPF_AND_K, 0, 0, MARK_MASK],
    [BPF_JEQ_K, 1, 0, (mark & MARK_MASK) >>> 0],
    [BPF_RET_K, 0, 0, 0],
    [BPF_RET_K, 0, 0, ACCEPT],
  ];
  return encodeFilter(program);
}

/** struct sock_filter {u16 code; u8 jt; u8 jf; u32 k}. */
function encodeFilter(program: readonly (readonly [number, number, number, number])[]): Uint8Array {
  const out = Buffer.alloc(program.length * 8);
  program.forEach(([code, jt, jf, k], index) => {
    out.writeUInt16LE(code, index * 8);
    out.writeUInt8(jt, index * 8 + 2);
    out.writeUInt8(jf, index * 8 + 3);
    out.writeUInt32LE(k >>> 0, index * 8 + 4);
  });
  return out;
}
