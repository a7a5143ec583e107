/** A keepalived.conf → a pair in our terms, with everything in the file answered for. Pure, and never throws. */
import { parseAddress } from '../../config/address.js';
import type { Finding } from '../finding.js';
import type { ImportRequest, Translation } from '../import.js';
import { NOTHING, type Ledger } from '../ledger.js';
import type { PairPart } from '../parts.js';
import type { Placeholders } from '../placeholders.js';
import { directorsOf, routerName, type RouterFile } from './directors.js';
import { addressesOf, type Groups } from './endpoints.js';
import { closeInstance, readInstance, type Instance } from './instances.js';
import { GLOBAL_DEFS, TOP } from './keywords.js';
import { sortLans } from './lans.js';
import { configIds, expandLines, type Directive } from './lines.js';
import { parseStatements, type Statement } from './parse.js';
import { comparePeer } from './peer.js';
import { closeGroups, notifyHooks, pulseOf, sayGroups, trackOf, type HookList } from './roles.js';
import { closeShelf, numberOf, openShelf } from './shelf.js';
import { candidatesOf, servicesOf } from './virtuals.js';
import { openLedger } from '../ledger.js';

interface Texts {
  readonly top: readonly Statement[];
  readonly all: readonly (Statement | Directive)[];
  readonly mistakes: readonly Finding[];
  readonly directives: readonly Directive[];
}

/** Reads a file, and its partner's: another file, or the lines that this one has for another router. */
export function readKeepalived(
  request: ImportRequest,
  ledger: Ledger,
  placeholders: Placeholders,
): Translation {
  const ids = configIds(request.text);
  const own = readText(request.text, ids[0]);
  const other = request.peer ?? (ids.length > 1 ? request.text : undefined);
  const otherId = request.peer === undefined ? ids[1] : configIds(request.peer)[0];
  const peer = other === undefined ? undefined : readText(other, otherId);
  for (const directive of own.directives) sayDirective(directive, ids, request.peer === undefined, ledger);
  const part = translate(own.top, peer?.top, ledger, placeholders);
  if (peer !== undefined) comparePeer(own.top, peer.top, ledger);
  return { part, all: own.all, mistakes: own.mistakes };
}

function readText(text: string, id: string | undefined): Texts {
  const { lines, directives, mistakes } = expandLines(text, id);
  const statements = parseStatements(lines);
  return {
    top: statements.top,
    all: [...statements.all, ...directives],
    mistakes: [...mistakes, ...statements.mistakes],
    directives,
  };
}

function sayDirective(at: Directive, ids: readonly string[], alone: boolean, ledger: Ledger): void {
  if (at.kind === 'definition') ledger.say('goesWith', at, 'was put in where it is used', NOTHING);
  else if (at.kind === 'sequence') ledger.say('lost', at, 'is not translated: the importer does not write such lines out', 'write them out, and import again'); // prettier-ignore
  else if (alone && ids.indexOf(at.condition) < 2) ledger.say('goesWith', at, 'was read for the other of the two routers', NOTHING); // prettier-ignore
  else ledger.say('leftOut', at, `is left out: it is not for ${ids[0] ?? 'this router'}`, 'import the file of the other router, too, with --peer-file'); // prettier-ignore
}

function translate(
  top: readonly Statement[],
  peer: readonly Statement[] | undefined,
  ledger: Ledger,
  placeholders: Placeholders,
): PairPart {
  // prettier-ignore
  const of = (keyword: string): readonly Statement[] => top.filter(({ key }) => key === keyword);
  const [groups, virtuals] = [groupsOf(of('virtual_server_group')), of('virtual_server')];
  const file = routerFile(top, ledger);
  const { instances } = file;
  const candidates = candidatesOf(virtuals, groups, ledger);
  const services = new Set(candidates.flatMap(({ at }) => addressesOf(at, groups)));
  const lans = sortLans(instances, services, serverAddresses(candidates), ledger);
  // What the peer's file says is told by comparing; it is answered for in an account of its own.
  const peerFile = peer === undefined ? undefined : routerFile(peer, openLedger());
  const directors = directorsOf(file, peerFile, lans, ledger);
  const hooks: HookList = { parts: [], places: new Map() };
  const syncGroups = of('vrrp_sync_group');
  const shelves = [
    ...syncGroups.map(({ block }) => openShelf(block, ledger)),
    ...instances.map(({ shelf }) => shelf),
  ];
  sayGroups(instances, syncGroups, ledger);
  notifyHooks(shelves, hooks, ledger);
  const part: PairPart = {
    ...directors,
    pulse: pulseOf(instances, ledger),
    publics: [...lans.publics, ...missingPublics(services, lans.publics)],
    gateways: lans.gateways,
    track: trackOf(shelves, of('vrrp_script'), lans, ledger),
    services: servicesOf(candidates, { publics: lans.publics, hooks, placeholders, ledger }),
    hooks: hooks.parts,
  };
  closeAll(top, instances, [lans.publicInterface?.value, lans.privateInterface?.value], ledger);
  return part;
}

