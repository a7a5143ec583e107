/**
 * A director made by hand, without the daemon: the VIP and the gateway address by `ip`, destination NAT to one
 * server and the kernel's FTP helper by `nft`. It shows that the lab works; it can do no failover.
 */
import type { DirectorName, ServerKind } from '../../../src/lab/plan.js';
import type { Lab } from '../../../src/lab/lab.js';

function ruleset(lab: Lab, kind: ServerKind): string {
  const { v4, v6 } = lab.server(kind).address;
  const vip6 = lab.plan.vip.v6;
  const only6 = (line: string): string => (v6 === undefined || vip6 === undefined ? '' : line);
  return `
    table inet handmade
    delete table inet handmade
    table inet handmade {
      ct helper ftp-standard { type "ftp" protocol tcp; }
      chain assign {
        type filter hook prerouting priority -150;
        ip daddr ${lab.vip} tcp dport 21 ct helper set "ftp-standard"
        ${only6(`ip6 daddr ${vip6 ?? ''} tcp dport 21 ct helper set "ftp-standard"`)}
      }
      chain translate {
        type nat hook prerouting priority -100;
        ip daddr ${lab.vip} tcp dport 21 dnat ip to ${v4}
        ${only6(`ip6 daddr ${vip6 ?? ''} tcp dport 21 dnat ip6 to ${v6 ?? ''}`)}
      }
      chain back { type nat hook postrouting priority 100; }
    }`;
}

async function must(
  lab: Lab,
  name: DirectorName,
  command: string,
  args: string[],
  input = '',
): Promise<void> {
  const { status, stderr } = await lab.director(name).run(command, args, input);
  if (status !== 0) throw new Error(`${command}: ${stderr}`);
}

/** Makes a director serve one real server. Called again, it serves another. */
export async function directByHand(lab: Lab, name: DirectorName, kind: ServerKind): Promise<void> {
  for (const cidr of lab.plan.virtual.public)
    await must(lab, name, 'ip', ['addr', 'replace', cidr, 'dev', 'pub0', 'nodad']);
  for (const cidr of lab.plan.virtual.gateway)
    await must(lab, name, 'ip', ['addr', 'replace', cidr, 'dev', 'priv0', 'nodad']);
  const forward = 'echo 1 > /proc/sys/net/ipv4/ip_forward && echo 1 > /proc/sys/net/ipv6/conf/all/forwarding';
  await must(lab, name, 'sh', ['-c', forward]);
  await must(lab, name, 'nft', ['-f', '-'], ruleset(lab, kind));
}
