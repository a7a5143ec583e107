/**
 * From a plan to lines for `ip -batch`: bridges, cables, addresses. Pure text; ip-command.ts runs it. Both LANs
 * are bridges in a namespace of their own, so that nothing ever appears in the host's network.
 */
import type { Cable, Lan, Machine } from './plan.js';

/** In the namespace of the wires: the two LANs. Forwarding starts at once and floods multicast, like a plain switch. */
export function bridgeLines(): readonly string[] {
  const lans: readonly Lan[] = ['public', 'private'];
  return lans.flatMap((lan) => [
    `link add name ${lan} type bridge forward_delay 0 mcast_snooping 0`,
    `link set ${lan} up`,
  ]);
}

/** In the namespace of the wires: a machine's cables, made and plugged in. */
export function plugLines(machine: Machine): readonly string[] {
  return machine.cables.flatMap((cable) => [
    `link add ${cable.wireEnd} type veth peer name ${cable.interface} netns ${machine.namespace}`,
    `link set ${cable.wireEnd} master ${cable.lan}`,
    `link set ${cable.wireEnd} up`,
  ]);
}

/** In the namespace of the wires: cables cut (both sides lose their carrier) or mended. */
export function carrierLines(cables: readonly Cable[], state: 'up' | 'down'): readonly string[] {
  return cables.map((cable) => `link set ${cable.wireEnd} ${state}`);
}

/** In the namespace of the wires: cables gone for good, with both their ends. */
export function unplugLines(machine: Machine): readonly string[] {
  return machine.cables.map((cable) => `link delete ${cable.wireEnd}`);
}

/**
 * For nft, in the namespace of the wires: the mains switch. Taking links down one by one would give a machine tens of
 * milliseconds to notice the first and say goodbye over the second; a set of dead ends silences all of them at once.
 */
export const mainsSwitch = [
  'table bridge mains {',
  '  set dead { type ifname; }',
  '  chain cut {',
  '    type filter hook forward priority 0;',
  '    iifname @dead drop',
  '    oifname @dead drop',
  '  }',
  '}',
].join('\n');

/** For nft, in the namespace of the wires: all of a machine's cables dead or alive, whatever they were. */
export function mainsLine(machine: Machine, state: 'on' | 'off'): string {
  const ends = machine.cables.map((cable) => `"${cable.wireEnd}"`).join(', ');
  const add = `add element bridge mains dead { ${ends} }`;
  // Only what is there can be deleted. Both lines are one transaction: nothing is dead in between.
  return state === 'off' ? add : `${add}\ndelete element bridge mains dead { ${ends} }`;
}

/** Inside a machine: links up, own addresses, default routes. The lab's addresses need no duplicate detection. */
export function addressLines(machine: Machine): readonly string[] {
  const links = machine.cables.flatMap((cable) => [
    `link set ${cable.interface} up`,
    ...cable.addresses.map(
      (cidr) => `addr add ${cidr} dev ${cable.interface}${cidr.includes(':') ? ' nodad' : ''}`,
    ),
  ]);
  const routes = machine.defaultRoutes.map((via) => `route add default via ${via}`);
  return ['link set lo up', ...links, ...routes];
}

/** Kernel settings of a fresh machine, as path below /proc/sys/net and value. To be written before its links exist. */
export function kernelSettings(): readonly (readonly [string, string])[] {
  return [
    // Some are inherited from the host: off, as on a fresh machine. Directors switch it on themselves.
    ['ipv4/ip_forward', '0'],
    ['ipv6/conf/all/forwarding', '0'],
    // Small buffers at the ends: what a sender has written is soon on the wire, so that stalls can be seen.
    ['ipv4/tcp_wmem', '4096 65536 65536'],
    ['ipv4/tcp_rmem', '4096 65536 65536'],
    // Link-local addresses are usable at once: no test waits a second for duplicate detection.
    ['ipv6/conf/all/accept_dad', '0'],
    ['ipv6/conf/default/accept_dad', '0'],
  ];
}