function groupsOf(blocks: readonly Statement[]): Groups {
  return new Map(blocks.map((group) => [group.words[0] ?? '', group]));
}

function serverAddresses(candidates: ReturnType<typeof candidatesOf>): readonly string[] {
  const servers = candidates.flatMap(({ at }) => at.block.filter(({ key }) => key === 'real_server'));
  return servers.flatMap(({ words }) => {
    const parsed = parseAddress(words[0] ?? '');
    return parsed.ok ? [parsed.value] : [];
  });
}

/** Addresses of services that no instance carries: somebody else has brought them up. */
function missingPublics(services: ReadonlySet<string>, publics: PairPart['publics']): PairPart['publics'] {
  const known = new Set(publics.map(({ value }) => value.split('/', 1)[0]));
  return [...services]
    .filter((address) => !known.has(address))
    .map((address) => ({
      value: `${address}/${address.includes(':') ? 64 : 24}`,
      note: 'CHANGE: the prefix length: no vrrp_instance has this address of a virtual_server',
    }));
}

function routerFile(top: readonly Statement[], ledger: Ledger): RouterFile {
  const global = openShelf(
    top.filter(({ key }) => key === 'global_defs').flatMap(({ block }) => block),
    ledger,
  );
  const id = global.get('router_id');
  const name = id === undefined ? undefined : routerName(id.words, id.line);
  if (id !== undefined) {
    if (name !== undefined) ledger.became(id, `the name of a node: ${name.value}`);
    else ledger.say('leftOut', id, 'is left out: it cannot be the name of a node', 'write the host name as nodes[].name'); // prettier-ignore
  }
  const instances = top.filter(({ key }) => key === 'vrrp_instance').map((at) => readInstance(at, ledger));
  return { instances, name };
}

function closeAll(
  top: readonly Statement[],
  instances: readonly Instance[],
  used: readonly (string | undefined)[],
  ledger: Ledger,
): void {
  // prettier-ignore
  for (const instance of instances) closeInstance(instance, used, ledger);
  closeGroups(
    top.filter(({ key }) => key === 'vrrp_sync_group'),
    ledger,
  );
  for (const at of top.filter(({ key }) => key === 'global_defs')) {
    ledger.say('goesWith', at, 'is told line by line', 'see there');
    sayTimeouts(at, ledger);
    closeShelf(at.block, GLOBAL_DEFS, ledger);
  }
  for (const at of top.filter(({ key }) => key === 'virtual_server_group')) {
    if (ledger.isAnswered(at)) continue;
    ledger.say('leftOut', at, 'is left out: no virtual_server that is FTP uses it', NOTHING);
    for (const entry of at.block) ledger.say('goesWith', entry, `goes with line ${at.line}`, 'see there');
  }
  closeShelf(top, TOP, ledger);
}

/** `lvs_timeouts`: connections are kept by conntrack here. */
function sayTimeouts({ block }: Statement, ledger: Ledger): void {
  for (const at of block.filter(({ key }) => key === 'lvs_timeouts')) {
    const index = at.words.indexOf('tcp');
    const seconds = index < 0 ? undefined : numberOf({ ...at, words: at.words.slice(index + 1) }, ledger);
    if (seconds !== undefined && seconds < 300)
      ledger.warn(at, `tcp ${seconds} s is shorter than the usual idle limit of an FTP server (300 s): idle sessions were lost`, 'nothing to do here: conntrack keeps them for days'); // prettier-ignore
    ledger.say('leftOut', at, 'is left out: the kernel keeps connections in conntrack here, not in IPVS', "keep net.netfilter.nf_conntrack_tcp_timeout_established longer than the servers' idle limit"); // prettier-ignore
  }
}
