/** The assignments of one section by key, as Piranha has them: of several the last counts. Every one is answered for. Pure. */
import type { Ledger, Occurrence } from '../ledger.js';
import { readText } from './values.js';
import type { LeftOut } from './left-out.js';
import type { Assignment, Section } from './parse.js';

/** One section, and where its findings go. */
export interface Book {
  readonly section: Section;
  readonly ledger: Ledger;
  /** The assignment that counts. */
  readonly get: (key: string) => Assignment | undefined;
}

/** Opens a section: earlier assignments of a key are told at once. */
export function openBook(section: Section, ledger: Ledger): Book {
  const last = new Map<string, Assignment>();
  for (const assignment of section.assignments) {
    const earlier = last.get(assignment.key);
    if (earlier !== undefined) overridden(ledger, earlier, assignment);
    last.set(assignment.key, assignment);
  }
  return { section, ledger, get: (key) => last.get(key) };
}

function overridden(ledger: Ledger, earlier: Assignment, later: Assignment): void {
  const problem = `is said again in line ${later.line}, and for Piranha the last one counts: this line is not translated`;
  ledger.say('trap', earlier, problem, 'remove the one that is not meant');
}

/** Answers for what the translation has not read: by the table, or as unknown. */
export function closeBook({ section, ledger }: Book, table: Readonly<Record<string, LeftOut>>): void {
  for (const assignment of section.assignments) {
    if (!ledger.isAnswered(assignment)) leftOver(ledger, assignment, table);
  }
}

function leftOver(ledger: Ledger, at: Assignment, table: Readonly<Record<string, LeftOut>>): void {
  const known = Object.hasOwn(table, at.key) ? table[at.key] : undefined;
  if (known === undefined) {
    const problem = 'Piranha does not know this key here, and refuses the whole file ("unknown command")';
    ledger.say('lost', at, problem, 'look up what was meant, and see to it');
    return;
  }
  // Whether Piranha would have refused the value matters no more.
  if (known.quiet?.includes(at.values.join(' ')) === true)
    ledger.say('goesWith', at, `is left out: ${known.why}`, 'nothing to do'); // prettier-ignore
  else ledger.say('leftOut', at, `is left out: ${known.why}`, known.cure);
}

/** Tells a section as a whole: its opening with the reason, everything inside as part of it. */
export function tellWhole(
  ledger: Ledger,
  section: Section,
  outcome: 'lost' | 'leftOut' | 'differs',
  problem: string,
  cure: string,
): void {
  ledger.say(outcome, section, `${section.name.slice(0, 60)} ${problem}`, cure);
  const inside: Occurrence[] = [
    ...section.assignments,
    ...section.sections.flatMap((inner) => [inner, ...inner.assignments]),
  ];
  for (const at of inside) {
    if (!ledger.isAnswered(at)) ledger.say('goesWith', at, `goes with line ${section.line}`, 'see there');
  }
}

/** The text of a key's one value, where it is written and can be read. */
export function textOf({ get, ledger }: Book, key: string): string | undefined {
  const at = get(key);
  return at === undefined ? undefined : readText(ledger, at);
}
