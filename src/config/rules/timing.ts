/** Rules about times and ports that must fit each other. Pure: facts in, findings out. */
import { error, type Finding } from '../complaint.js';
import { formatDuration } from '../duration.js';
import { millis } from '../../time.js';
import type { Facts } from './facts.js';

export function timingRules(facts: Facts): readonly Finding[] {
  return [
    ...threeIntervals(facts, 'silence'),
    ...threeIntervals(facts, 'lease'),
    ...ports(facts),
    ...checkTimes(facts),
    ...retryTime(facts),
    ...oneDataStep(facts),
  ];
}

/** One lost pulse or one late renewal must not decide anything. */
function threeIntervals({ draft, written }: Facts, key: 'silence' | 'lease'): readonly Finding[] {
  const { interval, [key]: limit } = draft.pulse ?? {};
  if (interval === undefined || limit === undefined || limit >= 3 * interval) return [];
  const least = formatDuration(millis(3 * interval));
  const short = `${formatDuration(limit)} is less than three times the interval of ${formatDuration(interval)}`;
  if (written(['pulse', key])) {
    return [error(['pulse', key], short, `write at least \`${key}: ${least}\`, or a shorter interval`)];
  }
  const problem = `the default ${key} of ${short}`;
  return [
    error(['pulse', 'interval'], problem, `add \`${key}: ${least}\` or more, or write a shorter interval`),
  ];
}

function ports({ draft }: Facts): readonly Finding[] {
  const port = draft.pulse?.port;
  if (port === undefined || port <= 65_533) return [];
  const problem = `the daemon uses this port and the next two, and there is no port ${port + 2}`;
  return [error(['pulse', 'port'], problem, 'write a port up to 65533, such as `port: 7390`')];
}

function checkTimes({ draft, written }: Facts): readonly Finding[] {
  const { interval, timeout } = draft.check ?? {};
  if (interval === undefined || timeout === undefined || timeout < interval) return [];
  const key = written(['check', 'timeout']) ? 'timeout' : 'interval';
  const problem = `the timeout of ${formatDuration(timeout)} does not fit into the interval of ${formatDuration(interval)}`;
  return [
    error(['check', key], problem, 'make the timeout shorter, or the interval longer, such as 3s and 5s'),
  ];
}

function retryTime({ draft }: Facts): readonly Finding[] {
  const { interval, retry } = draft.check ?? {};
  if (interval === undefined || retry === undefined || retry <= interval) return [];
  const problem = `the retry of ${formatDuration(retry)} is longer than the interval of ${formatDuration(interval)}`;
  const cure = `write at most \`retry: ${formatDuration(interval)}\`, or remove it`;
  return [error(['check', 'retry'], problem, cure)];
}

function oneDataStep({ written }: Facts): readonly Finding[] {
  if (!written(['check', 'list']) || !written(['check', 'retr'])) return [];
  const problem = 'a probe either lists or fetches, not both';
  return [{ ...error(['check', 'retr'], problem, 'keep list or retr, and remove the other'), at: 'key' }];
}
