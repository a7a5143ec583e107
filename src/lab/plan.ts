/**
 * The plan of a lab: which machines there are, what they are called, which cables and addresses they have. Pure:
 * the same options and token give the same plan. Nothing is made here.
 */

/** The directors, as everybody who reads a demo wants to call them. */
export type DirectorName = 'alpha' | 'beta';

/** Clients and VIP are on the public LAN, real servers and gateway address on the private one. */
export type Lan = 'public' | 'private';

/** Real FTP servers that the lab can run. */
export type ServerKind = 'vsftpd' | 'proftpd' | 'pure-ftpd';

/** All of them, in the order of their addresses: 10.200.30.11, .12 and .13. */
export const serverKinds: readonly ServerKind[] = ['vsftpd', 'proftpd', 'pure-ftpd'];

/** What can be chosen. Everything has a default. */
export interface PlanOptions {
  /**
   * The virtual IP in CIDR form. Its text may be as long as a real server's (`10.100.20.10/24`), longer
   * (`198.51.100.100/24`, the default) or shorter (`10.9.8.7/24`): that is what the 227 rewrite depends on.
   */
  readonly vip?: string;
  /** Both families on every machine, with the VIP 2001:db8:a::100 beside the IPv4 one. Default no. */
  readonly ipv6?: boolean;
  /** Default: all three. */
  readonly servers?: readonly ServerKind[];
}

/** A network interface of a machine, and the LAN that its cable leads to. */
export interface Cable {
  readonly lan: Lan;
  /** Its name inside the machine. */
  readonly interface: string;
  /** The name of the cable's other end, in the namespace of the wires. */
  readonly wireEnd: string;
  /** In CIDR form. */
  readonly addresses: readonly string[];
}

/** One machine: a network namespace with its cables. */
export interface Machine {
  readonly namespace: string;
  readonly cables: readonly Cable[];
  /** Addresses of routers, one for each family at most. */
  readonly defaultRoutes: readonly string[];
}

/** An address for each family that the lab has. */
export interface Addresses {
  readonly v4: string;
  readonly v6: string | undefined;
}

/** One real server. */
export interface ServerPlan {
  readonly kind: ServerKind;
  readonly address: Addresses;
  readonly machine: Machine;
}

/** One director. */
export interface DirectorPlan {
  readonly name: DirectorName;
  readonly public: Addresses;
  readonly private: Addresses;
  readonly machine: Machine;
}

/** The whole lab. */
export interface Plan {
  /** Random part of every name. */
  readonly token: string;
  /** The namespace that holds both LANs, one bridge each. */
  readonly wire: string;
  readonly vip: Addresses;
  /** The VIPs and the gateway addresses in CIDR form, as the config wants them. */
  readonly virtual: { readonly public: readonly string[]; readonly gateway: readonly string[] };
  readonly directors: Readonly<Record<DirectorName, DirectorPlan>>;
  readonly servers: readonly ServerPlan[];
  /** Several addresses on one machine: the choice of a server may depend on the client's address. */
  readonly client: { readonly machine: Machine; readonly addresses: readonly Addresses[] };
}

const PRIVATE_LAN = '10.200.30.0/24';
const PUBLIC_LAN_V6 = '2001:db8:a::';
const PRIVATE_LAN_V6 = '2001:db8:b::';
const FIRST_CLIENT = 50;
const CLIENT_ADDRESSES = 8;

/** A LAN that hands out host addresses: `at(11)` is `198.51.100.11`, and `2001:db8:a::11` with the same digits. */
interface Subnet {
  readonly at: (host: number) => Addresses;
  readonly cidr: (addresses: Addresses) => readonly string[];
}

function subnet(lanV4: string, lanV6: string | undefined): Subnet {
  const [network = '', prefix = ''] = lanV4.split('/');
  const base = network.split('.').slice(0, 3).join('.');
  return {
    at: (host) => ({ v4: `${base}.${host}`, v6: lanV6 && `${lanV6}${host}` }),
    cidr: ({ v4, v6 }) => [`${v4}/${prefix}`, ...(v6 === undefined ? [] : [`${v6}/64`])],
  };
}

