/**
 * Room in the connection tables for the whole load. `nf_conntrack_max` is one number for all namespaces of a machine, and
 * only the first one may set it; so it is raised only where it is too low, and put back.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { ExitStatus, Fatal } from '../../../src/fatal.js';

/** sysctl net.netfilter.nf_conntrack_max */
const FILE = '/proc/sys/net/netfilter/nf_conntrack_max';
/** The lab's own flows: checks of servers, the journal, a link of conntrackd. */
const SPARE = 1000;
const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/**
 * Makes room for so many flows in each namespace; the function that is returned puts the old limit back, as an end by a
 * signal does. `file` is the kernel's, or a test's. @throws Fatal where it may not be raised.
 */
export function makeRoom(flows: number, file = FILE): () => void {
  const before = Number(readFileSync(file, 'utf8'));
  const wanted = flows + SPARE;
  // 0 is no limit at all.
  if (before === 0 || before >= wanted) return () => undefined;
  try {
    writeFileSync(file, String(wanted));
  } catch (error) {
    throw new Fatal(
      ExitStatus.system,
      `nf_conntrack_max is ${before}, ${wanted} are needed, and it cannot be set: ${String(error)}`,
      `sysctl -w net.netfilter.nf_conntrack_max=${wanted} outside, or fewer --flows`,
    );
  }
  const restore = (): void => {
    for (const signal of SIGNALS) process.off(signal, restore);
    writeFileSync(file, String(before));
  };
  for (const signal of SIGNALS) process.on(signal, restore);
  return restore;
}
