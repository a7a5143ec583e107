/**
 * The shape of a service's keys about its sessions: where they go again, how many there may be, and how their data channels
 * are found. No rules between values: those live in rules/.
 */
import { z } from 'zod';
import { millis } from '../time.js';
import { count, duration, key } from './kinds.js';
import { portRange } from './port-range.js';

const DAY = millis(86_400_000);
/** An element of the kernel's map expires on its own; what is shorter than this is over before the peer heard of it. */
const SHORTEST = millis(10_000);

/** A key for a range of data ports; the example is what a complaint proposes. */
export function passivePorts(example: string): z.ZodOptional<ReturnType<typeof portRange>> {
  return key(
    portRange().optional(),
    'Passive ports',
    "First and last port that the server announces for passive data channels, as in the server's own configuration.",
    example,
  );
}

export const serviceMode = key(
  z.enum(['helper', 'passive_range']).optional(),
  'Mode',
  "How data channels are found: helper (default) reads the control connection; passive_range forwards each server's " +
    'passive_ports, for FTP over TLS, which nobody can read.',
  'passive_range',
);

export const persistence = key(
  z
    .strictObject({
      timeout: key(
        duration(SHORTEST, DAY),
        'Persistence timeout',
        "How long after a client's last session its next one goes to the same server, 10s to 24h.",
        '5m',
      ),
      mask: key(
        count(8, 32).prefault(32),
        'IPv4 mask',
        'Clients whose addresses agree in so many bits count as one, 8 to 32.',
        24,
      ),
      mask6: key(count(16, 128).prefault(128), 'IPv6 mask', 'The same for IPv6, 16 to 128.', 64),
    })
    .optional(),
  'Persistence',
  'A client whose last session was on a server gets that server again. Without it every session is given anew.',
  { timeout: '5m', mask: 24, mask6: 64 },
);

const limit = (title: string, description: string, example: number): z.ZodOptional<z.ZodInt> =>
  key(count(1, 1_000_000).optional(), title, description, example);

export const limits = key(
  z
    .strictObject({
      sessions_per_server: limit(
        'Sessions per server',
        'Control connections that one server of the service may have at a time.',
        500,
      ),
      sessions_per_client: limit(
        'Sessions per client',
        'Control connections that one client address may have at a time.',
        20,
      ),
      new_per_second_per_client: limit(
        'New sessions per second and client',
        'Control connections that one client address may open in a second.',
        10,
      ),
    })
    .optional(),
  'Limits',
  'What is over a limit is refused with a TCP reset, and counted in `ftpair status`.',
  { sessions_per_client: 20 },
);
