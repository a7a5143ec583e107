/** The keys outside of sections: pulse, gateway address, way of forwarding, programs, and their traps. Pure. */
import { quote } from '../../config/parsed.js';
import { hookFor } from '../commands.js';
import { NOTHING } from '../ledger.js';
import type { HookPart } from '../parts.js';
import { fromLine, toChange, type Branch, type Noted } from '../tree.js';
import { textOf, type Book } from './book.js';
import { readBoolean, readFloating, readInteger, readMask } from './values.js';

/** The floating inside address, and on which interface it lives. */
export interface Gateway {
  readonly addresses: readonly Noted<string>[];
  readonly interface: Noted<string> | undefined;
}

/** `nat_router` and `nat_nmask`. */
export function gatewayOf({ get, ledger }: Book): Gateway {
  const [at, mask] = [get('nat_router'), get('nat_nmask')];
  const prefix = mask === undefined ? undefined : readMask(ledger, mask);
  if (mask !== undefined && prefix !== undefined) ledger.became(mask, 'virtual_addresses.gateway[0]');
  const floating = at === undefined ? undefined : readFloating(ledger, at);
  if (at === undefined || floating === undefined) return { addresses: [], interface: undefined };
  const { host, device } = floating;
  const link = device === undefined ? undefined : fromLine(device, at.line);
  if (host.kind === 'name') {
    ledger.say('fillIn', at, `${host.name} is a host's name, which the importer does not look up`, 'write its address as virtual_addresses.gateway'); // prettier-ignore
    return { addresses: [], interface: link };
  }
  ledger.became(at, 'virtual_addresses.gateway[0]');
  const written = `${host.address}/${prefix ?? 24}`;
  const address =
    prefix === undefined
      ? toChange(written, `the prefix length: line ${at.line} has no nat_nmask, and /24 is a guess`)
      : fromLine(written, at.line);
  return { addresses: [address], interface: link };
}

/** `keepalive` and `deadtime`: our own numbers, because seconds would defeat what the pair is for. */
export function pulseOf(book: Book): Branch {
  const { get, ledger } = book;
  const times = (['keepalive', 'deadtime'] as const).map((key) => {
    const at = get(key);
    const seconds = at === undefined ? undefined : readInteger(ledger, at);
    return at === undefined || seconds === undefined ? undefined : { at, seconds };
  });
  const [interval, silence] = times;
  if (interval !== undefined) own(book, interval, 'pulse.interval', '50ms');
  if (silence !== undefined) own(book, silence, 'pulse.silence', '150ms');
  const [alive, dead] = [interval?.seconds ?? 2, silence?.seconds ?? 5];
  const where = silence?.at ?? interval?.at;
  if (where !== undefined && dead < 2 * alive)
    ledger.warn(where, `with deadtime ${dead} and keepalive ${alive}, one lost packet was a failover`, 'nothing to do: ftpair wants three intervals of silence, and asks the LAN then'); // prettier-ignore
  return {
    interval: interval && fromLine('50ms', interval.at.line, `keepalive ${interval.seconds} s there`),
    silence: silence && fromLine('150ms', silence.at.line, `deadtime ${silence.seconds} s there`),
  };
}

function own(
  { ledger }: Book,
  { at, seconds }: { readonly at: Parameters<Book['ledger']['became']>[0]; readonly seconds: number },
  key: string,
  ours: string,
): void {
  const problem = `became ${key}, at ${ours} instead of ${seconds} s: a silent peer is asked for on the LAN before anything is taken from it`;
  ledger.say('differs', at, problem, 'nothing to do; seconds would also lengthen the lease');
}

/** `service` and `network`: what Piranha does as a whole. */
export function sayMode(book: Book): void {
  const { get, ledger } = book;
  const [service, network] = [textOf(book, 'service'), textOf(book, 'network')];
  const [serviceAt, networkAt] = [get('service'), get('network')];
  if (serviceAt !== undefined && service !== undefined) {
    if (service === 'lvs') ledger.say('goesWith', serviceAt, 'is what ftpair does', NOTHING);
    else ledger.say('lost', serviceAt, `the service ${quote(service)} fails programs over, which ftpair does not do`, 'keep another program for these; virtual sections were translated although Piranha does not use them then'); // prettier-ignore
  }
  if (networkAt === undefined || network === undefined) return;
  if (network === 'nat') ledger.say('goesWith', networkAt, 'is how ftpair forwards', NOTHING);
  else ledger.say('lost', networkAt, `${quote(network)} is not supported: ftpair translates addresses (NAT)`, "make the gateway address the real servers' default route, and remove the VIP from their loopback"); // prettier-ignore
}

/** `heartbeat` and `backup_active`: whether there was a pair at all. */
export function sayPair({ get, ledger }: Book): void {
  const [heartbeat, active, backup] = [get('heartbeat'), get('backup_active'), get('backup')];
  const beats = heartbeat === undefined ? false : readBoolean(ledger, heartbeat);
  const on = active === undefined ? false : readBoolean(ledger, active);
  if (heartbeat !== undefined && beats !== undefined)
    ledger.say(beats ? 'goesWith' : 'trap', heartbeat, beats ? 'the pulse is always on' : 'there has been no heartbeat, so no failover; ftpair always has one', NOTHING); // prettier-ignore
  if (active !== undefined && on !== undefined)
    ledger.say(on ? 'goesWith' : 'trap', active, on ? 'the backup is always active' : 'the backup has been switched off; with ftpair it is not', NOTHING); // prettier-ignore
  if (heartbeat === undefined && backup !== undefined)
    ledger.warn(backup, 'heartbeat is missing, which means 0: there has been no failover', NOTHING);
  if (active === undefined && backup !== undefined)
    ledger.warn(backup, 'backup_active is missing, which means 0: the backup has been switched off', NOTHING);
}

/** `active_cmd` and `inactive_cmd`. */
export function hooksOf(book: Book): readonly HookPart[] {
  const hooks: HookPart[] = [];
  const commands = [['active_cmd', 'role-active'], ['inactive_cmd', 'role-backup']] as const; // prettier-ignore
  for (const [key, alert] of commands) {
    const [at, text] = [book.get(key), textOf(book, key)];
    if (at === undefined || text === undefined) continue;
    const hook = hookFor(book.ledger, at, text, [alert], hooks.length);
    if (hook !== undefined) hooks.push(hook);
  }
  return hooks;
}

/** Timeouts of connections that are shorter than people wait. */
export function sayTimeouts({ get, ledger }: Book): void {
  const at = get('tcp_timeout');
  const seconds = at === undefined ? undefined : readInteger(ledger, at);
  if (at === undefined || seconds === undefined || seconds === 0 || seconds >= 300) return;
  const problem = `tcp_timeout ${seconds} s is shorter than the usual idle limit of an FTP server (300 s): idle sessions were lost`;
  ledger.warn(at, problem, 'nothing to do here: conntrack keeps them for days');
}
