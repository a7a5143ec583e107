/** Values that stand where the file could not say: addresses of the documentation ranges (RFC 5737), ordinary interface names. Pure. */
import { toChange, type Noted } from './tree.js';

export interface Placeholders {
  /** An address that stands nowhere in the file, and has not been given out before. */
  readonly address: (what: string) => Noted<string>;
  /** The first of these interface names that is not taken. */
  readonly interface: (what: string, taken: readonly (string | undefined)[]) => Noted<string>;
}

const NETS = ['192.0.2', '198.51.100', '203.0.113'] as const;

/** `text` is the whole file: no placeholder may look like something that it says. */
export function createPlaceholders(text: string): Placeholders {
  const said = new Set(text.match(/\d{1,3}(?:\.\d{1,3}){3}/g) ?? []);
  const free = freeAddresses(said);
  return {
    address: (what) => toChange(free.next().value ?? '192.0.2.254', what),
    interface: (what, taken) => {
      const name = ['eth0', 'eth1', 'eth2', 'eth3'].find((each) => !taken.includes(each));
      return toChange(name ?? 'eth4', what);
    },
  };
}

function* freeAddresses(said: ReadonlySet<string>): Generator<string, undefined> {
  for (const net of NETS) {
    for (let host = 1; host < 255; host++) {
      const address = `${net}.${host}`;
      if (!said.has(address)) yield address;
    }
  }
  return undefined;
}
