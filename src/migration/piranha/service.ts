/** One `virtual` section that is FTP → a service. Whether it is, and which sections there are, is decided in virtuals.ts. Pure. */
import { NOTHING } from '../ledger.js';
import { quote } from '../../config/parsed.js';
import type { ServicePart, SorryPart } from '../parts.js';
import type { Placeholders } from '../placeholders.js';
import { schedulerFor } from '../schedulers.js';
import { secondsText } from '../numbers.js';
import { fromLine, type Branch, type Noted } from '../tree.js';
import { closeBook, textOf, type Book } from './book.js';
import { checkOf } from './check.js';
import { VIRTUAL_LEFT_OUT } from './left-out.js';
import { serversOf, virtualPort } from './server.js';
import { readBoolean, readHost, readInteger, readMask } from './values.js';

/** What is decided for a service before its own keys are read. */
export interface Frame {
  readonly path: string;
  readonly name: Noted<string>;
  readonly address: Noted<string>;
  readonly port: number;
}

/** Translates all of a section; every line of it is answered for. */
export function serviceOf(book: Book, frame: Frame, placeholders: Placeholders): ServicePart {
  const { path } = frame;
  const marked = sayMark(book, path);
  const part: ServicePart = {
    name: frame.name,
    addresses: [frame.address],
    port: portOf(book, frame),
    scheduler: schedulerOf(book, path),
    servers: serversOf(book, path, placeholders),
    sorry: sorryOf(book, path),
    onFailure: quiesceOf(book, path),
    persistence: persistenceOf(book, path, marked),
    check: checkOf(book, path),
  };
  sayProtocol(book);
  closeBook(book, VIRTUAL_LEFT_OUT);
  return part;
}

function portOf(book: Book, { path, port }: Frame): Noted<number> {
  const written = virtualPort(book);
  if (written === undefined) return { value: port, note: "FTP's port; the file has none" };
  if (written.port === port) book.ledger.became(written.at, `${path}.port`);
  return fromLine(port, written.at.line);
}

/** The published recipe: mark 21 on port 21 and on 10000:20000, because nothing else held the data channels together. */
function sayMark({ get, ledger }: Book, path: string): boolean {
  const at = get('fwmark');
  const mark = at === undefined ? undefined : readInteger(ledger, at);
  if (at === undefined || mark === undefined) return false;
  if (mark <= 0) {
    ledger.say('goesWith', at, 'is left out: 0 is no mark', NOTHING);
    return false;
  }
  const problem = `mark ${mark} became ${path} itself: the kernel's FTP helper finds the data channels, in active and passive mode`;
  ledger.say('differs', at, problem, `remove the iptables rules that set mark ${mark} and those that masquerade port 20, and pasv_address on the servers`); // prettier-ignore
  return true;
}

function schedulerOf(book: Book, path: string): Noted<string> {
  const { get, ledger } = book;
  const [at, word] = [get('scheduler'), textOf(book, 'scheduler')];
  if (at === undefined || word === undefined) return { value: 'wlc', note: "Piranha's default" };
  const choice = schedulerFor(word);
  if (choice === undefined) {
    ledger.say('lost', at, `${quote(word)} is no scheduler (Piranha: invalid argument); wlc stands there`, 'write rr, wrr, lc, wlc or sh'); // prettier-ignore
    return fromLine('wlc', at.line, 'no such scheduler');
  }
  const { scheduler, difference } = choice;
  if (difference === undefined) ledger.became(at, `${path}.scheduler`);
  else ledger.say(difference.lost ? 'lost' : 'differs', at, `${word} has no counterpart, ${scheduler} stands there: ${difference.why}`, 'look whether the servers are alike'); // prettier-ignore
  return fromLine(scheduler, at.line, difference === undefined ? undefined : `${word} there`);
}

function sorryOf(book: Book, path: string): SorryPart | undefined {
  const { get, ledger } = book;
  const [at, text] = [get('sorry_server'), textOf(book, 'sorry_server')];
  const host = at === undefined || text === undefined ? undefined : readHost(ledger, at, text);
  if (at === undefined || host === undefined) return undefined;
  if (host.kind === 'name' || host.address.startsWith('127.')) {
    const why = host.kind === 'name' ? `${host.name} is a host's name, which the importer does not look up` : 'an address of the router itself cannot be the sorry server'; // prettier-ignore
    ledger.say('lost', at, `is not translated: ${why}`, `write ${path}.sorry_server with an address behind the routers`); // prettier-ignore
    return undefined;
  }
  ledger.became(at, `${path}.sorry_server.address`);
  return { address: fromLine(host.address, at.line) };
}

function quiesceOf({ get, ledger }: Book, path: string): Noted<string> | undefined {
  const at = get('quiesce_server');
  const quiesce = at === undefined ? undefined : readBoolean(ledger, at);
  if (at === undefined || quiesce === undefined) return undefined;
  if (quiesce) ledger.became(at, `${path}.on_failure: keep`);
  else ledger.say('differs', at, `became ${path}.on_failure: keep: Piranha took a failed server out of the table, and its sessions hung`, 'write `on_failure: end` if they shall be ended'); // prettier-ignore
  return fromLine('keep', at.line);
}

/** A day is the most, ten seconds the least that ours may be (config/schema-sessions.ts). */
const LONGEST = 86_400;

function persistenceOf(book: Book, path: string, marked: boolean): Branch | undefined {
  const { get, ledger } = book;
  const [at, maskAt] = [get('persistent'), get('pmask')];
  const seconds = at === undefined ? undefined : readInteger(ledger, at);
  if (marked && (seconds ?? 0) < 300) {
    const problem = `persistence of ${seconds ?? 0} s behind a mark: data channels later than that went to any server`;
    ledger.warn(
      at ?? get('fwmark') ?? book.section,
      problem,
      'nothing to do: the helper ties them to their session',
    );
  }
  if (at === undefined || seconds === undefined || seconds < 10) {
    if (at !== undefined && seconds !== undefined) ledger.say('leftOut', at, `is left out: ${seconds} s is ${seconds > 0 ? 'shorter than the 10 s that ftpair can remember' : 'no time'}`, NOTHING); // prettier-ignore
    if (maskAt !== undefined) ledger.say('leftOut', maskAt, 'is left out: there is no persistence', NOTHING);
    return undefined;
  }
  const into = `${path}.persistence.timeout`;
  if (seconds > LONGEST)
    ledger.say('differs', at, `became ${into}, 24 hours instead of ${seconds} s`, NOTHING);
  else if (marked)
    ledger.say('differs', at, `became ${into}; the data channels need it no more`, 'remove it unless a client must come back to its server'); // prettier-ignore
  else ledger.became(at, into);
  return { timeout: fromLine(secondsText(seconds, 10, LONGEST), at.line), mask: maskOf(book, path) };
}

function maskOf({ get, ledger }: Book, path: string): Noted<number> | undefined {
  const at = get('pmask');
  const mask = at === undefined ? undefined : readMask(ledger, at);
  if (at === undefined || mask === undefined) return undefined;
  const into = `${path}.persistence.mask`;
  if (mask >= 8) ledger.became(at, into);
  else ledger.say('differs', at, `became ${into}, 8 instead of ${mask}, the shortest that there is`, NOTHING);
  return fromLine(Math.max(8, mask), at.line);
}

function sayProtocol({ get, ledger }: Book): void {
  const at = get('protocol');
  if (at !== undefined && !ledger.isAnswered(at)) ledger.say('goesWith', at, 'FTP is TCP', NOTHING);
}
