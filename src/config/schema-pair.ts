/**
 * The shape of the file's sections about the pair itself: nodes, pulse, virtual addresses. No rules between
 * values: those live in rules/.
 */
import { z } from 'zod';
import { millis } from '../time.js';
import {
  absolutePath,
  address,
  count,
  duration,
  interfaceName,
  key,
  name,
  port,
  virtualAddress,
} from './kinds.js';
import { PROFILES } from './profiles.js';

const MILLISECOND = millis(1);
const SECOND = millis(1000);
const HOUR = millis(3_600_000);

const EXAMPLE_PUBLIC = { interface: 'eth0', address: '192.0.2.2' };
const EXAMPLE_PRIVATE = { interface: 'eth1', address: '10.0.0.2' };
const EXAMPLE_CROSS = { interface: 'eth2', address: '169.254.7.1' };
export const EXAMPLE_NODES = [
  { name: 'alpha', public: EXAMPLE_PUBLIC, private: EXAMPLE_PRIVATE },
  {
    name: 'beta',
    public: { interface: 'eth0', address: '192.0.2.3' },
    private: { interface: 'eth1', address: '10.0.0.3' },
  },
];
const link = z.strictObject({
  interface: key(
    interfaceName(),
    'Interface',
    'Kernel name of the interface, as `ip link` shows it.',
    'eth0',
    'bond0.20',
  ),
  address: key(
    address(),
    'Own address',
    "The director's own address on this interface. It stays with the director and never floats.",
    '192.0.2.2',
    '2001:db8::2',
  ),
});

/** One director. */
export const node = z.strictObject({
  name: key(
    name(),
    'Node name',
    'Name of the director, as logs and alerts show it; `ftpair run --node NAME` picks the entry by it.',
    'alpha',
    'beta',
  ),
  public: key(
    link,
    'Public link',
    'Where the clients are; the active director carries the public virtual addresses here.',
    EXAMPLE_PUBLIC,
  ),
  private: key(
    link,
    'Private link',
    'Where the real servers are; the active director carries the gateway addresses here.',
    EXAMPLE_PRIVATE,
  ),
  extra: key(
    z
      .record(name(), key(link, 'Extra link', 'One further link between the directors.', EXAMPLE_CROSS))
      .prefault({}),
    'Extra links',
    'Further links between the directors, for the pulse only. Both directors define the same names.',
    { cross: EXAMPLE_CROSS },
  ),
});

/** The heartbeat. */
export const pulse = z.strictObject({
  profile: key(
    z.enum(PROFILES).prefault('default'),
    'Profile',
    'Numbers that fit each other: default answers a failure within hundreds of milliseconds, fast within tens. Keys that are written win over the profile.',
    'fast',
  ),
  port: key(
    port().prefault(7390),
    'Pulse port',
    'UDP port of the pulse. The daemon also uses the next two ports; the journal is on the next one.',
    7390,
  ),
  interval: key(
    duration(millis(2), millis(10_000)).prefault('50ms'),
    'Pulse interval',
    'Time between two pulses, 2ms to 10s.',
    '50ms',
  ),
  silence: key(
    duration(MILLISECOND, HOUR).prefault('150ms'),
    'Silence limit',
    'After silence on all paths for this long the peer is dead, unless somebody answers for the VIP. At least three times the interval.',
    '150ms',
  ),
  paths: key(
    z.array(key(name(), 'Path', 'Name of a link: public, private or a key of extra.', 'public')).optional(),
    'Pulse paths',
    'Links that carry the pulse. Without this key: public, private and every extra link.',
    ['public', 'private'],
  ),
  key_file: key(
    absolutePath(),
    'Key file',
    'File with the key that both directors share, readable by its owner only. Made by `ftpair keygen`.',
    '/etc/ftpair/pair.key',
  ),
  probe_count: key(
    count(1, 10).prefault(2),
    'Probe count',
    'How many times the virtual address is asked for before a takeover, 1 to 10.',
    2,
  ),
  probe_spacing: key(
    duration(MILLISECOND, SECOND).prefault('10ms'),
    'Probe spacing',
    'Time between two such probes, 1ms to 1s.',
    '10ms',
  ),
  lease: key(
    duration(MILLISECOND, HOUR).prefault('200ms'),
    'Lease',
    'How long the kernel answers for the virtual addresses without a renewal. At least three times the interval.',
    '200ms',
  ),
});

/** The floating addresses. */
export const virtualAddresses = z.strictObject({
  public: key(
    z.array(key(virtualAddress(), 'Public virtual address', 'Address with prefix length.', '192.0.2.10/24')),
    'Public virtual addresses',
    'Addresses that clients connect to; the active director carries them on its public link.',
    ['192.0.2.10/24', '2001:db8::10/64'],
  ),
  gateway: key(
    z.array(key(virtualAddress(), 'Gateway address', 'Address with prefix length.', '10.0.0.1/24')),
    'Gateway addresses',
    "The real servers' default route; the active director carries them on its private link.",
    ['10.0.0.1/24'],
  ),
});
