/**
 * Instrument: hears the pulses of one director on the wire, in the other one's namespace, and says how far apart they
 * were. Words: reset, report (PulsesReport).
 *   pulses-main.ts INTERFACE SENDER PORT
 */
import { readFileSync } from 'node:fs';
import { Mailbox } from '../../../src/native.js';
import { AF_PACKET, linkLayer, parseAddress, SOCK_RAW } from '../../../src/sockaddr.js';
import { monotonicNow } from '../../../src/time.js';
import { hundredths, serveInstrument } from '../instrument.js';
import { udpFilter } from './udp-filter.js';

export interface PulsesReport {
  readonly count: number;
  /** The longest time between two pulses in a row, milliseconds. */
  readonly longestGapMillis: number;
  /** The longest time in which the instrument itself did not run: a gap that is no longer than this says nothing. */
  readonly ownStallMillis: number;
}

/** linux/if_ether.h */
const ETH_P_IP = 0x0800;

const [link = '', sender = '', port = ''] = process.argv.slice(2);
const address = parseAddress(sender);
if (address?.length !== 4) throw new Error('pulses-main.ts INTERFACE SENDER PORT');
const mailbox = Mailbox.open(AF_PACKET, SOCK_RAW, 0, `pulses on ${link}`, { datagramBytes: 64 });
// Before the journal's flood on the same wire could fill the queue.
mailbox.attachFilter(udpFilter(address, Number(port)));
const ifindex = Number(readFileSync(`/sys/class/net/${link}/ifindex`, 'utf8'));
mailbox.bind(linkLayer({ ifindex, protocol: ETH_P_IP }));

let times: number[] = [];
mailbox.start(
  (batch) => {
    const at = hundredths(monotonicNow());
    times.push(...batch.map(() => at));
  },
  () => undefined,
);

const EVERY = 5;
let tickedAt = monotonicNow();
let ownStall = 0;
setInterval(() => {
  const now = monotonicNow();
  ownStall = Math.max(ownStall, now - tickedAt - EVERY);
  tickedAt = now;
}, EVERY);

serveInstrument((word): PulsesReport | null => {
  if (word === 'reset') [times, ownStall] = [[], 0];
  if (word !== 'report') return null;
  const gaps = times.slice(1).map((at, index) => at - (times[index] ?? at));
  const longestGapMillis = gaps.reduce((most, gap) => Math.max(most, gap), 0);
  return { count: times.length, longestGapMillis, ownStallMillis: hundredths(ownStall) };
});
