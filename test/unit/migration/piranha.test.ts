/** Piranha's lvs.cf, translated. Expected values are literal. */
import { describe, expect, it } from 'vitest';
import { parseConfig } from '../../../src/config/load.js';
import { losesSomething } from '../../../src/migration/finding.js';
import { about, fixture, imported, sentences } from './fixture.js';

/** A section that can be used, with further lines. */
const virtual = (...lines: readonly string[]): string =>
  ['virtual ftp {', 'active = 1', 'address = 192.0.2.10 eth0:1', 'vip_nmask = 255.255.255.0', 'port = 21', ...lines, '}'].join('\n'); // prettier-ignore

describe('the published FTP recipe', () => {
  const result = imported(fixture('ftp.lvs.cf'));
  it('is one service whose data channels the helper finds', () => {
    expect(result.yaml).toBe(FTP_YAML);
  });
  it('loses nothing that clients would notice', () => {
    expect(losesSomething(result.findings)).toBe(false);
    expect(sentences(result.findings, 'lost')).toEqual([]);
  });
  it('is accepted as it is', () => {
    expect(parseConfig(result.yaml, 'F').ok).toBe(true);
  });
  it('says what means something else from now on', () => {
    expect(about(result, 18)).toEqual([
      "differs: fwmark: mark 21 became services[0] itself: the kernel's FTP helper finds the data channels, in active and passive mode",
    ]);
    expect(about(result, 20)).toEqual([
      'trap: persistent: persistence of 60 s behind a mark: data channels later than that went to any server',
      'differs: persistent: became services[0].persistence.timeout; the data channels need it no more',
    ]);
    expect(about(result, 21)).toEqual([
      'trap: send: "quit" has no line end, so the server never answered it: only its greeting was tested',
      'became: send: became services[0].check.send',
    ]);
  });
  it('says what is to be filled in', () => {
    expect(sentences(result.findings, 'fillIn').map((each) => each.split(':')[1]?.trim())).toEqual([
      'nodes[0].name',
      'nodes[0].private.address',
      'nodes[1].name',
      'nodes[1].private.address',
      'pulse.key_file',
    ]);
  });
});

const FTP_YAML = `# The pair that F describes (Piranha), translated by \`ftpair import\`. "line N" is the line there.
# Lines with CHANGE hold what that file could not say. When they are right: ftpair check --config THIS_FILE
# The SAME file is used on both directors.

nodes:
  - name: alpha # CHANGE: the first router's host name, as \`hostname\` prints it there
    public:
      interface: eth0 # line 16
      address: 192.0.2.2 # line 2
    private:
      interface: eth1 # line 11
      address: 192.0.2.1 # CHANGE: the first router's own address on the private LAN
  - name: beta # CHANGE: the second router's host name, as \`hostname\` prints it there
    public:
      interface: eth0 # line 16
      address: 192.0.2.3 # line 5
    private:
      interface: eth1 # line 11
      address: 192.0.2.4 # CHANGE: the second router's own address on the private LAN
pulse:
  interval: 50ms # line 8: keepalive 6 s there
  silence: 150ms # line 9: deadtime 18 s there
  key_file: /etc/ftpair/pair.key # CHANGE: \`umask 077; ftpair keygen > /etc/ftpair/pair.key\` on one router, and the same file on the other
virtual_addresses:
  public:
    - 192.0.2.10/24 # line 16
  gateway:
    - 10.0.0.1/24 # line 11
services:
  - name: ftp # line 14
    address: 192.0.2.10 # line 16
    port: 21 # line 19
    scheduler: wlc # line 24
    servers:
      - name: one # line 29
        address: 10.0.0.11 # line 30
        weight: 1 # line 32
      - name: two # line 34
        address: 10.0.0.12 # line 35
        weight: 2 # line 37
    on_failure: keep # line 28
    persistence:
      timeout: 1m # line 20
    check:
      interval: 6s # line 26
      rise: 3 # line 27: reentry 15 s / timeout 6 s there
      fall: 1 # for the nanny there, one failure was down
      send: quit # line 21
      expect: "220" # line 22
`;

