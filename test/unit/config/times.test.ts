/** Rules about times and ports that must fit each other. `F` is the name of the file. */
import { describe } from 'vitest';
import { KEY_LINE, LAST, after, hold, pulse } from './good.js';

describe('times and ports that must fit each other', () => {
  hold([
    [
      'silence under three intervals',
      KEY_LINE,
      pulse('silence: 149ms'),
      'F:10:12: pulse.silence: 149ms is less than three times the interval of 50ms; write at least `silence: 150ms`',
    ],
    ['silence of three intervals is right', KEY_LINE, pulse('silence: 150ms')],
    [
      'a lease under three intervals',
      KEY_LINE,
      pulse('lease: 149ms'),
      'F:10:10: pulse.lease: 149ms is less than three times the interval of 50ms; write at least `lease: 150ms`',
    ],
    ['a lease of three intervals is right', KEY_LINE, pulse('lease: 150ms')],
    [
      'an interval that is too long for the default silence',
      KEY_LINE,
      pulse('interval: 60ms'),
      'F:10:13: pulse.interval: the default silence of 150ms is less than three times the interval of 60ms; add `silence: 180ms` or more',
    ],
    [
      'a silence that does not fit the interval of the profile fast',
      KEY_LINE,
      pulse('profile: fast\n  silence: 8ms'),
      'F:11:12: pulse.silence: 8ms is less than three times the interval of 3ms; write at least `silence: 9ms`',
    ],
    [
      'an interval that does not fit the silence of the profile fast',
      KEY_LINE,
      pulse('profile: fast\n  interval: 4ms'),
      'F:11:13: pulse.interval: the default silence of 9ms is less than three times the interval of 4ms; add `silence: 12ms`',
    ],
    ['the profile fast alone is right', KEY_LINE, pulse('profile: fast')],
    ['a profile that does not exist', KEY_LINE, pulse('profile: fasst'), 'F:10:12: pulse.profile: '],
    [
      'a port without room for the next two',
      KEY_LINE,
      pulse('port: 65534'),
      'F:10:9: pulse.port: the daemon uses this port and the next two, and there is no port 65536; write a port up to 65533, such as `port: 7390`',
    ],
    ['a port with room for the next two', KEY_LINE, pulse('port: 65533')],
    [
      'a check timeout as long as the interval',
      LAST,
      after('check: { timeout: 5s }'),
      'F:19:19: check.timeout: the timeout of 5s does not fit into the interval of 5s; make the timeout shorter, or the interval longer, such as 3s and 5s',
    ],
    [
      'a check interval as long as the default timeout',
      LAST,
      after('check: { interval: 3s }'),
      'F:19:20: check.interval: the timeout of 3s does not fit into the interval of 3s',
    ],
    ['a check timeout under the interval is right', LAST, after('check: { timeout: 4999ms }')],
    [
      'list and retr',
      LAST,
      after('check: { list: ., retr: /a }'),
      'F:19:19: check.retr: a probe either lists, fetches or stores; keep list or retr',
    ],
  ]);
});
