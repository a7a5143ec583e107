/**
 * The foe as a process: runs in a namespace of its own on both LANs, where a switch mirrors the directors' datagrams to it. It keeps
 * what it overhears and every frame that is meant for itself, and sends what it is told to, with its own hardware address. Each line on
 * stdin is a JSON array of Shot, which it sends, and is answered by one line: Overheard since the last one. Ends with its stdin.
 *   node --import tsx foe-main.ts INTERFACE=LAN=OWN_ADDRESS…
 */
import { createLineSplitter } from '../../../src/drill/session-wire.js';
import { Mailbox } from '../../../src/native.js';
import { pause } from '../../../src/until.js';
import { AF_PACKET, formatAddress, linkLayer, SOCK_RAW } from '../../../src/sockaddr.js';
import { millis } from '../../../src/time.js';
import { Addresses } from '../../../src/vip/addresses.js';
import { addressBytes, macText } from '../../../src/vip/bytes.js';
import type { Overheard, Shot } from './foe.js';

const ETH_P_ALL = 0x0003;
const ETH_P_IP = 0x0800;
const ETH_P_ARP = 0x0806;
const UDP = 17;
const ETHERNET = 14;
const IPV4 = 20;
/** Frames in one go: what a receiver's socket takes at once. */
const AT_ONCE = 48;

interface Post {
  readonly lan: string;
  readonly mac: Buffer;
  readonly own: Buffer;
  readonly mailbox: Mailbox;
}

let datagrams: Shot[] = [];
let toUs: string[] = [];

function heard({ lan, mac, own }: Post, frame: Buffer): void {
  if (frame.length < ETHERNET + IPV4 || frame.subarray(6, 12).equals(mac)) return;
  const type = frame.readUInt16BE(12);
  const asked = type === ETH_P_ARP && frame.subarray(ETHERNET + 24, ETHERNET + 28).equals(own);
  if (frame.subarray(0, 6).equals(mac) || asked)
    toUs.push(`${lan}: type ${type.toString(16)} from ${macText(frame.subarray(6, 12))}`);
  if (type !== ETH_P_IP || frame[ETHERNET + 9] !== UDP) return;
  const ip = frame.subarray(ETHERNET);
  const udp = ip.subarray(IPV4, IPV4 + ip.readUInt16BE(IPV4 + 4));
  datagrams.push({
    lan: lan as Shot['lan'],
    mac: macText(frame.subarray(0, 6)),
    from: formatAddress(ip.subarray(12, 16)),
    to: formatAddress(ip.subarray(16, 20)),
    port: udp.readUInt16BE(2),
    payload: udp.subarray(8).toString('base64'),
  });
}

/** RFC 1071. */
function checksum(header: Buffer): number {
  let sum = 0;
  for (let at = 0; at < header.length; at += 2) sum += header.readUInt16BE(at);
  while (sum > 0xffff) sum = (sum & 0xffff) + (sum >>> 16);
  return ~sum & 0xffff;
}

/** RFC 791 and RFC 768; a UDP checksum of zero is none. */
function frameOf({ mac, from, to, port, payload }: Shot, ownMac: Buffer): Buffer {
  const data = Buffer.from(payload, 'base64');
  const frame = Buffer.alloc(ETHERNET + IPV4 + 8 + data.length);
  Buffer.from(mac.replaceAll(':', ''), 'hex').copy(frame, 0);
  ownMac.copy(frame, 6);
  frame.writeUInt16BE(ETH_P_IP, 12);
  const ip = frame.subarray(ETHERNET);
  ip.writeUInt16BE(0x4500, 0);
  ip.writeUInt16BE(ip.length, 2);
  ip.writeUInt16BE(64 * 256 + UDP, 8);
  ip.set(addressBytes(from), 12);
  ip.set(addressBytes(to), 16);
  ip.writeUInt16BE(checksum(ip.subarray(0, IPV4)), 10);
  const udp = ip.subarray(IPV4);
  udp.writeUInt16BE(port, 0);
  udp.writeUInt16BE(port, 2);
  udp.writeUInt16BE(udp.length, 4);
  udp.set(data, 8);
  return frame;
}

function openPost(words: string): Post {
  const [name = '', lan = '', address = ''] = words.split('=');
  const links = new Addresses([]);
  const { index, mac } = links.link(name);
  links.close();
  const mailbox = Mailbox.open(AF_PACKET, SOCK_RAW, 0, `foe on ${name}`, { datagramBytes: 2048 });
  mailbox.bind(linkLayer({ ifindex: index, protocol: ETH_P_ALL }));
  const post: Post = { lan, mac: Buffer.from(mac), own: Buffer.from(addressBytes(address)), mailbox };
  mailbox.start(
    (batch) => {
      for (const { data } of batch) heard(post, data);
    },
    (errno) => {
      throw new Error(`the foe on ${name} is deaf: errno ${errno}`);
    },
  );
  return post;
}

async function answer(line: string): Promise<Overheard> {
  const shots = JSON.parse(line) as readonly Shot[];
  for (let from = 0; from < shots.length; from += AT_ONCE) {
    for (const shot of shots.slice(from, from + AT_ONCE)) {
      const post = posts.find(({ lan }) => lan === shot.lan);
      if (post === undefined || post.mailbox.send(frameOf(shot, post.mac)) < 0)
        throw new Error(`the foe could not send on the ${shot.lan} LAN`);
    }
    await pause(millis(4));
  }
  const overheard = { datagrams, toUs };
  [datagrams, toUs] = [[], []];
  return overheard;
}

const posts = process.argv.slice(2).map(openPost);
let turn: Promise<unknown> = Promise.resolve();
const split = createLineSplitter((line) => {
  turn = turn.then(async () => process.stdout.write(`${JSON.stringify(await answer(line))}\n`));
});
process.stdin.setEncoding('utf8').on('data', (chunk: string) => {
  split(chunk);
});
process.stdin.on('end', () => process.exit(0));
