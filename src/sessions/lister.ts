/**
 * One page of the list of sessions: chooses control flows from the ledger, looks each of their entries up in this
 * kernel, and lets sessions/view say what that means. In pieces of well below a millisecond: the journal goes on meanwhile.
 */
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { VirtualService } from '../config/model.js';
import type { Expectation } from '../conntrack/expectation.js';
import type { Flow } from '../conntrack/flow.js';
import { isData } from '../conntrack/mark.js';
import { isOver } from '../conntrack/over.js';
import { type Tuple, tupleKey } from '../conntrack/tuple.js';
import type { SessionsPage, SessionsQuery, SessionView } from '../control/sessions.js';
import type { KnownFlow, Ledger } from '../replication/ledger.js';
import { matcher } from './match.js';
import { OnlySessions } from './only-session.js';
import type { Facts, SeenFlow, SeenSession } from './seen.js';
import { sessionViews } from './view.js';

/** What is asked of this kernel; both answer in the order of the names, undefined for what is not there. */
export interface Kernel {
  getMany(origs: readonly Tuple[]): (Flow | undefined)[];
  getExpectations(expectations: readonly Pick<Expectation, 'tuple'>[]): (Expectation | undefined)[];
}

export interface ListParts {
  readonly ledger: Ledger;
  readonly kernel: Kernel;
  /** Asked anew for each piece. */
  readonly facts: () => Facts;
}

/** Control flows that are looked at between two turns of the event loop. */
const PIECE = 32;

/** The page that `query` asks for. Throws SystemError when the kernel refuses to be read. */
export async function listSessions(
  query: SessionsQuery,
  { ledger, kernel, facts }: ListParts,
): Promise<Pick<SessionsPage, 'known' | 'sessions' | 'next'>> {
  const { known, chosen, next } = choose(query, ledger.known(), facts().services);
  const sessions: SessionView[] = [];
  for (let from = 0; from < chosen.length; from += PIECE) {
    const seen = look(chosen.slice(from, from + PIECE), ledger, kernel);
    sessions.push(...sessionViews(seen, facts()).filter(({ survives }) => !query.lost || !survives));
    await nextTurn();
  }
  return { known, sessions, next };
}

/** One session's flows: its control flow, and its data flows in the order in which they came. */
interface Chosen {
  readonly control: Tuple;
  readonly data: KnownFlow[];
}

interface Choice {
  readonly known: number;
  readonly chosen: readonly Chosen[];
  readonly next: number | undefined;
}

function choose(
  query: SessionsQuery,
  flows: Iterable<KnownFlow>,
  services: readonly VirtualService[],
): Choice {
  const matches = matcher(query, services);
  const after = query.after ?? -1;
  const data: KnownFlow[] = [];
  const fitting: KnownFlow[] = [];
  const open: Flow[] = [];
  let known = 0;
  for (const entry of flows) {
    if (isData(entry.flow)) {
      data.push(entry);
      continue;
    }
    if (!isOver(entry.flow)) {
      known += 1;
      open.push(entry.flow);
    }
    if (entry.serial > after && matches(entry.flow)) fitting.push(entry);
  }
  const page = firstOf(fitting, query.limit);
  const next = page.length < fitting.length ? page.at(-1)?.serial : undefined;
  return { known, chosen: withData(page, data, open), next };
}

/** Those with the lowest serials, in their order. Numbers alone are sorted many times faster than flows. */
function firstOf(flows: readonly KnownFlow[], limit: number): KnownFlow[] {
  const last = Float64Array.from(flows, ({ serial }) => serial).sort()[limit - 1] ?? Infinity;
  return flows.filter(({ serial }) => serial <= last).sort(bySerial);
}

function withData(
  controls: readonly KnownFlow[],
  data: readonly KnownFlow[],
  open: readonly Flow[],
): Chosen[] {
  const chosen = new Map(
    controls.map(({ flow }): [string, Chosen] => [tupleKey(flow.orig), { control: flow.orig, data: [] }]),
  );
  const ports = new Set(controls.map(({ flow }) => flow.orig.sport));
  // Asked for by few routers, and a hundred thousand sessions take a while.
  const only = new OnlySessions(data.some(({ flow }) => flow.master === undefined) ? open : []);
  for (const entry of data) {
    const master = entry.flow.master ?? only.masterOf(entry.flow);
    // Most data flows belong to other sessions, and a port is compared faster than a tuple.
    if (master !== undefined && ports.has(master.sport)) chosen.get(tupleKey(master))?.data.push(entry);
  }
  for (const session of chosen.values()) session.data.sort(bySerial);
  return [...chosen.values()];
}

function bySerial(a: KnownFlow, b: KnownFlow): number {
  return a.serial - b.serial;
}

/** Ledger and kernel are read in the same turn: what differs then does differ. */
function look(chosen: readonly Chosen[], ledger: Ledger, kernel: Kernel): SeenSession[] {
  const origs = chosen.flatMap(({ control, data }) => [control, ...data.map(({ flow }) => flow.orig)]);
  const flows = kernel.getMany(origs);
  const announced = chosen.map(({ control }) => ledger.announced(control));
  const named = announced.flatMap((entry) => (entry === undefined ? [] : [entry.expectation]));
  const expectations = kernel.getExpectations(named);
  let flowAt = 0;
  let expectationAt = 0;
  const seen = (orig: Tuple): SeenFlow | undefined => {
    const entry = ledger.flow(orig);
    const found = flows[flowAt++];
    return entry && { ...entry, kernel: found };
  };
  return chosen.flatMap(({ control, data }, index) => {
    const master = seen(control);
    const channels = data.flatMap(({ flow }) => seen(flow.orig) ?? []);
    const entry = announced[index];
    const expectation = entry && { ...entry, kernel: expectations[expectationAt++] };
    return master === undefined ? [] : [{ control: master, data: channels, announced: expectation }];
  });
}