/** The address part of a VIP in CIDR form. Only /24: the lab's other public addresses are in the same one. */
function parseVip(cidr: string): string {
  const address = /^(\d+\.\d+\.\d+\.(\d+))\/24$/.exec(cidr);
  const host = Number(address?.[2]);
  const clashes = host < 4 || host > 254 || (host >= FIRST_CLIENT && host < FIRST_CLIENT + CLIENT_ADDRESSES);
  if (address?.[1] === undefined || clashes)
    throw new Error(
      `the lab cannot use the VIP ${cidr}: an IPv4 address in a /24, not .0–.3, .50–.57 or .255`,
    );
  return address[1];
}

const present = (addresses: Addresses): readonly string[] =>
  addresses.v6 === undefined ? [addresses.v4] : [addresses.v4, addresses.v6];

function directorPlan(
  name: DirectorName,
  namespace: string,
  host: number,
  lans: Record<Lan, Subnet>,
): DirectorPlan {
  const addresses = { public: lans.public.at(host), private: lans.private.at(host) };
  const cables = [
    {
      lan: 'public',
      interface: 'pub0',
      wireEnd: `${name}-pub`,
      addresses: lans.public.cidr(addresses.public),
    },
    {
      lan: 'private',
      interface: 'priv0',
      wireEnd: `${name}-priv`,
      addresses: lans.private.cidr(addresses.private),
    },
  ] as const;
  return { name, ...addresses, machine: { namespace, cables, defaultRoutes: [] } };
}

function serverPlan(kind: ServerKind, namespace: string, lan: Subnet): ServerPlan {
  const address = lan.at(11 + serverKinds.indexOf(kind));
  const cable = { lan: 'private', interface: 'eth0', wireEnd: kind, addresses: lan.cidr(address) } as const;
  const defaultRoutes = present(lan.at(1));
  return { kind, address, machine: { namespace, cables: [cable], defaultRoutes } };
}

function clientPlan(namespace: string, lan: Subnet): Plan['client'] {
  const addresses = Array.from({ length: CLIENT_ADDRESSES }, (_, index) => lan.at(FIRST_CLIENT + index));
  const cidrs = addresses.flatMap(lan.cidr);
  const cable = { lan: 'public', interface: 'eth0', wireEnd: 'client', addresses: cidrs } as const;
  return { addresses, machine: { namespace, cables: [cable], defaultRoutes: [] } };
}

/**
 * Lays out a lab.
 * @param token random letters and digits, at most eight: part of every namespace's name.
 */
export function planLab(options: PlanOptions, token: string): Plan {
  const vipV4 = parseVip(options.vip ?? '198.51.100.100/24');
  const ipv6 = options.ipv6 === true;
  const lans = {
    public: subnet(`${vipV4}/24`, ipv6 ? PUBLIC_LAN_V6 : undefined),
    private: subnet(PRIVATE_LAN, ipv6 ? PRIVATE_LAN_V6 : undefined),
  };
  const name = (machine: string): string => `ftpair-${token}-${machine}`;
  const vip = { v4: vipV4, v6: ipv6 ? `${PUBLIC_LAN_V6}100` : undefined };
  return {
    token,
    wire: name('wire'),
    vip,
    virtual: { public: lans.public.cidr(vip), gateway: lans.private.cidr(lans.private.at(1)) },
    directors: {
      alpha: directorPlan('alpha', name('alpha'), 2, lans),
      beta: directorPlan('beta', name('beta'), 3, lans),
    },
    servers: (options.servers ?? serverKinds).map((kind) => serverPlan(kind, name(kind), lans.private)),
    client: clientPlan(name('client'), lans.public),
  };
}

/** Every machine of a plan. */
export function machinesOf(plan: Plan): readonly Machine[] {
  const { alpha, beta } = plan.directors;
  return [alpha.machine, beta.machine, plan.client.machine, ...plan.servers.map((server) => server.machine)];
}

/** Every network namespace of a plan. */
export function namespacesOf(plan: Plan): readonly string[] {
  return [plan.wire, ...machinesOf(plan).map((machine) => machine.namespace)];
}
