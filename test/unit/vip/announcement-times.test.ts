import { expect, test } from 'vitest';
import { millis } from '../../../src/time.js';
import { placements } from '../../../src/vip/face.js';
import { announcementDue } from '../../../src/vip/announcement-times.js';

test('announcements: at once, four repeats within two seconds, then every thirty seconds', () => {
  const due = Array.from({ length: 8 }, (_, count) => announcementDue(millis(1000), count));
  expect(due).toEqual([1000, 1020, 1100, 1500, 3000, 33_000, 63_000, 93_000]);
});

test('VIPs belong on the public link, gateway addresses on the private one', () => {
  const director = {
    name: 'a',
    public: { interface: 'eth0', address: '192.0.2.1' },
    private: { interface: 'eth1', address: '10.0.0.1' },
    extra: {},
  };
  const config = {
    vips: [{ address: '192.0.2.77', prefixLength: 24, family: 4 }],
    gateways: [{ address: 'fd00::1', prefixLength: 64, family: 6 }],
  };
  expect(placements(config as never, director)).toEqual([
    { interface: 'eth0', address: '192.0.2.77', prefixLength: 24, family: 4 },
    { interface: 'eth1', address: 'fd00::1', prefixLength: 64, family: 6 },
  ]);
});
