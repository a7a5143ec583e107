/** The ledger as the backup has it: what the journal told, whether its kernel took it or not. Pure. */
import { type Expectation, expectationKey } from '../conntrack/expectation.js';
import { tupleKey } from '../conntrack/tuple.js';
import type { Millis } from '../time.js';
import { type KnownFlow, type Ledger, type LedgerExpectation, noTraffic } from './ledger.js';
import type { Refusals } from './refusals.js';

/** Both maps as Commit keeps them: by tuple, and by control flow and tuple. Later changes of them are seen. */
export function ledgerOf(
  flows: ReadonlyMap<string, KnownFlow & { readonly since: Millis }>,
  expectations: ReadonlyMap<string, { readonly expectation: Expectation }>,
  refusals: Refusals,
): Ledger {
  const announced = new Map(
    Array.from(expectations.values(), ({ expectation }) => [tupleKey(expectation.master), expectation]),
  );
  return {
    known: () => [...flows.values(), ...refusals.flows()],
    flow: (orig) => {
      const key = tupleKey(orig);
      const refused = refusals.flow(key);
      const held = flows.get(key) ?? refused;
      return held && { ...held, ended: noTraffic, lacking: refused?.reason };
    },
    announced: (master): LedgerExpectation | undefined => {
      const key = tupleKey(master);
      const held = announced.get(key);
      if (held !== undefined && expectations.has(expectationKey(held)))
        return { expectation: held, lacking: undefined };
      const refused = refusals.expectation(key);
      return refused && { expectation: refused.expectation, lacking: refused.reason };
    },
  };
}
