/**
 * What the kernel says of one TCP connection of ours: how much the other end has not acknowledged yet, and how often it was
 * asked in vain. Syslog over TCP has no answers of its own (RFC 6587 §3.1); this is all that can be known. Only reads.
 */
import { readFile } from 'node:fs/promises';
import { parseAddress } from '../sockaddr.js';

/** The two ends of a connection. */
export interface Ends {
  readonly localAddress: string;
  readonly localPort: number;
  readonly address: string;
  readonly port: number;
}

export interface Acknowledgement {
  /** Bytes that were handed over and are not acknowledged. */
  readonly unacknowledged: number;
  /** Retransmissions, or questions to a closed window, without an answer. */
  readonly attempts: number;
}

/** Undefined where the connection is not there (any more). Where nothing can be read, all counts as acknowledged. */
export async function acknowledgement(ends: Ends): Promise<Acknowledgement | undefined> {
  const file = ends.address.includes(':') ? '/proc/self/net/tcp6' : '/proc/self/net/tcp';
  try {
    return findAcknowledgement(await readFile(file, 'latin1'), ends);
  } catch {
    return { unacknowledged: 0, attempts: 0 };
  }
}

/**
 * Finds the connection in the text of /proc/net/tcp: `sl local remote st tx_queue:rx_queue tr:tm->when retrnsmt uid timeout …`
 * (Documentation/networking/proc_net_tcp.rst). `retrnsmt` counts retransmissions, `timeout` the unanswered window probes.
 */
export function findAcknowledgement(list: string, ends: Ends): Acknowledgement | undefined {
  const pair = ` ${place(ends.localAddress, ends.localPort)} ${place(ends.address, ends.port)} `;
  const at = list.indexOf(pair);
  if (at < 0) return undefined;
  const end = list.indexOf('\n', at);
  const fields = list
    .slice(at + pair.length, end < 0 ? undefined : end)
    .trim()
    .split(/\s+/);
  const [, queues = '', , retransmissions = '', , probes = ''] = fields;
  return {
    unacknowledged: parseInt(queues, 16),
    attempts: parseInt(retransmissions, 16) + Number(probes),
  };
}

/** An address as the kernel writes it there: each word of four bytes in host order, in hexadecimal. */
function place(address: string, port: number): string {
  const bytes = parseAddress(address) ?? Buffer.alloc(4);
  const words = endianWords(bytes).toString('hex').toUpperCase();
  return `${words}:${port.toString(16).toUpperCase().padStart(4, '0')}`;
}

function endianWords(bytes: Buffer): Buffer {
  return new Uint8Array(new Uint32Array([1]).buffer)[0] === 1 ? Buffer.from(bytes).swap32() : bytes;
}
