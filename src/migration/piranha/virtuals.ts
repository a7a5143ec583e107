/**
 * Which of the `virtual` sections become services: those that are active and FTP; of several under one firewall mark the first.
 * Everything else is told as a whole. Pure.
 */
import type { Ledger } from '../ledger.js';
import { createNames } from '../names.js';
import { canBeFtp } from '../numbers.js';
import type { ServicePart } from '../parts.js';
import type { Placeholders } from '../placeholders.js';
import { fromLine, isPlaceholder, toChange, type Noted } from '../tree.js';
import { openBook, tellWhole, textOf, type Book } from './book.js';
import type { Section } from './parse.js';
import { isActive, virtualPort } from './server.js';
import { serviceOf, type Frame } from './service.js';
import { readFloating, readMask } from './values.js';

/** Services, and what they told about the public LAN. */
export interface Virtuals {
  readonly services: readonly ServicePart[];
  readonly publics: readonly Noted<string>[];
  readonly interface: Noted<string> | undefined;
}

interface Candidate {
  readonly book: Book;
  readonly port: number;
}

/** Translates every section of the file. */
export function virtualsOf(
  sections: readonly Section[],
  ledger: Ledger,
  placeholders: Placeholders,
): Virtuals {
  const candidates = oneForEachMark(sections.flatMap((section) => candidateOf(section, ledger)));
  const names = createNames();
  const floating = floatingOf(candidates, placeholders);
  const services = candidates.map(({ book, port }, index) => {
    const path = `services[${index}]`;
    const name = names.next(book.section.name, 'ftp');
    const renamed = name === book.section.name ? path : `${path}, under the name ${name}`;
    ledger.say(renamed === path ? 'became' : 'differs', book.section, `became ${renamed}`, 'nothing to do');
    const address = floating.addresses[index] ?? placeholders.address('the address of the service');
    const frame: Frame = { path, name: fromLine(name, book.section.line), address, port };
    return serviceOf(book, frame, placeholders);
  });
  return { services, publics: floating.publics, interface: floating.interface };
}

function candidateOf(section: Section, ledger: Ledger): readonly Candidate[] {
  if (section.kind === 'failover') {
    tellWhole(ledger, section, 'lost', 'is not translated: ftpair fails no programs over', 'keep another program for it'); // prettier-ignore
    return [];
  }
  const book = openBook(section, ledger);
  if (!isActive(book)) return [];
  const port = ftpPort(book);
  return port === undefined ? [] : [{ book, port }];
}

/** The port of a section that is FTP; one that is not is told. */
function ftpPort(book: Book): number | undefined {
  const { ledger, section } = book;
  const written = virtualPort(book);
  const hinted = Number(textOf(book, 'fwmark') ?? 0) === 21 || (textOf(book, 'expect') ?? '').startsWith('2') || /ftp/i.test(section.name); // prettier-ignore
  const port = written === undefined ? (hinted ? 21 : 80) : written.port;
  const udp = textOf(book, 'protocol') === 'udp';
  if (port !== undefined && canBeFtp(port) && !udp) return port;
  const what = udp ? 'UDP' : port === undefined ? 'a port that is none' : `port ${port}`;
  tellWhole(ledger, section, 'lost', `is not translated: ${what} is not FTP, and ftpair serves FTP only`, 'keep another balancer for it, on an address of its own'); // prettier-ignore
  return undefined;
}

/** Sections of one mark were one service in several pieces: the one that has the control port stands for them. */
function oneForEachMark(candidates: readonly Candidate[]): readonly Candidate[] {
  const leaders = new Map<string, Candidate>();
  for (const candidate of candidates) {
    const mark = markOf(candidate);
    const leader = mark === undefined ? undefined : leaders.get(mark);
    if (mark !== undefined && (leader === undefined || (leader.port !== 21 && candidate.port === 21)))
      leaders.set(mark, candidate);
  }
  return candidates.filter((candidate) => {
    const mark = markOf(candidate);
    const leader = mark === undefined ? candidate : (leaders.get(mark) ?? candidate);
    if (leader === candidate) return true;
    const { ledger, section } = candidate.book;
    const problem = `has the mark of virtual ${leader.book.section.name.slice(0, 60)} (line ${leader.book.section.line}) and is part of it: the helper finds the data channels`;
    tellWhole(ledger, section, 'differs', problem, 'nothing to do');
    return false;
  });
}

function markOf({ book }: Candidate): string | undefined {
  const mark = textOf(book, 'fwmark');
  return mark === undefined || Number(mark) === 0 ? undefined : mark;
}

interface FloatingAddresses {
  readonly addresses: readonly Noted<string>[];
  readonly publics: readonly Noted<string>[];
  readonly interface: Noted<string> | undefined;
}

function floatingOf(candidates: readonly Candidate[], placeholders: Placeholders): FloatingAddresses {
  const addresses: Noted<string>[] = [];
  const publics = new Map<string, Noted<string>>();
  let link: Noted<string> | undefined;
  for (const { book } of candidates) {
    const found = addressOf(book, publics.size, placeholders);
    addresses.push(found.address);
    if (!publics.has(found.address.value)) publics.set(found.address.value, withPrefix(book, found.address));
    else sayMask(book);
    if (link !== undefined && found.device !== undefined && found.device.value !== link.value) {
      const problem = `it is on ${found.device.value}, and ${link.value} (${link.note}) is the public interface: there is one`;
      book.ledger.say('lost', book.get('address') ?? book.section, problem, 'bring all virtual addresses onto one LAN'); // prettier-ignore
    }
    link ??= found.device;
  }
  return { addresses, publics: [...publics.values()], interface: link };
}

function addressOf(
  book: Book,
  index: number,
  placeholders: Placeholders,
): { address: Noted<string>; device: Noted<string> | undefined } {
  // prettier-ignore
  const { get, ledger, section } = book;
  const at = get('address');
  const floating = at === undefined ? undefined : readFloating(ledger, at);
  const what = `the address of virtual ${section.name.slice(0, 60)}`;
  if (at === undefined) ledger.fillIn(`virtual_addresses.public[${index}]`, `line ${section.line}: virtual ${section.name.slice(0, 60)} has no address`, `write ${what}`); // prettier-ignore
  if (at === undefined || floating === undefined)
    return { address: placeholders.address(what), device: undefined };
  const device = floating.device === undefined ? undefined : fromLine(floating.device, at.line);
  if (floating.host.kind === 'address') {
    ledger.became(at, 'virtual_addresses.public, nodes[].public.interface and the address of the service');
    return { address: fromLine(floating.host.address, at.line), device };
  }
  ledger.say('fillIn', at, `${floating.host.name} is a host's name, which the importer does not look up`, `write ${what}`); // prettier-ignore
  return { address: placeholders.address(`line ${at.line}: the address of ${floating.host.name}`), device };
}

function withPrefix(book: Book, address: Noted<string>): Noted<string> {
  const prefix = sayMask(book);
  const value = `${address.value}/${prefix ?? 24}`;
  if (isPlaceholder(address)) return { value, note: address.note };
  if (prefix === undefined)
    return toChange(value, `the prefix length: ${address.note} has no vip_nmask, and /24 is a guess`);
  return { value, note: address.note };
}

function sayMask({ get, ledger }: Book): number | undefined {
  const at = get('vip_nmask');
  const prefix = at === undefined ? undefined : readMask(ledger, at);
  if (at !== undefined && prefix !== undefined)
    ledger.became(at, 'the prefix length in virtual_addresses.public');
  return prefix;
}
