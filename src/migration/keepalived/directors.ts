/** What the instances of one or both files say of the two routers → the two nodes, and who shall be active. Pure. */
import { nodeNames } from '../fill.js';
import { nameOf } from '../names.js';
import { NOTHING, type Ledger } from '../ledger.js';
import type { LinkPart, NodePart } from '../parts.js';
import { fromLine, type Branch, type Noted } from '../tree.js';
import type { Instance } from './instances.js';
import type { Lans } from './lans.js';
import { numberOf } from './shelf.js';

/** What one file says. */
export interface RouterFile {
  readonly instances: readonly Instance[];
  readonly name: Noted<string> | undefined;
}

/** Both routers in the order of the YAML. */
export interface Directors {
  readonly nodes: readonly [NodePart, NodePart];
  readonly preferred: Branch | undefined;
}

type Who = 'own' | 'partner';
type LinkName = 'public' | 'private' | 'cross';

/** `peer` is the other router's file, if there is one. */
export function directorsOf(
  file: RouterFile,
  peer: RouterFile | undefined,
  lans: Lans,
  ledger: Ledger,
): Directors {
  const first = ownIsFirst(file, peer);
  const own = nodeOf(file, peer, lans, 'own');
  const other = nodeOf(file, peer, lans, 'partner');
  const index = first ? 0 : 1;
  for (const instance of file.instances) sayAddresses(instance, lans, index, ledger);
  const nodes = first ? ([own, other] as const) : ([other, own] as const);
  return { nodes: bothCross(nodes), preferred: preferredOf(file, peer, nodes, ledger) };
}

function nodeOf(file: RouterFile, peer: RouterFile | undefined, lans: Lans, who: Who): NodePart {
  const [mine, theirs] = who === 'own' ? [file, peer] : [peer, file];
  const address = (link: LinkName): Noted<string> | undefined =>
    find(mine, lans, link, 'own', mine === peer) ?? find(theirs, lans, link, 'partner', theirs === peer);
  const cross = address('cross');
  return {
    name: mine?.name,
    public: { interface: lans.publicInterface, address: address('public') },
    private: { interface: lans.privateInterface, address: address('private') },
    cross: cross === undefined ? undefined : { interface: crossInterface(file, lans), address: cross },
  };
}

/** An address by the instance that is on this link; of the peer's file with that said. */
function find(
  file: RouterFile | undefined,
  lans: Lans,
  link: LinkName,
  who: Who,
  ofPeer: boolean,
): Noted<string> | undefined {
  // prettier-ignore
  const found = file?.instances.filter((instance) => linkOf(instance, lans) === link).map((instance) => instance[who]).find((each) => each !== undefined); // prettier-ignore
  return found === undefined || !ofPeer
    ? found
    : { value: found.value, note: `${found.note} of the peer's file` };
}

/** Instances talk over their own interface, wherever their addresses are. */
function linkOf(instance: Instance, lans: Lans): LinkName {
  const name = instance.interface?.value;
  if (name !== undefined && name === lans.privateInterface?.value) return 'private';
  return name === undefined || name === lans.publicInterface?.value ? 'public' : 'cross';
}

function crossInterface({ instances }: RouterFile, lans: Lans): Noted<string> | undefined {
  return instances.find((instance) => linkOf(instance, lans) === 'cross')?.interface;
}

/** A further link has two ends. */
function bothCross(nodes: readonly [NodePart, NodePart]): readonly [NodePart, NodePart] {
  const [a, b] = nodes;
  const link: LinkPart = { interface: a.cross?.interface ?? b.cross?.interface };
  if (a.cross === undefined && b.cross === undefined) return nodes;
  return [
    { ...a, cross: a.cross ?? link },
    { ...b, cross: b.cross ?? link },
  ];
}

function sayAddresses(instance: Instance, lans: Lans, index: number, ledger: Ledger): void {
  const link = linkOf(instance, lans);
  const where = link === 'cross' ? 'extra.cross' : link;
  const { shelf, own, partner } = instance;
  for (const keyword of ['unicast_src_ip', 'mcast_src_ip']) {
    const at = shelf.get(keyword);
    if (at !== undefined && own !== undefined) ledger.say('became', at, `became nodes[${index}].${where}.address`, NOTHING); // prettier-ignore
  }
  const entries = shelf.all('unicast_peer').flatMap(({ block }) => block);
  const used = entries.find(({ line }) => partner?.note === `line ${line}`);
  if (used !== undefined) ledger.became(used, `nodes[${1 - index}].${where}.address`);
}

/** Of two files the one with the higher priority; of one alone, MASTER by what it says. */
function ownIsFirst(file: RouterFile, peer: RouterFile | undefined): boolean {
  const [mine, theirs] = [priorityOf(file), priorityOf(peer)];
  if (peer !== undefined && mine !== theirs) return (mine ?? 100) > (theirs ?? 100);
  return isMaster(file) || !file.instances.some(({ state }) => state === 'BACKUP');
}

function priorityOf(file: RouterFile | undefined): number | undefined {
  return file?.instances.map(({ priority }) => priority).find((each) => each !== undefined);
}

function isMaster({ instances }: RouterFile): boolean {
  return instances.some(({ state }) => state === 'MASTER');
}

/** keepalived gives the role back by priority, unless `nopreempt` says otherwise. */
function preferredOf(
  file: RouterFile,
  peer: RouterFile | undefined,
  nodes: readonly [NodePart, NodePart],
  ledger: Ledger,
): Branch | undefined {
  // prettier-ignore
  const stays = file.instances.some(({ nopreempt }) => nopreempt);
  const known =
    peer !== undefined || isMaster(file) || file.instances.some(({ state }) => state === 'BACKUP');
  const [name] = nodeNames(nodes[0].name?.value, nodes[1].name?.value);
  const delay = file.instances.map(({ preemptDelay }) => preemptDelay).find((each) => each !== undefined);
  const seconds = numberOf(delay, ledger);
  for (const { shelf } of file.instances) {
    const [flag, wait] = [shelf.get('nopreempt'), shelf.get('preempt_delay')];
    if (flag !== undefined) ledger.say('goesWith', flag, 'is how ftpair is without `preferred`: the role stays where it is', NOTHING); // prettier-ignore
    if (wait !== undefined && !ledger.isAnswered(wait)) ledger.say(stays || !known ? 'leftOut' : 'goesWith', wait, stays || !known ? 'is left out: without `preferred` the role stays' : 'became preferred.after', NOTHING); // prettier-ignore
  }
  const [instance] = file.instances;
  if (stays || !known || instance === undefined) return undefined;
  const at = instance.shelf.get('priority') ?? instance.shelf.get('state') ?? instance.at;
  ledger.say('differs', at, `became preferred: ${name} takes the role back by a handover, when it has been in sync for a while`, 'remove `preferred` if the role may stay where it is: no session notices either'); // prettier-ignore
  const after = seconds === undefined || delay === undefined ? { value: '60s', note: 'keepalived took it back at once' } : fromLine(`${Math.min(Math.max(Math.round(seconds), 1), 86_400)}s`, delay.line); // prettier-ignore
  return { node: fromLine(name, at.line), after };
}

/** `router_id`, where it may be a name. */
export function routerName(words: readonly string[], line: number): Noted<string> | undefined {
  const name = nameOf(words[0] ?? '');
  return name === undefined || name !== words[0] ? undefined : fromLine(name, line);
}
