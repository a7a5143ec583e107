import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { applySysctls } from '../../../src/dataplane/sysctls.js';

const START: Readonly<Record<string, string>> = {
  'net/ipv4/ip_forward': '0\n',
  'net/ipv4/conf/all/promote_secondaries': '0\n',
  'net/ipv6/conf/all/forwarding': '0\n',
  'net/netfilter/nf_conntrack_events': '2\n',
  'net/netfilter/nf_conntrack_expect_max': '70000\n',
  'net/netfilter/nf_conntrack_tcp_timeout_established': '3600\n',
  'net/netfilter/nf_conntrack_tcp_loose': '1\n',
  'net/netfilter/nf_conntrack_acct': '0\n',
};

let root: string;

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'ftpair-sysctl-'));
  for (const [name, value] of Object.entries(START)) {
    mkdirSync(dirname(join(root, name)), { recursive: true });
    writeFileSync(join(root, name), value);
  }
});

afterEach(() => {
  rmSync(root, { recursive: true });
});

describe('the kernel settings', () => {
  it('are brought to what forwarding and replication need, and only changes are reported', () => {
    expect(applySysctls(new Set([4]), root)).toEqual([
      { name: 'net.ipv4.ip_forward', from: '0', to: '1', refused: '' },
      { name: 'net.ipv4.conf.all.promote_secondaries', from: '0', to: '1', refused: '' },
      { name: 'net.netfilter.nf_conntrack_events', from: '2', to: '1', refused: '' },
      { name: 'net.netfilter.nf_conntrack_tcp_timeout_established', from: '3600', to: '432000', refused: '' },
      { name: 'net.netfilter.nf_conntrack_acct', from: '0', to: '1', refused: '' },
    ]);
    expect(readFileSync(join(root, 'net/ipv4/ip_forward'), 'utf8')).toBe('1');
    expect(applySysctls(new Set([4]), root)).toEqual([]);
  });

  it('leave a limit alone that is higher than needed', () => {
    applySysctls(new Set([4]), root);
    expect(readFileSync(join(root, 'net/netfilter/nf_conntrack_expect_max'), 'utf8')).toBe('70000\n');
  });

  it('forward IPv6 only where a service has it', () => {
    applySysctls(new Set([4]), root);
    expect(readFileSync(join(root, 'net/ipv6/conf/all/forwarding'), 'utf8')).toBe('0\n');
    applySysctls(new Set([6]), root);
    expect(readFileSync(join(root, 'net/ipv6/conf/all/forwarding'), 'utf8')).toBe('1');
  });

  it('report what could not be set, and why', () => {
    rmSync(join(root, 'net/netfilter'), { recursive: true });
    expect(applySysctls(new Set([6]), root)).toContainEqual({
      name: 'net.netfilter.nf_conntrack_events',
      from: 'missing',
      to: '1',
      refused: 'ENOENT',
    });
  });
});
