/**
 * Instrument: makes FTP sessions in the connection table of the namespace that it runs in (an active's), over ctnetlink,
 * so that its kernel tells what it would tell of real ones. At ordinary priority: it is work, not a witness. Words:
 *   fill COUNT   creates that many control flows at once: Refused
 *   start RATE   begins sessions, so many a second
 *   halt         stops in the middle of everything: GeneratorReport
 *   finish       lets the sessions that `halt` stopped go on to their ends, at the same pace: Refused
 *   generator-main.ts VIP SERVER
 */
import { KernelTable, type TableOperation } from '../../../src/conntrack/table.js';
import { parseAddress } from '../../../src/sockaddr.js';
import { monotonicNow } from '../../../src/time.js';
import { serveInstrument } from '../instrument.js';
import { type Due, Pacer } from './pacing.js';
import { controlFlow, operationsOf } from './sessions.js';

/** What the kernel did not do: how often, by errno. A generator that is refused measures nothing. */
export type Refused = Readonly<Record<string, number>>;

export interface GeneratorReport {
  readonly sessions: number;
  readonly millis: number;
  readonly refused: Refused;
}

const TICK = 2;
const PIECE = 4096;

const [vip, server] = process.argv.slice(2).map((text) => parseAddress(text));
if (vip === undefined || server === undefined) throw new Error('generator-main.ts VIP SERVER');
const service = { vip, server };
const table = KernelTable.open();
let refused: Record<string, number> = {};
/** Numbers below this one are taken. */
let next = 0;
let pacer: Pacer | undefined;
let startedAt = 0;
let haltedAt = 0;
let stoodStill = 0;
let timer: NodeJS.Timeout | undefined;

function apply(operations: readonly TableOperation[]): void {
  for (const errno of table.apply(operations)) if (errno !== 0) refused[errno] = (refused[errno] ?? 0) + 1;
}

function carryOut(all: readonly Due[]): void {
  apply(all.flatMap(({ session, stage }) => operationsOf(session, stage, service)));
}

function taken(): Refused {
  const before = refused;
  refused = {};
  return before;
}

function fill(count: number): Refused {
  for (let from = 0; from < count; from += PIECE)
    apply(
      Array.from({ length: Math.min(PIECE, count - from) }, (_, index) => ({
        type: 'createFlow',
        flow: controlFlow(next + from + index, service),
        withMaster: false,
      })),
    );
  next += count;
  return taken();
}

/** The pacer's clock: it stood still whenever the generator did. */
const now = (): number => monotonicNow() - stoodStill;

function tick(mine: Pacer, afterwards: () => void): void {
  clearInterval(timer);
  timer = setInterval(() => {
    carryOut(mine.due(now()));
    afterwards();
  }, TICK);
}

function start(rate: number): null {
  stoodStill = 0;
  const mine = new Pacer(rate, now(), next);
  [pacer, startedAt] = [mine, now()];
  tick(mine, () => undefined);
  return null;
}

function halt(): GeneratorReport {
  clearInterval(timer);
  pacer?.close();
  haltedAt = monotonicNow();
  const sessions = pacer?.begun ?? 0;
  next += sessions;
  return { sessions, millis: haltedAt - startedAt, refused: taken() };
}

function finish(): Promise<Refused> | Refused {
  const mine = pacer;
  if (mine === undefined) return taken();
  stoodStill = monotonicNow() - haltedAt;
  return new Promise((resolve) => {
    tick(mine, () => {
      if (!mine.done) return;
      clearInterval(timer);
      pacer = undefined;
      resolve(taken());
    });
  });
}

serveInstrument((line) => {
  const [word = '', argument = ''] = line.split(' ');
  switch (word) {
    case 'fill':
      return fill(Number(argument));
    case 'start':
      return start(Number(argument));
    case 'halt':
      return halt();
    case 'finish':
      return finish();
    default:
      return null;
  }
}, 'plain');
