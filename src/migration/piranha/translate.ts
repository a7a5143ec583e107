/** An lvs.cf → a pair in our terms, with everything in the file answered for. Pure, and never throws. */
import type { Ledger } from '../ledger.js';
import type { PairPart } from '../parts.js';
import type { Placeholders } from '../placeholders.js';
import type { Noted } from '../tree.js';
import { closeBook, openBook } from './book.js';
import { directors } from './directors.js';
import { gatewayOf, hooksOf, pulseOf, sayMode, sayPair, sayTimeouts, type Gateway } from './global.js';
import { GLOBAL_LEFT_OUT } from './left-out.js';
import type { LvsFile } from './parse.js';
import { virtualsOf } from './virtuals.js';

/** Translates a file that has been read. */
export function translateLvs(file: LvsFile, ledger: Ledger, placeholders: Placeholders): PairPart {
  const book = openBook(file.global, ledger);
  sayRemarks(file, ledger);
  const gateway = gatewayOf(book);
  const virtuals = virtualsOf(file.global.sections, ledger, placeholders);
  const privateInterface = otherLink(gateway, virtuals.interface, ledger, book.get('nat_router'));
  const nodes = directors(book, {
    publicInterface: virtuals.interface,
    privateInterface,
    gateways: gateway.addresses,
  });
  sayMode(book);
  sayPair(book);
  sayTimeouts(book);
  const part: PairPart = {
    nodes,
    pulse: pulseOf(book),
    publics: virtuals.publics,
    gateways: gateway.addresses,
    services: virtuals.services,
    track: [],
    hooks: hooksOf(book),
  };
  closeBook(book, GLOBAL_LEFT_OUT);
  return part;
}

/** What Piranha refuses, and is plain all the same. */
function sayRemarks(file: LvsFile, ledger: Ledger): void {
  for (const at of file.all) {
    for (const remark of at.remarks) ledger.warn(at, remark, 'nothing to do here: it was read without it');
  }
}

/** The gateway's interface, where it is not the public one. */
function otherLink(
  gateway: Gateway,
  publicInterface: Noted<string> | undefined,
  ledger: Ledger,
  at: Parameters<Ledger['warn']>[0] | undefined,
): Noted<string> | undefined {
  if (at === undefined || gateway.interface?.value !== publicInterface?.value) return gateway.interface;
  if (gateway.interface === undefined) return undefined;
  const problem = `the gateway address and the VIP are both on ${gateway.interface.value}: ftpair needs an interface for each LAN`;
  ledger.say('lost', at, problem, 'give the servers a LAN of their own, and write its interface as nodes[].private.interface'); // prettier-ignore
  return undefined;
}
