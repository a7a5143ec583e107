/** `primary`, `backup`, their second addresses and the devices of the floating addresses → the two nodes. Pure. */
import { insideOneOf } from '../fill.js';
import { nameOf } from '../names.js';
import { NOTHING } from '../ledger.js';
import type { NodePart } from '../parts.js';
import { fromLine, type Noted } from '../tree.js';
import type { Book } from './book.js';
import { readHost, readText, type Host } from './values.js';

/** What other keys have told about both links. */
export interface Links {
  readonly publicInterface: Noted<string> | undefined;
  readonly privateInterface: Noted<string> | undefined;
  readonly gateways: readonly Noted<string>[];
}

interface Side {
  readonly index: 0 | 1;
  readonly own: Noted<Host> | undefined;
  readonly second: Noted<Host> | undefined;
}

/** The first node is the one that Piranha calls primary. */
export function directors(book: Book, links: Links): readonly [NodePart, NodePart] {
  const sides = [readSide(book, 0), readSide(book, 1)] as const;
  const seconds = sides.flatMap(({ second }) =>
    second?.value.kind === 'address' ? [second.value.address] : [],
  );
  // A second path that is not on the servers' LAN is a cable of its own.
  const onPrivate =
    links.gateways.length === 0 ||
    seconds.length === 0 ||
    seconds.some((address) => insideOneOf(address, links.gateways));
  const [first, second] = sides.map((side) => node(book, side, links, onPrivate));
  if (first === undefined || second === undefined) throw new Error('two sides make two nodes');
  return [first, second];
}

const ROUTERS = ['primary', 'backup'] as const;

function readSide(book: Book, index: 0 | 1): Side {
  const own = hostOf(book, ROUTERS[index]);
  const second = hostOf(book, `${ROUTERS[index]}_private`);
  return { index, own, second };
}

function hostOf({ get, ledger }: Book, key: string): Noted<Host> | undefined {
  const at = get(key);
  const text = at === undefined ? undefined : readText(ledger, at);
  if (at === undefined || text === undefined) return undefined;
  if (text === '0.0.0.0') {
    const problem = '0.0.0.0 stands for "none": there has been one router only';
    ledger.say('fillIn', at, problem, 'write the addresses of a second router where the YAML says CHANGE');
    return undefined;
  }
  const host = readHost(ledger, at, text);
  return host === undefined ? undefined : fromLine(host, at.line);
}

function node(book: Book, side: Side, links: Links, onPrivate: boolean): NodePart {
  const here = `nodes[${side.index}]`;
  const router = ROUTERS[side.index];
  const name = side.own?.value.kind === 'name' ? nameOf(side.own.value.name) : undefined;
  const own = addressOf(book, router, side.own, `${here}.public.address`);
  const into = onPrivate ? `${here}.private.address` : `${here}.extra.cross.address`;
  const second = secondOf(book, side, into);
  return {
    name: name === undefined ? undefined : fromLine(name, lineOf(book, router)),
    public: { interface: links.publicInterface, address: own },
    private: { interface: links.privateInterface, address: onPrivate ? second : undefined },
    cross: onPrivate ? undefined : { address: second },
  };
}

function secondOf(book: Book, side: Side, into: string): Noted<string> | undefined {
  const key = `${ROUTERS[side.index]}_private`;
  const at = book.get(key);
  const { own, second } = side;
  const same = JSON.stringify(own?.value) === JSON.stringify(second?.value);
  if (at === undefined || second === undefined || !same) return addressOf(book, key, second, into);
  book.ledger.say(
    'leftOut',
    at,
    'is left out: it repeats the public address, so it is no second path',
    NOTHING,
  );
  return undefined;
}

function addressOf(
  book: Book,
  key: string,
  host: Noted<Host> | undefined,
  into: string,
): Noted<string> | undefined {
  const at = book.get(key);
  if (at === undefined || host === undefined) return undefined;
  if (host.value.kind === 'address') {
    book.ledger.became(at, into);
    return { value: host.value.address, note: host.note };
  }
  const problem = `${host.value.name} is a host's name, which the importer does not look up: a placeholder stands at ${into}`;
  book.ledger.say('fillIn', at, problem, 'write its address there');
  return undefined;
}

function lineOf(book: Book, key: string): number {
  return book.get(key)?.line ?? 0;
}
