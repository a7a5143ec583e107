/** The texts below the options of `--help`, read back: examples, lists, sentences. Pure. */

/** A line of a list: `ftpair status` and `how are we?`; `note` may be empty. */
export interface HelpLine {
  readonly term: string;
  readonly note: string;
}

export type HelpBlock =
  | { readonly kind: 'list'; readonly title: string; readonly lines: readonly HelpLine[] }
  | { readonly kind: 'text'; readonly text: string };

/** Blocks are parted by empty lines; one whose first line ends with a colon is a list. */
export function helpBlocks(text: string): readonly HelpBlock[] {
  return text
    .split(/\n\s*\n/)
    .filter((block) => block.trim() !== '')
    .flatMap(listOrText);
}

/** A list may follow a sentence, and sentences may follow a list, without an empty line. */
function listOrText(block: string): readonly HelpBlock[] {
  const [first = '', ...rest] = block.trim().split('\n');
  const lines = rest.filter((line) => /^\s+\S/.test(line));
  if (!first.endsWith(':') || lines.length === 0 || lines.length < rest.length)
    return [{ kind: 'text', text: block.trim().replaceAll(/\s*\n\s*/g, ' ') }];
  return [{ kind: 'list', title: first.slice(0, -1), lines: lines.map(helpLine) }];
}

function helpLine(line: string): HelpLine {
  const [, term = '', note = ''] = /^(\S.*?)(?: {2,}(.*))?$/.exec(line.trim()) ?? [];
  return { term, note };
}

/** The examples of a text, as they are typed. */
export function examplesOf(text: string): readonly string[] {
  return helpBlocks(text).flatMap((block) =>
    block.kind === 'list' && block.title === 'Examples' ? block.lines.map(({ term }) => term) : [],
  );
}

/**
 * The command lines of this program within an example: what a shell would start of it. Comments, redirections and other
 * programs are left out.
 */
export function ownCommands(example: string, program: string): readonly (readonly string[])[] {
  return example
    .replace(/^#.*/, '')
    .split(/&&|\|\||[|;()]/)
    .map((part) =>
      part
        .replaceAll(/[0-9]?>>?\s*\S+|["$`]/g, ' ')
        .trim()
        .split(/\s+/),
    )
    .filter(([first]) => first === program)
    .map(([, ...words]) => words);
}
