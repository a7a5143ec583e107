/** Text as man(7) wants it: escapes, headings, paragraphs, lists. Pure; knows nothing of what is said. */

/** What stands in the head and the foot of every page. */
export interface PageHead {
  readonly version: string;
  /** `2026-01-31`. */
  readonly date: string;
}

/** Text without meaning for roff: backslashes, hyphens that are to be copied, control characters at a line's begin. */
export function plain(text: string): string {
  const escaped = text.replaceAll('\\', '\\e').replaceAll('-', '\\-').replaceAll("'", '\\(aq');
  return escaped.replaceAll(/^\./gm, '\\&.');
}

/** In bold within a line. */
export function bold(text: string): string {
  return `\\fB${breakable(plain(text))}\\fR`;
}

/** A checksum is longer than a narrow line: it may be broken, without a hyphen. */
function breakable(escaped: string): string {
  return escaped.replaceAll(/[A-Za-z0-9]{40,}/g, (word) => word.replaceAll(/.{16}(?=.)/g, '$&\\:'));
}

/** For what the reader replaces. */
export function italic(text: string): string {
  return `\\fI${plain(text)}\\fR`;
}

/** The first line of a page. */
export function pageTitle(name: string, section: string, { version, date }: PageHead): string {
  return `.TH ${name.toUpperCase()} ${section} ${date} "ftpair ${version}"`;
}

export function heading(text: string): string {
  return `.SH ${argument(text)}`;
}

export function subheading(text: string): string {
  return `.SS ${argument(text)}`;
}

/** Text that is escaped already, on lines of a moderate length. */
export function paragraph(escaped: string): string {
  return `.PP\n${filled(escaped)}`;
}

/** A term and what it means; a paragraph of its own where it means nothing more. */
export function item(term: string, meaning: string): string {
  return meaning === '' ? `.PP\n${term}` : `.TP\n${term}\n${filled(meaning)}`;
}

export function indented(lines: readonly string[]): string {
  return ['.RS 4', ...lines, '.RE'].join('\n');
}

function argument(text: string): string {
  return `"${plain(text).replaceAll('"', '\\(dq')}"`;
}

const WIDTH = 76;

/** Broken at spaces; a line that then begins like a request is guarded. */
function filled(escaped: string): string {
  const lines: string[] = [];
  for (const word of escaped.split(/\s+/).filter((part) => part !== '')) {
    const last = lines.at(-1);
    if (last === undefined || last.length + word.length >= WIDTH) lines.push(word);
    else lines[lines.length - 1] = `${last} ${word}`;
  }
  return lines.map((line) => (/^[.']/.test(line) ? `\\&${line}` : line)).join('\n');
}
