/**
 * Which server a client gets again, as it travels in the journal. Pure.
 *
 *   body = family u8, client, VIP, server, port u16, server's port u16, seconds u32, held u8
 */
import { addressAt } from '../conntrack/address.js';
import type { ByteReader, ByteWriter } from './bytes.js';

/** Of one client of one service. */
export interface Sticky {
  /** Without the bits that do not count. */
  readonly client: Uint8Array;
  /** The service. */
  readonly vip: Uint8Array;
  readonly port: number;
  readonly server: Uint8Array;
  readonly serverPort: number;
  /** Seconds that are left; with `held` they begin when the client's last session ends. */
  readonly seconds: number;
  readonly held: boolean;
}

export function writeSticky(writer: ByteWriter, sticky: Sticky): void {
  writer.u8(sticky.client.length === 4 ? 4 : 6);
  for (const address of [sticky.client, sticky.vip, sticky.server]) writer.bytes(address);
  writer.u16(sticky.port);
  writer.u16(sticky.serverPort);
  writer.u32(sticky.seconds);
  writer.u8(sticky.held ? 1 : 0);
}

/** The same back; `failed` is set on the reader for what cannot be read. */
export function readSticky(reader: ByteReader): Sticky {
  const family = reader.u8();
  if (family !== 4 && family !== 6) reader.failed = true;
  const address = (): Uint8Array => {
    const length = family === 6 ? 16 : 4;
    const at = reader.skip(length);
    return at < 0 ? new Uint8Array(length) : addressAt(reader.buffer, at, length);
  };
  const [client, vip, server] = [address(), address(), address()];
  const [port, serverPort, seconds, held] = [reader.u16(), reader.u16(), reader.u32(), reader.u8()];
  if (held > 1) reader.failed = true;
  return { client, vip, server, port, serverPort, seconds, held: held === 1 };
}
