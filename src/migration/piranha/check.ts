/**
 * How Piranha's nanny checks: at most one send, one read, one failure is down. Into `check` of a service. Escapes in send and
 * expect are interpreted here, as the nanny does. Pure.
 */
import { quote } from '../../config/parsed.js';
import { commandWords } from '../commands.js';
import { NOTHING } from '../ledger.js';
import { secondsText } from '../numbers.js';
import { fromLine, type Branch, type Noted, type Tree } from '../tree.js';
import { textOf, type Book } from './book.js';
import { posixPattern } from './pattern.js';
import { readBoolean, readInteger } from './values.js';

/** The whole `check` of a service; `path` is the service's. */
export function checkOf(book: Book, path: string): Branch {
  return { ...timesOf(book, `${path}.check`), ...kindOf(book, `${path}.check`) };
}

function timesOf({ get, ledger }: Book, path: string): Branch {
  const [at, back] = [get('timeout'), get('reentry')];
  const interval = (at && readInteger(ledger, at)) ?? 10;
  const reentry = (back && readInteger(ledger, back)) ?? 180;
  const seconds = Math.min(Math.max(interval, 1), 3600);
  const rise = Math.min(Math.max(Math.round(reentry / seconds), 1), 100);
  if (at && !ledger.isAnswered(at)) ledger.became(at, `${path}.interval: it is the time between two checks`);
  if (back && !ledger.isAnswered(back))
    ledger.became(back, `${path}.rise: reentry / timeout good checks in a row`);
  const rule = `reentry ${reentry} s / timeout ${interval} s there`;
  return {
    interval: noted(secondsText(seconds, 1, 3600), at?.line, "Piranha's default timeout"),
    // A probe must be over before the next one.
    timeout: seconds > 3 ? undefined : { value: secondsText(seconds * 0.6, 0.1, 3), note: 'must be shorter than the interval' }, // prettier-ignore
    rise: back === undefined ? { value: rise, note: rule } : fromLine(rise, back.line, rule),
    fall: { value: 1, note: 'for the nanny there, one failure was down' },
  };
}

function noted<T>(value: T, line: number | undefined, otherwise: string): Noted<T> {
  return line === undefined ? { value, note: otherwise } : fromLine(value, line);
}

function kindOf(book: Book, path: string): Branch {
  const { get } = book;
  const [program, send, expect] = [get('send_program'), get('send'), get('expect')];
  const answer = expectOf(book, path, program !== undefined);
  if (program !== undefined) return { ...programOf(book, path), ...answer };
  const greeting = sendOf(book, path, answer !== undefined);
  if (answer !== undefined) return { ...greeting, ...answer };
  const note =
    (send ?? expect) ? 'nothing was expected there: connecting was enough' : 'the nanny only connected';
  return { steps: [{ value: 'connect', note }] };
}

function programOf(book: Book, path: string): Branch {
  const { get, ledger } = book;
  const [at, send, text] = [get('send_program'), get('send'), textOf(book, 'send_program')];
  if (send !== undefined)
    ledger.say('trap', send, 'is left out: send_program stands beside it, and wins', 'remove the one that is not meant'); // prettier-ignore
  if (at === undefined || text === undefined) return {};
  const words = commandWords(text);
  if (words === undefined) {
    ledger.say('lost', at, 'the command is empty or too long', `name the program in ${path}.program`);
    return {};
  }
  const problem = `became ${path}.program: its exit status must be 0 as well, and %p is the port`;
  ledger.say('differs', at, problem, 'run it by hand against a good and a dead server: published templates answer the wrong way round'); // prettier-ignore
  return { program: words.map((word, index) => noted(word, index === 0 ? at.line : undefined, '')) };
}

function sendOf({ get, ledger, ...rest }: Book, path: string, expected: boolean): Branch {
  const at = get('send');
  const text = textOf({ get, ledger, ...rest }, 'send');
  if (at === undefined || text === undefined) return {};
  const value = unescape(text);
  if (!expected || value === '') {
    const why = value === '' ? 'it is empty' : 'nothing is expected in answer';
    ledger.say('leftOut', at, `is left out: ${why}`, 'add an `expect` if the answer matters');
    return {};
  }
  if (!sendable(value)) {
    ledger.say('lost', at, 'cannot be sent: it is longer than 1024 characters or holds a NUL', 'shorten it');
    return {};
  }
  if (!value.endsWith('\n'))
    ledger.warn(at, `${quote(value)} has no line end, so the server never answered it: only its greeting was tested`, 'write "\\r\\n" behind it, or remove send'); // prettier-ignore
  ledger.became(at, `${path}.send`);
  return { send: fromLine(value, at.line) };
}

function expectOf(book: Book, path: string, program: boolean): Branch | undefined {
  const { get, ledger } = book;
  const [at, regexAt, text] = [get('expect'), get('use_regex'), textOf(book, 'expect')];
  const regex = regexAt === undefined ? false : readBoolean(ledger, regexAt);
  if (regexAt !== undefined && regex !== undefined) ledger.say('goesWith', regexAt, regex ? `became ${path}.expect_pattern` : `became ${path}.expect`, NOTHING); // prettier-ignore
  if (at === undefined || text === undefined) return undefined;
  const value = unescape(text);
  if (value === '' || (value === '*' && program)) {
    ledger.say('leftOut', at, 'is left out: any answer was good', NOTHING);
    return undefined;
  }
  if (value === '*') {
    ledger.became(at, `${path}.expect_pattern: any answer is good`);
    return { expect_pattern: fromLine('[^]', at.line, '* there: any answer') };
  }
  return sayExpect(book, path, value, regex === true);
}

function sayExpect({ get, ledger }: Book, path: string, value: string, regex: boolean): Branch | undefined {
  const at = get('expect');
  if (at === undefined) return undefined;
  const key = regex ? 'expect_pattern' : 'expect';
  const written: string | undefined = regex ? posixPattern(value) : value;
  if (written === undefined || !sendable(written)) {
    ledger.say('lost', at, `${quote(value)} cannot be used as ${key}`, `write ${path}.${key} yourself`);
    return undefined;
  }
  const better = 'a better check: remove send and expect, and write user, password and what to list';
  ledger.say('differs', at, `became ${path}.${key}, which tests the greeting only`, better);
  const tree: Tree = fromLine(written, at.line);
  return { [key]: tree };
}

function sendable(value: string): boolean {
  return value !== '' && value.length <= 1024 && !value.includes('\0');
}

const ESCAPES: Readonly<Record<string, string>> = {
  n: '\n',
  r: '\r',
  t: '\t',
  '\\': '\\',
  '"': '"',
  "'": "'",
};

/** The escapes that the nanny knows; others stay as they are. */
function unescape(text: string): string {
  return text.replaceAll(/\\([nrt\\"'])/g, (_, letter: string) => ESCAPES[letter] ?? letter);
}