describe('a large one, written by the GUI', () => {
  const result = imported(fixture('gui.lvs.cf'));
  it('is accepted as it is', () => {
    expect(parseConfig(result.yaml, 'F')).toMatchObject({ ok: true, warnings: [] });
  });
  it('has the second heartbeat path on the private link', () => {
    expect(result.yaml).toContain('      interface: eth1 # line 14\n      address: 172.16.9.4 # line 3\n');
  });
  it('keeps weights in proportion', () => {
    expect(result.yaml).toContain('weight: 2 # line 48');
    expect(result.yaml).toContain('weight: 1 # line 54');
  });
  it('reads a POSIX expression as one of ours', () => {
    expect(result.yaml).toContain('expect_pattern: "^2[0-9]{2} " # line 35');
  });
  it('runs programs on a change of role as hooks', () => {
    expect(result.yaml).toContain(
      'hooks:\n  - on:\n      - role-active # line 25\n    run:\n      - /usr/local/sbin/announce # line 25\n      - up\n',
    );
    expect(result.yaml).toContain(
      'run:\n      - /bin/sh # line 26\n      - -c\n      - logger -t lvs backup\n',
    );
  });
  it('gives implicit TLS ranges of data ports', () => {
    expect(result.yaml).toContain('    mode: passive_range # port 990 is FTP over TLS\n');
    expect(result.yaml).toContain('passive_ports: 50000-50099 # CHANGE: ');
  });
  it('tells what is lost', () => {
    expect(sentences(result.findings, 'lost')).toEqual([
      'F:38: scheduler: lblc has no counterpart, wlc stands there: it sends a destination address to one server, for clusters of caches: a VIP has one destination; look whether the servers are alike',
      'F:62: virtual: web is not translated: port 80 is not FTP, and ftpair serves FTP only; keep another balancer for it, on an address of its own',
      'F:89: failover: nfs is not translated: ftpair fails no programs over; keep another program for it',
    ]);
  });
  it('leaves a server out that is not active', () => {
    expect(about(result, 56)).toEqual([
      'leftOut: server: spare is left out: active is not 1 (line 58), so Piranha does not use it',
    ]);
    expect(result.yaml).not.toContain('172.16.9.13');
  });
});

describe('traps', () => {
  const result = imported(fixture('traps.lvs.cf'));
  const line = (number: number): readonly string[] => about(result, number);
  it('leave a config that is accepted', () => {
    expect(parseConfig(result.yaml, 'F').ok).toBe(true);
  });
  it.each([
    [3, 'fillIn: primary: lvs1.example.org is a host\'s name, which the importer does not look up: a placeholder stands at nodes[0].public.address'], // prettier-ignore
    [4, 'fillIn: backup: 0.0.0.0 stands for "none": there has been one router only'],
    [4, 'trap: backup: backup_active is missing, which means 0: the backup has been switched off'],
    [5, 'trap: heartbeat: there has been no heartbeat, so no failover; ftpair always has one'],
    [7, 'trap: deadtime: a comment behind a value is an error for Piranha ("unexpected arguments")'],
    [7, 'trap: deadtime: with deadtime 3 and keepalive 2, one lost packet was a failover'],
    [8, 'lost: deadtime_warn: Piranha does not know this key here, and refuses the whole file ("unknown command")'], // prettier-ignore
    [9, 'lost: network: "direct" is not supported: ftpair translates addresses (NAT)'],
    [10, 'trap: tcp_timeout: tcp_timeout 10 s is shorter than the usual idle limit of an FTP server (300 s): idle sessions were lost'], // prettier-ignore
    [
      17,
      'trap: persistent: persistence of 1 s behind a mark: data channels later than that went to any server',
    ],
    [19, 'trap: scheduler: is said again in line 20, and for Piranha the last one counts: this line is not translated'], // prettier-ignore
    [21, 'trap: send: is left out: send_program stands beside it, and wins'],
    [23, 'trap: expect: blanks behind a closing quote are an error for Piranha ("quotation mismatch")'],
    [24, 'trap: timeout: 010 is octal for Piranha: it means 8, which is what was translated'],
    [
      25,
      'lost: reentry: Piranha refuses the whole file here: quotation mismatch; the line is not translated',
    ],
    [27, 'lost: quiesce_server: "yes" cannot be read (Piranha: boolean expected)'],
    [28, 'lost: sorry_server: is not translated: an address of the router itself cannot be the sorry server'],
    [29, 'leftOut: client_monitor: is left out: the nanny is part of ftpair'],
    [38, 'lost: port: Piranha refuses the whole file here: equal (=) expected after command; the line is not translated'], // prettier-ignore
    [41, 'leftOut: server: off is left out: active is missing, which means 0, so Piranha does not use it'],
    [45, 'differs: virtual: ftp-data has the mark of virtual ftp (line 12) and is part of it: the helper finds the data channels'], // prettier-ignore
    [55, 'lost: virtual: dns is not translated: UDP is not FTP, and ftpair serves FTP only'],
    [65, 'lost: }: Piranha refuses the whole file here: unknown command: nothing is open here; the line is not translated'], // prettier-ignore
    [66, 'lost: server: Piranha refuses the whole file here: unexpected end of file: its } is missing; the line is not translated'], // prettier-ignore
  ])('of line %i are told: %s', (number, sentence) => {
    expect(line(number)).toContain(sentence);
  });
});

