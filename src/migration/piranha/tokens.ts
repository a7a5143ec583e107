/**
 * One line of an lvs.cf → what stands in it, or why Piranha would have refused it, in Piranha's own words. The meaning of keys
 * is not known here. Linear in the length of the line; pure.
 */

/** What a line can be. `remarks` are things that Piranha refuses and whose meaning is plain. */
export type Line =
  | { readonly kind: 'empty' }
  | { readonly kind: 'close'; readonly remarks: readonly string[] }
  | {
      readonly kind: 'open';
      readonly word: Opener;
      readonly name: string;
      readonly remarks: readonly string[];
    }
  | { readonly kind: 'assign'; readonly key: string; readonly values: readonly string[]; readonly remarks: readonly string[] } // prettier-ignore
  | { readonly kind: 'refused'; readonly key: string; readonly why: string };

export type Opener = 'virtual' | 'failover' | 'server';

/** Piranha's own limit. */
const MOST_TOKENS = 100;

interface Token {
  readonly text: string;
  readonly quoted: boolean;
}

type Tokens =
  | { readonly ok: true; readonly list: readonly Token[]; readonly remarks: readonly string[] }
  | { readonly ok: false; readonly why: string };

/** Reads one line, without its line end. */
export function readLine(text: string): Line {
  const line = text.replace(/\r+$/, '');
  const body = line.trim();
  if (body === '' || body.startsWith('#')) return { kind: 'empty' };
  const tokens = tokenise(line);
  const key = body.split(/[\s=]/, 1)[0]?.slice(0, 60) ?? '';
  if (!tokens.ok) return { kind: 'refused', key, why: tokens.why };
  return shape(tokens.list, tokens.remarks, key);
}

function shape(list: readonly Token[], remarks: readonly string[], key: string): Line {
  const words = list.map(({ text }) => text);
  const [first = '', second, third, ...more] = words;
  const refused = (why: string): Line => ({ kind: 'refused', key, why });
  if (first === '}') return words.length === 1 ? { kind: 'close', remarks } : refused('unexpected arguments');
  if (isOpener(first) && second !== '=') {
    if (second === undefined || third === undefined) return refused('missing arguments');
    if (third !== '{' || more.length > 0) return refused('unexpected arguments');
    return { kind: 'open', word: first, name: second, remarks };
  }
  if (second !== '=') return refused('equal (=) expected after command');
  if (third === undefined) return refused('missing arguments');
  return { kind: 'assign', key: first, values: [third, ...more], remarks };
}

function isOpener(word: string): word is Opener {
  return word === 'virtual' || word === 'failover' || word === 'server';
}

function tokenise(line: string): Tokens {
  const list: Token[] = [];
  const remarks: string[] = [];
  let at = 0;
  for (;;) {
    while (/\s/.test(line[at] ?? '')) at++;
    if (at >= line.length) return { ok: true, list, remarks };
    if (line[at] === '#' && list.length > 0) {
      remarks.push('a comment behind a value is an error for Piranha ("unexpected arguments")');
      return { ok: true, list, remarks };
    }
    if (list.length === MOST_TOKENS) return { ok: false, why: 'too many words in a line' };
    const token = tokenAt(line, at);
    if (token === undefined) return { ok: false, why: 'quotation mismatch' };
    list.push(token);
    at = token.end;
    if (token.quoted && line.slice(at).trim() === '' && at < line.length)
      remarks.push('blanks behind a closing quote are an error for Piranha ("quotation mismatch")');
  }
}

/** A quoted string ends at the next such quote; nothing inside can be escaped. */
function tokenAt(line: string, at: number): (Token & { readonly end: number }) | undefined {
  const quote = line[at];
  if (quote === '"' || quote === "'") {
    const end = line.indexOf(quote, at + 1);
    return end < 0 ? undefined : { text: line.slice(at + 1, end), quoted: true, end: end + 1 };
  }
  let end = at;
  while (end < line.length && !/\s/.test(line[end] ?? '')) end++;
  return { text: line.slice(at, end), quoted: false, end };
}
