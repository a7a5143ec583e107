import { describe, expect, test } from 'vitest';
import { type Figures, progressLine, report } from '../../../src/lab/demo-report.js';

const transfer = {
  mode: 'PASV',
  client: 'curl',
  bytes: 33_554_432,
  expectedBytes: 33_554_432,
  checksumRight: true,
  stallBefore: 64,
  stallAfter: 209,
  complaint: '',
};

const good: Figures = {
  lost: 'alpha',
  survivor: 'beta',
  role: 'active',
  reason: 'peerDead',
  steps: [
    { step: 'silentSince', atMillis: -181 },
    { step: 'addressUp', atMillis: 1 },
  ],
  outageMillis: 164.4,
  probeStallMillis: 13,
  transfers: [
    transfer,
    { ...transfer, mode: 'PASV, announced before', stallBefore: undefined, bytes: 33_554_432 },
  ],
  memory: [
    { name: 'alpha', mebibytes: 88.2 },
    { name: 'beta', mebibytes: 90.9 },
  ],
};

describe('the demo’s last screen', () => {
  test('says who took over and why, and what the clients noticed', () => {
    expect(report(good)).toEqual({
      kept: true,
      lines: [
        'power lost       alpha, all cables and all processes at once',
        'taken over by    beta, now active, because: peerDead',
        'its steps        silentSince -181, addressUp 1 (ms from its decision)',
        'VIP silent for   164 ms (bound 300 ms)',
        '                 seen by an ICMP echo every 2 ms that itself stood still for 13 ms at most',
        'memory           alpha 88 MiB (bound 150 MiB), beta 91 MiB (bound 150 MiB)',
        '',
        '  client  data channel            received  stall before  stall across  outcome',
        '  curl    PASV                    32.0 MiB            64           209  whole, checksum right',
        '  curl    PASV, announced before  32.0 MiB             –           209  whole, checksum right',
        '  (stalls in ms: the longest wait between two pieces of data; the servers limit the rate)',
        '',
        'All 2 transfers survived.',
      ],
    });
  });

  test.each<[string, Partial<Figures>, string]>([
    ['an outage at the bound', { outageMillis: 300 }, 'OVER the bound 300 ms'],
    ['a director of 150 MiB', { memory: [{ name: 'alpha', mebibytes: 150 }] }, 'OVER the bound 150 MiB'],
    ['a memory that was not measured', { memory: [{ name: 'alpha', mebibytes: undefined }] }, 'NOT MEASURED'],
    ['a stall of a second', { transfers: [{ ...transfer, stallAfter: 1000 }] }, 'stall OVER 1000 ms'],
    ['a file that came short', { transfers: [{ ...transfer, bytes: 33_554_431 }] }, 'BROKEN'],
    [
      'a wrong checksum',
      { transfers: [{ ...transfer, checksumRight: false, complaint: 'curl: (18)' }] },
      'BROKEN curl: (18)',
    ],
    ['a survivor that is not active', { role: 'backup' }, 'now backup'],
  ])('does not call %s a success', (_, change, words) => {
    const { lines, kept } = report({ ...good, ...change });
    expect(kept).toBe(false);
    expect(lines.join('\n')).toContain(words);
    expect(lines.at(-1)).toContain('NOT as promised');
  });
});

test('progress is a bar of thirty', () => {
  expect(progressLine('PASV', 16_777_216, 33_554_432, 'through alpha')).toBe(
    '  PASV  [###############...............]  16.0 of 32.0 MiB  through alpha',
  );
});
