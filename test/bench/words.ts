/** What the benchmarks' command lines have in common: lists of known words, numbers, complaints. Pure. */

/** What came of a command line. */
export type Parsed<Options> =
  | { readonly type: 'run'; readonly options: Options }
  | { readonly type: 'help' }
  | { readonly type: 'wrong'; readonly complaint: string };

/** A word that cannot be used; the message says which and what would do. */
class Wrong extends Error {}

/** The words of `--option A,B`, each of which must be known; all that are known where the option was not given. */
export function listed<T extends string>(
  option: string,
  text: string | undefined,
  known: readonly T[],
): readonly T[] {
  if (text === undefined) return known;
  return text.split(',').map((word) => {
    const found = known.find((one) => one === word);
    if (found !== undefined) return found;
    throw new Wrong(`--${option}: there is no '${word}'; there are ${known.join(', ')}`);
  });
}

/** A number above 0 and at most `most`, 10000 where nothing is said. */
export function positive(
  option: string,
  text: string,
  { whole = false, most = 10_000 }: { readonly whole?: boolean; readonly most?: number } = {},
): number {
  const value = Number(text);
  if (!(value > 0) || value > most || (whole && !Number.isInteger(value)))
    throw new Wrong(
      `--${option}: '${text}' is not a ${whole ? 'whole ' : ''}number above 0, at most ${most}`,
    );
  return value;
}

/** What is wrong with a command line, from what reading it threw; whatever else was thrown is thrown again. */
export function complaintOf(error: unknown): string {
  // parseArgs throws TypeErrors for what it does not know.
  if (error instanceof Wrong || error instanceof TypeError) return error.message;
  throw error;
}
