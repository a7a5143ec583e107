import { expect, it } from 'vitest';
import { statesIn, keepalivedConfig } from '../../../bench/takeover/keepalived.js';
import { moments, timelineLines } from '../../../bench/takeover/timeline.js';

it('a takeover is told in the order of time from two witnesses that share the gratuitous ARP', () => {
  const wire = {
    answers: [],
    probes: [
      { at: 990, mac: 'bb' },
      { at: 1009, mac: 'bb' },
      { at: 1040, mac: 'aa' },
    ],
    announcements: [
      { at: 900, mac: 'aa' },
      { at: 1012.5, mac: 'bb' },
      { at: 1012.6, mac: 'bb' },
    ],
  };
  const takeover = {
    from: 'backup',
    to: 'active',
    reason: 'peerDead',
    agoMillis: 7,
    steps: [
      { step: 'silentSince', atMillis: -13 },
      { step: 'addressUp', atMillis: 1 },
      { step: 'gratuitous', atMillis: 1.5 },
    ],
  };
  const list = moments(wire, { from: 1000, to: 1013 }, takeover);
  expect(list).toEqual([
    { what: 'last pulse heard', at: -2 },
    { what: 'last answered probe', at: 0 },
    { what: 'ARP probe 1 on the wire', at: 9 },
    { what: 'decided', at: 11 },
    { what: 'address up', at: 12 },
    { what: 'gratuitous ARP sent', at: 12.5 },
    { what: 'gratuitous ARP at the client', at: 12.5 },
    { what: 'first answered probe', at: 13 },
  ]);
  expect(timelineLines('T', list).slice(0, 5)).toEqual([
    'T',
    '         ms    passed  what',
    '      -2.00      0.00  last pulse heard',
    '       0.00      2.00  last answered probe',
    '       9.00      9.00  ARP probe 1 on the wire',
  ]);
});

it("keepalived's states are read from its log, oldest first", () => {
  const log = [
    'Sat: (ftp) Entering BACKUP STATE (init)',
    'Sat: (ftp) Backup received priority 0 advertisement',
    'Sat: (ftp) Entering MASTER STATE',
  ].join('\n');
  expect(statesIn(log)).toEqual(['BACKUP', 'MASTER']);
});

it("keepalived's config is filled in wherever a word stands", () => {
  const words = {
    NAME: 'alpha',
    PRIORITY: '254',
    ADVERT: '0.01',
    OWN: 'a',
    PEER: 'b',
    VIP: 'v',
    GATEWAY: 'g',
  };
  expect(
    keepalivedConfig('router_id @NAME@\n@OWN@ @PEER@ @VIP@ @GATEWAY@ @PRIORITY@ @ADVERT@ @NAME@', words),
  ).toBe('router_id alpha\na b v g 254 0.01 alpha');
});
