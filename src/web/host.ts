/**
 * Whether a request was meant for us, by its Host header: a page on another site whose name was pointed at our address (DNS
 * rebinding) is refused. Pure.
 */
import { formatAddress, parseAddress } from '../sockaddr.js';

/** `names`: host names that are ours, in lower case. `localAddress`: where the connection has arrived. */
export function isOurs(
  host: string | undefined,
  localAddress: string | undefined,
  names: readonly string[],
): boolean {
  // RFC 9110 §7.2: uri-host [ ":" port ], an IPv6 address in brackets.
  const match = /^(?:\[([0-9A-Fa-f:.]{2,45})\]|([A-Za-z0-9.-]{1,255}))(?::[0-9]{1,5})?$/.exec(host ?? '');
  if (match === null) return false;
  const [, v6, other = ''] = match;
  if (v6 !== undefined) return isSame(v6, localAddress);
  return names.includes(other.toLowerCase()) || isSame(other, localAddress);
}

function isSame(written: string, localAddress: string | undefined): boolean {
  const ours = normal((localAddress ?? '').replace(/^::ffff:/i, ''));
  return ours !== undefined && normal(written) === ours;
}

function normal(text: string): string | undefined {
  const bytes = parseAddress(text);
  return bytes === undefined ? undefined : formatAddress(bytes);
}
