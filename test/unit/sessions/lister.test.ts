import { describe, expect, it } from 'vitest';
import type { Expectation } from '../../../src/conntrack/expectation.js';
import { expectationKey } from '../../../src/conntrack/expectation.js';
import type { Flow } from '../../../src/conntrack/flow.js';
import { type Tuple, tupleKey } from '../../../src/conntrack/tuple.js';
import type { SessionsQuery } from '../../../src/control/sessions.js';
import { type Ledger, noTraffic } from '../../../src/replication/ledger.js';
import { listSessions } from '../../../src/sessions/lister.js';
import { millis } from '../../../src/time.js';
import { announcement, controlFlow, dataFlow, tuple, VIP, CLIENT } from '../replication/samples.js';
import { ACTIVE, inState } from './samples.js';

const ALL: SessionsQuery = {
  limit: 500,
  after: undefined,
  client: undefined,
  server: undefined,
  lost: false,
};

interface World {
  readonly flows: readonly Flow[];
  readonly expectations?: readonly Expectation[];
  /** Of these the backup lacks something. */
  readonly lacking?: readonly Flow[];
}

/** A ledger and a kernel that agree; serials count from 10, and the ledger tells the flows in no order. */
function world({ flows, expectations = [], lacking = [] }: World) {
  const find = (orig: Tuple) => flows.find((flow) => tupleKey(flow.orig) === tupleKey(orig));
  const asked: number[] = [];
  const ledger: Ledger = {
    known: () => flows.map((flow, index) => ({ flow, serial: index + 10 })).reverse(),
    flow: (orig) => {
      const flow = find(orig);
      return (
        flow && {
          flow,
          serial: flows.indexOf(flow) + 10,
          since: millis(0),
          ended: noTraffic,
          lacking: lacking.includes(flow) ? 'unacknowledged' : undefined,
        }
      );
    },
    announced: (master) => {
      const expectation = expectations.find((e) => tupleKey(e.master) === tupleKey(master));
      return expectation && { expectation, lacking: undefined };
    },
  };
  const kernel = {
    getMany: (origs: readonly Tuple[]) => {
      asked.push(origs.length);
      return origs.map(find);
    },
    getExpectations: (named: readonly Pick<Expectation, 'tuple'>[]) =>
      named.map(({ tuple: wanted }) =>
        expectations.find((e) => expectationKey(e).endsWith(tupleKey(wanted))),
      ),
  };
  const list = async (query: Partial<SessionsQuery> = {}) => {
    const page = await listSessions({ ...ALL, ...query }, { ledger, kernel, facts: () => ACTIVE });
    return { ...page, sessions: page.sessions.map(({ client }) => client.port) };
  };
  return { asked, list, parts: { ledger, kernel, facts: () => ACTIVE } };
}

const three = [controlFlow(1), controlFlow(2), controlFlow(3)];

describe('a page of sessions', () => {
  it('has one entry for each control flow, with its data flows and its announced channel', async () => {
    const flows = [controlFlow(1), dataFlow(1, 5000), controlFlow(3), dataFlow(3, 5001), dataFlow(3, 5002)];
    const { parts } = world({ flows, expectations: [announcement(1)] });
    const page = await listSessions(ALL, parts);
    expect(page.sessions.map(({ client, dataChannels }) => [client.port, dataChannels])).toEqual([
      [1, 1],
      [3, 2],
    ]);
    expect(page.sessions.map(({ state }) => state)).toEqual(['transferring', 'transferring']);
    expect(page.known).toBe(2);
  });

  it('tells apart the channels that several sessions of one page have announced', async () => {
    const expectations = [announcement(1, 5000), announcement(3, 5001)];
    const { parts } = world({ flows: three, expectations });
    const states = (await listSessions(ALL, parts)).sessions.map(({ state }) => state);
    expect(states).toEqual(['announced', 'idle', 'announced']);
  });

  it('ends at its limit and says where the next one begins; the last one says nothing', async () => {
    const { list } = world({ flows: three });
    expect(await list({ limit: 2 })).toEqual({ known: 3, sessions: [1, 2], next: 11 });
    expect(await list({ limit: 2, after: 11 })).toEqual({ known: 3, sessions: [3], next: undefined });
    expect(await list({ limit: 3 })).toEqual({ known: 3, sessions: [1, 2, 3], next: undefined });
  });

  it('asks the kernel for 32 sessions at a time', async () => {
    const { asked, list } = world({ flows: Array.from({ length: 70 }, (_, i) => controlFlow(i + 1)) });
    await list();
    expect(asked).toEqual([32, 32, 6]);
  });

  it('leaves out what is no session of ours, and counts no control flow that has ended', async () => {
    const foreign = controlFlow(4, { orig: tuple(CLIENT, 4, VIP, 2121) });
    const { list } = world({ flows: [controlFlow(1), foreign, inState(controlFlow(5), 7)] });
    expect(await list()).toEqual({ known: 2, sessions: [1], next: undefined });
  });
});

describe('the list can be narrowed', () => {
  const other = controlFlow(4, {
    orig: tuple(Buffer.from([198, 51, 100, 8]), 4, VIP, 21),
    reply: tuple(Buffer.from([10, 200, 30, 12]), 21, Buffer.from([198, 51, 100, 8]), 4),
  });

  it('to one client', async () => {
    const { list } = world({ flows: [...three, other] });
    expect((await list({ client: '198.51.100.8' })).sessions).toEqual([4]);
  });

  it('to one real server, by name', async () => {
    const { list } = world({ flows: [...three, other] });
    expect((await list({ server: 'two' })).sessions).toEqual([4]);
    expect((await list({ server: 'one' })).sessions).toEqual([1, 2, 3]);
  });

  it('to what would be lost: a page may then be empty and not the last', async () => {
    const { list } = world({ flows: three, lacking: [three[2]!] });
    expect(await list({ lost: true, limit: 2 })).toEqual({ known: 3, sessions: [], next: 11 });
    expect(await list({ lost: true, limit: 2, after: 11 })).toMatchObject({ sessions: [3] });
  });
});
