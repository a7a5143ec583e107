/**
 * Netlink datagrams taken apart: one datagram from the kernel holds one or more messages, some of which are
 * its own words (an error, an acknowledgement, the end of a dump). Constants carry linux/netlink.h's names.
 */
import { align4, AttributeCursor, NLMSG_HDRLEN } from './attribute.js';

export const NLMSG_ERROR = 2;
export const NLMSG_DONE = 3;

export const NLM_F_REQUEST = 0x01;
export const NLM_F_ACK = 0x04;
export const NLM_F_DUMP_INTR = 0x10;
export const NLM_F_ACK_TLVS = 0x200;
export const NLM_F_EXCL = 0x200;
export const NLM_F_CREATE = 0x400;
/** NLM_F_ROOT | NLM_F_MATCH. */
export const NLM_F_DUMP = 0x300;

/** NLMSGERR_ATTR_MSG: the kernel's own sentence about what was wrong (linux/netlink.h). */
const NLMSGERR_ATTR_MSG = 1;

export interface Message {
  readonly type: number;
  readonly flags: number;
  readonly seq: number;
  /** What follows the header. A view into the datagram, not a copy. */
  readonly body: Buffer;
}

/** Splits a datagram into its messages. A length that does not fit ends it: what came before is still good. */
export function decodeMessages(datagram: Buffer): {
  readonly messages: Message[];
  readonly malformed: boolean;
} {
  const messages: Message[] = [];
  let at = 0;
  while (at < datagram.length) {
    if (at + NLMSG_HDRLEN > datagram.length) return { messages, malformed: true };
    const length = datagram.readUInt32LE(at);
    if (length < NLMSG_HDRLEN || at + length > datagram.length) return { messages, malformed: true };
    messages.push({
      type: datagram.readUInt16LE(at + 4),
      flags: datagram.readUInt16LE(at + 6),
      seq: datagram.readUInt32LE(at + 8),
      body: datagram.subarray(at + NLMSG_HDRLEN, at + length),
    });
    at += align4(length);
  }
  return { messages, malformed: false };
}

/** What an NLMSG_ERROR says: a positive errno, 0 for an acknowledgement, and the kernel's sentence if any. */
export function decodeError(message: Message): { readonly errno: number; readonly sentence: string } {
  const body = message.body;
  if (body.length < 4) return { errno: 0, sentence: '' };
  const errno = -body.readInt32LE(0);
  return { errno, sentence: message.flags & NLM_F_ACK_TLVS ? extendedSentence(body) : '' };
}

/** The attributes follow the echoed request; with NETLINK_CAP_ACK only its header is echoed. */
function extendedSentence(body: Buffer): string {
  const cursor = new AttributeCursor(body, 4 + NLMSG_HDRLEN);
  while (cursor.next()) if (cursor.type === NLMSGERR_ATTR_MSG) return cursor.string();
  return '';
}
