/**
 * The configuration as the rest of the program sees it: checked, with defaults filled in, durations in
 * milliseconds, addresses normalised. Types and closed lists of words only; reading and complaining live beside this file.
 */
import type { Millis } from '../time.js';
import type { AlertId } from './alert-ids.js';

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

/** How a new session gets its server, in the words of LVS (ipvsadm(8), `--scheduler`). */
export type Scheduler = 'rr' | 'wrr' | 'lc' | 'wlc' | 'sh';
/** What becomes of a service when servers fail. */
export interface RotationRules {
  /** So many servers at least are not taken out by verdicts. */
  readonly minServers: number;
  /** The time in which a returning server's share grows to its full; undefined for at once. */
  readonly slowStart: Millis | undefined;
  /** Gets the new sessions when no server is left. */
  readonly sorry: RealServer | undefined;
  /** The running sessions of a server that fails: left alone, or ended. */
  readonly onFailure: 'keep' | 'end';
}

export interface VirtualService {
  /** As in the file; behind the first of several addresses, `NAME@ADDRESS`. */
  readonly name: string;
  /** One of the public virtual addresses. */
  readonly address: string;
  readonly family: Family;
  readonly port: number;
  readonly scheduler: Scheduler;
  /** Undefined is helper: the kernel reads the control connections. */
  readonly mode?: 'helper' | 'passive_range' | undefined;
  readonly persistence?: Persistence | undefined;
  readonly limits?: Limits | undefined;
  readonly servers: readonly RealServer[];
  /** Its own health check; without it the global one. */
  readonly check?: HealthCheck;
  readonly rotation: RotationRules;
}

/** How a data channel is opened: RFC 959 (PASV, PORT), RFC 2428 (EPSV, EPRT). */
export type DataMode = 'pasv' | 'epsv' | 'port' | 'eprt';

/** The steps of an FTP check, in the only order that they can have. */
export const CHECK_STEPS = [
  'connect',
  'implicit_tls',
  'greeting',
  'auth_tls',
  'login',
  'pwd',
  'cwd',
  'type',
  'data',
  'quit',
] as const;

export type CheckStep = (typeof CHECK_STEPS)[number];

/** What one probe of a nanny does with a data channel. */
export type DataStep =
  | { readonly command: 'list' | 'nlst'; readonly path: string }
  /** A canary: undefined where its size or content may be any. `sha256` is lower-case hex. */
  | {
      readonly command: 'retr';
      readonly path: string;
      readonly size: number | undefined;
      readonly sha256: string | undefined;
    }
  /** A small file is stored, read back, compared and deleted; each director adds a name of its own to `path`. */
  | { readonly command: 'stor'; readonly path: string };

/** How a server's certificate is judged. */
export interface TlsCheck {
  /** `any`: encrypted, by whomever. */
  readonly certificate: 'verify' | 'any';
  /** PEM file with the authorities to trust; undefined: those that Node.js trusts. */
  readonly caFile: string | undefined;
  /** The name that the certificate must have; undefined: the server's address. */
  readonly name: string | undefined;
}

/** An FTP dialogue. */
export interface FtpCheck {
  readonly type: 'ftp';
  readonly steps: readonly CheckStep[];
  readonly user: string;
  readonly password: string;
  /** For the step `cwd`; empty where it is not used. */
  readonly directory: string;
  /** For the step `type`: `I` or `A`. */
  readonly representation: 'I' | 'A';
  /** One data round trip in each. */
  readonly modes: readonly DataMode[];
  readonly data: DataStep;
  readonly tls: TlsCheck;
}

/** What an answer must be: begin with a text, or match a regular expression anywhere. */
export type WantedAnswer =
  { readonly type: 'prefix'; readonly text: string } | { readonly type: 'pattern'; readonly source: string };

/** For simple services: something is sent, and the answer is compared. */
export interface AnswerCheck {
  readonly type: 'answer';
  /** Empty: nothing is sent. */
  readonly send: string;
  readonly wanted: WantedAnswer;
}

/** A program judges the server: good is exit status 0, and the wanted output where some is wanted. */
export interface ProgramCheck {
  readonly type: 'program';
  readonly path: string;
  readonly args: readonly string[];
  readonly wanted: WantedAnswer | undefined;
}

/** Parts of a probe that may have a limit of their own. */
export const LIMITED_PARTS = ['connect', 'tls', 'greeting', 'login', 'command', 'data', 'quit'] as const;

export type LimitedPart = (typeof LIMITED_PARTS)[number];

export interface HealthCheck {
  readonly interval: Millis;
  /** The next probe after a bad one, while the server is still up: no longer than `interval`. */
  readonly retry: Millis;
  /** Limit of one whole probe. */
  readonly timeout: Millis;
  /** Limits of single parts, each time one is entered. `data` is one round trip in one mode. */
  readonly limits: Readonly<Partial<Record<LimitedPart, Millis>>>;
  /** Good probes in a row until a server that is down is up. */
  readonly rise: number;
  /** Bad probes in a row until a server that is up is down. */
  readonly fall: number;
  /** Name of the link whose own address probes come from; undefined: the kernel chooses. */
  readonly source: string | undefined;
  readonly probe: FtpCheck | AnswerCheck | ProgramCheck;
}

export type SyslogFacility =
  'daemon' | 'local0' | 'local1' | 'local2' | 'local3' | 'local4' | 'local5' | 'local6' | 'local7';

export interface SyslogConfig {
  /** Path of the local syslog socket, or undefined for none. */
  readonly local: string | undefined;
  readonly facility: SyslogFacility;
  /** Remote collectors, RFC 5424. */
  readonly remote: readonly Collector[];
}

/** A syslog collector, and how it is reached. */
export type Collector =
  | { readonly protocol: 'udp' | 'tcp'; readonly address: string; readonly port: number }
  | { readonly protocol: 'tls'; readonly address: string; readonly port: number; readonly tls: TlsCheck };

export interface AlertsConfig {
  readonly syslog: SyslogConfig;
}

/** A program that is run on alerts. */
export interface HookConfig {
  readonly on: readonly (AlertId | '*')[];
  readonly path: string;
  readonly args: readonly string[];
  readonly timeout: Millis;
}

/** The director that takes the role back, by a handover, once it has been ready and in sync for `after`. */
export interface Preferred {
  readonly node: string;
  readonly after: Millis;
}

/** The failover drill: a client of its own on the public LAN. */
export interface DrillConfig {
  /** One for each family at most. */
  readonly addresses: readonly VirtualAddress[];
  /** Undefined: derived from the node's name. */
  readonly mac: string | undefined;
  /** Undefined: the first service in mode helper. */
  readonly service: string | undefined;
  readonly user: string;
  readonly password: string;
  /** Undefined: the list of the directory. */
  readonly download: string | undefined;
  /** Undefined: no uploads. */
  readonly upload: string | undefined;
  readonly uploadBytes: number;
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
  /** What may begin a connection from the public to the private LAN: clients of the services, or whoever else is let through. */
  readonly forward: 'services' | 'everything';
  /** Undefined: roles stay where they are. */
  readonly preferred: Preferred | undefined;
  /** Addresses watched by ICMP echo (uplink router, …); the real servers are always watched. */
  readonly track: readonly string[];
  /** Directory for what a director must know after a restart; each has a file of its own there. */
  readonly stateDir: string;
  readonly alerts: AlertsConfig;
  readonly hooks: readonly HookConfig[];
  /** Undefined: no drills. */
  readonly drill?: DrillConfig | undefined;
  /** Hex SHA-256 of everything above in a canonical form: equal on both directors or an alert. */
  readonly fingerprint: string;
}
