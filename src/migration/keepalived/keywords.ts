/**
 * The keywords of keepalived.conf(5): which of them the translation reads, and for all others why nothing of ours corresponds
 * to them. Texts only; grouped by the block that they stand in.
 */
import { NOTHING } from '../ledger.js';
import { CHECKERS, CHECKER_WORDS, REAL_SERVER_WORDS, VIRTUAL_SERVER_WORDS } from './keywords-servers.js';
import { vocabulary, type Vocabulary } from './vocabulary.js';

const OUTSIDE = "put it into the machine's own network configuration";
const MAIL = 'name a program in `hooks` (config/hooks/mail.sh sends mail), or a collector in `alerts.syslog`';
const PROCESSES = 'the pulse side runs at real-time priority by itself, and measures its own delays';
const ARP = 'a takeover announces its addresses at once, in a burst, and again later';
const SECURITY = 'programs run as the user of the daemon';

export const TOP: Vocabulary = vocabulary(
  'global_defs vrrp_instance vrrp_sync_group vrrp_script virtual_server virtual_server_group',
  [
    ['include includer includem includew includeb includea', 'the importer reads one file', 'paste what that file holds here, and import again', 'lost'], // prettier-ignore
    ['static_ipaddress static_routes static_rules', "addresses and routes that stay with the machine are not ftpair's", OUTSIDE, 'lost'], // prettier-ignore
    ['track_group', 'it belongs to static addresses', NOTHING],
    ['track_file vrrp_track_file vrrp_track_process bfd_instance', 'roles follow links, tracked addresses and the pulse only', 'list what must be reachable under `track`'], // prettier-ignore
    ['garp_group', ARP, NOTHING],
    ['linkbeat_interfaces linkbeat_use_polling interface_up_down_delays', 'links are watched by netlink, and what failed counts again after ten quiet seconds', NOTHING], // prettier-ignore
    ['SSL', 'it belongs to checks of HTTP over TLS', 'see `check.tls` for FTP over TLS'],
    ['net_namespace net_namespace_ipvs namespace_with_ipsets instance', 'the daemon runs in the namespace that it is started in', 'see `ip netns exec`, and `ftpair run --runtime-dir`'], // prettier-ignore
    ['use_pid_dir child_wait_time', 'it is about processes of keepalived', NOTHING],
  ],
);

export const GLOBAL_DEFS: Vocabulary = vocabulary('router_id lvs_timeouts', [
  ['notification_email notification_email_from smtp_server smtp_helo_name smtp_connect_timeout smtp_alert smtp_alert_vrrp smtp_alert_checker no_email_faults no_checker_emails', 'ftpair sends no mail itself', MAIL], // prettier-ignore
  ['checker_log_all_failures', 'the last failure of each server is in `ftpair status --probes`', NOTHING],
  ['lvs_id', 'nodes have names', NOTHING],
  ['lvs_sync_daemon', "the journal takes the IPVS sync daemon's place, for data channels too", NOTHING],
  ['lvs_flush lvs_flush_on_stop', 'ftpair has an nftables table of its own, and no IPVS', 'flush IPVS once, with `ipvsadm -C`, when keepalived is gone'], // prettier-ignore
  ['vrrp_garp_master_repeat vrrp_garp_master_delay vrrp_garp_lower_prio_repeat vrrp_garp_lower_prio_delay vrrp_garp_master_refresh vrrp_garp_master_refresh_repeat vrrp_garp_interval vrrp_gna_interval vrrp_min_garp vrrp_garp_extra_if', ARP, NOTHING], // prettier-ignore
  ['vrrp_mcast_group4 vrrp_mcast_group6 vrrp_version vrrp_strict vrrp_lower_prio_no_advert vrrp_higher_prio_send_advert vrrp_check_unicast_src vrrp_skip_check_adv_addr vrrp_down_timer_adverts v3_checksum_as_v2 log_unknown_vrids vrrp_rx_bufs_policy vrrp_rx_bufs_multiplier vrrp_startup_delay vrrp_delay_after_boot', 'the pulse is not VRRP', NOTHING], // prettier-ignore
  ['vrrp_iptables vrrp_ipsets nftables nftables_priority nftables_counters nftables_ifindex nftables_ipvs nftables_ipvs_priority nftables_ipvs_start_fwmark disable_local_igmp vmac_prefix vmac_addr_prefix', 'the rules are ours, in a table of their own', NOTHING], // prettier-ignore
  ['vrrp_priority checker_priority bfd_priority vrrp_rt_priority checker_rt_priority bfd_rt_priority vrrp_rlimit_rttime checker_rlimit_rttime bfd_rlimit_rttime vrrp_rlimit_rtime checker_rlimit_rtime bfd_rlimit_rtime vrrp_no_swap checker_no_swap bfd_no_swap vrrp_cpu_affinity checker_cpu_affinity bfd_cpu_affinity max_auto_priority min_auto_priority_delay', PROCESSES, NOTHING], // prettier-ignore
  ['process_names process_name vrrp_process_name checker_process_name bfd_process_name tmp_config_directory config_save_dir umask data_use_instance state_file_location stats_file_location json_file_location json_version iproute_usr_dir iproute_etc_dir random_seed', 'it is about processes and files of keepalived', NOTHING], // prettier-ignore
  ['vrrp_netlink_cmd_rcv_bufs vrrp_netlink_cmd_rcv_bufs_force vrrp_netlink_monitor_rcv_bufs vrrp_netlink_monitor_rcv_bufs_force lvs_netlink_cmd_rcv_bufs lvs_netlink_cmd_rcv_bufs_force lvs_netlink_monitor_rcv_bufs lvs_netlink_monitor_rcv_bufs_force process_monitor_rcv_bufs process_monitor_rcv_bufs_force', 'sockets are sized by ftpair', NOTHING], // prettier-ignore
  ['snmp_socket enable_snmp_keepalived enable_snmp_vrrp enable_snmp_checker enable_snmp_rfc enable_snmp_rfcv2 enable_snmp_rfcv3 enable_traps snmp_vs_stats_update_interval snmp_rs_stats_update_interval enable_dbus dbus_service_name dbus_no_interface_name', 'there is no SNMP and no D-Bus', 'see `ftpair status --json`'], // prettier-ignore
  ['script_user enable_script_security use_symlink_paths set_supplementary_groups', SECURITY, NOTHING],
  ['startup_script startup_script_timeout shutdown_script shutdown_script_timeout', 'no program runs at start and end', 'if it set firewall marks, it is not needed; else ExecStartPre= and ExecStopPost= of the systemd unit'], // prettier-ignore
  ['notify_fifo notify_fifo_script vrrp_notify_fifo vrrp_notify_fifo_script lvs_notify_fifo lvs_notify_fifo_script fifo_write_vrrp_states_on_reload vrrp_notify_priority_changes rs_init_notifies', 'there is no FIFO of events', 'name a program in `hooks`'], // prettier-ignore
  ['default_interface dynamic_interfaces', 'both links are named under `nodes`', NOTHING],
  ['reload_check_config include_check reload_time_file reload_repeat reload_file', 'a reload is checked whole first, and refused whole', 'see `ftpair reload --help`'], // prettier-ignore
]);

