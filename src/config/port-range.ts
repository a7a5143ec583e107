/** Ranges of TCP ports as the configuration writes them, `50000-50099`, and whether two have a port in common. Pure. */
import { type Text, text } from './kinds.js';
import type { PortRange } from './model.js';
import { quote, refused, type Parsed } from './parsed.js';

const PATTERN = '^[0-9]{1,5}-[0-9]{1,5}$';

/** Reads `FIRST-LAST`, both included, 1024 to 65535. */
export function parsePortRange(written: string): Parsed<PortRange> {
  const [, from, to] = /^([0-9]{1,5})-([0-9]{1,5})$/.exec(written) ?? [];
  const [first, last] = [Number(from), Number(to)];
  if (from === undefined || to === undefined)
    return refused(
      `${quote(written)} is not a range of ports`,
      'write the first and the last port with a dash between, such as `50000-50099`',
    );
  if (first > last) return refused(`${written} ends before it begins`, `write \`${last}-${first}\``);
  if (first >= 1024 && last <= 65535) return { ok: true, value: { first, last } };
  return refused(
    `${written} is not within 1024-65535`,
    'use ports from 1024 to 65535, the same as in the configuration of the server',
  );
}

/** A schema for it. */
export function portRange(): Text<PortRange> {
  return text(parsePortRange).meta({ pattern: PATTERN });
}

export function rangesOverlap(a: PortRange, b: PortRange): boolean {
  return a.first <= b.last && b.first <= a.last;
}

/** As it is written. */
export function formatPortRange({ first, last }: PortRange): string {
  return `${first}-${last}`;
}
