/**
 * The configuration as the rest of the program sees it: checked, with defaults filled in, durations in
 * milliseconds, addresses normalised. Types only; reading and complaining live beside this file.
 */
import type { Millis } from '../time.js';

/** IPv4 or IPv6, by the numbers people write. */
export type Family = 4 | 6;

/** One interface of a director that the pair uses, with the director's own (not floating) address on it. */
export interface LinkConfig {
  /** Kernel interface name, such as `eth0`. */
  readonly interface: string;
  /** The director's own address on it, used for the pulse and the journal. */
  readonly address: string;
}

/** One router of the pair. */
export interface DirectorConfig {
  readonly name: string;
  /** Where the clients and the public VIPs are. */
  readonly public: LinkConfig;
  /** Where the real servers and the gateway address are. */
  readonly private: LinkConfig;
  /** Further links, used for pulse paths only; keyed by path name. */
  readonly extra: Readonly<Record<string, LinkConfig>>;
}

/** An address that belongs to whoever is active. */
export interface VirtualAddress {
  readonly address: string;
  readonly prefixLength: number;
  readonly family: Family;
}

export interface PulseConfig {
  /** UDP port of the pulse; the journal uses the next one. */
  readonly port: number;
  readonly interval: Millis;
  /** Silence on all paths for this long, and no answer for the VIP on the LAN, is the peer's death. */
  readonly silence: Millis;
  /** Names of links: `public`, `private` or a key of `extra`. At least one. */
  readonly paths: readonly string[];
  /** File with the shared key, mode 0600 or stricter. */
  readonly keyFile: string;
  /** How the VIP is asked for before a takeover: so many probes, this far apart. */
  readonly probeCount: number;
  readonly probeSpacing: Millis;
  /** How long the kernel answers for the VIP without a renewal by the daemon. */
  readonly lease: Millis;
}

export interface RealServer {
  readonly name: string;
  readonly address: string;
  readonly port: number;
  /** 0 takes no new sessions; otherwise the share of new sessions. */
  readonly weight: number;
  /** With mode passive_range: where its passive data channels are. */
  readonly passivePorts?: PortRange | undefined;
}

/** TCP ports, both included. */
export interface PortRange {
  readonly first: number;
  readonly last: number;
}

/** A client gets the server of its last session again, for so long after that has ended. */
export interface Persistence {
  readonly timeout: Millis;
  /** So many bits of an IPv4 client's address count. */
  readonly mask: number;
  /** The same for IPv6. */
  readonly mask6: number;
}

/** Undefined: no limit. */
export interface Limits {
  readonly sessionsPerServer?: number | undefined;
  readonly sessionsPerClient?: number | undefined;
  readonly newPerSecondPerClient?: number | undefined;
}

export interface VirtualService {
  readonly name: string;
  /** One of the public virtual addresses. */
  readonly address: string;
  readonly family: Family;
  readonly port: number;
  readonly scheduler: 'wrr';
  /** Undefined is helper: the kernel reads the control connections. */
  readonly mode?: 'helper' | 'passive_range' | undefined;
  readonly persistence?: Persistence | undefined;
  readonly limits?: Limits | undefined;
  readonly servers: readonly RealServer[];
}

export type DataMode = 'pasv' | 'epsv';

/** What one probe of a nanny does with the data channel: list a directory or fetch a file. */
export type DataStep =
  { readonly command: 'list'; readonly path: string } | { readonly command: 'retr'; readonly path: string };

export interface HealthCheck {
  readonly interval: Millis;
  /** Limit of one whole probe. */
  readonly timeout: Millis;
  /** Good probes in a row until a server that is down is up. */
  readonly rise: number;
  /** Bad probes in a row until a server that is up is down. */
  readonly fall: number;
  readonly user: string;
  readonly password: string;
  readonly mode: DataMode;
  readonly data: DataStep;
}

export type SyslogFacility =
  'daemon' | 'local0' | 'local1' | 'local2' | 'local3' | 'local4' | 'local5' | 'local6' | 'local7';

export interface SyslogConfig {
  /** Path of the local syslog socket, or undefined for none. */
  readonly local: string | undefined;
  readonly facility: SyslogFacility;
  /** Remote collectors, RFC 5424 over UDP. */
  readonly remote: readonly { readonly address: string; readonly port: number }[];
}

export interface AlertsConfig {
  readonly syslog: SyslogConfig;
}

/** The director that takes the role back, by a handover, once it has been ready and in sync for `after`. */
export interface Preferred {
  readonly node: string;
  readonly after: Millis;
}

export interface Config {
  readonly nodes: readonly [DirectorConfig, DirectorConfig];
  readonly pulse: PulseConfig;
  /** Public VIPs, on the public link of the active. */
  readonly vips: readonly VirtualAddress[];
  /** Gateway addresses, on the private link of the active: the real servers' default route. */
  readonly gateways: readonly VirtualAddress[];
  readonly services: readonly VirtualService[];
  readonly check: HealthCheck;
  /** Undefined: roles stay where they are. */
  readonly preferred: Preferred | undefined;
  /** Addresses watched by ICMP echo (uplink router, …); the real servers are always watched. */
  readonly track: readonly string[];
  readonly alerts: AlertsConfig;
  /** Hex SHA-256 of everything above in a canonical form: equal on both directors or an alert. */
  readonly fingerprint: string;
}
