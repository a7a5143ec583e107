/** The health checks of the real servers of one virtual server → one `check` for the service. Pure. */
import { commandWords } from '../commands.js';
import { NOTHING, type Ledger } from '../ledger.js';
import { secondsText } from '../numbers.js';
import { fromLine, type Branch, type Noted } from '../tree.js';
import { CHECKERS, CHECKER_WORDS } from './keywords-servers.js';
import type { Statement } from './parse.js';
import type { RealServer } from './servers.js';
import { closeShelf, numberOf, openShelf, tellWhole, type Shelf } from './shelf.js';

/** A checker of one server, and where its times are looked up: nearest first. */
interface Chosen {
  readonly server: RealServer;
  readonly checker: Statement | undefined;
  readonly levels: readonly Shelf[];
}

/** The check of the first server stands for all; what differs in the others is told. */
export function checkOf(
  servers: readonly RealServer[],
  virtual: Shelf,
  path: string,
  ledger: Ledger,
): Branch {
  const chosen = servers.map((server) => choose(server, virtual, ledger));
  const first = chosen.find(({ checker }) => checker !== undefined) ?? chosen[0];
  if (first === undefined) return {};
  const kind = kindOf(first, `${path}.check`, ledger);
  const check = { ...timesOf(first, `${path}.check`, ledger), ...kind };
  for (const other of chosen) if (other !== first) sayOther(other, first, ledger);
  for (const { checker } of chosen)
    if (checker !== undefined) closeShelf(checker.block, CHECKER_WORDS, ledger);
  return check;
}

/** What says most about FTP: a program, then a connection, then anything else. */
const ORDER = ['MISC_CHECK', 'TCP_CHECK', 'SMTP_CHECK', ...CHECKERS] as const;

function choose(server: RealServer, virtual: Shelf, ledger: Ledger): Chosen {
  const checker = ORDER.flatMap((keyword) => server.shelf.all(keyword))[0];
  for (const other of CHECKERS.flatMap((keyword) => server.shelf.all(keyword))) {
    if (other !== checker) tellWhole(ledger, other, 'leftOut', `is left out: a server has one check, that of line ${checker?.line ?? 0}`, 'see `check.steps` for several steps in one'); // prettier-ignore
  }
  const inner = checker === undefined ? [] : [openShelf(checker.block, ledger)];
  return { server, checker, levels: [...inner, server.shelf, virtual] };
}

function kindOf({ server, checker, levels }: Chosen, path: string, ledger: Ledger): Branch {
  const connect = (line: number): Branch => ({ steps: [fromLine('connect', line)] });
  if (checker === undefined) {
    ledger.warn(server.at, 'no check is configured, so it counted as good whatever it did; ftpair at least connects', 'a better check: remove `check.steps`, and write user and password'); // prettier-ignore
    return connect(server.at.line);
  }
  if (checker.key === 'MISC_CHECK') return programOf(checker, levels[0], server, path, ledger);
  if (checker.key === 'TCP_CHECK') {
    ledger.say('differs', checker, `became ${path}.steps: it connects only`, 'a better check: remove `steps`, and write user and password'); // prettier-ignore
    return connect(checker.line);
  }
  ledger.say('differs', checker, `became ${path}.expect: a greeting of FTP, instead of ${checker.key}`, 'a better check: remove `expect`, and write user and password'); // prettier-ignore
  return { expect: fromLine('220', checker.line, `${checker.key} there`) };
}

function programOf(
  checker: Statement,
  shelf: Shelf | undefined,
  server: RealServer,
  path: string,
  ledger: Ledger,
): Branch {
  // prettier-ignore
  ledger.say('goesWith', checker, `became ${path}.program`, NOTHING);
  const at = shelf?.get('misc_path');
  const words = commandWords(at?.words[0] ?? '');
  if (at === undefined || words === undefined) {
    if (at !== undefined) ledger.say('lost', at, 'the command is empty or too long', `name the program in ${path}.program`); // prettier-ignore
    return { steps: [fromLine('connect', checker.line)] };
  }
  const general = generalWords(words, server);
  ledger.say('differs', at, `became ${path}.program, for all servers of the service: %h is the address, %p the port`, 'look whether it takes both in this way, and whether exit status 0 is good'); // prettier-ignore
  return { program: general.map((word, index) => (index === 0 ? fromLine(word, at.line) : { value: word, note: '' })) }; // prettier-ignore
}

