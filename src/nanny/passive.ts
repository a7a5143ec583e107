/**
 * The two replies that announce a passive data channel: 227 (RFC 959) and 229 (RFC 2428).
 * Pure: text in, endpoint or reason out. It does not decide whether the address may be used.
 */

/** Why an announcement cannot be used. */
export type PassiveFault =
  /** No six numbers in a 227, no `(|||port|)` in a 229. */
  | 'notFound'
  /** A number above 255 in a 227, a port above 65535 in a 229. */
  | 'outOfRange'
  | 'portZero';

/** The announced endpoint. A 229 has a port only: the address is that of the control connection. */
export type Passive =
  | { readonly ok: true; readonly address: string | undefined; readonly port: number }
  | { readonly ok: false; readonly fault: PassiveFault };

/**
 * 227: h1,h2,h3,h4,p1,p2 anywhere in the text. RFC 1123 §4.1.2.6: the text around the numbers is not
 * standardised, so the parentheses of RFC 959 may be missing and a client looks for the first digit.
 */
export function parse227(text: string): Passive {
  const match = /(?<![0-9,])[0-9]{1,3}(?:,[0-9]{1,3}){5}(?![0-9,])/.exec(text);
  if (match === null) return { ok: false, fault: 'notFound' };
  const numbers = match[0].split(',').map(Number);
  if (numbers.some((number) => number > 255)) return { ok: false, fault: 'outOfRange' };
  const [high = 0, low = 0] = numbers.slice(4);
  return withPort(numbers.slice(0, 4).join('.'), high * 256 + low);
}

/** 229: `(<d><d><d><tcp-port><d>)`, RFC 2428 §3; the delimiter is any printable ASCII, no digit. */
export function parse229(text: string): Passive {
  const match = /\(([!-/:-~])\1\1([0-9]{1,5})\1\)/.exec(text);
  if (match === null) return { ok: false, fault: 'notFound' };
  const port = Number(match[2]);
  return port > 65_535 ? { ok: false, fault: 'outOfRange' } : withPort(undefined, port);
}

function withPort(address: string | undefined, port: number): Passive {
  return port === 0 ? { ok: false, fault: 'portZero' } : { ok: true, address, port };
}
