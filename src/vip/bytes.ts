/** Addresses as the bytes that go on the wire. Text is read here only after the config has checked it. */
import { invariant } from '../assert.js';
import { parseAddress } from '../sockaddr.js';

/** The 4 or 16 bytes of an address in text. The text comes from a checked config: anything else is our mistake. */
export function addressBytes(text: string): Buffer {
  const bytes = parseAddress(text);
  invariant(bytes !== undefined, `${text} is an IP address`);
  return bytes;
}

/** `02:00:5e:…`, as people write a hardware address. */
export function macText(mac: Uint8Array): string {
  return Array.from(mac, (byte) => byte.toString(16).padStart(2, '0')).join(':');
}
