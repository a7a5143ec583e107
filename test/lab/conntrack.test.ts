import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const namespace = `ftpair-${randomBytes(4).toString('hex')}-table`;
let seen: Record<string, unknown>;

beforeAll(() => {
  execFileSync('ip', ['netns', 'add', namespace]);
  // A rule that looks at connection tracking switches it on in a fresh namespace.
  execFileSync('ip', ['netns', 'exec', namespace, 'nft', '-f', '-'], {
    input:
      'table inet t {\n chain c {\n type filter hook prerouting priority 0;\n ct state new accept\n }\n chain n {\n type nat hook prerouting priority -100;\n }\n }\n',
  });
  execFileSync('ip', ['netns', 'exec', namespace, 'sysctl', '-qw', 'net.netfilter.nf_conntrack_events=1']);
  const out = execFileSync(
    'ip',
    ['netns', 'exec', namespace, process.execPath, '--import', 'tsx', 'test/lab/support/table.ts'],
    { encoding: 'utf8', timeout: 60_000 },
  );
  seen = JSON.parse(out) as Record<string, unknown>;
});

afterAll(() => {
  execFileSync('ip', ['netns', 'del', namespace]);
});

const CONTROL = '198.51.100.7:40000 > 198.51.100.100:21';

describe('the kernel of a fresh namespace', () => {
  it('takes control flow, data flow under its master, IPv6 and an announced channel', () => {
    expect(seen['created']).toEqual([0, 0, 0, 0, 0, 0]);
  });

  it('holds the control flow with translation, helper, mark, liberal windows and sequence offsets', () => {
    expect(seen['control']).toEqual({
      orig: CONTROL,
      reply: '10.200.30.11:21 > 198.51.100.7:40000',
      state: 3,
      liberal: [8, 8],
      helper: 'ftp',
      mark: 0x46545001,
      seqAdjReply: { correctionPos: 4_000_000_000, offsetBefore: -2, offsetAfter: 3 },
      expected: 0,
      nat: 0x20,
    });
  });

  it('refuses a second flow with the same tuple (EEXIST) and one whose master is missing (ENOENT)', () => {
    expect(seen['again']).toEqual([17]);
    expect(seen['orphan']).toEqual([2, 2]);
  });

  it('takes new offsets and a new time in place', () => {
    expect(seen['updated']).toEqual([0]);
    expect(seen['later']).toEqual({ correctionPos: 5, offsetBefore: 3, offsetAfter: 6 });
    expect(seen['timeout']).toBe(true);
  });

  it('refuses to take IPS_EXPECTED from a data flow (EBUSY)', () => {
    expect(seen['busy']).toEqual([16, 0]);
  });

  it('holds the announced channel with its translation and the remaining time that a second message set', () => {
    expect(seen['expectations']).toEqual([
      {
        tuple: '198.51.100.7:0 > 198.51.100.100:20000',
        master: CONTROL,
        nat: '10.200.30.11:20000 > 0.0.0.0:0',
        fn: 'nat-follow-master',
        timely: true,
      },
    ]);
  });

  it("dumps only flows with the services' mark, of both families", () => {
    const flows = seen['flows'] as { orig: string; master?: string; expected: number }[];
    expect(flows.map(({ orig }) => orig).sort()).toEqual([
      '198.51.100.7:40000 > 198.51.100.100:21',
      '198.51.100.7:40001 > 198.51.100.100:12345',
      '[101:101:101:101:101:101:101:101]:4000 > [202:202:202:202:202:202:202:202]:21',
    ]);
    const data = flows.find(({ orig }) => orig.includes('12345'));
    expect([data?.master, data?.expected]).toEqual([CONTROL, 1]);
  });

  it('keeps a data flow whose control flow is deleted, and drops its announcements', () => {
    expect(seen['deleted']).toEqual([0, 2]);
    expect(seen['survivors']).toContain('198.51.100.7:40001 > 198.51.100.100:12345');
    expect(seen['expectationsLeft']).toBe(0);
  });

  it("tells events of the services' flows and of announcements only", () => {
    const events = seen['events'] as string[];
    // Three flows of ours were made; the foreign one must not appear.
    expect(events.filter((type) => type === 'flowNew')).toHaveLength(3);
    expect(events).toContain('expectationNew');
    expect(events).not.toContain('lost');
  });
});
