/**
 * What a probe of the VIP is made of: ICMP and ICMPv6 echo (RFC 792, RFC 4443 §4.1) and the longest silence between
 * two answers. Pure: bytes and times in, bytes and figures out.
 */

import type { Gap } from './stall.js';

/** What a probe has seen since its last report. Times are CLOCK_MONOTONIC milliseconds. */
export interface ProbeReport {
  readonly sent: number;
  readonly answered: number;
  /** The longest time between two answers in a row; up to now where answers have stopped. */
  readonly silentMillis: number;
  readonly silentFrom: number;
  readonly silentTo: number;
  /** Every silence longer than ten milliseconds, in order; one that still runs is not among them. */
  readonly silences: readonly Gap[];
  /** The longest time in which the probe itself did not get to send. A silence cannot be measured finer than that. */
  readonly ownStallMillis: number;
}

const ECHO_REQUEST = { v4: 8, v6: 128 } as const;
const ECHO_REPLY = { v4: 0, v6: 129 } as const;
const HEADER = 8;

/** RFC 1071: the ones' complement of the ones' complement sum of 16-bit words. */
function internetChecksum(bytes: Buffer): number {
  let sum = 0;
  for (let at = 0; at < bytes.length; at += 2) sum += bytes.readUInt16BE(at);
  while (sum > 0xffff) sum = (sum & 0xffff) + (sum >>> 16);
  return ~sum & 0xffff;
}

/** An echo request. For ICMPv6 the kernel fills in the checksum. */
export function echoRequest(family: 'v4' | 'v6', identifier: number, sequence: number): Buffer {
  const packet = Buffer.alloc(HEADER);
  packet.writeUInt8(ECHO_REQUEST[family], 0);
  packet.writeUInt16BE(identifier, 4);
  packet.writeUInt16BE(sequence & 0xffff, 6);
  if (family === 'v4') packet.writeUInt16BE(internetChecksum(packet), 2);
  return packet;
}

/** Is this datagram of a raw socket an answer to our requests? IPv4 sockets deliver the IP header too. */
export function isEchoReply(family: 'v4' | 'v6', datagram: Buffer, identifier: number): boolean {
  const start = family === 'v4' ? ((datagram[0] ?? 0) & 0x0f) * 4 : 0;
  if (datagram.length < start + HEADER) return false;
  return datagram[start] === ECHO_REPLY[family] && datagram.readUInt16BE(start + 4) === identifier;
}

/** Shorter silences are not kept one by one, nor more than so many. */
const KEPT_MILLIS = 10;
const KEPT = 10_000;

/** Counts and gaps of a probe. */
export interface ProbeMeter {
  sent(at: number): void;
  answered(at: number): void;
  /** The figures so far; the next ones start from now, with the last answer still remembered. */
  report(now: number): ProbeReport;
}

/** A meter that starts at a time. */
export function createProbeMeter(start: number): ProbeMeter {
  let lastAnswer = start;
  let lastSent = start;
  let sent = 0;
  let answered = 0;
  let ownStall = 0;
  let silence = { from: start, to: start };
  let silences: Gap[] = [];
  const silent = (to: number): void => {
    if (to - lastAnswer > silence.to - silence.from) silence = { from: lastAnswer, to };
  };
  return {
    sent: (at) => {
      ownStall = Math.max(ownStall, at - lastSent);
      lastSent = at;
      sent += 1;
    },
    answered: (at) => {
      silent(at);
      if (at - lastAnswer > KEPT_MILLIS && silences.length < KEPT)
        silences.push({ from: lastAnswer, to: at });
      lastAnswer = at;
      answered += 1;
    },
    report: (now) => {
      silent(now);
      const { from, to } = silence;
      const figures = { sent, answered, silentMillis: to - from, silentFrom: from, silentTo: to, silences };
      const result = { ...figures, ownStallMillis: ownStall };
      [sent, answered, ownStall, silence, silences] = [0, 0, 0, { from: now, to: now }, []];
      return result;
    },
  };
}
