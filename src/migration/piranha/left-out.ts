/**
 * The keys of an lvs.cf that nothing of ours corresponds to, with the reason and what to do. Together with those that the
 * translation reads they are all keys that Piranha knows. Texts only.
 */
import { NOTHING } from '../ledger.js';

/** Why a key is not translated. `quiet` values say that the thing is not used anyway. */
export interface LeftOut {
  readonly why: string;
  readonly cure: string;
  readonly quiet?: readonly string[];
}

const SHARED_DISK = { why: 'it belongs to the failover of shared disks', cure: NOTHING };
const OWN_TABLE = { why: 'the kernel keeps connections in conntrack here, not in IPVS', cure: NOTHING };
const JOURNAL = {
  why: "the journal takes the IPVS sync daemon's place, for data channels too",
  cure: NOTHING,
};
const FILE_SYNC = { why: 'ftpair copies no files between the routers', cure: 'copy the same config to both' };

/** Keys outside of sections. */
export const GLOBAL_LEFT_OUT: Readonly<Record<string, LeftOut>> = {
  serial_no: { why: 'the fingerprint of the config travels in the pulse, and a difference is an alert', cure: NOTHING }, // prettier-ignore
  primary_shared: SHARED_DISK,
  backup_shared: SHARED_DISK,
  reservation_conflict_action: SHARED_DISK,
  heartbeat_port: { why: 'ftpair uses UDP 7390 to 7392, so that both can run side by side', cure: 'open these ports between the routers, on both LANs' }, // prettier-ignore
  debug_level: { why: 'Piranha ignores it, too', cure: 'see `ftpair run --log-level`' },
  monitor_links: { why: 'both links are always watched', cure: NOTHING },
  hard_shutdown: { why: 'a director that is stopped hands the role over first', cure: NOTHING },
  syncdaemon: JOURNAL,
  syncd_iface: JOURNAL,
  syncd_id: JOURNAL,
  tcp_timeout: { ...OWN_TABLE, cure: 'keep net.netfilter.nf_conntrack_tcp_timeout_established longer than the servers\' idle limit (default: five days)' }, // prettier-ignore
  tcpfin_timeout: OWN_TABLE,
  udp_timeout: OWN_TABLE,
  rsh_command: { why: 'ftpair logs in nowhere', cure: NOTHING },
  ipvsadm: { why: 'nftables does the work here', cure: NOTHING },
  sync: FILE_SYNC,
};

/** Keys of `virtual` (and `failover`) sections. */
export const VIRTUAL_LEFT_OUT: Readonly<Record<string, LeftOut>> = {
  load_monitor: { why: 'weights do not follow the load of the servers', cure: 'use the scheduler wlc, which counts sessions, or let a program run `ftpair weight`', quiet: ['none'] }, // prettier-ignore
  client_monitor: { why: 'the nanny is part of ftpair', cure: 'if it is a program of your own, name it in check.program', quiet: ['/usr/sbin/nanny'] }, // prettier-ignore
  master: { why: 'it belongs to the old file sync', cure: NOTHING },
  dirs: FILE_SYNC,
};

/** Keys that only `failover` sections have; these are told as a whole. */
export const FAILOVER_KEYS = ['start_cmd', 'stop_cmd'] as const;

/** The keys that the translation reads. */
export const GLOBAL_READ = [
  'service',
  'primary',
  'backup',
  'primary_private',
  'backup_private',
  'backup_active',
  'heartbeat',
  'keepalive',
  'deadtime',
  'network',
  'nat_router',
  'nat_nmask',
  'active_cmd',
  'inactive_cmd',
] as const;
export const VIRTUAL_READ = [
  'active',
  'address',
  'vip_nmask',
  'port',
  'protocol',
  'fwmark',
  'persistent',
  'pmask',
  'scheduler',
  'send',
  'expect',
  'use_regex',
  'send_program',
  'timeout',
  'reentry',
  'quiesce_server',
  'sorry_server',
] as const;
export const SERVER_READ = ['address', 'active', 'weight', 'port'] as const;

/** Every word that Piranha knows, for the page and for recognising a file. */
export const PIRANHA_KEYS: readonly string[] = [
  ...new Set([
    ...GLOBAL_READ,
    ...Object.keys(GLOBAL_LEFT_OUT),
    ...VIRTUAL_READ,
    ...Object.keys(VIRTUAL_LEFT_OUT),
    ...FAILOVER_KEYS,
    ...SERVER_READ,
  ]),
];
