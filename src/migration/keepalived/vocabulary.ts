/** The words that may stand in one kind of block: those that are read, and for the others what to say. Pure. */

/** Why a keyword is not translated. */
export interface Reason {
  readonly why: string;
  readonly cure: string;
  readonly outcome: 'leftOut' | 'lost';
}

export interface Vocabulary {
  readonly words: readonly string[];
  readonly reasons: ReadonlyMap<string, Reason>;
}

/** Words as a text, why, what to do, and `lost` where clients would notice. */
export type Group = readonly [words: string, why: string, cure: string, outcome?: 'lost'];

export function vocabulary(read: string, groups: readonly Group[]): Vocabulary {
  const reasons = groups.flatMap(([words, why, cure, outcome]) =>
    words
      .split(' ')
      .map((word): readonly [string, Reason] => [word, { why, cure, outcome: outcome ?? 'leftOut' }]),
  );
  return { words: [...read.split(' '), ...reasons.map(([word]) => word)], reasons: new Map(reasons) };
}
