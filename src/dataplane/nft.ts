/**
 * The data plane's hands: loads and removes the ruleset by spawning `nft`, and checks the kernel settings that
 * forwarding and replication need. On the work side only: a takeover waits for nothing that happens here.
 */
import { execFile } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { ExitStatus, Fatal } from '../fatal.js';

/** One `nft -f -`. Resolves to nothing, or throws Fatal with nft's own words. */
export function runNft(script: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = execFile(
      'nft',
      ['-f', '-'],
      { timeout: 20_000, env: pathWithSbin() },
      (error, _out, words) => {
        if (error === null) resolve();
        else reject(nftFailure(error, words));
      },
    );
    child.stdin?.on('error', () => undefined);
    child.stdin?.end(script);
  });
}

/** What `nft -j` lists of our tables' counters, as text; empty where nft fails. */
export function listCounters(table: string): Promise<string> {
  return new Promise((resolve) => {
    const args = ['-j', 'list', 'counters', 'table', 'inet', table];
    execFile('nft', args, { timeout: 5000, env: pathWithSbin() }, (_error, out) => {
      resolve(out);
    });
  });
}

/** /usr/sbin is missing in the PATH of some login shells and services; nft and modprobe live there. */
function pathWithSbin(): NodeJS.ProcessEnv {
  return { ...process.env, PATH: `${process.env['PATH'] ?? ''}:/usr/sbin:/sbin` };
}

function nftFailure(error: Error & { code?: unknown }, words: string): Fatal {
  const said = words.trim().split('\n')[0] ?? '';
  if (error.code === 'ENOENT')
    return new Fatal(ExitStatus.system, 'nft is not installed', 'install the package nftables');
  if (/not permitted/i.test(words))
    return new Fatal(ExitStatus.system, `nft was refused: ${said}`, 'run as root or with CAP_NET_ADMIN');
  if (/helper|ftp/i.test(words) && /No such file/i.test(words))
    return new Fatal(
      ExitStatus.system,
      `the kernel has no FTP helper: ${said}`,
      'load nf_conntrack_ftp and nf_nat_ftp (modprobe nf_nat_ftp), or use a kernel that has them',
    );
  return new Fatal(
    ExitStatus.system,
    `nft refused the ruleset: ${said === '' ? error.message : said}`,
    'check that the kernel has nftables with NAT (modprobe nf_tables nft_nat nft_ct) and that the interfaces exist',
  );
}

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

/**
 * Loads the modules that rewrite FTP's addresses where they are modules. nft loads nf_conntrack_ftp by itself,
 * but nobody loads nf_nat_ftp, and without it a 227 would reach clients with the real server's address.
 */
export function loadModules(): Promise<void> {
  return new Promise((resolve) => {
    execFile('modprobe', ['-qa', 'nf_conntrack_netlink', 'nf_nat_ftp'], { env: pathWithSbin() }, () => {
      resolve();
    });
  });
}
