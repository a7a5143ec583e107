/** Rules about times and ports that must fit each other. Pure: facts in, findings out. */
import { error, type Finding } from '../complaint.js';
import { formatDuration } from '../duration.js';
import { millis } from '../../time.js';
import type { Facts } from './facts.js';

export function timingRules(facts: Facts): readonly Finding[] {
  return [...threeIntervals(facts, 'silence'), ...threeIntervals(facts, 'lease'), ...ports(facts)];
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
