/**
 * Syslog over the local datagram socket (/dev/log). It must not format, queue or try again: that is the
 * outbox's work.
 */
import { getSystemErrorName } from 'node:util';
import { Mailbox, SystemError } from '../native.js';
import { AF_UNIX, SOCK_DGRAM, unix } from '../sockaddr.js';
import type { Transport } from './outbox.js';

/** Refusals that say nothing against our socket: the reader is slow, or the message too long. */
const SOCKET_IS_FINE: ReadonlySet<string> = new Set(['EAGAIN', 'ENOBUFS', 'EMSGSIZE']);

/**
 * A transport to the socket at `path`. Every message names the path anew, so that a syslog daemon that was
 * restarted, and has made a new socket there, is found without any signal; a socket of ours that was refused
 * is opened afresh all the same.
 */
export function localTransport(path: string): Transport {
  let socket: Mailbox | undefined;

  function discard(): void {
    socket?.close();
    socket = undefined;
  }

  function send(message: Uint8Array): string | undefined {
    try {
      socket ??= Mailbox.open(AF_UNIX, SOCK_DGRAM, 0, 'the syslog socket');
      const result = socket.send(message, unix(path));
      return result < 0 ? getSystemErrorName(result) : undefined;
    } catch (error) {
      if (error instanceof SystemError) return error.code;
      return error instanceof Error ? error.name : 'unknown';
    }
  }

  return {
    name: `unix:${path}`,
    transmit(message, done) {
      const refusal = send(message);
      if (refusal !== undefined && !SOCKET_IS_FINE.has(refusal)) discard();
      done(refusal);
    },
    close: discard,
  };
}
