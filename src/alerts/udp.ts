/**
 * Syslog over UDP (RFC 5426: one message per datagram) to one remote collector, IPv4 or IPv6. It must not
 * format, queue or try again: that is the outbox's work.
 */
import { createSocket, type Socket } from 'node:dgram';
import { isIPv6 } from 'node:net';
import type { Transport } from './outbox.js';

/** A transport to `address` (an IP address, not a name) and UDP port `port`. Opens its socket at the first use. */
export function udpTransport(address: string, port: number): Transport {
  let socket: Socket | undefined;
  /** Answers for the message that is under way, once: its own callback does, or an error of the socket. */
  let pending: ((error: Error | null) => void) | undefined;

  function opened(): Socket {
    const fresh = createSocket(isIPv6(address) ? 'udp6' : 'udp4');
    fresh.on('error', (error) => {
      // Such a socket never calls back the sends that wait for it: answer for them and start afresh.
      if (socket === fresh) socket = undefined;
      fresh.close();
      pending?.(error);
    });
    fresh.unref();
    return fresh;
  }

  return {
    name: `udp:${isIPv6(address) ? `[${address}]` : address}:${port}`,
    transmit(message, done) {
      const answer = (error: Error | null): void => {
        if (pending !== answer) return;
        pending = undefined;
        done(error === null ? undefined : errnoName(error));
      };
      pending = answer;
      try {
        socket ??= opened();
        socket.send(message, port, address, answer);
      } catch (error) {
        answer(error instanceof Error ? error : new Error(String(error)));
      }
    },
    close() {
      pending = undefined;
      socket?.close();
      socket = undefined;
    },
  };
}

/** `ENETUNREACH` and the like; the error's name where there is no errno. */
function errnoName(error: Error): string {
  return 'code' in error && typeof error.code === 'string' ? error.code : error.name;
}
