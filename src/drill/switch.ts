/**
 * The tiny switch that puts the drill's machine on the public LAN: a pair of virtual cables (`ftpair-d0` here, `ftpair-d1` in the
 * drill's namespace) and filters that pass frames between it, this router and the LAN. A macvlan would be simpler, and could not
 * talk to its own parent, where the virtual address may be. Pure: the lines for `ip -batch` and `tc -batch`.
 */

/** The cable's end in this router; its name is also what says that a drill runs here. */
export const OUTER = 'ftpair-d0';
export const INNER = 'ftpair-d1';

/** Priorities of our filters on the LAN's interface: behind those that people choose, and known to be ours. */
const PREFS = { ingress: [47_001, 47_002, 47_003], egress: [47_011, 47_012, 47_013] } as const;

/** The interface on the public LAN, as the kernel shows it. */
export interface LanLink {
  readonly name: string;
  readonly mac: string;
  readonly mtu: number;
}

/** For `ip -batch` in this router: the cable, with its far end in the namespace of a process. */
export function cableLines(lan: LanLink, mac: string, holder: number): string[] {
  const inner = `name ${INNER} address ${mac} mtu ${lan.mtu} netns ${holder}`;
  return [
    // With the LAN interface's own address, so that frames for it count as frames for this host (PACKET_HOST).
    `link add name ${OUTER} address ${lan.mac} mtu ${lan.mtu} type veth peer ${inner}`,
    `link set dev ${OUTER} addrgenmode none up`,
  ];
}

/** For `ip -batch` in the drill's namespace. Whether an address is free was asked before: nothing waits here. */
export function machineLines(addresses: readonly string[]): string[] {
  return [
    'link set dev lo up',
    `link set dev ${INNER} up`,
    ...addresses.map((address) => `addr add ${address} dev ${INNER}${address.includes(':') ? ' nodad' : ''}`),
  ];
}

/** For `tc -batch`: what passes where. Only u32 and mirred, which every Debian kernel has. */
export function switchLines(lan: LanLink, mac: string): string[] {
  return [
    ...(['ingress', 'egress'] as const).flatMap((side) => lanLines(lan.name, side, mac)),
    `qdisc add dev ${OUTER} clsact`,
    filter(OUTER, 'ingress', 1, `${destination(lan.mac)} action mirred ingress redirect dev ${lan.name}`),
    filter(
      OUTER,
      'ingress',
      2,
      `${GROUP} action mirred egress mirror dev ${lan.name} action mirred ingress redirect dev ${lan.name}`,
    ),
    filter(OUTER, 'ingress', 3, `match u32 0 0 at 0 action mirred egress redirect dev ${lan.name}`),
  ];
}

/** What the filters on the LAN's interface leave to be removed: all that is ours has these priorities. */
export function lanFilters(): readonly { readonly side: 'ingress' | 'egress'; readonly pref: number }[] {
  return (['ingress', 'egress'] as const).flatMap((side) => PREFS[side].map((pref) => ({ side, pref })));
}

/** The low bit of the first byte: broadcast and multicast, so ARP and neighbour discovery. */
const GROUP = 'match u8 0x01 0x01 at -14';

function lanLines(lan: string, side: 'ingress' | 'egress', mac: string): string[] {
  const [own, unicast, group] = PREFS[side];
  return [
    // The drill's own frames on their way through: not back to it. A class without an action ends the search.
    filter(lan, side, own, `${source(mac)} flowid 1:1`),
    filter(lan, side, unicast, `${destination(mac)} action mirred egress redirect dev ${OUTER}`),
    filter(lan, side, group, `${GROUP} action mirred egress mirror dev ${OUTER} continue`),
  ];
}

function filter(device: string, side: string, pref: number, rest: string): string {
  return `filter add dev ${device} ${side} pref ${pref} protocol all u32 ${rest}`;
}

/** The Ethernet header lies before what u32 calls 0; 32-bit matches must be aligned. */
function destination(mac: string): string {
  const digits = hexDigits(mac);
  return `match u16 0x${digits.slice(0, 4)} 0xffff at -14 match u32 0x${digits.slice(4)} 0xffffffff at -12`;
}

function source(mac: string): string {
  const digits = hexDigits(mac);
  return `match u32 0x${digits.slice(0, 8)} 0xffffffff at -8 match u16 0x${digits.slice(8)} 0xffff at -4`;
}

function hexDigits(mac: string): string {
  return mac.replaceAll(':', '');
}
