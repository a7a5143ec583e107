/**
 * The data plane's hands: loads and removes the ruleset by spawning `nft`. On the work side only: a takeover waits for nothing that happens here.
 */
import { execFile } from 'node:child_process';
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