describe('single things', () => {
  it("a second path beside the servers' LAN is a link of its own", () => {
    const text = `nat_router = 10.0.0.1 eth1:1\nnat_nmask = 255.255.255.0\nprimary_private = 172.31.0.1\n${virtual()}`;
    expect(imported(text).yaml).toContain('    extra:\n      cross:\n        interface: eth2 # CHANGE: the first router\'s interface on the link between the two\n        address: 172.31.0.1 # line 3\n'); // prettier-ignore
  });
  it('both addresses on one interface are lost', () => {
    const result = imported(`nat_router = 10.0.0.1 eth0:2\nnat_nmask = 255.255.255.0\n${virtual()}`);
    expect(about(result, 1)).toContain('lost: nat_router: the gateway address and the VIP are both on eth0: ftpair needs an interface for each LAN'); // prettier-ignore
    expect(parseConfig(result.yaml, 'F').ok).toBe(true);
  });
  it('any answer is good where * is expected', () => {
    expect(imported(virtual('expect = "*"')).yaml).toContain("expect_pattern: '[^]' # line 6: * there: any answer".replaceAll("'", '"')); // prettier-ignore
  });
  it('without an answer to expect, connecting is enough', () => {
    expect(imported(virtual()).yaml).toContain('steps:\n        - connect # the nanny only connected\n');
  });
  it("the scheduler that is not written is Piranha's default", () => {
    expect(imported(virtual()).yaml).toContain("scheduler: wlc # Piranha's default");
  });
  it("a netmask that is none is refused in Piranha's words", () => {
    const result = imported(virtual('persistent = 60', 'pmask = 255.0.255.0'));
    expect(about(result, 7)).toEqual(['lost: pmask: "255.0.255.0" cannot be read (Piranha: Bad subnet mask specified)']); // prettier-ignore
  });
  it('a persistence of a whole network keeps its mask', () => {
    expect(imported(virtual('persistent = 60', 'pmask = 255.255.255.0')).yaml).toContain('mask: 24 # line 7');
  });
  it('a file without a service gets one that shows the shape', () => {
    const result = imported('primary = 198.51.100.2\n');
    expect(result.yaml).toContain(
      'name: ftp # CHANGE: the file holds no FTP service; this one only shows the shape',
    );
    expect(parseConfig(result.yaml, 'F').ok).toBe(true);
  });
});

describe("the other router's file", () => {
  it('is compared key by key, which Piranha never did', () => {
    const own = `serial_no = 41\n${virtual('persistent = 60')}`;
    const peer = `serial_no = 40\n${virtual()}\nkeepalive = 2\n`;
    const told = sentences(imported(own, peer).findings, 'trap');
    expect(told).toEqual([
      'F:1: serial_no: differs: "41" here, "40" in line 1 of the peer\'s file; the two routers do not run the same configuration: import the one with the higher number',
      "F:7: persistent: stands in this file only, not in the peer's; find out which of the two is right",
      "F: keepalive (line 8 of the peer's file): stands in the peer's file only; find out which of the two is right",
    ]);
  });
});
