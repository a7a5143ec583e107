/** The kernel's own count of what it created, from the text of /proc/net/stat/nf_conntrack. Pure. */

/** Since the namespace was made. Who follows completely has created as much as the one who is followed. */
export interface KernelCounters {
  readonly flows: number;
  readonly expectations: number;
}

/** One line for each processor, in hexadecimal, below a line of names. @throws Error where a name is missing. */
export function kernelCounters(text: string): KernelCounters {
  const [head = '', ...lines] = text.trim().split('\n');
  const names = head.trim().split(/\s+/);
  const sum = (name: string): number => {
    const column = names.indexOf(name);
    if (column < 0) throw new Error(`the kernel does not count ${name}`);
    return lines.reduce((total, line) => total + parseInt(line.trim().split(/\s+/)[column] ?? '0', 16), 0);
  };
  return { flows: sum('insert'), expectations: sum('expect_create') };
}
