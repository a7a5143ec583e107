/** One `virtual_server` that is FTP → a service. Whether it is, and whose addresses it has, is decided in virtuals.ts. Pure. */
import { quote } from '../../config/parsed.js';
import { parseAddress } from '../../config/address.js';
import type { AlertId } from '../../config/alert-ids.js';
import { NOTHING, type Ledger } from '../ledger.js';
import { portOf, prefixOf, secondsText } from '../numbers.js';
import type { ServicePart, SorryPart } from '../parts.js';
import { schedulerFor } from '../schedulers.js';
import { fromLine, type Branch, type Noted } from '../tree.js';
import { checkOf } from './check.js';
import { REAL_SERVER_WORDS, VIRTUAL_SERVER_WORDS } from './keywords-servers.js';
import type { Statement } from './parse.js';
import { addHook, type HookList } from './roles.js';
import { limitOf, readServers, serverParts, type RealServer } from './servers.js';
import { closeShelf, numberOf, openShelf, type Shelf } from './shelf.js';

/** What is decided for a service before its own keywords are read. */
export interface Frame {
  readonly path: string;
  readonly name: Noted<string>;
  readonly addresses: readonly Noted<string>[];
  readonly port: Noted<number>;
  /** The file has no other service. */
  readonly only: boolean;
}

/** Translates all of a block. */
export function serviceOf(at: Statement, frame: Frame, hooks: HookList, ledger: Ledger): ServicePart {
  // prettier-ignore
  const shelf = openShelf(at.block, ledger);
  const { path } = frame;
  const servers = readServers(at.block, path, ledger);
  sayForwarding(shelf, servers, ledger);
  sayQuorum(shelf, ledger);
  sharedHook('quorum_up', [shelf], 'service-back', frame.only, hooks, ledger);
  sharedHook('quorum_down', [shelf], 'no-server', frame.only, hooks, ledger);
  const shelves = servers.map((server) => server.shelf);
  sharedHook('notify_up', shelves, 'server-up', frame.only, hooks, ledger);
  sharedHook('notify_down', shelves, 'server-down', frame.only, hooks, ledger);
  const part: ServicePart = {
    name: frame.name,
    addresses: frame.addresses,
    port: frame.port,
    scheduler: schedulerOf(shelf, path, ledger),
    servers: serverParts(servers, path, ledger),
    sorry: sorryOf(shelf, path, ledger),
    onFailure: inhibitOf(shelf, servers, path, ledger),
    persistence: persistenceOf(shelf, path, ledger),
    limits: limitsOf(servers, path, ledger),
    check: checkOf(servers, shelf, path, ledger),
  };
  for (const server of servers) closeShelf(server.at.block, REAL_SERVER_WORDS, ledger);
  closeShelf(at.block, VIRTUAL_SERVER_WORDS, ledger);
  return part;
}

function schedulerOf(shelf: Shelf, path: string, ledger: Ledger): Noted<string> {
  const at = shelf.get('lb_algo') ?? shelf.get('lvs_sched');
  const word = at?.words[0] ?? '';
  if (at === undefined) return { value: 'wlc', note: "keepalived's default" };
  const choice = schedulerFor(word);
  if (choice?.difference === undefined) {
    if (choice === undefined)
      ledger.say('lost', at, `${quote(word)} is no scheduler; wlc stands there`, 'write rr, wrr, lc, wlc or sh'); // prettier-ignore
    else ledger.became(at, `${path}.scheduler`);
    return fromLine(choice?.scheduler ?? 'wlc', at.line);
  }
  const { scheduler, difference } = choice;
  ledger.say(difference.lost ? 'lost' : 'differs', at, `${word} has no counterpart, ${scheduler} stands there: ${difference.why}`, 'look whether the servers are alike'); // prettier-ignore
  return fromLine(scheduler, at.line, `${word} there`);
}

/** NAT is what ftpair does; anything else needs other settings on the servers. */
function sayForwarding(shelf: Shelf, servers: readonly RealServer[], ledger: Ledger): void {
  const all = [shelf, ...servers.map((server) => server.shelf)].flatMap((each) => ['lb_kind', 'lvs_method'].flatMap((keyword) => each.get(keyword) ?? [])); // prettier-ignore
  for (const at of all) {
    const kind = (at.words[0] ?? '').toUpperCase();
    if (kind === 'NAT') ledger.say('goesWith', at, 'is how ftpair forwards', NOTHING);
    else ledger.say('lost', at, `${quote(kind)} is not supported: ftpair translates addresses (NAT)`, "make the gateway address the real servers' default route, and remove the VIP from their loopback"); // prettier-ignore
  }
  const protocol = shelf.get('protocol');
  if (protocol !== undefined) ledger.say('goesWith', protocol, 'FTP is TCP', NOTHING);
}

