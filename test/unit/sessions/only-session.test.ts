/** Data flows of encrypted sessions, which name no master. */
import { expect, it } from 'vitest';
import { isData, sameMark } from '../../../src/conntrack/mark.js';
import type { Flow } from '../../../src/conntrack/flow.js';
import { OnlySessions } from '../../../src/sessions/only-session.js';
import { CLIENT, controlFlow, dataFlow, SERVER, tuple, VIP } from '../replication/samples.js';

const OTHER_CLIENT = Uint8Array.from([198, 51, 100, 8]);
const passive: Flow = dataFlow(40_000, 50_000, { master: undefined, mark: 0x46545003 });
const active: Flow = {
  ...passive,
  orig: tuple(SERVER, 20, CLIENT, 45_678),
  reply: tuple(CLIENT, 45_678, VIP, 20),
};

it('belong to the one session that their client has on their server, whoever opened them', () => {
  const elsewhere = controlFlow(40_002, { orig: tuple(OTHER_CLIENT, 40_002, VIP, 21) });
  const only = new OnlySessions([controlFlow(40_000), elsewhere]);
  expect(only.masterOf(passive)).toEqual(tuple(CLIENT, 40_000, VIP, 21));
  expect(only.masterOf(active)).toEqual(tuple(CLIENT, 40_000, VIP, 21));
});

it('belong to nobody known where there are several, or none', () => {
  const only = new OnlySessions([controlFlow(40_000), controlFlow(40_001)]);
  expect(only.masterOf(passive)).toBeUndefined();
  expect(new OnlySessions([]).masterOf(active)).toBeUndefined();
});

it('are told from control connections by a bit of their mark', () => {
  expect([passive, dataFlow(), controlFlow()].map(isData)).toEqual([true, true, false]);
  expect([0x46545001, 0x46545003, 0x46545000, 0].map((mark) => sameMark({ mark }, 0x46545001))).toEqual([
    true,
    true,
    false,
    false,
  ]);
});
