/**
 * Socket filters (classic BPF, linux/filter.h) for the packet sockets: the kernel hands us only frames that
 * claim one of our addresses, so the traffic of the LAN never wakes us. Pure: programs as bytes.
 */
import { invariant } from '../assert.js';

/** BPF_LD | BPF_H | BPF_ABS, BPF_LD | BPF_W | BPF_ABS, BPF_LD | BPF_B | BPF_ABS. */
const LOAD_HALF = 0x28;
const LOAD_WORD = 0x20;
const LOAD_BYTE = 0x30;
/** BPF_JMP | BPF_JEQ | BPF_K. */
const JUMP_EQUAL = 0x15;
/** BPF_RET | BPF_K. */
const RETURN = 0x06;

/** BPF_MAXINSNS. */
const MAX_INSTRUCTIONS = 4096;
/** Bytes of a frame that are handed over: all of it. */
const WHOLE = 0x40000;

interface Instruction {
  readonly code: number;
  readonly jumpTrue: number;
  readonly jumpFalse: number;
  readonly value: number;
}

/** ARP frames whose sender address (offset 28) is one of these 4-byte addresses. */
export function arpFilter(addresses: readonly Buffer[]): Buffer {
  return program([load(LOAD_HALF, 12), ...require(0x0806), load(LOAD_WORD, 28), ...anyOf(addresses)]);
}

/** Neighbour advertisements whose target (offset 62) ends in the last four bytes of one of these addresses. */
export function neighbourFilter(addresses: readonly Buffer[]): Buffer {
  return program([
    load(LOAD_HALF, 12),
    ...require(0x86dd),
    load(LOAD_BYTE, 20),
    ...require(58),
    load(LOAD_BYTE, 54),
    ...require(136),
    load(LOAD_WORD, 74),
    ...anyOf(addresses.map((address) => address.subarray(12))),
  ]);
}

function load(code: number, offset: number): Instruction {
  return { code, jumpTrue: 0, jumpFalse: 0, value: offset };
}

function give(bytes: number): Instruction {
  return { code: RETURN, jumpTrue: 0, jumpFalse: 0, value: bytes };
}

/** Goes on when the loaded value is this one, otherwise drops the frame. */
function require(value: number): readonly Instruction[] {
  return [{ code: JUMP_EQUAL, jumpTrue: 1, jumpFalse: 0, value }, give(0)];
}

/** Accepts the frame when the loaded word is one of these, otherwise drops it. */
function anyOf(words: readonly Buffer[]): readonly Instruction[] {
  const tests = words.flatMap((word): Instruction[] => [
    { code: JUMP_EQUAL, jumpTrue: 0, jumpFalse: 1, value: word.readUInt32BE(0) },
    give(WHOLE),
  ]);
  return [...tests, give(0)];
}

/** struct sock_filter: code u16, jt u8, jf u8, k u32, in the machine's byte order. */
function program(instructions: readonly Instruction[]): Buffer {
  invariant(instructions.length <= MAX_INSTRUCTIONS, 'the filter fits');
  const bytes = Buffer.alloc(8 * instructions.length);
  instructions.forEach((instruction, index) => {
    bytes.writeUInt16LE(instruction.code, 8 * index);
    bytes.writeUInt8(instruction.jumpTrue, 8 * index + 2);
    bytes.writeUInt8(instruction.jumpFalse, 8 * index + 3);
    bytes.writeUInt32LE(instruction.value, 8 * index + 4);
  });
  return bytes;
}
