/** What the tests of the mailbox share: loopback sockets that are closed after each test, and waiting. */
import { setImmediate as nextTurn } from 'node:timers/promises';
import { afterEach } from 'vitest';
import { Mailbox, type Datagram, type MailboxOptions } from '../../../src/native.js';
import { AF_INET, AF_UNIX, inet, SOCK_DGRAM, unix } from '../../../src/sockaddr.js';

const opened: Mailbox[] = [];

afterEach(() => {
  for (const mailbox of opened.splice(0)) mailbox.close();
});

export function closeAfterwards(mailbox: Mailbox): Mailbox {
  opened.push(mailbox);
  return mailbox;
}

/** A UDP socket on a free port of 127.0.0.1. */
export function udp(what = 'test socket', options?: MailboxOptions): Mailbox {
  const mailbox = closeAfterwards(Mailbox.open(AF_INET, SOCK_DGRAM, 0, what, options));
  mailbox.bind(inet('127.0.0.1', 0));
  return mailbox;
}

let names = 0;

/** A Unix datagram socket with an abstract name of its own. */
export function unixDatagram(options?: MailboxOptions): Mailbox {
  const mailbox = closeAfterwards(Mailbox.open(AF_UNIX, SOCK_DGRAM, 0, 'unix test socket', options));
  mailbox.bind(unix(`\0ftpair-test-${process.pid}-${process.hrtime.bigint()}-${names++}`));
  return mailbox;
}

/** Takes `count` datagrams without the event loop; loopback delivers before `send` returns. */
export function take(mailbox: Mailbox, count: number): readonly Datagram[] {
  const out: Datagram[] = [];
  while (out.length < count && mailbox.receive(out) > 0);
  return out;
}

export function texts(datagrams: readonly Datagram[]): readonly string[] {
  return datagrams.map(({ data }) => data.toString('latin1'));
}

/** Turns of the event loop until `condition` holds; the test's own limit ends a wait in vain. */
export async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await nextTurn();
}

/** Enough turns for anything that already waits in the kernel to be called back. */
export async function settle(): Promise<void> {
  for (let turn = 0; turn < 20; turn++) await nextTurn();
}
