/** The shape of the section `web`: the page for people and the metrics. No rules between values: those live in rules/web.ts. */
import { z } from 'zod';
import { absolutePath, key, listenPlace, name, port } from './kinds.js';

export const EXAMPLE_WEB = { listen: ['private'], port: 8080 };

/** The page and the metrics. */
export const web = z.strictObject({
  listen: key(
    z.array(
      key(
        listenPlace(),
        'Listening place',
        "An address, or the name of a link (public, private or a key of extra) for each director's own address on it. 0.0.0.0 and :: are every address of the machine.",
        'private',
        '192.0.2.2',
      ),
    ),
    'Listening places',
    "Where the page is served. An address that is a link's is served by that director only.",
    ['private'],
  ),
  port: key(port().prefault(8080), 'Port', 'TCP port of the page and the metrics.', 8080),
  names: key(
    z
      .array(
        key(
          name(),
          'Name of the page',
          'A host name by which browsers reach the page.',
          'routers.example.org',
        ),
      )
      .prefault([]),
    'Names of the page',
    "Host names by which browsers reach the page, beside its addresses and the nodes' names. Requests for any other name are refused.",
    ['routers.example.org'],
  ),
  token_file: key(
    absolutePath().optional(),
    'Token file',
    'File with a secret of at least 16 characters, readable by its owner only, that whoever asks must know. Without this key everybody who reaches the address may look.',
    '/etc/ftpair/web.token',
  ),
  metrics: key(
    z.boolean().prefault(true),
    'Metrics',
    'Whether /metrics is served there for Prometheus.',
    true,
  ),
});
