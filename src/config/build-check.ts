/**
 * The keys of a health check as written → the check that the nannies follow; and a service's own keys laid over the global ones.
 * Pure; the rules have spoken before.
 */
import { millis } from '../time.js';
import type { CheckStep, DataStep, FtpCheck, HealthCheck, WantedAnswer } from './model.js';
import type { FileShape } from './schema.js';

type Written = FileShape['check'];

/** Keys of which one stands for all: where a service writes one, it takes none of them from the global check. */
const GROUPS: readonly (readonly string[])[] = [
  ['mode', 'modes'],
  ['list', 'nlst', 'retr', 'size', 'sha256', 'stor'],
  ['steps', 'send', 'expect', 'expect_pattern', 'program'],
];

/** The global keys with a service's own ones over them; what neither has is undefined. */
export function mergedCheck<Global extends object>(global: Global, own: object): Global {
  const ours = Object.entries(own as Readonly<Record<string, unknown>>).filter(
    ([, value]) => value !== undefined,
  );
  const names = new Set(ours.map(([name]) => name));
  const replaced = new Set(GROUPS.filter((group) => group.some((name) => names.has(name))).flat());
  const rest = Object.entries(global).filter(([name]) => !replaced.has(name));
  // The keys are the global check's, and none of those that are missing had to be there.
  return Object.fromEntries([...rest, ...ours]) as Global;
}

/** The next probe after a bad one, where the config does not say it. */
const RETRY = 1000;

/** What the nannies follow. */
export function buildCheck(written: Written): HealthCheck {
  const { interval, timeout, limits, rise, fall, source } = written;
  return {
    interval,
    retry: written.retry ?? millis(Math.min(RETRY, interval)),
    timeout,
    limits,
    rise,
    fall,
    source: source === 'auto' ? undefined : source,
    probe: probeOf(written),
  };
}

function probeOf(written: Written): HealthCheck['probe'] {
  const { program, send } = written;
  const wanted = wantedOf(written);
  if (program !== undefined) {
    const [path = '', ...args] = program;
    return { type: 'program', path, args, wanted };
  }
  if (wanted !== undefined) return { type: 'answer', send: send ?? '', wanted };
  return dialogueOf(written);
}

function wantedOf({ expect, expect_pattern: source }: Written): WantedAnswer | undefined {
  if (source !== undefined) return { type: 'pattern', source };
  return expect === undefined ? undefined : { type: 'prefix', text: expect };
}

function dialogueOf(written: Written): FtpCheck {
  const { user, password, cwd, type, mode, modes, tls } = written;
  return {
    type: 'ftp',
    steps: stepsOf(written),
    user,
    password,
    directory: cwd ?? '',
    representation: type === 'image' ? 'I' : 'A',
    modes: modes ?? [mode],
    data: dataOf(written),
    tls: { certificate: tls.certificate, caFile: tls.ca_file, name: tls.name },
  };
}

/** The steps that are written, or the usual ones. */
export function stepsOf(written: {
  readonly steps?: readonly CheckStep[] | undefined;
  readonly cwd?: string | undefined;
}): readonly CheckStep[] {
  if (written.steps !== undefined) return written.steps;
  const directory = written.cwd === undefined ? [] : (['cwd'] as const);
  return ['connect', 'greeting', 'login', ...directory, 'data', 'quit'];
}

function dataOf({ list, nlst, retr, stor, size, sha256 }: Written): DataStep {
  if (stor !== undefined) return { command: 'stor', path: stor };
  if (retr !== undefined) return { command: 'retr', path: retr, size, sha256: sha256?.toLowerCase() };
  return nlst === undefined ? { command: 'list', path: list ?? '.' } : { command: 'nlst', path: nlst };
}
