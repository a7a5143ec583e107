/** The figures for Prometheus: what each is read from, both formats, and that list, rules and dashboard name only what there is. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { CATALOGUE } from '../../../src/metrics/catalogue.js';
import { TransitionCounts } from '../../../src/metrics/counts.js';
import { expose, formatFor } from '../../../src/metrics/exposition.js';
import { metricsPage } from '../../../src/metrics/list.js';
import { VIEW } from '../control/view.js';
import { FACTS } from './facts.js';

const config = (name: string): string =>
  readFileSync(new URL(`../../../config/${name}`, import.meta.url), 'utf8');

async function linesOf(facts = FACTS): Promise<readonly string[]> {
  return (await expose(facts, 'prometheus')).text.split('\n');
}

describe('the metrics', () => {
  it('say the role once for each role', async () => {
    expect((await linesOf()).filter((line) => line.startsWith('ftpair_role{'))).toEqual([
      'ftpair_role{role="starting"} 0',
      'ftpair_role{role="backup"} 0',
      'ftpair_role{role="active"} 1',
      'ftpair_role{role="stopped"} 0',
    ]);
  });

  it('are in the units of Prometheus', async () => {
    const lines = await linesOf();
    expect(lines).toContain('ftpair_pulse_path_round_trip_seconds{path="public"} 0.000214');
    expect(lines).toContain('ftpair_journal_lag_seconds{quantile="0.5"} 0.00062');
    expect(lines).toContain('ftpair_journal_lag_seconds{quantile="1"} 0.0123');
    expect(lines).toContain('# TYPE ftpair_journal_lag_seconds summary');
    expect(lines).toContain('ftpair_last_transition_timestamp_seconds 1790014581.6');
    expect(lines).toContain('process_resident_memory_bytes 64000000');
  });

  it('count by reason', async () => {
    const lines = await linesOf();
    expect(lines).toContain('ftpair_pulse_dropped_total{path="private",reason="unverified"} 2');
    expect(lines).toContain('ftpair_transitions_total{to="active",reason="peerDead"} 2');
    expect(lines).toContain('ftpair_alerts_total{id="peer-lost"} 3');
    expect(lines).toContain('ftpair_kernel_refused_total{reason="tableFull"} 2');
    expect(lines).toContain('ftpair_syslog_messages_total{target="unix:/dev/log",outcome="sent"} 12');
  });

  it('say of each server whether it is up, and how its last probe went', async () => {
    const probe = {
      ...{ agoMillis: 5, ok: true, reason: 'ok', step: '', detail: '', totalMillis: 3.25 },
      steps: [
        { step: 'connect', mode: undefined, millis: 0.5 },
        { step: 'data', mode: 'epsv', millis: 2 },
      ],
    };
    const [service] = VIEW.services;
    const [one] = service?.servers ?? [];
    const status = { ...VIEW, services: [{ ...service!, servers: [{ ...one!, probe }] }] };
    const lines = (await linesOf({ ...FACTS, status })).filter((line) => line.includes('{service="ftp",server="s1"'));
    expect(lines).toEqual([
      'ftpair_server_up{service="ftp",server="s1"} 1',
      'ftpair_server_in_rotation{service="ftp",server="s1"} 1',
      'ftpair_server_full{service="ftp",server="s1"} 0',
      'ftpair_server_sessions{service="ftp",server="s1"} 12',
      'ftpair_server_weight{service="ftp",server="s1"} 1',
      'ftpair_server_effective_weight{service="ftp",server="s1"} 1',
      'ftpair_server_drained{service="ftp",server="s1"} 0',
      'ftpair_server_echo_seconds{service="ftp",server="s1"} 0.0003',
      'ftpair_server_probe_success{service="ftp",server="s1"} 1',
      'ftpair_server_probe_duration_seconds{service="ftp",server="s1"} 0.00325',
      'ftpair_server_probe_step_seconds{service="ftp",server="s1",step="connect",mode=""} 0.0005',
      'ftpair_server_probe_step_seconds{service="ftp",server="s1",step="data",mode="epsv"} 0.002',
    ]);
  }); // prettier-ignore

  it('leave out what is not known instead of calling it 0', async () => {
    const status = { ...VIEW, history: [], sync: { ...VIEW.sync, lag: undefined } };
    const values = (await linesOf({ ...FACTS, status })).filter((line) => !line.startsWith('#'));
    expect(values.filter((line) => line.startsWith('ftpair_last_transition'))).toEqual([]);
    expect(values.filter((line) => line.startsWith('ftpair_journal_lag'))).toEqual([]);
  });

  it('escape what stands in a label', async () => {
    const status = { ...VIEW, node: 'al"pha\\\nx' };
    expect(await linesOf({ ...FACTS, status })).toContain(
      'ftpair_info{node="al\\"pha\\\\\\nx",peer="beta",version="0.1.0"} 1',
    );
  });

  it('have no labels but those of the catalogue, and none that clients could fill', () => {
    for (const { read, labels, name } of CATALOGUE)
      for (const sample of read(FACTS)) expect([name, Object.keys(sample.labels)]).toEqual([name, labels]);
    const all = new Set(CATALOGUE.flatMap(({ labels }) => labels));
    expect([...all].filter((label) => /client|session|user/.test(label))).toEqual([]);
  });

  it('are OpenMetrics for who wants it: counters without _total in their type, an end mark', async () => {
    const { contentType, text } = await expose(FACTS, 'openmetrics');
    expect(contentType).toBe('application/openmetrics-text; version=1.0.0; charset=utf-8');
    expect(text).toContain('# TYPE ftpair_transitions counter\nftpair_transitions_total{');
    expect(text.endsWith('\n# EOF\n')).toBe(true);
  });
});

describe('the format', () => {
  it.each([
    [undefined, 'prometheus'],
    ['*/*', 'prometheus'],
    ['text/plain', 'prometheus'],
    ['application/openmetrics-text', 'openmetrics'],
    [
      'application/openmetrics-text;version=1.0.0;q=0.75,text/plain;version=0.0.4;q=0.5,*/*;q=0.1',
      'openmetrics',
    ],
    ['application/openmetrics-text;q=0.2, text/plain;q=0.5', 'prometheus'],
    ['application/openmetrics-text;q=0', 'prometheus'],
    ['application/openmetrics-text;q=nonsense', 'prometheus'],
  ])('for %s is %s', (accept, format) => {
    expect(formatFor(accept)).toBe(format);
  });
});

