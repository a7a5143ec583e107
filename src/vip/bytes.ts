/** Addresses as the bytes that go on the wire. Text is read here only after the config has checked it. */
import { isIPv4, isIPv6 } from 'node:net';
import { invariant } from '../assert.js';

/** The 4 or 16 bytes of an address in text. The text comes from a checked config: anything else is our mistake. */
export function addressBytes(text: string): Buffer {
  if (isIPv4(text)) return Buffer.from(text.split('.').map(Number));
  invariant(isIPv6(text), `${text} is an IP address`);
  const words = sixWords(text);
  const bytes = Buffer.alloc(16);
  words.forEach((word, index) => bytes.writeUInt16BE(word, 2 * index));
  return bytes;
}

/** The eight 16-bit words of an IPv6 address (RFC 4291 §2.2). */
function sixWords(text: string): number[] {
  const [head = '', tail] = text.split('::');
  const front = groups(head);
  if (tail === undefined) return front;
  const back = groups(tail);
  return [...front, ...Array.from({ length: 8 - front.length - back.length }, () => 0), ...back];
}

function groups(text: string): number[] {
  if (text === '') return [];
  return text.split(':').flatMap((group) => {
    if (!group.includes('.')) return [Number.parseInt(group, 16)];
    const [a = 0, b = 0, c = 0, d = 0] = group.split('.').map(Number);
    return [a * 256 + b, c * 256 + d];
  });
}

/** `02:00:5e:…`, as people write a hardware address. */
export function macText(mac: Uint8Array): string {
  return Array.from(mac, (byte) => byte.toString(16).padStart(2, '0')).join(':');
}
