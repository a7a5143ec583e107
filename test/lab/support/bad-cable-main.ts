/**
 * Instrument: bad cables between the directors, in the namespace of the wires. It takes each datagram of pulse and journal
 * where it enters a bridge (a copy, before the bridge sees it; nft drops the original) and sends to the other director's cable
 * what a bad cable leaves of it. Words:
 *   report     what has happened so far: Report
 *   bad-cable-main.ts SEED LOST DOUBLED LATE END END [END END …]   wire ends, two for each LAN
 */
import { readFileSync } from 'node:fs';
import { Mailbox } from '../../../src/native.js';
import { AF_PACKET, decodeLinkLayer, linkLayer, SOCK_RAW } from '../../../src/sockaddr.js';
import { monotonicNow } from '../../../src/time.js';
import { serveInstrument } from '../../bench/instrument.js';
import { BadCable, seeded, type Suffered } from './bad-cable.js';

export interface Report {
  /** One for each direction of each cable. */
  readonly cables: readonly Suffered[];
  readonly stall: number;
}

/** linux/if_ether.h: before a bridge takes a frame away, only sockets for all protocols see it. */
const ETH_P_ALL = 0x0003;
/** linux/if_packet.h: what we send ourselves comes back as this. */
const PACKET_OUTGOING = 4;
const FRAME_BYTES = 2048;
const SOL_SOCKET = 1;
const SO_RCVBUFFORCE = 33;
const BUFFER_BYTES = 8 << 20;
/** How often late datagrams are looked at, in milliseconds. */
const EVERY = 2;
/** In an Ethernet frame with an IPv4 header without options, which is all that our datagrams have. */
const [ETHER_TYPE_AT, PROTOCOL_AT, PORT_AT, CHECKSUM_AT] = [12, 23, 36, 40];
const [IPV4, UDP] = [0x0800, 17];
/** Of pulse and journal. */
const PORTS = [7390, 7391];

const [seed = 0, lost = 0, doubled = 0, late = 0] = process.argv.slice(2, 6).map(Number);
const random = seeded(seed);

interface Port {
  readonly mailbox: Mailbox;
  readonly address: Buffer;
}

function open(name: string): Port {
  const ifindex = Number(readFileSync(`/sys/class/net/${name}/ifindex`, 'utf8'));
  const mailbox = Mailbox.open(AF_PACKET, SOCK_RAW, 0, `bad cable at ${name}`, {
    datagramBytes: FRAME_BYTES,
  });
  mailbox.setOption(SOL_SOCKET, SO_RCVBUFFORCE, BUFFER_BYTES);
  const address = linkLayer({ ifindex, protocol: ETH_P_ALL });
  mailbox.bind(address);
  return { mailbox, address };
}

function suffers(frame: Buffer): boolean {
  return (
    frame.length > CHECKSUM_AT + 2 &&
    frame.readUInt16BE(ETHER_TYPE_AT) === IPV4 &&
    frame.readUInt8(PROTOCOL_AT) === UDP &&
    PORTS.includes(frame.readUInt16BE(PORT_AT))
  );
}

/** A sender leaves the checksum to its network card, which there is none of: RFC 768 allows none at all. */
function withoutChecksum(frame: Buffer): Buffer {
  frame.writeUInt16BE(0, CHECKSUM_AT);
  return frame;
}

function connect(from: Port, to: Port): BadCable<Buffer> {
  const cable = new BadCable<Buffer>({ lost, doubled, late }, random);
  const send = (frames: readonly Buffer[]): void => {
    if (frames.length > 0) to.mailbox.sendBatch(frames, to.address);
  };
  from.mailbox.start(
    (batch) => {
      for (const { data, from: sender } of batch)
        if (decodeLinkLayer(sender)?.pkttype !== PACKET_OUTGOING && suffers(data))
          send(cable.pass(withoutChecksum(data), monotonicNow()));
    },
    () => undefined,
  );
  setInterval(() => {
    send(cable.due(monotonicNow()));
  }, EVERY);
  return cable;
}

const ends = process.argv.slice(6).map(open);
const cables = ends.flatMap((end, index) => {
  const other = ends[index ^ 1];
  return other === undefined ? [] : [connect(end, other)];
});

/** The longest time that the cables themselves stood still, in milliseconds: what is lost then is not their doing. */
let stall = 0;
let last = monotonicNow();
setInterval(() => {
  const now = monotonicNow();
  stall = Math.max(stall, now - last);
  last = now;
}, EVERY);

serveInstrument((word) =>
  word === 'report' ? ({ cables: cables.map(({ suffered }) => suffered), stall } satisfies Report) : null,
);