/** A command names its own server; for all of them it is %h and %p. */
function generalWords(words: readonly string[], { address, port }: RealServer): readonly string[] {
  return words.map((word, index) => {
    if (index > 0 && word === address) return '%h';
    if (index > 0 && port !== undefined && word === String(port.value)) return '%p';
    return words[0] === '/bin/sh' && index === 2 ? word.replaceAll(address, '%h') : word;
  });
}

interface Time {
  readonly at: Statement | undefined;
  readonly seconds: number;
}

/** A number from the nearest block that has it; farther ones are told to be overridden. */
function timeOf(levels: readonly Shelf[], keyword: string, otherwise: number, ledger: Ledger): Time {
  const all = levels.flatMap((shelf) => shelf.get(keyword) ?? []);
  const at = all.find((each) => numberOf(each, ledger) !== undefined);
  for (const far of all) if (far !== at && !ledger.isAnswered(far)) ledger.say('goesWith', far, `is overridden by line ${at?.line ?? 0}`, NOTHING); // prettier-ignore
  return { at, seconds: numberOf(at, ledger) ?? otherwise };
}

function timesOf({ levels, checker }: Chosen, path: string, ledger: Ledger): Branch {
  const misc = checker?.key === 'MISC_CHECK';
  const loop = timeOf(levels, 'delay_loop', 60, ledger);
  const wait = timeOf(levels, 'connect_timeout', 5, ledger);
  const limit = misc ? timeOf(levels, 'misc_timeout', wait.seconds, ledger) : wait;
  const again = timeOf(levels, 'delay_before_retry', 1, ledger);
  const retry = timeOf(levels, 'retry', misc ? 0 : 1, ledger);
  const interval = Math.min(Math.max(loop.seconds, 0.1), 3600);
  // A probe must be over before the next one.
  const timeout = Math.max(0.01, Math.min(limit.seconds, interval * 0.6));
  const fall = Math.min(Math.max(1, Math.round(retry.seconds) + 1), 100);
  say(loop, `${path}.interval`, ledger);
  for (const each of [limit, wait]) say(each, `${path}.timeout`, ledger);
  say(again, `${path}.retry`, ledger);
  say(retry, `${path}.fall: so many tries and one`, ledger);
  return {
    interval: noted(secondsText(interval, 0.1, 3600), loop),
    retry: noted(secondsText(Math.min(Math.max(again.seconds, 0.1), interval), 0.1, 3600), again),
    timeout: noted(secondsText(timeout, 0.01, 3600), limit),
    rise: { value: 1, note: 'there one good check was up' },
    fall: noted(fall, retry),
  };
}

function say({ at }: Time, into: string, ledger: Ledger): void {
  if (at !== undefined && !ledger.isAnswered(at)) ledger.became(at, into);
}

function noted<T>(value: T, { at }: Time): Noted<T> {
  return at === undefined ? { value, note: "keepalived's default" } : fromLine(value, at.line);
}

/** A further server: alike it goes with the first, else the difference is told. */
function sayOther(other: Chosen, first: Chosen, ledger: Ledger): void {
  const line = first.checker?.line ?? first.server.at.line;
  const { checker, server } = other;
  const own = [...server.at.block.filter(({ key }) => TIMES.includes(key)), ...(checker?.block ?? [])];
  const alike = textOf(other) === textOf(first);
  if (checker !== undefined) {
    if (alike) ledger.say('goesWith', checker, `is the check of line ${line}`, NOTHING);
    else ledger.say('differs', checker, `the check of line ${line} is used for every server of the service`, 'make a service of its own if they need different checks'); // prettier-ignore
  }
  for (const at of own) if (!ledger.isAnswered(at)) ledger.say('goesWith', at, `the check of line ${line} is used`, NOTHING); // prettier-ignore
}

const TIMES: readonly string[] = ['delay_loop', 'retry', 'delay_before_retry', 'connect_timeout'];

/** A check as text, its own server's address taken out. */
function textOf({ server, checker }: Chosen): string {
  const lines = [...server.at.block.filter(({ key }) => TIMES.includes(key)), ...(checker?.block ?? [])];
  const texts = lines.map(({ key, words }) => [key, ...words].join(' ').replaceAll(server.address, '%h'));
  return [checker?.key ?? '', ...texts.sort()].join('\n');
}
