/** Single values of an lvs.cf, read as Piranha reads them; what it would refuse is answered with its own words. Pure. */
import { parseAddress } from '../../config/address.js';
import { quote } from '../../config/parsed.js';
import type { Ledger } from '../ledger.js';
import { prefixOf } from '../numbers.js';
import type { Assignment } from './parse.js';

/** Says that a value cannot be read. */
function refuse(ledger: Ledger, at: Assignment, why: string, cure: string): void {
  const value = quote(at.values.join(' '));
  ledger.say('lost', at, `${value} cannot be read (Piranha: ${why})`, cure);
}

/** The text of a key that has one value. */
export function readText(ledger: Ledger, at: Assignment): string | undefined {
  const [value, ...more] = at.values;
  if (value === undefined) {
    refuse(ledger, at, 'missing arguments', 'write a value');
    return undefined;
  }
  if (more.length > 0) {
    refuse(ledger, at, 'unexpected arguments', 'keep one value');
    return undefined;
  }
  return value;
}

/** strtol with base 0: `0x10` is sixteen, and `010` is eight, which hardly anybody means. */
export function readInteger(ledger: Ledger, at: Assignment): number | undefined {
  const text = readText(ledger, at);
  if (text === undefined) return undefined;
  const plain = /^[+-]?(?:0[xX][0-9A-Fa-f]{1,8}|[0-9]{1,10})$/.test(text);
  if (!plain || /^[+-]?0[0-9]*[89]/.test(text)) {
    refuse(ledger, at, 'integer expected', 'write a whole number');
    return undefined;
  }
  const digits = text.replace(/^[+-]/, '');
  const octal = /^0[0-9]+$/.test(digits);
  const size = octal ? parseInt(digits, 8) : Number(digits);
  if (octal) {
    const problem = `${text} is octal for Piranha: it means ${size}, which is what was translated`;
    ledger.warn(at, problem, `write ${Number(digits)} if that was meant`);
  }
  return text.startsWith('-') ? -size : size;
}

/** Strictly 0 or 1. */
export function readBoolean(ledger: Ledger, at: Assignment): boolean | undefined {
  const text = readText(ledger, at);
  if (text === undefined) return undefined;
  if (text === '0' || text === '1') return text === '1';
  refuse(ledger, at, 'boolean expected', 'write 0 or 1');
  return undefined;
}

/** An address, or the name of a host, which only Piranha looks up. */
export type Host = { readonly kind: 'address'; readonly address: string } | { readonly kind: 'name'; readonly name: string }; // prettier-ignore

/** IPv4 only, as Piranha has it. `0.0.0.0` is for the caller: it stands for "none" in the wild. */
export function readHost(ledger: Ledger, at: Assignment, text: string): Host | undefined {
  if (/^[0-9.]+$/.test(text)) {
    const parsed = parseAddress(text);
    if (parsed.ok) return { kind: 'address', address: parsed.value };
    {
      refuse(ledger, at, 'invalid host name or ip address', parsed.cure);
      return undefined;
    }
  }
  if (/^[A-Za-z0-9_][A-Za-z0-9_.-]{0,252}$/.test(text)) return { kind: 'name', name: text };
  refuse(ledger, at, 'invalid host name or ip address', 'write an address such as 192.0.2.10');
  return undefined;
}

/** `IP DEVICE`; an alias such as `eth0:1` is the interface `eth0`. */
export interface Floating {
  readonly host: Host;
  readonly device: string | undefined;
}

export function readFloating(ledger: Ledger, at: Assignment): Floating | undefined {
  const [text, device, ...more] = at.values;
  if (text === undefined) {
    refuse(ledger, at, 'missing arguments', 'write an address and a device');
    return undefined;
  }
  if (more.length > 0) {
    refuse(ledger, at, 'unexpected arguments', 'keep the address and the device');
    return undefined;
  }
  const host = readHost(ledger, at, text);
  if (host === undefined) return undefined;
  const base = device?.split(':', 1)[0];
  if (base === undefined || base === '') return { host, device: undefined };
  if (/^[\x21-\x7e]{1,15}$/.test(base) && !base.includes('/') && base !== '.' && base !== '..')
    return { host, device: base };
  refuse(ledger, at, 'invalid argument', 'write an interface such as eth0:1');
  return undefined;
}

/** A netmask as a prefix length. */
export function readMask(ledger: Ledger, at: Assignment): number | undefined {
  const text = readText(ledger, at);
  if (text === undefined) return undefined;
  const prefix = prefixOf(text);
  if (prefix === undefined) refuse(ledger, at, 'Bad subnet mask specified', 'write one like 255.255.255.0');
  return prefix;
}
