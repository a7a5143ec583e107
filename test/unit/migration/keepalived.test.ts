/** keepalived.conf, translated. Expected values are literal. */
import { describe, expect, it } from 'vitest';
import { parseConfig } from '../../../src/config/load.js';
import { losesSomething } from '../../../src/migration/finding.js';
import { about, fixture, imported, sentences } from './fixture.js';

/** A virtual server with one real server, and further lines. */
const service = (...lines: readonly string[]): string =>
  ['virtual_server 192.0.2.10 21 {', ...lines, 'real_server 10.0.0.11 21 {', 'weight 1', '}', '}'].join('\n');

describe('one director with NAT', () => {
  const result = imported(fixture('nat.keepalived.conf'));
  it('is accepted, and loses nothing that clients would notice', () => {
    expect(parseConfig(result.yaml, 'F')).toMatchObject({ ok: true, warnings: [] });
    expect(losesSomething(result.findings)).toBe(false);
  });
  it("tells the clients' address from the servers' gateway by what is behind them", () => {
    expect(result.yaml).toContain(
      'public:\n    - 192.0.2.10/24 # line 23\n  gateway:\n    - 10.0.0.1/24 # line 24\n',
    );
    expect(result.yaml).toContain('private:\n      interface: eth1 # line 24\n');
  });
  it('takes the times of the checks over', () => {
    expect(result.yaml).toContain(
      "check:\n      interval: 6s # line 33\n      retry: 1s # keepalived's default\n      timeout: 3s # line 42\n      rise: 1 # there one good check was up\n      fall: 2 # keepalived's default\n      steps:\n        - connect # line 41\n",
    );
  });
  it('gives the role back, as keepalived did', () => {
    expect(result.yaml).toContain(
      'preferred:\n  node: alpha # line 16\n  after: 60s # keepalived took it back at once\n',
    );
  });
  it('answers for lists and blocks entry by entry', () => {
    expect(about(result, 4)).toEqual(['goesWith: ops@example.org: goes with line 3']);
    expect(about(result, 19)).toEqual(['goesWith: auth_type: goes with line 18']);
    expect(about(result, 27)).toEqual(['goesWith: eth0: this link is always watched']);
    expect(about(result, 43)).toEqual([
      "leftOut: connect_port: is left out: the nanny checks the server's own port",
    ]);
  });
});

describe('two instances in a sync group, for both routers in one file', () => {
  const result = imported(fixture('sync.keepalived.conf'));
  it('is one pair', () => {
    expect(result.yaml).toBe(SYNC_YAML);
  });
  it('is accepted, and loses nothing that clients would notice', () => {
    expect(parseConfig(result.yaml, 'F')).toMatchObject({ ok: true, warnings: [] });
    expect(sentences(result.findings, 'lost')).toEqual([]);
  });
  it('says of the lines for the other router that they were read for it', () => {
    expect(about(result, 4)).toEqual([
      'goesWith: @right router_id: was read for the other of the two routers',
    ]);
  });
  it('says of a definition that it was put in', () => {
    expect(about(result, 1)).toEqual(['goesWith: $VIP: was put in where it is used']);
  });
});

