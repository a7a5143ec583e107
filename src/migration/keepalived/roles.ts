/** What makes roles change, and what runs then: adverts, trackers, scripts, notify programs. Pure. */
import { parseAddress } from '../../config/address.js';
import type { AlertId } from '../../config/alert-ids.js';
import { hookFor } from '../commands.js';
import { NOTHING, type Ledger } from '../ledger.js';
import type { HookPart } from '../parts.js';
import { fromLine, type Branch, type Noted } from '../tree.js';
import type { Instance } from './instances.js';
import { SYNC_GROUP } from './keywords.js';
import type { Lans } from './lans.js';
import type { Statement } from './parse.js';
import { closeShelf, numberOf, openShelf, tellWhole, type Shelf } from './shelf.js';

/** `advert_int`: our own numbers, because seconds would defeat what the pair is for. */
export function pulseOf(instances: readonly Instance[], ledger: Ledger): Branch {
  const [first] = instances.flatMap(({ shelf }) => shelf.get('advert_int') ?? []);
  for (const { shelf } of instances) {
    const at = shelf.get('advert_int');
    const seconds = numberOf(at, ledger);
    if (at === undefined || ledger.isAnswered(at)) continue;
    const problem = `became pulse.interval and pulse.silence, 50ms and 150ms instead of ${seconds ?? 1} s and three times that: a silent peer is asked for on the LAN before anything is taken from it`;
    ledger.say('differs', at, problem, 'nothing to do; seconds would also lengthen the lease');
  }
  if (first === undefined) return {};
  const there = `advert_int ${(first.words[0] ?? '').slice(0, 20)} s there`;
  return { interval: fromLine('50ms', first.line, there), silence: fromLine('150ms', first.line, there) };
}

/** Instances that are not in one group can be active on different routers. */
export function sayGroups(
  instances: readonly Instance[],
  groups: readonly Statement[],
  ledger: Ledger,
): void {
  const grouped = new Set<string>();
  for (const group of groups) {
    const shelf = openShelf(group.block, ledger);
    ledger.say('goesWith', group, 'all virtual addresses always move together', NOTHING);
    const entries = shelf.all('group').flatMap((list) => [list, ...list.block]);
    for (const entry of entries) ledger.say('goesWith', entry, 'all virtual addresses always move together', NOTHING); // prettier-ignore
    for (const { key } of entries) grouped.add(key);
  }
  const alone = instances.length > 1 ? instances.find(({ name }) => !grouped.has(name)) : undefined;
  if (alone !== undefined)
    ledger.warn(alone.at, `${alone.name.slice(0, 60)} is in no vrrp_sync_group: its addresses could be on one router and the others on the other`, 'nothing to do: with ftpair all of them move together'); // prettier-ignore
}

/** Programs that run when a role changes. */
export function notifyHooks(shelves: readonly Shelf[], hooks: HookList, ledger: Ledger): void {
  const commands = [['notify_master', ['role-active']], ['notify_backup', ['role-backup']], ['notify', ['role-active', 'role-backup']], ['notify_fault', ['tracked-lost', 'path-lost']]] as const; // prettier-ignore
  for (const shelf of shelves) {
    for (const [keyword, alerts] of commands) addHook(hooks, shelf.get(keyword), alerts, ledger);
    const stop = shelf.get('notify_stop');
    if (stop !== undefined) ledger.say('leftOut', stop, 'is left out: no program runs when the daemon ends', 'use ExecStopPost= of the systemd unit'); // prettier-ignore
  }
}

/** Hooks so far, and where each command stands among them. */
export interface HookList {
  readonly parts: HookPart[];
  readonly places: Map<string, number>;
}

