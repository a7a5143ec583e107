/**
 * The observer as a process: runs in a namespace of its own on both LANs, asks "who has it" for one address on each
 * every five milliseconds, claiming nothing itself, and keeps every claim that it sees. Lines on stdin: `report`
 * is answered by one line of JSON (Watch), `claim ADDRESS` makes it say once, in both forms, that it has that
 * address (a foreign host's mistake), and is answered by `{}`. Ends when its stdin closes.
 *   node --import tsx observer-main.ts INTERFACE=ADDRESS…
 */
import { createLineSplitter } from '../../../src/drill/session-wire.js';
import { Mailbox, SCHED_FIFO, setThreadScheduler } from '../../../src/native.js';
import { AF_PACKET, formatAddress, linkLayer, SOCK_RAW } from '../../../src/sockaddr.js';
import { monotonicNow } from '../../../src/time.js';
import { Addresses } from '../../../src/vip/addresses.js';
import { arpAnnouncements, arpClaim, arpProbe, ETH_P_ARP } from '../../../src/vip/arp.js';
import { addressBytes, macText } from '../../../src/vip/bytes.js';
import { arpFilter } from '../../../src/vip/filter.js';
import type { Sighting, Watch } from './observer-sight.js';

const EVERY = 5;

interface Post {
  readonly address: string;
  readonly mailbox: Mailbox;
  readonly question: Buffer;
  readonly claims: readonly Buffer[];
  asked: number;
}

let sightings: Sighting[] = [];
let from = monotonicNow();
let lastAsked = from;
let ownStallMillis = 0;

function take(post: Post, mac: Buffer, frame: Buffer): void {
  const claim = arpClaim(frame);
  if (claim === undefined) return;
  const kind = frame.subarray(0, 6).equals(mac) ? 'answer' : 'claim';
  const address = formatAddress(claim.address);
  sightings.push({ at: monotonicNow(), address, mac: macText(claim.mac), kind, asked: post.asked });
}

function openPost(pair: string): Post {
  const [name = '', address = ''] = pair.split('=');
  const links = new Addresses([]);
  const { index, mac } = links.link(name);
  links.close();
  const mailbox = Mailbox.open(AF_PACKET, SOCK_RAW, 0, `observer on ${name}`, { datagramBytes: 256 });
  mailbox.attachFilter(arpFilter([addressBytes(address)]));
  mailbox.bind(linkLayer({ ifindex: index, protocol: ETH_P_ARP }));
  const post: Post = {
    address,
    mailbox,
    question: arpProbe(mac, address),
    claims: arpAnnouncements(mac, address),
    asked: 0,
  };
  mailbox.start(
    (batch) => {
      for (const { data } of batch) take(post, mac, data);
    },
    (errno) => {
      throw new Error(`the observer on ${name} is deaf: errno ${errno}`);
    },
  );
  return post;
}

function report(): Watch {
  const to = monotonicNow();
  const watch = { from, to, sightings, ownStallMillis: Math.max(ownStallMillis, to - lastAsked) };
  [sightings, from, ownStallMillis] = [[], to, 0];
  return watch;
}

function answer(line: string): Watch | object {
  if (line === 'report') return report();
  const claimed = line.replace('claim ', '');
  for (const { address, mailbox, claims } of posts)
    if (address === claimed) for (const claim of claims) mailbox.send(claim);
  return {};
}

// A low real-time priority: the observer's own stalls would hide what it is to see. They are reported all the same.
setThreadScheduler(SCHED_FIFO, 5);
const posts = process.argv.slice(2).map(openPost);
setInterval(() => {
  const now = monotonicNow();
  ownStallMillis = Math.max(ownStallMillis, now - lastAsked);
  lastAsked = now;
  for (const post of posts) {
    post.asked += 1;
    post.mailbox.send(post.question);
  }
}, EVERY);

const split = createLineSplitter((line) => process.stdout.write(`${JSON.stringify(answer(line))}\n`));
process.stdin.setEncoding('utf8').on('data', (chunk: string) => {
  split(chunk);
});
process.stdin.on('end', () => process.exit(0));
