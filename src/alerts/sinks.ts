/**
 * The sink of a running daemon: the targets that the config names, joined. It only builds; what an alert says,
 * how a message looks and how it waits for its turn is decided beside this file.
 */
import { assertNever } from '../assert.js';
import { readAuthorities } from '../authorities.js';
import type { Collector, SyslogConfig } from '../config/model.js';
import { formatDevlog } from './devlog.js';
import { fanOut, type Alerts, type AlertsOptions, type Target } from './fanout.js';
import { localTransport } from './local.js';
import type { Transport } from './outbox.js';
import { formatRfc5424 } from './rfc5424.js';
import { tcpTransport, tlsTransport } from './tcp.js';
import { udpTransport } from './udp.js';

/**
 * The sink for the targets of the config: RFC 5424 to the collectors, syslog(3)'s form to the local socket.
 * @throws Fatal when a file with authorities cannot be read.
 */
export function createAlerts(options: AlertsOptions): Alerts {
  return fanOut(options, targetsOf(options.config));
}

/**
 * The targets of a config, which send nothing yet.
 * @throws Fatal when a file with authorities cannot be read.
 */
export function targetsOf({ local, remote }: SyslogConfig): readonly Target[] {
  const collectors = remote.map((collector) => ({
    key: JSON.stringify(collector),
    transport: transportTo(collector),
    format: formatRfc5424,
  }));
  if (local === undefined) return collectors;
  return [{ key: local, transport: localTransport(local), format: formatDevlog }, ...collectors];
}

function transportTo(collector: Collector): Transport {
  const { address, port } = collector;
  switch (collector.protocol) {
    case 'udp':
      return udpTransport(address, port);
    case 'tcp':
      return tcpTransport(address, port);
    case 'tls': {
      const { tls } = collector;
      const authorities =
        tls.caFile === undefined ? undefined : readAuthorities(tls.caFile, 'the syslog collector');
      return tlsTransport(address, port, tls, authorities);
    }
    default:
      return assertNever(collector);
  }
}
