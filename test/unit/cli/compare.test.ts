import { expect, test } from 'vitest';
import { renderComparison } from '../../../src/cli/compare.js';

test('equal tables are one line', () => {
  expect(renderComparison({ entries: 1, differences: [] })).toBe(
    "1 entry in this kernel, the same in the peer's\n",
  );
});

test('a difference shows both sides', () => {
  const differences = [
    { entry: 'flow a', here: 'state 3', there: undefined },
    { entry: 'flow b', here: 'state 3', there: 'state 4' },
  ];
  expect(renderComparison({ entries: 7, differences })).toBe(
    [
      'flow a',
      '  - state 3',
      '  + not there',
      'flow b',
      '  - state 3',
      '  + state 4',
      "7 entries in this kernel, 2 not as in the peer's (- here, + there)",
      '',
    ].join('\n'),
  );
});