export const SCRIPT: Vocabulary = vocabulary('script', [
  ['interval timeout weight rise fall user init_fail', 'it belongs to the script', NOTHING],
]);

const NOTIFY = 'notify_master notify_backup notify notify_fault notify_stop';
const TRACKERS = 'track_interface track_script';
const NO_TRACKERS: readonly [string, string, string] = ['track_file track_process track_bfd', 'roles follow links, tracked addresses and the pulse only', 'list what must be reachable under `track`']; // prettier-ignore

export const SYNC_GROUP: Vocabulary = vocabulary(`group ${NOTIFY} ${TRACKERS}`, [
  NO_TRACKERS,
  ['notify_deleted notify_priority_changes global_tracking sync_group_tracking_weight', 'there are no groups: all virtual addresses move together', NOTHING], // prettier-ignore
  ['smtp_alert', 'ftpair sends no mail itself', MAIL],
]);

export const INSTANCE: Vocabulary = vocabulary(
  `state interface priority advert_int virtual_ipaddress virtual_ipaddress_excluded unicast_src_ip mcast_src_ip unicast_peer nopreempt preempt preempt_delay ${NOTIFY} ${TRACKERS}`,
  [
    NO_TRACKERS,
    [
      'authentication auth_hmac',
      'pulse and journal are encrypted with a key of their own',
      'see `pulse.key_file`',
    ],
    ['virtual_routes virtual_rules', 'routes do not move with the role', 'set them on both routers, or by a program in `hooks` on role-active', 'lost'], // prettier-ignore
    ['virtual_router_id version vrrp_version mcast_dst_ip unicast_ttl check_unicast_src unicast_fault_no_peer track_src_ip old_unicast_checksum v3_checksum_as_v2 skip_check_adv_addr strict_mode down_timer_adverts timer_expired_backup lower_prio_no_advert higher_prio_send_advert kernel_rx_buf_size debug native_ipv6', 'the pulse is not VRRP', NOTHING], // prettier-ignore
    ['garp_master_repeat garp_master_delay garp_lower_prio_repeat garp_lower_prio_delay garp_master_refresh garp_master_refresh_repeat garp_extra_if garp_extra_if_vmac', ARP, NOTHING], // prettier-ignore
    ['use_vmac use_vmac_addr vmac_xmit_base use_ipvlan vrf', 'there is no virtual MAC address: clients learn the new one by gratuitous ARP', 'switches and clients must accept gratuitous ARP'], // prettier-ignore
    ['dont_track_primary linkbeat_use_polling', 'both links are always watched', NOTHING],
    ['lvs_sync_daemon_interface', "the journal takes the IPVS sync daemon's place", NOTHING],
    ['no_virtual_ipaddress promote_secondaries accept no_accept', 'addresses are added and removed one by one, and answer ICMP echo', NOTHING], // prettier-ignore
    ['notify_deleted notify_master_rx_lower_pri notify_priority_changes', 'there are no priorities', NOTHING],
    ['smtp_alert', 'ftpair sends no mail itself', MAIL],
  ],
);

/** Blocks at the top of a file, by which a keepalived.conf is known. */
export const KEEPALIVED_BLOCKS: readonly string[] = [
  'global_defs',
  'vrrp_instance',
  'vrrp_sync_group',
  'vrrp_script',
  'virtual_server',
  'virtual_server_group',
  'static_ipaddress',
  'static_routes',
  'track_file',
  'bfd_instance',
];

/** Every keyword that is known, for the page. */
export const KEEPALIVED_KEYWORDS: readonly string[] = [
  ...new Set([
    ...[TOP, GLOBAL_DEFS, SCRIPT, SYNC_GROUP, INSTANCE, VIRTUAL_SERVER_WORDS, REAL_SERVER_WORDS, CHECKER_WORDS].flatMap(({ words }) => words), // prettier-ignore
    ...CHECKERS,
  ]),
];
