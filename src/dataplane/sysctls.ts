/** The kernel settings (sysctls) that forwarding and replication need: looked at, and written where they are wrong. */
import { readFileSync, writeFileSync } from 'node:fs';

/** A kernel setting that was changed, or could not be. */
export interface SysctlReport {
  readonly name: string;
  readonly from: string;
  readonly to: string;
  /** Why it could not be set; empty when it was. */
  readonly refused: string;
}

interface Wanted {
  readonly name: string;
  readonly value: number;
  /** `exactly`, or any value that is not lower. */
  readonly rule: 'exactly' | 'atLeast';
}

function wanted(families: ReadonlySet<4 | 6>): readonly Wanted[] {
  const exactly = (name: string, value: number): Wanted => ({ name, value, rule: 'exactly' });
  return [
    ...(families.has(4) ? [exactly('net.ipv4.ip_forward', 1)] : []),
    ...(families.has(6) ? [exactly('net.ipv6.conf.all.forwarding', 1)] : []),
    // If a virtual address ever was its link's first, removing it must not take the director's own one along.
    exactly('net.ipv4.conf.all.promote_secondaries', 1),
    // 2 ("auto") would leave flows silent that were made while nobody listened.
    exactly('net.netfilter.nf_conntrack_events', 1),
    // Every announced channel takes one; the kernel's default is 4096.
    { name: 'net.netfilter.nf_conntrack_expect_max', value: 65_536, rule: 'atLeast' },
    // The kernel's default, five days. A control connection is silent for as long as its transfer takes, and no packet of that
    // keeps it alive: with less, the last reply of a long transfer would be a stranger's.
    { name: 'net.netfilter.nf_conntrack_tcp_timeout_established', value: 432_000, rule: 'atLeast' },
    // Flows that a takeover brings here are picked up in the middle.
    exactly('net.netfilter.nf_conntrack_tcp_loose', 1),
    // Flows that come up without it never count their bytes, and `ftpair sessions` could not tell them.
    exactly('net.netfilter.nf_conntrack_acct', 1),
  ];
}

/** Brings the settings to what they must be. Reports only what was changed or refused; never throws. */
export function applySysctls(families: ReadonlySet<4 | 6>, root = '/proc/sys'): SysctlReport[] {
  return wanted(families).flatMap(({ name, value, rule }) => {
    const file = `${root}/${name.replaceAll('.', '/')}`;
    const from = read(file);
    const good = rule === 'exactly' ? from === String(value) : Number(from) >= value;
    if (good) return [];
    return [{ name, from, to: String(value), refused: write(file, value) }];
  });
}

function read(file: string): string {
  try {
    return readFileSync(file, 'utf8').trim();
  } catch {
    return 'missing';
  }
}

function write(file: string, value: number): string {
  try {
    writeFileSync(file, String(value));
    return '';
  } catch (error) {
    return (error as NodeJS.ErrnoException).code ?? String(error);
  }
}
