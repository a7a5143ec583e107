/**
 * A syslog socket that only listens: what a director says there is kept, line by line, for tests and the demo.
 * It stands in for /dev/log and interprets nothing.
 */
import { Mailbox } from '../native.js';
import { AF_UNIX, SOCK_DGRAM, unix } from '../sockaddr.js';

/** An open syslog socket. */
export interface SyslogCatch {
  /** What has come so far, oldest first. */
  readonly lines: readonly string[];
  close(): void;
}

/** Listens on a Unix datagram socket at a path that must not exist yet. @throws SystemError */
export function catchSyslog(path: string): SyslogCatch {
  const lines: string[] = [];
  const mailbox = Mailbox.open(AF_UNIX, SOCK_DGRAM, 0, `syslog socket ${path}`);
  mailbox.bind(unix(path));
  mailbox.start(
    (batch) => {
      for (const { data } of batch) lines.push(data.toString('utf8'));
    },
    // Lines lost for lack of memory would be missed by whoever asserts them.
    () => undefined,
  );
  mailbox.unref();
  return {
    lines,
    close: () => {
      mailbox.close();
    },
  };
}
