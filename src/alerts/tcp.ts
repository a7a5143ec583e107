/** The two kinds of connection to a collector: plain TCP, and TLS as RFC 5425 wants it. They must not send anything. */
import { connect, isIP } from 'node:net';
import { connect as connectTls } from 'node:tls';
import type { TlsCheck } from '../config/model.js';
import type { Transport } from './outbox.js';
import { streamName, streamTransport } from './stream.js';

/** Syslog over TCP to an address (not a name). */
export function tcpTransport(address: string, port: number): Transport {
  return streamTransport({
    ...{ name: streamName('tcp', address, port), address, port },
    connect: (ready) => connect({ host: address, port }, ready),
  });
}

/** Syslog over TLS; `authorities` is the PEM text of those to trust, undefined for Node's own. */
export function tlsTransport(
  address: string,
  port: number,
  tls: TlsCheck,
  authorities: string | undefined,
): Transport {
  const name = tls.name ?? address;
  return streamTransport({
    ...{ name: streamName('tls', address, port), address, port },
    connect: (ready) =>
      connectTls(
        {
          ...{ socket: connect({ host: address, port }), host: name },
          // RFC 6066 §3: no addresses in SNI.
          ...(isIP(name) === 0 ? { servername: name } : {}),
          ...(authorities === undefined ? {} : { ca: authorities }),
          rejectUnauthorized: tls.certificate !== 'any',
          // RFC 9662 §4 asks for this version at least.
          minVersion: 'TLSv1.2',
        },
        ready,
      ),
  });
}