const SYNC_YAML = `# The pair that F describes (keepalived), translated by \`ftpair import\`. "line N" is the line there.
# Lines with CHANGE hold what that file could not say. When they are right: ftpair check --config THIS_FILE
# The SAME file is used on both directors.

nodes:
  - name: gw-left # line 3
    public:
      interface: bond0.20 # line 38
      address: 198.51.100.4 # line 43
    private:
      interface: bond1 # line 62
      address: 172.16.9.4 # line 67
  - name: gw-right # line 4
    public:
      interface: bond0.20 # line 38
      address: 198.51.100.5 # line 44 of the peer's file
    private:
      interface: bond1 # line 62
      address: 172.16.9.5 # line 68 of the peer's file
pulse:
  interval: 50ms # line 42: advert_int 0.5 s there
  silence: 150ms # line 42: advert_int 0.5 s there
  key_file: /etc/ftpair/pair.key # CHANGE: \`umask 077; ftpair keygen > /etc/ftpair/pair.key\` on one router, and the same file on the other
virtual_addresses:
  public:
    - 198.51.100.20/25 # line 50
  gateway:
    - 172.16.9.1/24 # line 69
services:
  - name: ftp # line 72
    address: 198.51.100.20 # line 50
    port: 21 # FTP's port; line 72 has a mark
    scheduler: wlc # line 74: sed there
    servers:
      - name: server-1 # the file has no names for servers
        address: 172.16.9.11 # line 84
        port: 21 # line 84
        weight: 2 # line 85
      - name: server-2 # the file has no names for servers
        address: 172.16.9.12 # line 93
        port: 21 # line 93
        weight: 1 # line 94
    sorry_server:
      address: 172.16.9.99 # line 78
      port: 21 # line 78
    on_failure: keep # line 79
    persistence:
      timeout: 6m # line 76
      mask: 24 # line 77
    limits:
      sessions_per_server: 500 # line 86
    check:
      interval: 10s # line 73
      retry: 2s # line 81
      timeout: 5s # line 90
      rise: 1 # there one good check was up
      fall: 3 # line 80
      program:
        - /usr/local/bin/check-ftp # line 89
        - "%h"
        - "%p"
track:
  - 198.51.100.1 # line 11
hooks:
  - on:
      - role-active # line 28
    run:
      - /etc/keepalived/role.sh # line 28
      - master
  - on:
      - role-backup # line 29
    run:
      - /etc/keepalived/role.sh # line 29
      - backup
  - on:
      - role-active # line 30
      - role-backup
    run:
      - /etc/keepalived/any.sh # line 30
  - on:
      - no-server # line 82
    run:
      - /etc/keepalived/quorum.sh # line 82
      - down
`;

describe('much that means nothing here', () => {
  const result = imported(fixture('foreign.keepalived.conf'));
  it('leaves a config that is accepted', () => {
    expect(parseConfig(result.yaml, 'F').ok).toBe(true);
  });
  it.each([
    [2, 'lost: include: is left out: the importer reads one file'],
    [
      9,
      'trap: lvs_timeouts: tcp 60 s is shorter than the usual idle limit of an FTP server (300 s): idle sessions were lost',
    ],
    [12, 'lost: frobnicate: is no keyword that keepalived.conf(5) knows here'],
    [
      14,
      "lost: static_routes: is left out: addresses and routes that stay with the machine are not ftpair's",
    ],
    [15, 'goesWith: 10.1.0.0/16: goes with line 14'],
    [21, 'lost: vrrp_script: db is not translated: no script moves the role'],
    [29, 'trap: priority: is said again in line 30, and the last one counts: this line is not translated'],
    [
      36,
      'differs: 192.0.2.11: became virtual_addresses.public[1], with a guessed prefix length: keepalived adds a single host (/32)',
    ],
    [38, 'lost: not.an.address: is no address that ftpair could carry'],
    [
      39,
      'lost: 203.0.113.77/32: is not translated: it is neither what clients connect to nor on the LAN of the real servers',
    ],
    [48, 'lost: ~SEQ: is not translated: the importer does not write such lines out'],
    [53, 'goesWith: 192.0.2.10: is for data channels, which the helper finds'],
    [54, 'lost: 192.0.2.10: is not translated: a service has one port'],
    [58, 'lost: lb_kind: "DR" is not supported: ftpair translates addresses (NAT)'],
    [60, 'lost: quorum: is not translated: ftpair serves with whatever is left, not only with a weight of 2'],
    [65, 'lost: sorry_server: is not translated: an address of the router itself cannot be the sorry server'],
    [68, 'differs: HTTP_GET: became services[0].check.expect: a greeting of FTP, instead of HTTP_GET'],
    [75, 'leftOut: PING_CHECK: is left out: a server has one check, that of line 68'],
    [82, 'lost: real_server: is not translated: it has no address that ftpair could use'],
    [86, 'lost: virtual_server: is not translated: port 443 is not FTP, and ftpair serves FTP only'],
    [97, 'lost: virtual_server: is not translated: UDP is not FTP, and ftpair serves FTP only'],
    [102, 'lost: vrrp_instance: cannot be read: its } is missing'],
  ])('of line %i is told: %s', (number, sentence) => {
    expect(about(result, number)).toContain(sentence);
  });
});

