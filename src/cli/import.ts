/**
 * `ftpair import`: reads another program's config, prints ours, and says what became of everything in it. Never writes over a
 * file that is there already, unless told to.
 */
import { writeFileSync } from 'node:fs';
import { readConfigText } from '../config/load.js';
import { ExitStatus, Fatal } from '../fatal.js';
import { formatFinding, losesSomething, type Finding, type Outcome } from '../migration/finding.js';
import { importConfig } from '../migration/import.js';
import type { Format } from '../migration/formats.js';
import type { Screen } from './screen.js';
import { countWords } from './words.js';

export interface ImportOptions {
  readonly format?: Format | undefined;
  readonly output?: string | undefined;
  readonly peerFile?: string | undefined;
  readonly force: boolean;
  /** Say also what was translated as it is. */
  readonly verbose: boolean;
}

/** `ok` also with warnings, `no` when something that clients would notice is missing. */
export function importCommand(file: string, options: ImportOptions, screen: Screen): ExitStatus {
  const text = readText(file);
  const peer = options.peerFile === undefined ? undefined : readText(options.peerFile);
  const result = importConfig({ text, peer, format: options.format, file });
  if (!result.ok) throw new Fatal(ExitStatus.config, `${file} ${result.problem}`, result.cure);
  if (options.output === undefined) screen.out(result.yaml);
  else writeOutput(options.output, result.yaml, options.force);
  const told = result.findings.filter(({ outcome }) => options.verbose || !QUIET.includes(outcome));
  for (const finding of told) screen.err(`${formatFinding(file, finding)}\n`);
  screen.err(`${file}: ${summary(result.findings, options.verbose)}\n`);
  return losesSomething(result.findings) ? ExitStatus.no : ExitStatus.ok;
}

/** What needs nobody's eyes: the YAML says it. */
const QUIET: readonly Outcome[] = ['became', 'goesWith'];

function readText(file: string): string {
  const read = readConfigText(file);
  if (read.ok) return read.text;
  const [complaint] = read.complaints;
  if (complaint === undefined) throw new Fatal(ExitStatus.config, `${file} cannot be read`, 'check it');
  throw new Fatal(ExitStatus.config, `${file} ${complaint.problem}`, complaint.cure);
}

function writeOutput(output: string, yaml: string, force: boolean): void {
  try {
    writeFileSync(output, yaml, { flag: force ? 'w' : 'wx', mode: 0o644 });
  } catch (cause) {
    const code = cause instanceof Error && 'code' in cause ? String(cause.code) : '';
    if (code === 'EEXIST')
      throw new Fatal(ExitStatus.no, `${output} exists already`, 'name another file, or say --force');
    throw new Fatal(ExitStatus.system, `${output} cannot be written: ${code}`, 'check the path and the permissions'); // prettier-ignore
  }
}

function summary(findings: readonly Finding[], verbose: boolean): string {
  const count = (...outcomes: readonly Outcome[]): number =>
    findings.filter(({ outcome }) => outcomes.includes(outcome)).length;
  const lost = count('lost');
  const parts = [
    `${count('became', 'goesWith')} taken over as they are${verbose ? '' : ' (--verbose lists them)'}`,
    `${count('differs')} with another meaning`,
    `${count('leftOut')} left out`,
    countWords(count('trap'), 'warning'),
    `${count('fillIn')} to fill in`,
    lost === 0 ? 'nothing lost that clients would notice' : `${lost} lost that clients would notice`,
  ];
  return parts.join(', ');
}
