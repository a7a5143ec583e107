/**
 * `ftpair probe`: measures from outside until the time is over or Ctrl-C, prints what was seen. Needs neither config nor addon nor
 * daemon; how it is measured is in the room drill.
 */
import { lookup } from 'node:dns/promises';
import { readFileSync, writeFileSync } from 'node:fs';
import { isIP, isIPv6 } from 'node:net';
import { type DataMode, dataModes } from '../drill/announced.js';
import { createInterruption, Interrupted, type Interruption } from '../drill/interruption.js';
import { measureOutside, type OutsideProgress } from '../drill/outside.js';
import { outsideTimeline } from '../drill/outside-timeline.js';
import { judgeOutside } from '../drill/outside-verdict.js';
import type { Login } from '../drill/session-wire.js';
import { ExitStatus, Fatal } from '../fatal.js';
import type { Millis } from '../time.js';
import { createPaint } from './paint.js';
import { probeReport } from './probe-screen.js';
import type { Screen } from './screen.js';

export interface ProbeOptions {
  readonly address: string;
  readonly servicePort: number;
  readonly probePort: number;
  readonly user: string;
  readonly passwordFile?: string;
  readonly download?: string;
  readonly duration?: Millis;
  readonly modes?: readonly DataMode[];
  readonly maxOutage?: Millis;
  readonly maxStall?: Millis;
  /** A path, or `-` for standard output. */
  readonly json?: string;
  readonly svg?: string;
}

/** `ok` when every session survived within the limits. */
export async function probeCommand(options: ProbeOptions, given: Screen): Promise<ExitStatus> {
  // What people read goes to standard error where the JSON goes to standard output.
  const screen = options.json === '-' ? { ...given, out: given.err, colour: false } : given;
  const login = loginFrom(options);
  const address = await addressOf(options.address);
  const interruption = createInterruption();
  const signals = listenForSignals(interruption);
  try {
    const record = await measureOutside({
      ...{ address, port: options.servicePort, probePort: options.probePort, login },
      download: options.download,
      modes: modesFor(address, options.modes),
      durationMillis: options.duration,
      ...{ interruption, giveUp: signals.again, progress: progressOn(screen) },
    });
    const verdict = judgeOutside(record, { maxOutage: options.maxOutage, maxStall: options.maxStall });
    screen.out(probeReport(record, verdict, screen.colour));
    if (options.json !== undefined) writeJson(options.json, { ...record, verdict }, given);
    if (options.svg !== undefined) writeText(options.svg, outsideTimeline(record, verdict));
    return verdict.ok ? ExitStatus.ok : ExitStatus.no;
  } catch (error) {
    if (!(error instanceof Interrupted)) throw error;
    throw new Fatal(
      ExitStatus.no,
      'ended before anything was measured',
      'let it run until it says "measuring"',
    );
  } finally {
    signals.stop();
  }
}

const GUEST_PASSWORD = 'ftpair@';

function loginFrom({ user, passwordFile }: ProbeOptions): Login {
  if (passwordFile === undefined) return { user, password: GUEST_PASSWORD };
  try {
    const [password = ''] = readFileSync(passwordFile, 'utf8').split(/\r?\n/);
    return { user, password };
  } catch (error) {
    throw new Fatal(
      ExitStatus.config,
      `the password file ${passwordFile} cannot be read: ${wordsOf(error)}`,
      'name a file whose first line is the password',
    );
  }
}

async function addressOf(name: string): Promise<string> {
  if (isIP(name) !== 0) return name;
  try {
    return (await lookup(name)).address;
  } catch (error) {
    throw new Fatal(
      ExitStatus.no,
      `no address is known for ${name}: ${wordsOf(error)}`,
      'give the virtual address itself',
    );
  }
}

/** PASV and PORT cannot tell IPv6 addresses (RFC 2428 §1). */
function modesFor(address: string, wanted: readonly DataMode[] = dataModes): readonly DataMode[] {
  if (!isIPv6(address)) return wanted;
  const able = wanted.filter((mode) => mode === 'EPSV' || mode === 'EPRT');
  if (able.length > 0) return able;
  throw new Fatal(ExitStatus.usage, 'PASV and PORT cannot tell IPv6 addresses', 'use --modes epsv,eprt');
}

function progressOn(screen: Screen): OutsideProgress {
  const paint = createPaint(screen.colour);
  const begun = performance.now();
  const line = (text: string): void => {
    screen.out(`${((performance.now() - begun) / 1000).toFixed(1).padStart(7)} s  ${text}\n`);
  };
  return {
    step: (text) => {
      line(paint(text));
    },
    silent: ({ from, to }) => {
      const length = to - from;
      if (length > NOTABLE) line(paint(`the address was silent for ${length.toFixed(0)} ms`, 'warn'));
    },
    lost: (name, reason) => {
      line(paint(`${name} was lost: ${reason}`, 'bad'));
    },
  };
}

/** Shorter silences come with a busy machine. */
const NOTABLE = 30;

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

interface Signals {
  /** Resolves with the second signal. */
  readonly again: Promise<void>;
  stop(): void;
}

/** The first signal ends the measurement in good order. */
function listenForSignals(interruption: Interruption): Signals {
  let giveUp: () => void = () => undefined;
  const again = new Promise<void>((resolve) => (giveUp = resolve));
  const on = (signal: NodeJS.Signals): void => {
    if (interruption.reason !== undefined) giveUp();
    interruption.interrupt(signal);
  };
  for (const signal of SIGNALS) process.on(signal, on);
  return {
    again,
    stop: () => {
      for (const signal of SIGNALS) process.off(signal, on);
    },
  };
}

function writeJson(target: string, content: unknown, screen: Screen): void {
  const text = `${JSON.stringify(content, undefined, 2)}\n`;
  if (target === '-') screen.out(text);
  else writeText(target, text);
}

function writeText(target: string, text: string): void {
  try {
    writeFileSync(target, text);
  } catch (error) {
    throw new Fatal(ExitStatus.system, `${target} cannot be written: ${wordsOf(error)}`, 'name another file');
  }
}

function wordsOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