describe('single things', () => {
  it('a port 20 beside a port 21 is part of it', () => {
    const result = imported(`${service()}\nvirtual_server 192.0.2.10 20 {\nreal_server 10.0.0.11 20 {\n}\n}`);
    expect(about(result, 6)).toEqual([
      'differs: virtual_server: is part of the service at port 21: the helper finds the data channels',
    ]);
    expect(losesSomething(result.findings)).toBe(false);
  });
  it('all ports of an address are the one service', () => {
    const text = 'virtual_server 192.0.2.10 0 {\npersistence_timeout\nreal_server 10.0.0.11 0 {\n}\n}';
    expect(imported(text).yaml).toContain('port: 21 # line 1: all ports there\n');
    expect(imported(text).yaml).toContain('timeout: 6m # line 2\n');
  });
  it('a server without a check gets one, with a warning', () => {
    expect(about(imported(service()), 2)).toContain(
      'trap: real_server: no check is configured, so it counted as good whatever it did; ftpair at least connects',
    );
  });
  it('braces may stand on a line of their own, or share one', () => {
    const text = `vrrp_instance a\n{\ninterface eth0\nvirtual_ipaddress { 192.0.2.10/24 }\n}\n${service()}`;
    expect(imported(text).yaml).toContain('public:\n    - 192.0.2.10/24 # line 4\n');
  });
  it('comments begin with # or !, but not inside of quotes', () => {
    const text = `vrrp_instance a {\ninterface eth0 ! the outside\nnotify_master "/bin/x a!b#c" # here\nvirtual_ipaddress {\n192.0.2.10/24\n}\n}\n${service()}`;
    const result = imported(text);
    expect(result.yaml).toContain(
      'run:\n      - /bin/sh # line 3\n      - -c\n      - "/bin/x a!b#c"\n'.replaceAll('"', ''),
    );
    expect(result.yaml).toContain('interface: eth0 # line 2\n');
  });
  it('definitions of several lines are put in with the line where they are used', () => {
    const text =
      '$RS= \\\nreal_server 10.0.0.${N} 21 { \\\nweight 3 \\\n}\n\nvirtual_server 192.0.2.10 21 {\n$N=11\n$RS\n$N=12\n$RS\n}';
    const { yaml } = imported(text);
    expect(yaml).toContain('address: 10.0.0.11 # line 8\n');
    expect(yaml).toContain('address: 10.0.0.12 # line 10\n');
    expect(yaml).toContain('weight: 3 # line 10\n');
  });
  it('definitions that grow without end are cut off', () => {
    const bomb = Array.from({ length: 9 }, (_, n) => `$A${n}= \\\n${`$A${n + 1} \\\n`.repeat(40)}\n`).join(
      '',
    );
    const result = imported(`${bomb}\n$A9=x\nvrrp_instance a {\n$A0\n}`);
    expect(sentences(result.findings, 'lost').some((each) => each.includes('grow beyond'))).toBe(true);
  });
  it('different checks are told, the first one is used', () => {
    const text =
      'virtual_server 192.0.2.10 21 {\nreal_server 10.0.0.11 21 {\nTCP_CHECK {\n}\n}\nreal_server 10.0.0.12 21 {\nMISC_CHECK {\nmisc_path /bin/x\n}\n}\n}';
    expect(about(imported(text), 7)).toEqual([
      'differs: MISC_CHECK: the check of line 3 is used for every server of the service',
    ]);
  });
  it('a program that only one server names is no hook', () => {
    const text =
      'virtual_server 192.0.2.10 21 {\nreal_server 10.0.0.11 21 {\nnotify_down /bin/one\n}\nreal_server 10.0.0.12 21 {\n}\n}';
    expect(about(imported(text), 3)).toEqual([
      'leftOut: notify_down: is left out: a hook on server-down runs for every server and service',
    ]);
  });
});

describe("the other router's file", () => {
  const own = `vrrp_instance a {\nstate BACKUP\ninterface eth0\npriority 90\nunicast_src_ip 192.0.2.3\nvirtual_ipaddress {\n192.0.2.10/24\n}\n}\n${service('lb_algo rr')}`;
  const peer = own
    .replace('BACKUP', 'MASTER')
    .replace('priority 90', 'priority 150')
    .replace('192.0.2.3', '192.0.2.2')
    .replace('lb_algo rr', 'lb_algo lc');
  const result = imported(own, peer);
  it('tells who is first, and its addresses', () => {
    expect(result.yaml).toContain("address: 192.0.2.2 # line 5 of the peer's file\n");
    expect(result.yaml.indexOf('192.0.2.2 ')).toBeLessThan(result.yaml.indexOf('192.0.2.3 '));
  });
  it('is compared, but for what must be different', () => {
    expect(sentences(result.findings, 'trap').filter((each) => each.includes('differs'))).toEqual([
      'F:11: lb_algo: differs: "rr" here, "lc" in line 11 of the peer\'s file; find out which of the two is right: ftpair has one file for both',
    ]);
  });
});