describe('the changes of role', () => {
  it('are counted by what they led to and why', () => {
    const counts = new TransitionCounts();
    counts.note('backup', 'peerActive');
    counts.note('active', 'operator');
    counts.note('backup', 'operator');
    counts.note('active', 'operator');
    expect(counts.view()).toEqual([
      { to: 'backup', reason: 'peerActive', count: 1 },
      { to: 'active', reason: 'operator', count: 2 },
      { to: 'backup', reason: 'operator', count: 1 },
    ]);
  });
});

/** Names in an expression that are no words of PromQL, followed by no parenthesis, outside of braces and of grouping. */
function metricsIn(expression: string): readonly string[] {
  return expression.match(/\b(?:ftpair|process)_[a-z_]+/g) ?? [];
}

describe('what is written about the metrics', () => {
  const names = CATALOGUE.map(({ name }) => name);

  it('config/metrics.md: is the list of the code', () => {
    expect(config('metrics.md')).toBe(metricsPage());
  });

  it('config/prometheus-rules.yaml: uses metrics that there are', () => {
    interface Rules {
      groups: { rules: { alert: string; expr: string }[] }[];
    }
    const rules = (parse(config('prometheus-rules.yaml')) as Rules).groups.flatMap(({ rules }) => rules);
    expect(rules.length).toBeGreaterThan(10);
    for (const { alert, expr } of rules) {
      expect([alert, metricsIn(expr).length > 0]).toEqual([alert, true]);
      expect([alert, metricsIn(expr).filter((name) => !names.includes(name))]).toEqual([alert, []]);
    }
  });

  it('config/grafana-dashboard.json: uses metrics that there are, with labels that they have', () => {
    interface Dashboard {
      panels: { title: string; targets: { expr: string; legendFormat: string }[] }[];
    }
    const { panels } = JSON.parse(config('grafana-dashboard.json')) as Dashboard;
    expect(panels.length).toBeGreaterThan(10);
    for (const { title, targets } of panels)
      for (const { expr, legendFormat } of targets) {
        const used = metricsIn(expr);
        expect([title, used.filter((name) => !names.includes(name))]).toEqual([title, []]);
        const labels = CATALOGUE.filter(({ name }) => used.includes(name)).flatMap(({ labels }) => labels);
        const wanted = [...legendFormat.matchAll(/\{\{(\w+)\}\}/g)].map(([, label]) => label);
        expect([title, wanted.filter((label) => !['instance', ...labels].includes(label!))]).toEqual([title, []]);
      }
  }); // prettier-ignore
});
