/** POSIX extended regular expressions (IEEE Std 1003.1 §9.4) → JavaScript's, as far as they differ. Pure. */

const CLASSES: Readonly<Record<string, string>> = {
  alnum: 'A-Za-z0-9',
  alpha: 'A-Za-z',
  blank: ' \\t',
  cntrl: '\\x00-\\x1f\\x7f',
  digit: '0-9',
  graph: '\\x21-\\x7e',
  lower: 'a-z',
  print: '\\x20-\\x7e',
  punct: '!-\\/:-@\\[-`{-~',
  space: '\\s',
  upper: 'A-Z',
  xdigit: 'A-Fa-f0-9',
};

/** The same expression for JavaScript; nothing where it is none. */
export function posixPattern(text: string): string | undefined {
  if (text.length > 1024) return undefined;
  const translated = text.replaceAll(/\[:([a-z]{1,10}):\]/g, (whole, name: string) => CLASSES[name] ?? whole);
  try {
    new RegExp(translated);
    return translated;
  } catch {
    return undefined;
  }
}
