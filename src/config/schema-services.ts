/**
 * The shape of the file's sections about what the pair serves and watches: services, health check.
 * No rules between values: those live in rules/.
 */
import { z } from 'zod';
import { millis } from '../time.js';
import { checkKeys } from './schema-check.js';
import { address, commandText, count, duration, key, name, port } from './kinds.js';
import { limits, passivePorts, persistence, serviceMode } from './schema-sessions.js';

const SECOND = millis(1000);
const HOUR = millis(3_600_000);

const EXAMPLE_SERVER = { name: 'vsftpd-1', address: '10.0.0.11' };
export const EXAMPLE_SERVICE = { name: 'ftp', address: '192.0.2.10', servers: [EXAMPLE_SERVER] };

const server = z.strictObject({
  name: key(name(), 'Server name', 'Name of the real server, as logs and alerts show it.', 'vsftpd-1'),
  address: key(
    address().optional(),
    'Server address',
    'Address of the real server.',
    '10.0.0.11',
    '2001:db8:1::11',
  ),
  addresses: key(
    z
      .array(key(address(), 'Server address', 'Address of the real server.', '10.0.0.11', '2001:db8:1::11'))
      .optional(),
    'Server addresses',
    'Instead of address: one of each family, for a service that has both.',
    ['10.0.0.11', '2001:db8:1::11'],
  ),
  port: key(port().optional(), 'Server port', "Control port of the server. Default: the service's port.", 21),
  weight: key(
    count(0, 100).prefault(1),
    'Weight',
    'Share of new sessions, 0 to 100. 0 takes no new sessions and lets running ones end.',
    1,
  ),
  passive_ports: passivePorts('50000-50099'),
});

const sorryServer = z.strictObject({
  address: key(address(), 'Sorry address', 'Address of the sorry server.', '10.0.0.99', '2001:db8:1::99'),
  port: key(port().optional(), 'Sorry port', "Its control port. Default: the service's port.", 21),
});

/** One virtual service. */
export const service = z.strictObject({
  name: key(name(), 'Service name', 'Name of the virtual service, as logs and alerts show it.', 'ftp'),
  address: key(
    address().optional(),
    'Service address',
    'One of virtual_addresses.public, without its prefix length.',
    '192.0.2.10',
    '2001:db8::10',
  ),
  addresses: key(
    z
      .array(
        key(address(), 'Service address', 'One of virtual_addresses.public.', '192.0.2.10', '2001:db8::10'),
      )
      .optional(),
    'Service addresses',
    'Instead of address: several of virtual_addresses.public, of one family or both. Each reaches the servers of its family.',
    ['192.0.2.10', '2001:db8::10'],
  ),
  port: key(port().prefault(21), 'Service port', 'Control port that clients connect to.', 21),
  scheduler: key(
    z.enum(['rr', 'wrr', 'lc', 'wlc', 'sh']).prefault('wrr'),
    'Scheduler',
    'How a new session gets its server: rr in turns, wrr in turns by weight, lc who has fewest sessions, wlc the same by weight, sh by a hash of the client address.',
    'wrr',
    'wlc',
  ),
  servers: key(
    z.array(key(server, 'Real server', 'One FTP server behind the service.', EXAMPLE_SERVER)),
    'Real servers',
    'The FTP servers behind the service, at least one.',
    [EXAMPLE_SERVER],
  ),
  min_servers: key(
    count(0, 100).prefault(0),
    'Least servers',
    'So many servers at least stay in the rotation, whatever the checks say of them; operators may take them out. 0 takes out all that fail.',
    1,
  ),
  slow_start: key(
    duration(SECOND, HOUR).optional(),
    'Slow start',
    "Time in which a returning server's share of new sessions grows to its full, 1s to 1h. Without it: at once.",
    '30s',
  ),
  sorry_server: key(
    sorryServer.optional(),
    'Sorry server',
    'FTP server that gets the new sessions when no other is left. It is not checked. Without it new clients are refused.',
    { address: '10.0.0.99' },
  ),
  on_failure: key(
    z.enum(['keep', 'end']).prefault('keep'),
    'Sessions of a failed server',
    'What becomes of the running sessions when a server fails its checks: keep leaves them alone, end removes their connections.',
    'keep',
  ),
  mode: serviceMode,
  passive_ports: passivePorts('50000-50999'),
  persistence,
  limits,
});

/** How real servers are probed. */
export const check = z.strictObject({
  interval: key(
    duration(millis(100), HOUR).prefault('5s'),
    'Check interval',
    'Time between two probes of one real server, 100ms to 1h.',
    '5s',
  ),
  retry: key(
    duration(millis(100), HOUR).optional(),
    'Check retry',
    'Time until the next probe after a bad one, while the server is still up; no longer than the interval. Default: 1s, or the interval where that is shorter.',
    '1s',
  ),
  timeout: key(
    duration(millis(10), HOUR).prefault('3s'),
    'Check timeout',
    'Limit of one whole probe; shorter than the interval.',
    '3s',
  ),
  rise: key(count(1, 100).prefault(2), 'Rise', 'Good probes in a row until a server is up again.', 2),
  fall: key(count(1, 100).prefault(3), 'Fall', 'Bad probes in a row until a server is down.', 3),
  user: key(
    commandText(1).prefault('anonymous'),
    'FTP user',
    'User name that a probe logs in with.',
    'anonymous',
  ),
  password: key(
    commandText(0).prefault('ftpair@'),
    'FTP password',
    'Password that a probe logs in with.',
    'ftpair@',
  ),
  ...checkKeys,
});
