/** What nobody has answered for is told, whatever a translator forgets. */
import { expect, it } from 'vitest';
import { formatFinding } from '../../../src/migration/finding.js';
import { openLedger } from '../../../src/migration/ledger.js';
import { about, fixture, imported } from './fixture.js';

const [one, two, again] = [
  { line: 1, key: 'one' },
  { line: 2, key: 'two' },
  { line: 3, key: 'one' },
] as const;

it('tells in the order of the file, and what was forgotten as lost', () => {
  const ledger = openLedger();
  ledger.say('leftOut', again, 'is left out', 'nothing to do');
  ledger.became(one, 'nodes');
  expect(ledger.close([one, two, again])).toEqual([
    { outcome: 'became', line: 1, key: 'one', problem: 'became nodes', cure: 'nothing to do' },
    { outcome: 'lost', line: 2, key: 'two', problem: 'is not translated', cure: 'look up what it does, and see to it' },
    { outcome: 'leftOut', line: 3, key: 'one', problem: 'is left out', cure: 'nothing to do' },
  ]); // prettier-ignore
});

it('does not take a warning for an answer', () => {
  const ledger = openLedger();
  ledger.warn(one, 'is octal', 'write 10');
  expect(ledger.close([one]).map(({ outcome }) => outcome)).toEqual(['trap', 'lost']);
});

it('says the same sentence about the same place once', () => {
  const ledger = openLedger();
  ledger.warn(one, 'is octal', 'write 10');
  ledger.warn(one, 'is octal', 'write 10');
  ledger.became(one, 'nodes');
  expect(ledger.close([one])).toHaveLength(2);
});

it('puts what has no place behind everything else', () => {
  const ledger = openLedger();
  ledger.fillIn('nodes[0].name', 'is a placeholder', 'write the name');
  ledger.became(two, 'nodes');
  expect(ledger.close([two]).map((each) => formatFinding('F', each))).toEqual([
    'F:2: two: became nodes; nothing to do',
    'F: nodes[0].name: is a placeholder; write the name',
  ]);
});

it('tells a line that stands inside of what may not stand there', () => {
  expect(about(imported(fixture('traps.lvs.cf')), 67)).toEqual(['lost: address: is not translated']);
});
