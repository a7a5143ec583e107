/** The public LAN as this router sees it: its interface, the drill's hardware address, and whether an address is free there. */
import { createHash } from 'node:crypto';
import type { VirtualAddress } from '../config/model.js';
import { ExitStatus, Fatal } from '../fatal.js';
import { millis } from '../time.js';
import { pause } from '../until.js';
import { Lan } from '../vip/lan.js';
import { OUTER, type LanLink } from './switch.js';
import { run } from './system.js';

export type NumberedLink = LanLink & { readonly index: number };

/** Asks the kernel. Throws `Fatal` when there is no such interface. */
export async function lanLink(name: string): Promise<NumberedLink> {
  const [found] = JSON.parse(await run('ip', ['-j', 'link', 'show', 'dev', name])) as readonly {
    readonly ifindex: number;
    readonly address: string;
    readonly mtu: number;
  }[];
  if (found === undefined) throw new Fatal(ExitStatus.system, `no interface ${name}`, 'see "ip link"');
  return { name, index: found.ifindex, mac: found.address, mtu: found.mtu };
}

/** Does a drill run on this router already? */
export async function drillRunsHere(): Promise<boolean> {
  const links = JSON.parse(await run('ip', ['-j', 'link', 'show'])) as readonly { readonly ifname: string }[];
  return links.some(({ ifname }) => ifname === OUTER);
}

/** Locally administered (IEEE 802, bit 0x02), the same for a node every time. */
export function derivedMac(node: string): string {
  const digits = createHash('sha256').update(`ftpair drill ${node}`).digest('hex');
  return ['02', ...(digits.match(/../g) ?? []).slice(0, 5)].join(':');
}

const PROBES = 3;
const PROBE_SPACING = millis(100);

/** Who on the LAN answers for one of these addresses already: RFC 5227 §2.1.1, RFC 4862 §5.4.2. */
export async function takenAddresses(
  lan: NumberedLink,
  addresses: readonly VirtualAddress[],
): Promise<readonly { readonly address: string; readonly mac: string }[]> {
  const placements = addresses.map((address) => ({ ...address, interface: lan.name }));
  const mac = Buffer.from(lan.mac.replaceAll(':', ''), 'hex');
  const sockets = new Lan({ name: lan.name, index: lan.index, mac, placements }, () => undefined);
  try {
    for (let probe = 0; probe < PROBES; probe++) {
      sockets.probe();
      await pause(PROBE_SPACING);
    }
    const claims = sockets.claims(true);
    return addresses.flatMap(({ address }) => claims.find((claim) => claim.address === address) ?? []);
  } finally {
    sockets.close();
  }
}
