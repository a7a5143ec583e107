/** A socket filter (classic BPF, linux/filter.h) that passes one sender's datagrams to one port. Pure: a program as bytes. */

/** BPF_LD | BPF_W, BPF_H, BPF_B | BPF_ABS; BPF_JMP | BPF_JEQ | BPF_K; BPF_RET | BPF_K. */
const LOAD_WORD = 0x20;
const LOAD_HALF = 0x28;
const LOAD_BYTE = 0x30;
const JUMP_EQUAL = 0x15;
const RETURN = 0x06;
/** As many bytes of a frame as there are. */
const WHOLE = 0x40000;
const UDP = 17;
/** Offsets in an Ethernet frame with an IPv4 header without options, which is all that our datagrams have. */
const PROTOCOL_AT = 23;
const SOURCE_AT = 26;
const DESTINATION_PORT_AT = 36;

/** `sender` is an IPv4 address, 4 bytes; the socket must see IPv4 frames only. */
export function udpFilter(sender: Uint8Array, port: number): Buffer {
  const source = Buffer.from(sender).readUInt32BE(0);
  // Each test that fails jumps behind the last one, to the line that drops.
  const program: readonly (readonly [code: number, jumpTrue: number, jumpFalse: number, value: number])[] = [
    [LOAD_BYTE, 0, 0, PROTOCOL_AT],
    [JUMP_EQUAL, 0, 5, UDP],
    [LOAD_WORD, 0, 0, SOURCE_AT],
    [JUMP_EQUAL, 0, 3, source],
    [LOAD_HALF, 0, 0, DESTINATION_PORT_AT],
    [JUMP_EQUAL, 0, 1, port],
    [RETURN, 0, 0, WHOLE],
    [RETURN, 0, 0, 0],
  ];
  const bytes = Buffer.alloc(8 * program.length);
  program.forEach(([code, jumpTrue, jumpFalse, value], index) => {
    bytes.writeUInt16LE(code, 8 * index);
    bytes.writeUInt8(jumpTrue, 8 * index + 2);
    bytes.writeUInt8(jumpFalse, 8 * index + 3);
    bytes.writeUInt32LE(value, 8 * index + 4);
  });
  return bytes;
}
