import { expect, test } from 'vitest';
import { parseConfig } from '../../../src/config/load.js';
import { configText } from '../../../src/lab/config-text.js';
import { planLab } from '../../../src/lab/plan.js';

const choices = { keyFile: '/lab/pair.key', syslog: '/lab/log', pulse: { interval: '20ms' } };

test('the lab’s config is one that the program accepts, without a warning', () => {
  const parsed = parseConfig(configText(planLab({ ipv6: true }, 'abc123'), choices), 'ftpair.yaml');
  expect(parsed).toMatchObject({ ok: true, warnings: [] });
  if (!parsed.ok) return;
  expect(parsed.config.nodes.map(({ name }) => name)).toEqual(['alpha', 'beta']);
  expect(parsed.config.pulse.interval).toBe(20);
  expect(parsed.config.pulse.keyFile).toBe('/lab/pair.key');
  expect(parsed.config.alerts.syslog.local).toBe('/lab/log');
  expect(
    parsed.config.services.map(({ address, servers }) => [address, servers.map((server) => server.address)]),
  ).toEqual([
    ['198.51.100.100', ['10.200.30.11', '10.200.30.12', '10.200.30.13']],
    ['2001:db8:a::100', ['2001:db8:b::11', '2001:db8:b::12', '2001:db8:b::13']],
  ]);
});

test('without a syslog socket the directors are told to use none', () => {
  const plan = planLab({}, 'abc123');
  expect(configText(plan, { ...choices, syslog: undefined })).toContain('local: none');
});
