/**
 * Watches how full the kernel's connection table is: a full one drops new connections, and refuses the backup's copies. The
 * thresholds lie apart, so that a table at the brink is not news again and again. It changes nothing.
 */
import { readFileSync } from 'node:fs';
import type { Alert } from '../alerts/catalogue.js';
import { millis, type Millis } from '../time.js';

export interface Occupation {
  readonly entries: number;
  readonly limit: number;
}

const FULL = 0.95;
const FREE = 0.85;
const EVERY = millis(5000);
const PLACE = '/proc/sys/net/netfilter/nf_conntrack_';

/** What is new about a table that was or was not nearly full. Pure. */
export function tableNews(wasFull: boolean, { entries, limit }: Occupation): readonly Alert[] {
  const share = limit === 0 ? 0 : entries / limit;
  if (!wasFull && share >= FULL) return [{ id: 'table-full', entries, limit }];
  if (wasFull && share < FREE) return [{ id: 'table-free', entries, limit }];
  return [];
}

/** Undefined where the kernel does not say. */
export function readOccupation(): Occupation | undefined {
  try {
    const read = (name: string): number => Number(readFileSync(`${PLACE}${name}`, 'latin1'));
    return { entries: read('count'), limit: read('max') };
  } catch {
    return undefined;
  }
}

export class TableWatch {
  #full = false;
  #next: Millis = millis(0);

  constructor(
    readonly raise: (alert: Alert) => void,
    readonly read: () => Occupation | undefined = readOccupation,
  ) {}

  /** To be called often; looks every few seconds. */
  look(now: Millis): void {
    if (now < this.#next) return;
    this.#next = millis(now + EVERY);
    const occupation = this.read();
    if (occupation === undefined) return;
    for (const alert of tableNews(this.#full, occupation)) {
      this.#full = alert.id === 'table-full';
      this.raise(alert);
    }
  }
}
