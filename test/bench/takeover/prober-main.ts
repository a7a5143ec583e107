/**
 * Instrument: an ICMP echo request to one address about every millisecond, with the time of each and of its answer. To
 * be run in the client's namespace; judges nothing.
 *   prober-main.ts ADDRESS
 */
import { echoRequest, isEchoReply } from '../../../src/drill/probe.js';
import { Mailbox } from '../../../src/native.js';
import { AF_INET, inet, SOCK_RAW } from '../../../src/sockaddr.js';
import { monotonicNow } from '../../../src/time.js';
import { lengthOf, longestSilence } from './figures.js';
import { hundredths, serveInstrument } from '../instrument.js';

/** <linux/in.h> */
const IPPROTO_ICMP = 1;
/** Offset of the sequence number behind the IPv4 header (RFC 792). */
const SEQUENCE_AT = 6;

/** A report: a probe's number in both lists is the same. */
export interface ProberReport {
  readonly sentAt: readonly number[];
  readonly answeredAt: readonly (number | null)[];
  /** The longest time in which the prober itself did not get to send. */
  readonly ownStallMillis: number;
}

/** The answer to the word `summary`, which is short however long the log is. */
export interface ProberSummary {
  readonly silentMillis: number;
  readonly ownStallMillis: number;
}

const identifier = process.pid & 0xffff;
const mailbox = Mailbox.open(AF_INET, SOCK_RAW, IPPROTO_ICMP, 'prober', { datagramBytes: 256 });
mailbox.connect(inet(process.argv[2] ?? '', 0));

let sentAt: number[] = [];
let answeredAt: (number | null)[] = [];
let ownStall = 0;
let lastTick = monotonicNow();
/** Sequence number of the first probe since the reset; the numbers wrap after more than a minute. */
let first = 0;

function send(): void {
  const now = monotonicNow();
  ownStall = Math.max(ownStall, now - lastTick);
  lastTick = now;
  mailbox.send(echoRequest('v4', identifier, (first + sentAt.length) & 0xffff));
  sentAt.push(hundredths(now));
  answeredAt.push(null);
}

function answered(sequence: number, now: number): void {
  // The latest probe that has this number.
  const back = (first + sentAt.length - 1 - sequence) & 0xffff;
  const index = sentAt.length - 1 - back;
  if (index >= 0) answeredAt[index] ??= hundredths(now);
}

function reset(): void {
  first = (first + sentAt.length) & 0xffff;
  [sentAt, answeredAt, ownStall] = [[], [], 0];
}

mailbox.start(
  (batch) => {
    const now = monotonicNow();
    for (const { data } of batch) {
      if (!isEchoReply('v4', data, identifier)) continue;
      answered(data.readUInt16BE((data.readUInt8(0) & 0x0f) * 4 + SEQUENCE_AT), now);
    }
  },
  // "Host unreachable" while nobody has the address: that is what is being measured.
  () => undefined,
);
setInterval(send, 1);
serveInstrument((word) => {
  const log = { sentAt, answeredAt };
  switch (word) {
    case 'reset':
      reset();
      return null;
    case 'report':
      return { ...log, ownStallMillis: ownStall } satisfies ProberReport;
    case 'summary':
      return {
        silentMillis: lengthOf(longestSilence(log)),
        ownStallMillis: ownStall,
      } satisfies ProberSummary;
    default:
      return null;
  }
});
