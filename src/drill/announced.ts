/**
 * Data channels as they are announced on the control connection: PASV and PORT (RFC 959 §4.1.2), EPSV and EPRT
 * (RFC 2428). Pure text in, text out. An address other than the expected one is an error, never followed.
 */
import { isIPv6 } from 'node:net';

/** How a data channel is announced. */
export type DataMode = 'PASV' | 'EPSV' | 'PORT' | 'EPRT';

/** All four. */
export const dataModes: readonly DataMode[] = ['PASV', 'EPSV', 'PORT', 'EPRT'];

/** The port that a 227 announces. @throws Error when it announces another address, or nothing readable. */
export function portOf227(text: string, expectedAddress: string): number {
  const numbers = /\((\d{1,3}(?:,\d{1,3}){5})\)/.exec(text)?.[1]?.split(',').map(Number) ?? [];
  const [high = 256, low = 256] = numbers.slice(4);
  const address = numbers.slice(0, 4).join('.');
  if (numbers.length !== 6 || high > 255 || low > 255) throw new Error(`unreadable 227: ${text}`);
  if (address !== expectedAddress) throw new Error(`227 announces ${address} instead of ${expectedAddress}`);
  return high * 256 + low;
}

/** The port that a 229 announces. @throws Error when nothing readable is announced. */
export function portOf229(text: string): number {
  const port = Number(/\(\|\|\|(\d{1,5})\|\)/.exec(text)?.[1]);
  if (!(port > 0 && port < 65_536)) throw new Error(`unreadable 229: ${text}`);
  return port;
}

/** The command that announces a listening address of ours. */
export function activeCommand(mode: 'PORT' | 'EPRT', address: string, port: number): string {
  if (mode === 'PORT') return `PORT ${address.replaceAll('.', ',')},${port >> 8},${port & 255}`;
  return `EPRT |${isIPv6(address) ? 2 : 1}|${address}|${port}|`;
}
