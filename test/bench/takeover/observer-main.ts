/**
 * Instrument: asks the LAN "who has the VIP" (ARP, RFC 826) every few milliseconds and writes down which hardware
 * address answered, and what others asked and announced about it. To be run in the client's namespace, on eth0.
 *   observer-main.ts VIP EVERY_MILLIS     (0: only listens)
 */
import { readFileSync } from 'node:fs';
import { Mailbox } from '../../../src/native.js';
import { AF_PACKET, formatAddress, linkLayer, SOCK_RAW } from '../../../src/sockaddr.js';
import { monotonicNow } from '../../../src/time.js';
import { arpClaim, arpProbe, ETH_P_ARP } from '../../../src/vip/arp.js';
import { macText } from '../../../src/vip/bytes.js';
import { ANSWER_PATIENCE, type Answer, lengthOf, longestOverlap } from './figures.js';
import { hundredths, serveInstrument } from '../instrument.js';

export interface ObserverReport {
  /** Answers to our own questions. */
  readonly answers: readonly Answer[];
  /** Gratuitous ARP for the VIP, either form. */
  readonly announcements: readonly Answer[];
  /** Questions for the VIP that claim nothing, by others (RFC 5227 §2.1.1). */
  readonly probes: readonly Answer[];
}

/** The answer to the word `summary`, which is short however long the log is. */
export interface ObserverSummary {
  /** The longest time in which two answered. */
  readonly overlapMillis: number;
}

/** Offsets in an Ethernet frame that carries ARP for IPv4. */
const DESTINATION = { at: 0, bytes: 6 };
const SENDER_MAC = { at: 22, bytes: 6 };
const TARGET_ADDRESS = { at: 38, bytes: 4 };

const [vip = '', every = '0'] = process.argv.slice(2);
const sysfs = (name: string): string => readFileSync(`/sys/class/net/eth0/${name}`, 'utf8').trim();
const own = Buffer.from(sysfs('address').replaceAll(':', ''), 'hex');
const mailbox = Mailbox.open(AF_PACKET, SOCK_RAW, 0, 'observer', { datagramBytes: 256 });
mailbox.bind(linkLayer({ ifindex: Number(sysfs('ifindex')), protocol: ETH_P_ARP }));
const question = arpProbe(own, vip);

let seen: { answers: Answer[]; announcements: Answer[]; probes: Answer[] };
const reset = (): void => {
  seen = { answers: [], announcements: [], probes: [] };
};
reset();

const field = (frame: Buffer, { at, bytes }: { at: number; bytes: number }): Buffer =>
  frame.subarray(at, at + bytes);

function take(frame: Buffer, at: number): void {
  const claim = arpClaim(frame);
  const mac = macText(field(frame, SENDER_MAC));
  if (claim === undefined) {
    const asksForVip = formatAddress(field(frame, TARGET_ADDRESS)) === vip;
    if (frame.length >= 42 && asksForVip) seen.probes.push({ at, mac });
  } else if (formatAddress(claim.address) === vip) {
    const toUs = field(frame, DESTINATION).equals(own);
    (toUs ? seen.answers : seen.announcements).push({ at, mac });
  }
}

mailbox.start(
  (batch) => {
    const at = hundredths(monotonicNow());
    for (const { data } of batch) take(data, at);
  },
  () => undefined,
);
if (Number(every) > 0) setInterval(() => mailbox.send(question), Number(every));
serveInstrument((word) => {
  switch (word) {
    case 'reset':
      reset();
      return null;
    case 'report':
      return seen satisfies ObserverReport;
    case 'summary':
      return {
        overlapMillis: lengthOf(longestOverlap(seen.answers, ANSWER_PATIENCE)),
      } satisfies ObserverSummary;
    default:
      return null;
  }
});
