/** The statements of one block by keyword. Every one is answered for: those that nobody has read by the vocabulary. Pure. */
import type { Ledger } from '../ledger.js';
import type { Statement } from './parse.js';
import type { Vocabulary } from './vocabulary.js';

export interface Shelf {
  readonly ledger: Ledger;
  /** The statement that counts: the last one. Earlier ones are told. */
  readonly get: (keyword: string) => Statement | undefined;
  /** All of them, for keywords that may be repeated. */
  readonly all: (keyword: string) => readonly Statement[];
}

/** Sorts statements by their keyword. */
export function openShelf(statements: readonly Statement[], ledger: Ledger): Shelf {
  const byKeyword = new Map<string, Statement[]>();
  for (const statement of statements) {
    const list = byKeyword.get(statement.key);
    if (list === undefined) byKeyword.set(statement.key, [statement]);
    else list.push(statement);
  }
  const all = (keyword: string): readonly Statement[] => byKeyword.get(keyword) ?? [];
  return { ledger, all, get: (keyword) => lastOf(all(keyword), ledger) };
}

function lastOf(list: readonly Statement[], ledger: Ledger): Statement | undefined {
  const last = list.at(-1);
  for (const earlier of list) {
    if (earlier === last || last === undefined || ledger.isAnswered(earlier)) continue;
    const problem = `is said again in line ${last.line}, and the last one counts: this line is not translated`;
    ledger.say('trap', earlier, problem, 'remove the one that is not meant');
  }
  return last;
}

/** Answers for everything in a block that the translation has not read. */
export function closeShelf(
  statements: readonly Statement[],
  { reasons, words }: Vocabulary,
  ledger: Ledger,
): void {
  for (const statement of statements) {
    if (ledger.isAnswered(statement)) continue;
    const reason = reasons.get(statement.key);
    if (reason !== undefined) tellWhole(ledger, statement, reason.outcome, `is left out: ${reason.why}`, reason.cure); // prettier-ignore
    else if (words.includes(statement.key)) tellWhole(ledger, statement, 'lost', 'cannot be read', 'look at its words, and see to it'); // prettier-ignore
    else tellWhole(ledger, statement, 'lost', 'is no keyword that keepalived.conf(5) knows here', 'look up what was meant, and see to it'); // prettier-ignore
  }
}

/** Tells a statement with its whole block: the keyword with the reason, everything inside as part of it. */
export function tellWhole(
  ledger: Ledger,
  statement: Statement,
  outcome: 'lost' | 'leftOut' | 'differs' | 'goesWith',
  problem: string,
  cure: string,
): void {
  if (!ledger.isAnswered(statement)) ledger.say(outcome, statement, problem, cure);
  for (const inner of statement.block) {
    tellWhole(ledger, inner, 'goesWith', `goes with line ${statement.line}`, 'see there');
  }
}

/** A number of seconds or a count behind a keyword; what is none is told. */
export function numberOf(at: Statement | undefined, ledger: Ledger): number | undefined {
  const text = at?.words[0];
  if (at === undefined || text === undefined) return undefined;
  if (/^[0-9]{1,9}(\.[0-9]{1,9})?$/.test(text)) return Number(text);
  if (!ledger.isAnswered(at)) ledger.say('lost', at, `"${text.slice(0, 40)}" is no number`, 'write one, and import again'); // prettier-ignore
  return undefined;
}
