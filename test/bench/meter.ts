/** What daemons cost: CPU seconds and resident memory of some processes, from /proc. */
import { readFileSync } from 'node:fs';
import { residentMebibytes } from '../../src/lab/director.js';
import { cpuSeconds } from './numbers.js';

/** CPU seconds, user and system, that these processes have used so far, all together. Throws where one is gone. */
export function cpuOf(pids: readonly number[]): number {
  return pids.reduce((sum, pid) => sum + cpuSeconds(readFileSync(`/proc/${pid}/stat`, 'utf8')), 0);
}

/** Resident memory of these processes in MiB, all together. */
export function residentOf(pids: readonly number[]): number {
  return pids.reduce((sum, pid) => sum + (residentMebibytes(pid) ?? 0), 0);
}
