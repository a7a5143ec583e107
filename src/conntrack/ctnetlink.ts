/**
 * The kernel's numbers for connection tracking over netlink, spelled as in its headers. Constants only.
 */
import { Buffer } from 'node:buffer';

/** linux/netfilter/nfnetlink.h */
export const NFNL_SUBSYS_CTNETLINK = 1;
export const NFNL_SUBSYS_CTNETLINK_EXP = 2;
export const NFNLGRP_CONNTRACK_NEW = 1;
export const NFNLGRP_CONNTRACK_UPDATE = 2;
export const NFNLGRP_CONNTRACK_DESTROY = 3;
export const NFNLGRP_CONNTRACK_EXP_NEW = 4;
export const NFNLGRP_CONNTRACK_EXP_DESTROY = 6;

/** enum cntl_msg_types and ctnl_exp_msg_types (linux/netfilter/nfnetlink_conntrack.h): the same three numbers. */
export const IPCTNL_MSG_NEW = 0;
export const IPCTNL_MSG_GET = 1;
export const IPCTNL_MSG_DELETE = 2;

/** `nlmsg_type` of a message to or from connection tracking. */
export function ctType(message: number): number {
  return (NFNL_SUBSYS_CTNETLINK << 8) | message;
}

/** `nlmsg_type` of a message to or from the expectation table. */
export function expType(message: number): number {
  return (NFNL_SUBSYS_CTNETLINK_EXP << 8) | message;
}

/** struct nfgenmsg {u8 family; u8 version = NFNETLINK_V0; be16 res_id}. */
export function nfgenmsg(family: 4 | 6): Uint8Array {
  return family === 4 ? NFGENMSG_V4 : NFGENMSG_V6;
}
const NFGENMSG_V4 = Buffer.from([2, 0, 0, 0]);
const NFGENMSG_V6 = Buffer.from([10, 0, 0, 0]);
/** Length of struct nfgenmsg: attributes begin behind it. */
export const NFGENMSG_LENGTH = 4;

/** enum ctattr_type */
export const CTA_TUPLE_ORIG = 1;
export const CTA_TUPLE_REPLY = 2;
export const CTA_STATUS = 3;
export const CTA_PROTOINFO = 4;
export const CTA_HELP = 5;
export const CTA_NAT_SRC = 6;
export const CTA_TIMEOUT = 7;
export const CTA_MARK = 8;
export const CTA_COUNTERS_ORIG = 9;
export const CTA_COUNTERS_REPLY = 10;
export const CTA_NAT_DST = 13;
export const CTA_TUPLE_MASTER = 14;
export const CTA_SEQ_ADJ_ORIG = 15;
export const CTA_SEQ_ADJ_REPLY = 16;
export const CTA_TIMESTAMP = 20;
export const CTA_MARK_MASK = 21;

/** enum ctattr_tuple, ctattr_ip, ctattr_l4proto */
export const CTA_TUPLE_IP = 1;
export const CTA_TUPLE_PROTO = 2;
export const CTA_IP_V4_SRC = 1;
export const CTA_IP_V4_DST = 2;
export const CTA_IP_V6_SRC = 3;
export const CTA_IP_V6_DST = 4;
export const CTA_PROTO_NUM = 1;
export const CTA_PROTO_SRC_PORT = 2;
export const CTA_PROTO_DST_PORT = 3;

/** enum ctattr_protoinfo, ctattr_protoinfo_tcp */
export const CTA_PROTOINFO_TCP = 1;
export const CTA_PROTOINFO_TCP_STATE = 1;
export const CTA_PROTOINFO_TCP_WSCALE_ORIGINAL = 2;
export const CTA_PROTOINFO_TCP_WSCALE_REPLY = 3;
export const CTA_PROTOINFO_TCP_FLAGS_ORIGINAL = 4;
export const CTA_PROTOINFO_TCP_FLAGS_REPLY = 5;

/** enum ctattr_nat, ctattr_protonat */
export const CTA_NAT_V4_MINIP = 1;
export const CTA_NAT_PROTO = 3;
export const CTA_NAT_V6_MINIP = 4;
export const CTA_PROTONAT_PORT_MIN = 1;
export const CTA_PROTONAT_PORT_MAX = 2;

/** enum ctattr_seqadj */
export const CTA_SEQADJ_CORRECTION_POS = 1;
export const CTA_SEQADJ_OFFSET_BEFORE = 2;
export const CTA_SEQADJ_OFFSET_AFTER = 3;

/** enum ctattr_counters */
export const CTA_COUNTERS_PACKETS = 1;
export const CTA_COUNTERS_BYTES = 2;

/** enum ctattr_tstamp */
export const CTA_TIMESTAMP_START = 1;

/** enum ctattr_help */
export const CTA_HELP_NAME = 1;

/** enum ctattr_expect, ctattr_expect_nat */
export const CTA_EXPECT_MASTER = 1;
export const CTA_EXPECT_TUPLE = 2;
export const CTA_EXPECT_MASK = 3;
export const CTA_EXPECT_TIMEOUT = 4;
export const CTA_EXPECT_ZONE = 7;
export const CTA_EXPECT_FLAGS = 8;
export const CTA_EXPECT_CLASS = 9;
export const CTA_EXPECT_NAT = 10;
export const CTA_EXPECT_FN = 11;
export const CTA_EXPECT_NAT_DIR = 1;
export const CTA_EXPECT_NAT_TUPLE = 2;

/** enum ip_conntrack_status (linux/netfilter/nf_conntrack_common.h) */
export const IPS_EXPECTED = 1 << 0;
export const IPS_SEEN_REPLY = 1 << 1;
export const IPS_ASSURED = 1 << 2;
export const IPS_CONFIRMED = 1 << 3;

/** linux/netfilter/nf_conntrack_tcp.h */
export const IP_CT_TCP_FLAG_WINDOW_SCALE = 0x01;
export const IP_CT_TCP_FLAG_SACK_PERM = 0x02;
export const IP_CT_TCP_FLAG_CLOSE_INIT = 0x04;
export const IP_CT_TCP_FLAG_BE_LIBERAL = 0x08;

/** enum tcp_conntrack, by number. */
export const TCP_CONNTRACK = [
  'NONE',
  'SYN_SENT',
  'SYN_RECV',
  'ESTABLISHED',
  'FIN_WAIT',
  'CLOSE_WAIT',
  'LAST_ACK',
  'TIME_WAIT',
  'CLOSE',
  'SYN_SENT2',
] as const;

export const IPPROTO_TCP = 6;
