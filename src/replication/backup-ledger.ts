/** The ledger as the backup has it: what the journal told, whether its kernel took it or not. Pure. */
import { expectationKey } from '../conntrack/expectation.js';
import { tupleKey } from '../conntrack/tuple.js';
import { bucketOf } from '../journal/buckets.js';
import { type Lacking, type Ledger, type LedgerExpectation, noTraffic } from './ledger.js';
import type { Mirror } from './mirror.js';
import type { Refusals } from './refusals.js';

/** Later changes of all three are seen. Nothing in a `wanted` bucket is proved: the active has something of it otherwise. */
export function ledgerOf(
  mirror: Pick<Mirror, 'flows' | 'expectations'>,
  refusals: Refusals,
  wanted: ReadonlySet<number>,
): Ledger {
  const announced = new Map(
    Array.from(mirror.expectations.values(), ({ expectation }) => [
      tupleKey(expectation.master),
      expectation,
    ]),
  );
  const unproved = (key: string): Lacking | undefined =>
    wanted.has(bucketOf(key)) ? 'unacknowledged' : undefined;
  return {
    known: () => [...mirror.flows.values(), ...refusals.flows()],
    flow: (orig) => {
      const key = tupleKey(orig);
      const refused = refusals.flow(key);
      const held = mirror.flows.get(key) ?? refused;
      return held && { ...held, ended: noTraffic, lacking: refused?.reason ?? unproved(key) };
    },
    announced: (master): LedgerExpectation | undefined => {
      const key = tupleKey(master);
      const held = announced.get(key);
      if (held !== undefined && mirror.expectations.has(expectationKey(held)))
        return { expectation: held, lacking: unproved(key) };
      const refused = refusals.expectation(key);
      return refused && { expectation: refused.expectation, lacking: refused.reason };
    },
  };
}
