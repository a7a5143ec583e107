/**
 * The probe of the VIP as a process: runs in the client's namespace, sends an echo request every two milliseconds (or as many
 * as are given) and answers the line `report` on stdin with one line of JSON (ProbeReport). Ends when its stdin closes.
 *   probe-main.js ADDRESS [MILLISECONDS]
 */
import { isIPv6 } from 'node:net';
import { Mailbox, SCHED_FIFO, setThreadScheduler } from '../native.js';
import { AF_INET, AF_INET6, inet, SOCK_RAW } from '../sockaddr.js';
import { monotonicNow } from '../time.js';
import { createProbeMeter, echoRequest, isEchoReply } from './probe.js';
import { createLineSplitter } from './session-wire.js';

/** <linux/in.h> IPPROTO_ICMP, <linux/in6.h> IPPROTO_ICMPV6. */
const IPPROTO_ICMP = 1;
const IPPROTO_ICMPV6 = 58;

const [address = '', every = '2'] = process.argv.slice(2);
const family = isIPv6(address) ? 'v6' : 'v4';
// A low real-time priority: the probe's own stalls would read as silence of the VIP. Where refused, they are reported.
setThreadScheduler(SCHED_FIFO, 5);

const mailbox =
  family === 'v4'
    ? Mailbox.open(AF_INET, SOCK_RAW, IPPROTO_ICMP, 'probe', { datagramBytes: 256 })
    : Mailbox.open(AF_INET6, SOCK_RAW, IPPROTO_ICMPV6, 'probe', { datagramBytes: 256 });
mailbox.connect(inet(address, 0));
const identifier = process.pid & 0xffff;
const meter = createProbeMeter(monotonicNow());
let sequence = 0;

mailbox.start(
  (batch) => {
    const now = monotonicNow();
    for (const { data } of batch) if (isEchoReply(family, data, identifier)) meter.answered(now);
  },
  // "Host unreachable" and the like while nobody has the VIP: that is the silence being measured.
  () => undefined,
);
setInterval(() => {
  meter.sent(monotonicNow());
  mailbox.send(echoRequest(family, identifier, (sequence += 1)));
}, Number(every));

const split = createLineSplitter(() =>
  process.stdout.write(`${JSON.stringify(meter.report(monotonicNow()))}\n`),
);
process.stdin.setEncoding('utf8').on('data', (chunk: string) => {
  split(chunk);
});
process.stdin.on('end', () => process.exit(0));
