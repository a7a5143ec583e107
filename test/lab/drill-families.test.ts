/** `ftpair drill` through a service that has an IPv6 address alone: modes, probe, and who is active while the daemon here is dead. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Lab } from '../../src/lab/lab.js';
import { DRILL, drill, drillLab, recordOf, traces, tracesAre } from './support/drills.js';
import { settled } from './support/settled.js';

let lab: Lab;

beforeAll(async () => {
  const addresses = [...DRILL.addresses, '2001:db8:a::250/64'];
  lab = await drillLab({ ipv6: true, config: { drill: { ...DRILL, addresses, service: 'ftp6' } } });
  lab.director('alpha').start();
  lab.director('beta').start();
  await settled(lab, 'alpha', 'beta');
});

afterAll(async () => {
  await lab.down();
});

it('measures a crash over IPv6: EPSV and EPRT, and an ICMPv6 probe', async () => {
  const before = await traces(lab, 'alpha');
  const done = await drill(
    lab,
    'alpha',
    'crash',
    '--yes',
    '--destructive',
    '--duration',
    '1s',
    '--json',
    '-',
  );
  const record = recordOf(done);
  expect(record.sessions.map(({ name, outcome }) => `${name}: ${outcome.type}`)).toEqual(
    ['EPSV', 'EPRT'].flatMap((mode) =>
      ['idle', 'announced', 'download', 'upload'].map((moment) => `${mode} ${moment}: survived`),
    ),
  );
  expect(done.status).toBe(0);
  const [probe] = record.probes;
  expect(probe).toMatchObject({ address: '2001:db8:a::100', kind: 'echo' });
  expect(probe?.silences.some(({ from, to }) => to - from > 20)).toBe(true);
  const actives = record.roles.map(({ active }) => active).filter((active) => active !== 'nobody');
  expect(actives).toEqual(['alpha', 'beta']);
  await tracesAre(lab, 'alpha', before);
});
