/**
 * The sink of a running daemon: the targets that the config names, joined. It only builds; what an alert says,
 * how a message looks and how it waits for its turn is decided beside this file.
 */
import { formatDevlog } from './devlog.js';
import { fanOut, type Alerts, type AlertsOptions, type Target } from './fanout.js';
import { localTransport } from './local.js';
import { formatRfc5424 } from './rfc5424.js';
import { udpTransport } from './udp.js';

/** The sink for the targets of the config: RFC 5424 to the collectors, syslog(3)'s form to the local socket. */
export function createAlerts(options: AlertsOptions): Alerts {
  const { local, remote } = options.config;
  const targets: Target[] = remote.map(({ address, port }) => ({
    transport: udpTransport(address, port),
    format: formatRfc5424,
  }));
  if (local !== undefined) targets.unshift({ transport: localTransport(local), format: formatDevlog });
  return fanOut(options, targets);
}
