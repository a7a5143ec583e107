/** The `server` sections of one virtual service → its real servers. Pure. */
import { NOTHING } from '../ledger.js';
import { createNames } from '../names.js';
import type { ServerPart } from '../parts.js';
import type { Placeholders } from '../placeholders.js';
import { fromLine, type Noted } from '../tree.js';
import { scaleWeights } from '../weights.js';
import { closeBook, openBook, tellWhole, textOf, type Book } from './book.js';
import type { Assignment } from './parse.js';
import { readBoolean, readHost, readInteger, readText } from './values.js';
import { portOf } from '../numbers.js';

/** Every active server; `path` is the service's. */
export function serversOf(service: Book, path: string, placeholders: Placeholders): readonly ServerPart[] {
  const { ledger } = service;
  const books = service.section.sections.map((section) => openBook(section, ledger)).filter(isActive);
  const weights = weightsOf(books, path);
  const names = createNames();
  const parts = books.map((book, index): ServerPart => {
    const here = `${path}.servers[${index}]`;
    const { section } = book;
    const name = names.next(section.name, 'server');
    if (name === section.name) ledger.became(section, here);
    else ledger.say('differs', section, `became ${here}, under the name ${name}`, NOTHING);
    return { name: fromLine(name, section.line), addresses: [addressOf(book, here, placeholders)], port: portNumber(book, here), weight: weights[index] }; // prettier-ignore
  });
  for (const book of books) closeBook(book, {});
  return parts;
}

/** Whether a section says `active = 1`; one that does not is told as a whole. */
export function isActive(book: Book): boolean {
  const { section, ledger, get } = book;
  const at = get('active');
  if (at !== undefined && readBoolean(ledger, at) === true) {
    ledger.say('goesWith', at, 'is in use, so it is translated', NOTHING);
    return true;
  }
  const why = at === undefined ? 'active is missing, which means 0' : `active is not 1 (line ${at.line})`;
  tellWhole(ledger, section, 'leftOut', `is left out: ${why}, so Piranha does not use it`, 'add it to the YAML if it shall be used'); // prettier-ignore
  return false;
}

function addressOf(book: Book, here: string, placeholders: Placeholders): Noted<string> {
  const { get, ledger, section } = book;
  const at = get('address');
  const text = at === undefined ? undefined : readText(ledger, at);
  const host = at === undefined || text === undefined ? undefined : readHost(ledger, at, text);
  const what = `the address of server ${section.name.slice(0, 60)}`;
  if (at === undefined) ledger.fillIn(`${here}.address`, `line ${section.line}: the server has no address`, `write ${what}`); // prettier-ignore
  if (at === undefined || host === undefined) return placeholders.address(what);
  if (host.kind === 'address') {
    ledger.became(at, `${here}.address`);
    return fromLine(host.address, at.line);
  }
  ledger.say('fillIn', at, `${host.name} is a host's name, which the importer does not look up`, `write its address as ${here}.address`); // prettier-ignore
  return placeholders.address(`line ${at.line}: the address of ${host.name}`);
}

/** A server's port is a number for Piranha; without one it is the virtual service's. */
function portNumber(book: Book, here: string): Noted<number> | undefined {
  const { get, ledger } = book;
  const at = get('port');
  const number = at === undefined ? undefined : readInteger(ledger, at);
  const port = number === undefined ? undefined : portOf(String(number));
  if (at === undefined || port === undefined) {
    if (at !== undefined && !ledger.isAnswered(at))
      ledger.say('lost', at, 'is no port', `write ${here}.port`);
    return undefined;
  }
  ledger.became(at, `${here}.port`);
  return fromLine(port, at.line);
}

function weightsOf(books: readonly Book[], path: string): readonly (Noted<number> | undefined)[] {
  const written = books.map((book) => weightOf(book));
  const scaled = scaleWeights(written.map((weight) => weight?.value ?? 1));
  const changed = scaled.some((weight, index) => weight !== (written[index]?.value ?? 1));
  return scaled.map((weight, index) => {
    const [book, was] = [books[index], written[index]];
    if (book === undefined) return undefined;
    const into = `${path}.servers[${index}].weight`;
    if (was === undefined)
      return changed ? { value: weight, note: 'in proportion to the others' } : undefined;
    if (weight === was.value) book.ledger.became(was.at, into);
    else book.ledger.say('differs', was.at, `became ${into}, ${weight} instead of ${was.value}: 100 is the most, and all are in proportion`, NOTHING); // prettier-ignore
    return fromLine(weight, was.at.line);
  });
}

function weightOf(book: Book): { readonly at: Assignment; readonly value: number } | undefined {
  const at = book.get('weight');
  const value = at === undefined ? undefined : readInteger(book.ledger, at);
  if (at === undefined || value === undefined) return undefined;
  if (value >= 0) return { at, value };
  book.ledger.say('lost', at, 'a weight below 0 means nothing', 'write a weight from 0 to 100');
  return undefined;
}

/** The port of the virtual service, as its text says. */
export function virtualPort(
  book: Book,
): { readonly at: Assignment; readonly port: number | undefined } | undefined {
  const [at, text] = [book.get('port'), textOf(book, 'port')];
  return at === undefined ? undefined : { at, port: text === undefined ? undefined : portOf(text) };
}
