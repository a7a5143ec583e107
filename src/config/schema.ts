/**
 * The shape of the whole configuration file, joined from its sections (schema-pair.ts, schema-services.ts, schema-alerts.ts). The JSON
 * Schema for editors is made from it. Rules between values live in rules/.
 */
import { z } from 'zod';
import { absolutePath, address, duration, key, name } from './kinds.js';
import { millis } from '../time.js';
import { drill, EXAMPLE_DRILL } from './schema-drill.js';
import { EXAMPLE_NODES, node, pulse, virtualAddresses } from './schema-pair.js';
import { overrides } from './schema-check.js';
import { EXAMPLE_HOOK, hook, syslog } from './schema-alerts.js';
import { check, EXAMPLE_SERVICE, service } from './schema-services.js';

const checkedService = service.extend({
  check: key(
    overrides(check).optional(),
    'Health check of the service',
    "How this service's servers are probed: keys that differ from the global check.",
    { mode: 'pasv' },
  ),
});

/** The whole file, as written: snake_case keys, durations and addresses as text. */
export const fileSchema = key(
  z.strictObject({
    nodes: key(
      z.array(key(node, 'Node', 'One director of the pair.', EXAMPLE_NODES[0])),
      'Nodes',
      'The two directors. The first is preferred when both start at once.',
      EXAMPLE_NODES,
    ),
    pulse: key(pulse, 'Pulse', 'The heartbeat between the directors.', { key_file: '/etc/ftpair/pair.key' }),
    virtual_addresses: key(
      virtualAddresses,
      'Virtual addresses',
      'Addresses that belong to whichever director is active.',
      { public: ['192.0.2.10/24'], gateway: ['10.0.0.1/24'] },
    ),
    services: key(
      z.array(key(checkedService, 'Service', 'One virtual service.', EXAMPLE_SERVICE)),
      'Virtual services',
      'The FTP services that clients see, at least one.',
      [EXAMPLE_SERVICE],
    ),
    check: key(
      check.prefault({}),
      'Health check',
      'How the real servers are probed. Optional; every key has a default.',
      { interval: '5s', timeout: '3s' },
    ),
    forward: key(
      z.enum(['services', 'everything']).prefault('services'),
      'Forwarding',
      "What may begin connections from the public to the private LAN: services is the services' clients alone; everything is whoever the machine's other rules let through.",
      'services',
      'everything',
    ),
    preferred: key(
      z
        .strictObject({
          node: key(
            name(),
            'Preferred node',
            'Name of the director that shall be active when it can.',
            'alpha',
          ),
          after: key(
            duration(millis(1000), millis(86_400_000)).prefault('60s'),
            'Delay of the return',
            'How long it must have been ready and in sync before it takes the role back, 1s to 24h.',
            '60s',
          ),
        })
        .optional(),
      'Preferred director',
      'Takes the active role back by a handover, some time after it has returned. Without this key roles stay where they are.',
      { node: 'alpha', after: '60s' },
    ),
    track: key(
      z
        .array(key(address(), 'Tracked address', 'Address that should answer ICMP echo.', '192.0.2.1'))
        .prefault([]),
      'Tracked addresses',
      'Further addresses watched by ICMP echo, such as the uplink router. Real servers are always watched.',
      ['192.0.2.1'],
    ),
    state_dir: key(
      absolutePath().prefault('/var/lib/ftpair'),
      'State directory',
      'Where each director keeps what operators ordered (drain, force, weight), so that a restart forgets nothing. Made where it is missing.',
      '/var/lib/ftpair',
    ),
    alerts: key(
      z
        .strictObject({
          syslog: key(syslog.prefault({}), 'Syslog', 'Alerts as syslog messages.', { local: '/dev/log' }),
        })
        .prefault({}),
      'Alerts',
      'Where alerts go. Optional.',
      { syslog: { local: '/dev/log', facility: 'daemon' } },
    ),
    hooks: key(
      z.array(key(hook, 'Hook', 'A program that is run on alerts.', EXAMPLE_HOOK)).prefault([]),
      'Hooks',
      'Programs that are run on alerts, each one after the other. Optional.',
      [EXAMPLE_HOOK],
    ),
    drill: key(
      drill.optional(),
      'Failover drill',
      'What `ftpair drill` needs: an address of its own on the public LAN. Without this key there are no drills.',
      EXAMPLE_DRILL,
    ),
  }),
  'ftpair configuration',
  'One file for both directors of an ftpair pair.',
);

/** The file after its shape was checked: defaults filled in, durations and addresses read. */
export type FileShape = z.output<typeof fileSchema>;
