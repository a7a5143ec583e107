/**
 * Keeps account of everything that stands in the file: each thing must be answered for, and what nobody has answered for is
 * told as lost. So nothing can be dropped silently, whatever a translator forgets. It must not know any format.
 */
import { sortFindings, type Finding, type Outcome } from './finding.js';

/** One thing of the file that must be answered for: an assignment, a keyword, the opening of a block. */
export interface Occurrence {
  readonly line: number;
  readonly key: string;
}

/** Where translators say what became of things. */
export interface Ledger {
  /** Translated as it is, into this key of ours. */
  readonly became: (at: Occurrence, into: string) => void;
  /** Anything else: what became of it, and what to do. */
  readonly say: (outcome: Outcome, at: Occurrence, problem: string, cure: string) => void;
  /** A trap in what the file says. It answers for nothing: what became of the thing itself is still to be said. */
  readonly warn: (at: Occurrence, problem: string, cure: string) => void;
  /** About the translation as a whole, at no line of the file. */
  readonly fillIn: (key: string, problem: string, cure: string) => void;
  readonly isAnswered: (at: Occurrence) => boolean;
  /** Everything that was said, and a sentence for each of these that nothing was said about. */
  readonly close: (all: readonly Occurrence[]) => readonly Finding[];
}

export const NOTHING = 'nothing to do';

/** An empty account. Occurrences are told apart by identity: the same key may stand in the file many times. */
export function openLedger(): Ledger {
  const findings: Finding[] = [];
  const answered = new Set<Occurrence>();
  const say: Ledger['say'] = (outcome, at, problem, cure) => {
    answered.add(at);
    findings.push({ outcome, line: at.line, key: at.key, problem, cure });
  };
  return {
    say,
    became: (at, into) => {
      say('became', at, `became ${into}`, NOTHING);
    },
    warn: ({ line, key }, problem, cure) => {
      findings.push({ outcome: 'trap', line, key, problem, cure });
    },
    fillIn: (key, problem, cure) => {
      findings.push({ outcome: 'fillIn', line: 0, key, problem, cure });
    },
    isAnswered: (at) => answered.has(at),
    close: (all) => {
      for (const at of all) {
        if (!answered.has(at)) say('lost', at, 'is not translated', 'look up what it does, and see to it');
      }
      return sortFindings(once(findings));
    },
  };
}

/** A value that two rules have looked at is complained about once. */
function once(findings: readonly Finding[]): readonly Finding[] {
  const seen = new Set<string>();
  return findings.filter(({ line, key, problem }) => {
    const sentence = `${line} ${key} ${problem}`;
    return !seen.has(sentence) && seen.add(sentence);
  });
}
