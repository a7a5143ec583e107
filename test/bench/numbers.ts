/** What the benchmarks compute from many values, and from the kernel's account of a process. Pure: numbers out of numbers. */

/** The middle of the values, the mean of the two in the middle for an even count; undefined of nothing. */
export function median(values: readonly number[]): number | undefined {
  const sorted = [...values].sort((a, b) => a - b);
  const upper = sorted[Math.floor(sorted.length / 2)];
  const lower = sorted[Math.ceil(sorted.length / 2) - 1];
  return upper === undefined || lower === undefined ? undefined : (lower + upper) / 2;
}

/** The largest value; undefined of nothing. */
export function worst(values: readonly number[]): number | undefined {
  return values.length === 0 ? undefined : values.reduce((most, value) => Math.max(most, value));
}

/** The smallest value; undefined of nothing. */
export function best(values: readonly number[]): number | undefined {
  return values.length === 0 ? undefined : values.reduce((least, value) => Math.min(least, value));
}

/** `ours / theirs`; undefined where one of them is. */
export function ratio(ours: number | undefined, theirs: number | undefined): number | undefined {
  return ours === undefined || theirs === undefined ? undefined : ours / theirs;
}

/**
 * The smallest value that at least `share` (above 0, at most 1) of the values do not exceed (nearest rank); undefined of
 * nothing.
 */
export function percentile(values: readonly number[], share: number): number | undefined {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.ceil(share * sorted.length) - 1];
}

/** USER_HZ: the unit of utime and stime in /proc/PID/stat on every Linux that Node.js runs on. */
const TICKS_PER_SECOND = 100;

/** CPU seconds, user and system, from the text of /proc/PID/stat (proc(5)); the name in it may hold anything. */
export function cpuSeconds(stat: string): number {
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  // Fields 14 and 15; the first one here is field 3.
  return (Number(fields[11]) + Number(fields[12])) / TICKS_PER_SECOND;
}
