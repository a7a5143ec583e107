/** The keywords of keepalived.conf(5) about virtual and real servers and their checks. Texts only. */
import { NOTHING } from '../ledger.js';
import { vocabulary, type Vocabulary } from './vocabulary.js';

/** Blocks that check a real server. */
export const CHECKERS = [
  'TCP_CHECK',
  'MISC_CHECK',
  'HTTP_GET',
  'SSL_GET',
  'SMTP_CHECK',
  'DNS_CHECK',
  'UDP_CHECK',
  'PING_CHECK',
  'BFD_CHECK',
  'FILE_CHECK',
] as const;

const TIMES = 'delay_loop retry delay_before_retry connect_timeout';
const START =
  'both directors tell each other what they know of the servers, so a restart begins with a full rotation';
const HTTP = 'it belongs to checks of HTTP';

export const VIRTUAL_SERVER_WORDS: Vocabulary = vocabulary(
  `real_server lb_algo lvs_sched lb_kind lvs_method persistence_timeout persistence_granularity protocol sorry_server inhibit_on_failure quorum quorum_up quorum_down ${TIMES}`,
  [
    ['sh-port mh-port', 'the client is known by its address alone', NOTHING],
    ['sh-fallback mh-fallback', 'a server that is down is always passed over', NOTHING],
    ['flag-1 flag-2 flag-3 ops', 'there is no IPVS', NOTHING],
    ['persistence_engine', 'it belongs to SIP', NOTHING],
    ['ha_suspend', 'both directors check, whatever their role', NOTHING],
    ['alpha omega warmup', START, NOTHING],
    ['hysteresis', 'it belongs to quorum', NOTHING],
    [
      'sorry_server_inhibit sorry_server_lvs_method',
      'the sorry server is reached by NAT, and is not checked',
      NOTHING,
    ],
    ['virtualhost', HTTP, NOTHING],
    ['snmp_name', 'there is no SNMP', NOTHING],
    ['smtp_alert', 'ftpair sends no mail itself', 'name a program in `hooks` on server-down and server-up'],
    ['ip_family nat_mask', 'the family is that of the addresses', NOTHING],
  ],
);

export const REAL_SERVER_WORDS: Vocabulary = vocabulary(
  `weight lvs_method lb_kind inhibit_on_failure notify_up notify_down uthreshold ${TIMES} ${CHECKERS.join(' ')}`,
  [
    ['lthreshold', 'a server at its limit gets sessions again as soon as one has ended', NOTHING],
    ['alpha warmup', START, NOTHING],
    ['virtualhost', HTTP, NOTHING],
    ['snmp_name', 'there is no SNMP', NOTHING],
    ['smtp_alert', 'ftpair sends no mail itself', 'name a program in `hooks` on server-down and server-up'],
  ],
);

export const CHECKER_WORDS: Vocabulary = vocabulary(`misc_path misc_timeout ${TIMES}`, [
  [
    'connect_port',
    "the nanny checks the server's own port",
    'a port of its own for checks needs `check.program`',
  ],
  [
    'connect_ip',
    "the nanny checks the server's own address",
    'another address for checks needs `check.program`',
  ],
  ['bindto bind_if bind_port', 'probes come from an address of the router', 'see `check.source`'],
  ['fwmark', 'probes carry no mark', NOTHING],
  ['misc_dynamic dynamic weight', 'a check does not change weights', 'let the program run `ftpair weight`'],
  ['user', 'programs run as the user of the daemon', NOTHING],
  ['alpha warmup', START, NOTHING],
  ['log_all_failures', 'the last failure of each server is in `ftpair status --probes`', NOTHING],
  ['url path digest status_code virtualhost regex regex_no_match regex_options regex_stack regex_min_offset regex_max_offset http_protocol fast_recovery nb_get_retry enable_sni sni_name tls_compliant', HTTP, NOTHING], // prettier-ignore
  ['helo_name host', 'it belongs to checks of SMTP', NOTHING],
  ['type name', 'it belongs to checks of DNS or BFD', NOTHING],
  ['payload require_reply min_reply_length max_reply_length', 'it belongs to checks of UDP', NOTHING],
  ['track_file', 'it belongs to checks of a file', NOTHING],
]);
