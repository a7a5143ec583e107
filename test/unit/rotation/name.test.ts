/** Which server an operator means. */
import { expect, it } from 'vitest';
import type { VirtualService } from '../../../src/config/model.js';
import { findServer } from '../../../src/rotation/name.js';

const SERVICES = [
  { name: 'ftp', servers: [{ name: 'one' }, { name: 'two' }] },
  { name: 'ftp6', servers: [{ name: 'one' }] },
] as unknown as readonly VirtualService[];

it.each([
  ['a name that one service has', 'two', { ok: true, service: 'ftp', server: 'two' }],
  ['a name with its service', 'ftp6/one', { ok: true, service: 'ftp6', server: 'one' }],
  [
    'a name that two services have',
    'one',
    { ok: false, complaint: '"one" may be ftp/one or ftp6/one: write one of these' },
  ],
  [
    'a name that nobody has',
    'three',
    { ok: false, complaint: 'no server is named "three"; there are ftp/one, ftp/two, ftp6/one' },
  ],
  [
    'a server that the service has not',
    'ftp6/two',
    {
      ok: false,
      complaint:
        'no server is named "ftp6/two" (did you mean "ftp/two"?); there are ftp/one, ftp/two, ftp6/one',
    },
  ],
] as const)('%s', (_what, name, named) => {
  expect(findServer(SERVICES, name)).toEqual(named);
});
