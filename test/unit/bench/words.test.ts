import { expect, it } from 'vitest';
import { complaintOf, positive } from '../../bench/words.js';

it('a number is held to its own limit, and the limit is said', () => {
  expect(positive('flows', '100000', { whole: true, most: 100_000 })).toBe(100_000);
  const wrong = (): string => {
    try {
      return String(positive('flows', '100001', { whole: true, most: 100_000 }));
    } catch (error) {
      return complaintOf(error);
    }
  };
  expect(wrong()).toBe("--flows: '100001' is not a whole number above 0, at most 100000");
});

it('an error of another kind is no complaint about words', () => {
  expect(() => complaintOf(new RangeError('elsewhere'))).toThrow('elsewhere');
});
