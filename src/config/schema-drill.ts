/** The shape of the file's section about the failover drill. No rules between values: those live in rules/drill.ts. */
import { z } from 'zod';
import { commandText, count, key, macAddress, name, virtualAddress } from './kinds.js';

export const EXAMPLE_DRILL = { addresses: ['192.0.2.250/24'] };

/** The failover drill. */
export const drill = z.strictObject({
  addresses: key(
    z.array(key(virtualAddress(), 'Drill address', 'Address with prefix length.', '192.0.2.250/24')),
    'Drill addresses',
    "Free addresses of the public LAN that the drill's client has while it runs, one for each family that is to be drilled.",
    ['192.0.2.250/24', '2001:db8::250/64'],
  ),
  mac: key(
    macAddress().optional(),
    'Hardware address',
    "The hardware address of the drill's client. Without this key: a locally administered one, the same each time.",
    '02:00:5e:00:53:01',
  ),
  service: key(
    name().optional(),
    'Drilled service',
    'Name of the service that is drilled. Without this key: the first in mode helper.',
    'ftp',
  ),
  user: key(commandText(1).prefault('anonymous'), 'User', 'Who logs in.', 'anonymous'),
  password: key(commandText(0).prefault('ftpair@'), 'Password', "The user's password.", 'ftpair@'),
  download: key(
    commandText(1).optional(),
    'Downloaded file',
    'File that every server has, best one of some seconds. Without this key: the list of the directory.',
    '/pub/drill.bin',
  ),
  upload: key(
    commandText(1).optional(),
    'Uploaded file',
    'Path under which files are stored and deleted again; a suffix is added. Without this key: no uploads.',
    '/incoming/ftpair-drill',
  ),
  upload_bytes: key(
    count(1, 1_073_741_824).prefault(1_048_576),
    'Length of uploads',
    'Bytes of one uploaded file.',
    1_048_576,
  ),
});
