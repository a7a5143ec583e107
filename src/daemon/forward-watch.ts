/**
 * Nothing is dropped silently: what the forward chain has refused is said in the log when it begins, and in the status as long as
 * the data plane stands.
 */
import { PRIVILEGED, STRANGERS } from '../dataplane/forward-rules.js';
import { followsThirdParties } from '../dataplane/helper-settings.js';

/** What reads named counters; see SlotTable. */
interface Counters {
  counted(counter: string): number;
}

const SENTENCES: Readonly<Record<string, (packets: number) => string>> = {
  [STRANGERS]: (packets) =>
    `${packets} packets from the public to the private LAN that belong to no service were dropped; \`forward: everything\` lets them through`,
  [PRIVILEGED]: (packets) =>
    `${packets} data connections to ports below 1024 of a real server were dropped; look who announces them`,
};

export class ForwardWatch {
  readonly #told = new Set<string>();

  /** All that has been dropped, a sentence for each kind; nothing while there are no counters. */
  warnings(counters: Counters | undefined): string[] {
    return this.#read(counters).map(({ sentence }) => sentence);
  }

  /** The same, each kind once. */
  news(counters: Counters | undefined): string[] {
    const fresh = this.#read(counters).filter(({ counter }) => !this.#told.has(counter));
    for (const { counter } of fresh) this.#told.add(counter);
    return fresh.map(({ sentence }) => sentence);
  }

  #read(counters: Counters | undefined): { counter: string; sentence: string }[] {
    if (counters === undefined) return [];
    return Object.entries(SENTENCES).flatMap(([counter, sentence]) => {
      const packets = packetsOf(counters, counter);
      return packets === 0 ? [] : [{ counter, sentence: sentence(packets) }];
    });
  }
}

/** The table may be gone: somebody flushed the ruleset. Others say so. */
function packetsOf(counters: Counters, counter: string): number {
  try {
    return counters.counted(counter);
  } catch {
    return 0;
  }
}

/** What is wrong with the kernel's helper, for the status. */
export function helperWarnings(loose = followsThirdParties()): string[] {
  return loose
    ? ['the FTP helper follows announcements of third parties; load nf_conntrack_ftp without loose=1']
    : [];
}
