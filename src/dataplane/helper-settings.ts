/** Settings of the kernel's FTP helper that a director depends on and must not change: they are those of the whole machine. */
import { readFileSync } from 'node:fs';

/**
 * Whether the helper follows announcements that name a third party (`loose`, off by default): each would open a way to an address
 * of the client's or the server's choice. False where it cannot be read.
 * @param root of sysfs
 */
export function followsThirdParties(root = '/sys'): boolean {
  try {
    return /^[Y1]/.test(readFileSync(`${root}/module/nf_conntrack_ftp/parameters/loose`, 'utf8'));
  } catch {
    return false;
  }
}