/** Adds a program with its words, if it can be one; two instances often name the same. */
export function addHook(
  hooks: HookList,
  at: Statement | undefined,
  alerts: readonly AlertId[],
  ledger: Ledger,
): void {
  // prettier-ignore
  const [command = '', ...user] = at?.words ?? [];
  if (at === undefined) return;
  const identity = `${alerts.join(' ')}: ${command}`;
  const place = hooks.places.get(identity);
  if (place !== undefined) {
    ledger.say('goesWith', at, `is the same program as hooks[${place}]`, NOTHING);
    return;
  }
  const hook = hookFor(ledger, at, command, alerts, hooks.parts.length);
  if (hook === undefined) return;
  hooks.places.set(identity, hooks.parts.length);
  hooks.parts.push(hook);
  if (user.length > 0)
    ledger.warn(
      at,
      `it ran as the user ${user.join(' ').slice(0, 60)}`,
      'hooks run as the user of the daemon',
    );
}

/** Closes the groups when everything of them has been read. */
export function closeGroups(groups: readonly Statement[], ledger: Ledger): void {
  for (const group of groups) closeShelf(group.block, SYNC_GROUP, ledger);
}

/** `track_interface` and `track_script`: links are watched by themselves, a script that pings becomes `track`. */
export function trackOf(
  shelves: readonly Shelf[],
  scripts: readonly Statement[],
  lans: Lans,
  ledger: Ledger,
): readonly Noted<string>[] {
  // prettier-ignore
  for (const list of shelves.flatMap((shelf) => shelf.all('track_interface'))) sayInterfaces(list, lans, ledger);
  const tracked = shelves.flatMap((shelf) => shelf.all('track_script'));
  const used = new Set(tracked.flatMap(({ block }) => block.map(({ key }) => key)));
  for (const list of tracked) tellWhole(ledger, list, 'goesWith', 'is told where the script stands', NOTHING);
  const track = new Map<string, Noted<string>>();
  for (const script of scripts) {
    const address = scriptOf(script, used.has(script.words[0] ?? ''), ledger);
    if (address !== undefined && !track.has(address.value)) track.set(address.value, address);
  }
  return [...track.values()];
}

function sayInterfaces(list: Statement, lans: Lans, ledger: Ledger): void {
  ledger.say('goesWith', list, 'links are always watched', NOTHING);
  const watched = [lans.publicInterface?.value, lans.privateInterface?.value];
  for (const entry of list.block) {
    if (watched.includes(entry.key)) ledger.say('goesWith', entry, 'this link is always watched', NOTHING);
    else ledger.say('leftOut', entry, 'is left out: only the public and the private link move the role', 'list an address behind it under `track`'); // prettier-ignore
  }
}

/** Programs that look whether another program runs. */
const PROCESS_CHECK = /\b(?:killall\s+-0|pidof|pgrep|kill\s+-0|systemctl\s+(?:is-active|status))\b/;

function scriptOf(at: Statement, used: boolean, ledger: Ledger): Noted<string> | undefined {
  const command = openShelf(at.block, ledger).get('script');
  const text = command?.words.join(' ') ?? '';
  const target = pinged(text);
  const name = (at.words[0] ?? '').slice(0, 60);
  if (used && target !== undefined && command !== undefined) {
    ledger.say('goesWith', at, 'became an address under track', NOTHING);
    ledger.say('differs', command, `became track: ${target}: a director that reaches fewer of these than its peer gives the role over`, NOTHING); // prettier-ignore
  } else if (!used) tellWhole(ledger, at, 'leftOut', `${name} is left out: no instance tracks it`, NOTHING);
  else if (PROCESS_CHECK.test(text)) tellWhole(ledger, at, 'leftOut', `${name} is left out: it looks whether a program runs on the router, and ftpair itself is watched by its peer`, NOTHING); // prettier-ignore
  else tellWhole(ledger, at, 'lost', `${name} is not translated: no script moves the role`, 'list what must be reachable under `track`, or let the script run `ftpair handover`'); // prettier-ignore
  tellWhole(ledger, at, 'goesWith', 'is told as a whole', NOTHING);
  return used && target !== undefined && command !== undefined ? fromLine(target, command.line) : undefined;
}

/** The address that a command pings. */
function pinged(text: string): string | undefined {
  if (!/(?:^|[/\s])f?ping6?(?:\s|$)/.test(text)) return undefined;
  for (const word of text.split(/\s+/)) {
    const parsed = /[.:]/.test(word) ? parseAddress(word) : undefined;
    if (parsed?.ok === true) return parsed.value;
  }
  return undefined;
}