function sayQuorum(shelf: Shelf, ledger: Ledger): void {
  const at = shelf.get('quorum');
  const quorum = numberOf(at, ledger);
  if (at === undefined || quorum === undefined) return;
  if (quorum <= 1) ledger.say('goesWith', at, 'is how ftpair is: one server is enough', NOTHING);
  else ledger.say('lost', at, `is not translated: ftpair serves with whatever is left, not only with a weight of ${quorum}`, 'limits.sessions_per_server protects the last ones'); // prettier-ignore
}

/** A hook runs for every server and service: only a program that all of them name can be one. */
function sharedHook(
  keyword: string,
  shelves: readonly Shelf[],
  alert: AlertId,
  only: boolean,
  hooks: HookList,
  ledger: Ledger,
): void {
  // prettier-ignore
  const all = shelves.map((shelf) => shelf.get(keyword));
  const commands = new Set(all.map((at) => at?.words[0]));
  const shared = only && commands.size === 1;
  for (const at of all) {
    if (at !== undefined && shared) addHook(hooks, at, [alert], ledger);
    else if (at !== undefined) ledger.say('leftOut', at, `is left out: a hook on ${alert} runs for every server and service`, `let one program look at its environment, and name it in \`hooks\` on ${alert}`); // prettier-ignore
  }
}

function sorryOf(shelf: Shelf, path: string, ledger: Ledger): SorryPart | undefined {
  const at = shelf.get('sorry_server');
  if (at === undefined) return undefined;
  const [text = '', portText] = at.words;
  const parsed = parseAddress(text);
  if (!parsed.ok || parsed.value.startsWith('127.') || parsed.value === '::1') {
    const why = parsed.ok ? 'an address of the router itself cannot be the sorry server' : parsed.problem;
    ledger.say('lost', at, `is not translated: ${why}`, `write ${path}.sorry_server with an address behind the routers`); // prettier-ignore
    return undefined;
  }
  ledger.became(at, `${path}.sorry_server`);
  const port = portText === undefined ? undefined : portOf(portText);
  return { address: fromLine(parsed.value, at.line), port: port === undefined ? undefined : fromLine(port, at.line) }; // prettier-ignore
}

function inhibitOf(
  shelf: Shelf,
  servers: readonly RealServer[],
  path: string,
  ledger: Ledger,
): Noted<string> | undefined {
  // prettier-ignore
  const all = [shelf, ...servers.map((server) => server.shelf)].flatMap((each) => each.get('inhibit_on_failure') ?? []); // prettier-ignore
  const off = /^(?:off|false|no)$/i;
  for (const at of all) {
    if (!off.test(at.words[0] ?? '')) ledger.became(at, `${path}.on_failure: keep`);
    else ledger.say('differs', at, `became ${path}.on_failure: keep: keepalived took a failed server out of the table, and its sessions hung`, 'write `on_failure: end` if they shall be ended'); // prettier-ignore
  }
  return all[0] === undefined ? undefined : fromLine('keep', all[0].line);
}

/** A day is the most, ten seconds the least that ours may be (config/schema-sessions.ts). */
const LONGEST = 86_400;

function persistenceOf(shelf: Shelf, path: string, ledger: Ledger): Branch | undefined {
  const [at, maskAt] = [shelf.get('persistence_timeout'), shelf.get('persistence_granularity')];
  // The keyword alone means six minutes.
  const seconds = at === undefined ? undefined : at.words.length === 0 ? 360 : numberOf(at, ledger);
  if (at === undefined || seconds === undefined || seconds < 10) {
    if (at !== undefined && seconds !== undefined) ledger.say('leftOut', at, 'is left out: it is shorter than the 10 s that ftpair can remember', NOTHING); // prettier-ignore
    if (maskAt !== undefined) ledger.say('leftOut', maskAt, 'is left out: there is no persistence', NOTHING);
    return undefined;
  }
  ledger.say('differs', at, `became ${path}.persistence.timeout; data channels need it no more`, 'remove it unless a client must come back to its server'); // prettier-ignore
  const mask = maskAt === undefined ? undefined : maskOf(maskAt, path, ledger);
  return { timeout: fromLine(secondsText(seconds, 10, LONGEST), at.line), ...mask };
}

function maskOf(at: Statement, path: string, ledger: Ledger): Branch | undefined {
  const text = at.words[0] ?? '';
  const [six, four] = [/^[0-9]{1,3}$/.test(text) ? Number(text) : undefined, prefixOf(text)];
  if (four === undefined && (six === undefined || six > 128)) {
    ledger.say('lost', at, `${quote(text)} is no netmask`, `write ${path}.persistence.mask`);
    return undefined;
  }
  const [key, bits, least] =
    four === undefined ? (['mask6', six ?? 128, 16] as const) : (['mask', four, 8] as const);
  ledger.say(bits < least ? 'differs' : 'became', at, `became ${path}.persistence.${key}`, NOTHING);
  return { [key]: fromLine(Math.max(bits, least), at.line) };
}

function limitsOf(servers: readonly RealServer[], path: string, ledger: Ledger): Branch | undefined {
  const limit = limitOf(servers, path, ledger);
  return limit === undefined ? undefined : { sessions_per_server: limit };
}
