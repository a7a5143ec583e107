/**
 * The kinds of single values in the file (name, port, duration, address, …) as zod schemas. Each reads one
 * value and complains about it alone; rules between values live in rules/.
 */
import { z } from 'zod';
import type { Millis } from '../time.js';
import { parseAddress, parseVirtualAddress } from './address.js';
import { DURATION_PATTERN, formatDuration, parseDuration } from './duration.js';
import type { VirtualAddress } from './model.js';
import { quote, refused, type Parsed } from './parsed.js';

/** A schema that reads a text of the file into a value. */
export type Text<T> = z.ZodPipe<z.ZodString, z.ZodTransform<T, string>>;

/** A schema around a parser: its two halves of a complaint travel as message and `params.cure`. */
export function text<T>(parse: (text: string) => Parsed<T>): Text<T> {
  return z.string().transform((value, context) => {
    const parsed = parse(value);
    if (parsed.ok) return parsed.value;
    context.addIssue({ code: 'custom', message: parsed.problem, params: { cure: parsed.cure } });
    return z.NEVER;
  });
}

const NAME_PATTERN = /^[A-Za-z0-9][A-Za-z0-9.-]{0,62}$/;

/** Whether a text may be a name. */
export function isName(text: string): boolean {
  return NAME_PATTERN.test(text);
}

/** The name of a node, a service, a real server or a pulse path. */
export function name(): Text<string> {
  return text<string>((value) => {
    if (isName(value)) return { ok: true, value };
    return refused(
      `${quote(value)} cannot be a name`,
      'use letters, digits, dash and dot, beginning with a letter or digit, at most 63',
    );
  }).meta({ pattern: NAME_PATTERN.source });
}

/** A kernel interface name: at most 15 bytes, no slash, no space (linux/if.h IFNAMSIZ, dev_valid_name). */
export function interfaceName(): Text<string> {
  return text<string>((value) => {
    if (/^[\x21-\x7e]{1,15}$/.test(value) && !/[/:]/.test(value) && value !== '.' && value !== '..') {
      return { ok: true, value };
    }
    return refused(
      `${quote(value)} cannot be an interface`,
      'write a name that `ip link` shows, such as `eth0`: at most 15 characters, no slash, colon or space',
    );
  }).meta({ pattern: '^[!-.0-9;-~]{1,15}$' });
}

/** A unicast address without prefix length. */
export function address(): Text<string> {
  return text(parseAddress).meta({ pattern: '^[0-9A-Fa-f:.]*[:.][0-9A-Fa-f:.]*$' });
}

/** An address with prefix length. */
export function virtualAddress(): Text<VirtualAddress> {
  return text(parseVirtualAddress).meta({ pattern: '^[0-9A-Fa-f:.]+/[0-9]{1,3}$' });
}

/** The hardware address of one Ethernet station, in lower case. */
export function macAddress(): Text<string> {
  return text((value) => {
    const mac = value.toLowerCase();
    if (!/^[0-9a-f]{2}(:[0-9a-f]{2}){5}$/.test(mac) || mac === '00:00:00:00:00:00')
      return refused(
        `${quote(value)} is no hardware address`,
        'write six bytes, such as `02:00:5e:00:53:01`',
      );
    if (Number.parseInt(mac.slice(0, 2), 16) % 2 === 0) return { ok: true, value: mac };
    return refused(`${quote(value)} is a group's address`, 'write one whose first byte is even, such as 02');
  }).meta({ pattern: '^[0-9A-Fa-f]{2}(:[0-9A-Fa-f]{2}){5}$' });
}

/** A length of time from `least` to `most`, both allowed. */
export function duration(least: Millis, most: Millis): Text<Millis> {
  return text((value) => {
    const parsed = parseDuration(value);
    if (!parsed.ok || (parsed.value >= least && parsed.value <= most)) return parsed;
    return refused(
      `${value} is too ${parsed.value < least ? 'short' : 'long'}`,
      `write a length of time from ${formatDuration(least)} to ${formatDuration(most)}`,
    );
  }).meta({ pattern: DURATION_PATTERN });
}

/** A whole number from `least` to `most`, both allowed. */
export function count(least: number, most: number): z.ZodInt {
  return z.int().min(least).max(most);
}

/** A TCP or UDP port. */
export function port(): z.ZodInt {
  return count(1, 65535);
}

/** Text that is sent inside an FTP command (RFC 959 §5.3): CR, LF and other controls would end or garble it. */
export function commandText(least: number): Text<string> {
  return text<string>((value) => {
    if (hasControl(value)) {
      return refused(
        `${quote(value)} holds a control character, which would break the FTP command`,
        'remove line ends, tabs and other control characters',
      );
    }
    if (value.length >= least && value.length <= 255) return { ok: true, value };
    return value === ''
      ? refused('is empty', 'write at least one character')
      : refused(`is ${value.length} characters long`, 'write at most 255 characters');
  });
}

/** Text that is sent as it is, or a word of a command line: anything but NUL, at most 1024 characters. */
export function argument(): Text<string> {
  return text<string>((value) => {
    if (value.includes('\0')) return refused('holds a NUL character', 'remove it');
    if (value !== '' && value.length <= 1024) return { ok: true, value };
    return value === ''
      ? refused('is empty', 'write at least one character')
      : refused(`is ${value.length} characters long`, 'write at most 1024 characters');
  });
}

/** A regular expression as JavaScript has them. */
export function pattern(): Text<string> {
  return text<string>((value) => {
    try {
      new RegExp(value);
      return { ok: true, value };
    } catch (cause) {
      const why = cause instanceof Error ? cause.message : String(cause);
      return refused(
        `${quote(value)} is no regular expression (${why})`,
        'mend it, or use `expect` with a plain text',
      );
    }
  });
}

function hasControl(value: string): boolean {
  return /\p{Cc}/u.test(value);
}

/** An absolute path of at most 4095 characters (linux/limits.h PATH_MAX). */
export function absolutePath(): Text<string> {
  return text((value) => readPath(value, 4095)).meta({ pattern: '^/' });
}

/** The path of a Unix socket, at most 107 bytes (linux/un.h UNIX_PATH_MAX), or `none`. */
export function socketPath(): Text<string | undefined> {
  return text<string | undefined>((value) =>
    value === 'none' ? { ok: true, value: undefined } : readPath(value, 107),
  ).meta({ pattern: '^(/.*|none)$' });
}

function readPath(value: string, most: number): Parsed<string> {
  if (hasControl(value)) {
    return refused(`${quote(value)} holds a control character`, 'remove it from the path');
  }
  if (!value.startsWith('/')) {
    return refused(`${quote(value)} is not an absolute path`, 'write the whole path, beginning with `/`');
  }
  if (Buffer.byteLength(value) <= most) return { ok: true, value };
  return refused(`the path is ${Buffer.byteLength(value)} bytes long`, `use a path of at most ${most} bytes`);
}

/** Names and explains a key for editors; the first example is also what a complaint proposes. */
export function key<S extends z.ZodType>(
  schema: S,
  title: string,
  description: string,
  ...examples: unknown[]
): S {
  return schema.meta({ title, description, examples });
}
