/**
 * Lengths of time as the configuration writes them: a number and its unit (`20ms`, `3s`, `5m`). A number
 * without a unit is refused, because half of its readers would take it for the other unit.
 */
import { millis, type Millis } from '../time.js';
import { quote, refused, type Parsed, type Refused } from './parsed.js';

/** What a length of time looks like, also for the JSON Schema. */
export const DURATION_PATTERN = '^[0-9]+(\\.[0-9]+)?(ms|s|m|h)$';

const MILLIS_PER_UNIT = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 } as const;

type Unit = keyof typeof MILLIS_PER_UNIT;

/** Reads `40ms`, `0.5s`, `3s`, `5m` or `1h`. Zero is refused: no limit of ours means anything at zero. */
export function parseDuration(text: string): Parsed<Millis> {
  const found = /^([0-9]+(?:\.[0-9]+)?)(ms|s|m|h)$/.exec(text);
  if (found === null) return misread(text);
  const value = Number(found[1]) * MILLIS_PER_UNIT[found[2] as Unit];
  if (value > 0) return { ok: true, value: millis(value) };
  return refused(`${text} is no time at all`, 'write a length above zero, such as `40ms` or `3s`');
}

/** The complaint about a length of time without its unit, for instance `40`. */
export function bareNumber(text: string): Refused {
  return refused(
    `${text} has no unit: it could be milliseconds or seconds`,
    `write \`${text}ms\` for milliseconds or \`${text}s\` for seconds`,
  );
}

function misread(text: string): Refused {
  if (/^[0-9]+(\.[0-9]+)?$/.test(text)) return bareNumber(text);
  const tight = text.replaceAll(/\s/g, '').toLowerCase();
  if (new RegExp(DURATION_PATTERN).test(tight)) {
    return refused(`${quote(text)} is not written as a length of time`, `write \`${tight}\``);
  }
  return refused(
    `${quote(text)} is not a length of time`,
    'write a number and its unit (ms, s, m, h) without a space, such as `40ms` or `3s`',
  );
}

/** The shortest exact spelling: `40ms`, `3s`, `5m`, `1h`. */
export function formatDuration(value: Millis): string {
  for (const unit of ['h', 'm', 's'] as const) {
    if (value > 0 && value % MILLIS_PER_UNIT[unit] === 0) return `${value / MILLIS_PER_UNIT[unit]}${unit}`;
  }
  return `${value}ms`;
}
