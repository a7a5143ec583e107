/** The kernel's connection table, opened so that what is missing is said at the start. */
import { KernelTable } from '../conntrack/table.js';
import { ExitStatus, Fatal } from '../fatal.js';
import { SystemError } from '../native.js';

/** Reads the table once, so that a kernel without ctnetlink is found out now and not at the first takeover. */
export async function openTable(): Promise<KernelTable> {
  try {
    const table = KernelTable.open();
    await table.dumpExpectations();
    return table;
  } catch (error) {
    if (!(error instanceof SystemError)) throw error;
    throw new Fatal(
      ExitStatus.system,
      `the kernel's connection tracking cannot be reached over netlink: ${error.message}`,
      'load nf_conntrack_netlink (modprobe nf_conntrack_netlink), or use a kernel that has it',
    );
  }
}
