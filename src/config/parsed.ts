/**
 * What reading one value comes to: the value, or what is wrong with it and what would be right. Nothing here
 * throws: a mistake in a file is a complaint, never an exception.
 */

/** A value, or the two halves of a complaint about it. */
export type Parsed<T> = { readonly ok: true; readonly value: T } | Refused;

/** The failed half of `Parsed`. */
export interface Refused {
  readonly ok: false;
  readonly problem: string;
  readonly cure: string;
}

/** A complaint about a value: its two halves. */
export function refused(problem: string, cure: string): Refused {
  return { ok: false, problem, cure };
}

/** A value as a complaint shows it: quoted, on one line, without control characters, at most 60 characters. */
export function quote(value: string): string {
  const short = value.length > 60 ? `${value.slice(0, 57)}...` : value;
  // JSON escapes C0; DEL and C1 (which a terminal may obey) are escaped here.
  return JSON.stringify(short).replaceAll(
    /[\u007f-\u009f\u2028\u2029]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}
