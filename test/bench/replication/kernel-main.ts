/**
 * Instrument: looks at the connection table of the namespace that it runs in. Words:
 *   picture     everything of our services: Entry[]
 *   counters    what this kernel has created since the namespace was made: KernelCounters
 *   await N     from now on watches for the moment in which the table has N flows
 *   reached     that moment in CLOCK_MONOTONIC milliseconds, or null
 */
import { readFileSync } from 'node:fs';
import { KernelTable } from '../../../src/conntrack/table.js';
import { CT_MARK } from '../../../src/dataplane/nft-words.js';
import { monotonicNow } from '../../../src/time.js';
import { serveInstrument } from '../instrument.js';
import { type Entry, expectationEntry, flowEntry } from './compare.js';
import { type KernelCounters, kernelCounters } from './counters.js';

const EVERY = 1;

const table = KernelTable.open();
let timer: NodeJS.Timeout | undefined;
let reachedAt: number | null = null;

async function picture(): Promise<Entry[]> {
  const flows = await table.dumpFlows(CT_MARK);
  const expectations = await table.dumpExpectations();
  return [...flows.map(flowEntry), ...expectations.map(expectationEntry)];
}

const count = (): number => Number(readFileSync('/proc/sys/net/netfilter/nf_conntrack_count', 'utf8'));

function watchFor(wanted: number): null {
  clearInterval(timer);
  reachedAt = null;
  timer = setInterval(() => {
    if (count() < wanted) return;
    reachedAt = monotonicNow();
    clearInterval(timer);
  }, EVERY);
  return null;
}

serveInstrument((line) => {
  const [word = '', argument = ''] = line.split(' ');
  switch (word) {
    case 'picture':
      return picture();
    case 'counters':
      return kernelCounters(readFileSync('/proc/net/stat/nf_conntrack', 'utf8')) satisfies KernelCounters;
    case 'count':
      return count();
    case 'await':
      return watchFor(Number(argument));
    case 'reached':
      return reachedAt;
    default:
      return null;
  }
});
