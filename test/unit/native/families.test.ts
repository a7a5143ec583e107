/** The mailbox with Unix paths and with netlink: raw addresses of other families in and out. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Mailbox, type Datagram } from '../../../src/native.js';
import {
  AF_NETLINK,
  AF_UNIX,
  decodeNetlink,
  decodeUnix,
  netlinkAddress,
  SOCK_DGRAM,
  SOCK_RAW,
  unix,
} from '../../../src/sockaddr.js';
import { closeAfterwards, take } from './support.js';

describe('AF_UNIX', () => {
  let directory: string;
  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'ftpair-native-'));
  });
  afterEach(() => {
    rmSync(directory, { recursive: true });
  });

  function datagramSocket(): Mailbox {
    return closeAfterwards(Mailbox.open(AF_UNIX, SOCK_DGRAM, 0, 'unix'));
  }

  it('sends to a path, and the receiver sees the path of the sender', () => {
    const [from, to] = [datagramSocket(), datagramSocket()];
    from.bind(unix(join(directory, 'from')));
    to.bind(unix(join(directory, 'to')));
    expect(from.send(Buffer.from('READY=1'), unix(join(directory, 'to')))).toBe(0);
    const [datagram] = take(to, 1);
    expect(datagram!.data.toString()).toBe('READY=1');
    expect(decodeUnix(datagram!.from)).toBe(join(directory, 'from'));
  });

  it('shows an empty address for a sender without a name', () => {
    const [from, to] = [datagramSocket(), datagramSocket()];
    to.bind(unix(join(directory, 'to')));
    expect(from.send(Buffer.from('x'), unix(join(directory, 'to')))).toBe(0);
    expect(take(to, 1)).toEqual([{ data: Buffer.from('x'), from: Buffer.alloc(0), truncated: false }]);
  });

  it('keeps apart senders of which one name begins like the other', () => {
    const [short, long, to] = [datagramSocket(), datagramSocket(), datagramSocket()];
    short.bind(unix(join(directory, 'from')));
    long.bind(unix(join(directory, 'from-afar')));
    to.bind(unix(join(directory, 'to')));
    for (const from of [long, short, long]) from.send(Buffer.from('x'), unix(join(directory, 'to')));
    const names = take(to, 3).map(({ from }) => decodeUnix(from)?.slice(directory.length + 1));
    expect(names).toEqual(['from-afar', 'from', 'from-afar']);
  });

  it('says that nobody is there: no file, or no socket behind the file', () => {
    const [from, to] = [datagramSocket(), datagramSocket()];
    const address = unix(join(directory, 'to'));
    expect(from.send(Buffer.from('x'), address)).toBe(-2); // ENOENT
    to.bind(address);
    to.close();
    expect(from.send(Buffer.from('x'), address)).toBe(-111); // ECONNREFUSED
  });
});

describe('AF_NETLINK', () => {
  it('dumps the links of this namespace, from the kernel, up to NLMSG_DONE', () => {
    const mailbox = closeAfterwards(Mailbox.open(AF_NETLINK, SOCK_RAW, 0, 'route'));
    mailbox.bind(netlinkAddress(0, 0));
    // struct nlmsghdr: length 32, RTM_GETLINK 18, NLM_F_REQUEST | NLM_F_DUMP 0x301, sequence 7; struct ifinfomsg of zeros.
    const request = Buffer.from('20000000' + '1200' + '0103' + '07000000' + '00000000' + '00'.repeat(16), 'hex');
    expect(mailbox.send(request, netlinkAddress(0, 0))).toBe(0);
    const out: Datagram[] = [];
    while (mailbox.receive(out) > 0);
    expect(decodeNetlink(out[0]!.from)).toEqual({ pid: 0, groups: 0 });
    expect(out.some(({ truncated }) => truncated)).toBe(false);
    const port = decodeNetlink(mailbox.localAddress())!.pid;
    expect(port).toBeGreaterThan(0);
    const types = out.flatMap(({ data }) => messages(data, port));
    expect(types.at(0)).toBe(16); // RTM_NEWLINK
    expect(types.at(-1)).toBe(3); // NLMSG_DONE
    expect(types.includes(2)).toBe(false); // NLMSG_ERROR
  });
});

/** The types of the messages in one datagram, all answers to sequence 7 and addressed to `port`. */
function messages(data: Buffer, port: number): readonly number[] {
  const types: number[] = [];
  for (let at = 0; at < data.length; at += (data.readUInt32LE(at) + 3) & ~3) {
    types.push(data.readUInt16LE(at + 4));
    expect(data.readUInt32LE(at + 8)).toBe(7);
    expect(data.readUInt32LE(at + 12)).toBe(port);
  }
  return types;
}
