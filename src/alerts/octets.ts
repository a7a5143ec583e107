/** The framing of syslog on a stream. Pure. */

/** RFC 6587 §3.4.1 and RFC 5425 §4.3.1: `MSG-LEN SP SYSLOG-MSG`, the length in octets. */
export function octetCounted(message: Uint8Array): Buffer {
  return Buffer.concat([Buffer.from(`${message.length} `, 'latin1'), message]);
}
