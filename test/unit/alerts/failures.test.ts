/** The words for why a server is down. */
import { describe, expect, it } from 'vitest';
import { failureAdvice, failureWords } from '../../../src/alerts/failures.js';
import { PROBE_REASONS } from '../../../src/nanny/result.js';

describe('the words for a failed probe', () => {
  it.each(PROBE_REASONS)('are there for %s', (reason) => {
    expect(failureWords(reason, 'greeting')).toMatch(
      new RegExp(`^${reason} at greeting: [a-zA-Z].{8,}[^.]$`),
    );
    expect(failureAdvice(reason)).toMatch(/^[a-z].{8,}[^.]$/);
  });

  it('name the step, and show a word that is not known as it is', () => {
    expect(failureWords('timedOut', 'greeting')).toBe('timedOut at greeting: it did not answer in time');
    expect(failureWords('newer', undefined)).toBe('newer');
    expect(failureWords('toString', undefined)).toBe('toString');
  });
});
