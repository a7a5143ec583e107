/**
 * Instruments: small programs that run in a namespace and write times down (the *-main.ts of the benches). Here is
 * how they are started and asked, one word and one line of JSON at a time. It knows no instrument's business.
 */
import { fileURLToPath } from 'node:url';
import { spawnIn } from '../../src/lab/ip-command.js';
import { createLineSplitter } from '../../src/drill/session-wire.js';
import { SCHED_FIFO, setThreadScheduler } from '../../src/native.js';

/** A running instrument. Its times are CLOCK_MONOTONIC milliseconds, the same clock in every namespace. */
export interface Instrument<Report> {
  /** Forgets what was written down so far. */
  reset(): Promise<void>;
  /** Everything since the last `reset`, or since the start. */
  report(): Promise<Report>;
  /** Any other word that this instrument knows, and what it answers to that. */
  ask(word: string): Promise<unknown>;
  stop(): void;
}

interface Waiting {
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: Error) => void;
}

/** Starts `ENTRY.ts`, a path such as `takeover/prober-main` below this directory, in a namespace. It ends with `stop`, with the lab, or with this process. */
export function startInstrument<Report>(
  namespace: string,
  entry: string,
  args: readonly string[],
): Instrument<Report> {
  const file = fileURLToPath(new URL(`./${entry}.ts`, import.meta.url));
  const node = ['--import', import.meta.resolve('tsx'), file, ...args];
  const child = spawnIn(namespace, process.execPath, node, { stdio: ['pipe', 'pipe', 'inherit'] });
  const waiting: Waiting[] = [];
  let ended = false;
  const split = createLineSplitter((line) => waiting.shift()?.resolve(JSON.parse(line)));
  child.stdout?.setEncoding('utf8').on('data', split);
  // An instrument that has died is noticed by its end.
  child.stdin?.on('error', () => undefined);
  child.on('close', () => {
    ended = true;
    for (const { reject } of waiting) reject(new Error(`the instrument ${entry} has ended`));
  });
  child.unref();
  const ask = (word: string): Promise<unknown> =>
    new Promise((resolve, reject) => {
      if (ended) reject(new Error(`the instrument ${entry} has ended`));
      waiting.push({ resolve, reject });
      child.stdin?.write(`${word}\n`);
    });
  return {
    reset: async () => {
      await ask('reset');
    },
    report: async () => (await ask('report')) as Report,
    ask,
    stop: () => child.stdin?.end(),
  };
}

/**
 * The instrument's end: answers each line of stdin with one of stdout, in order, and ends with stdin. An answer may take
 * its time. It runs at a low real-time priority, below the pulse side's and keepalived's: its own stalls would read as
 * theirs. Refused is fine. With `plain` it keeps its ordinary priority: for one that makes work instead of watching it.
 */
export function serveInstrument(answer: (word: string) => unknown, priority?: 'plain'): void {
  if (priority !== 'plain') setThreadScheduler(SCHED_FIFO, 5);
  let last: Promise<void> = Promise.resolve();
  const reply = async (word: string): Promise<void> => {
    process.stdout.write(`${JSON.stringify((await answer(word)) ?? null)}\n`);
  };
  const split = createLineSplitter((word) => {
    last = last.then(() => reply(word));
  });
  process.stdin.setEncoding('utf8').on('data', (chunk: string) => {
    split(chunk);
  });
  process.stdin.on('end', () => process.exit(0));
}

/** To hundredths of a millisecond: a log of thousands of times is a line of JSON. */
export function hundredths(at: number): number {
  return Math.round(at * 100) / 100;
}
