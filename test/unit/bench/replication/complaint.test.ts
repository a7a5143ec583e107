import { expect, it } from 'vitest';
import { complaint, type Account } from '../../../bench/replication/complaint.js';
import type { Difference } from '../../../bench/replication/compare.js';

const flows = { nat: 0, state: 0, mark: 0, helper: 0, master: 0, offsets: 0 };
const EQUAL: Difference = { missing: 0, extra: 0, flows, expectationNat: 0, examples: [] };
const account = (created: number, expectations: number, losses: Account['losses'] = {}): Account => ({
  losses,
  created: { flows: created, expectations },
});

it('a load counts when the backup follows, nothing was lost, and as much was created as there was', () => {
  expect(complaint(EQUAL, account(5, 1, { overruns: 2 }), account(205, 101, { overruns: 2 }), 100)).toBe('');
});

it('what the backup lacks or has too much is said first', () => {
  const halt = { ...EQUAL, missing: 3, extra: 1, flows: { ...flows, state: 2 } };
  expect(complaint(halt, account(0, 0), account(0, 0), 100)).toBe(
    'missing 3, too many 1, other NAT 0, state 2, mark 0',
  );
});

it('losses that a daemon has counted since count, those from before do not', () => {
  const [before, after] = [
    account(0, 0, { overruns: 1, lost: 4 }),
    account(200, 100, { overruns: 2, lost: 4, noSpace: 7 }),
  ];
  expect(complaint(EQUAL, before, after, 100)).toBe('overruns 1, noSpace 7');
});

it('sessions that came and went unseen are found in what the kernel has created', () => {
  expect(complaint(EQUAL, account(0, 0), account(199, 100), 100)).toBe(
    "of 100 sessions the backup's kernel has created only 199 flows",
  );
});

it('an announcement may be skipped: the flow that it has become is there', () => {
  expect(complaint(EQUAL, account(0, 0), account(200, 60), 100)).toBe('');
});
