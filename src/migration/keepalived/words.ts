/**
 * One line of a keepalived.conf: where its comment begins, and which words it has. Quotes and escapes as keepalived.conf(5)
 * has them; what words mean is not known here. Linear in the length of the line; pure.
 */

/** A word of a line, or a brace that opens or closes a block. */
export type Token = { readonly kind: 'word'; readonly text: string } | { readonly kind: '{' | '}' };

/** The line without its comment: `#` or `!` anywhere outside of quotes. */
export function withoutComment(line: string): string {
  let quote = '';
  for (let at = 0; at < line.length; at++) {
    const letter = line[at] ?? '';
    if (quote !== '') {
      if (letter === '\\') at++;
      else if (letter === quote) quote = '';
    } else if (letter === '"' || letter === "'") quote = letter;
    else if (letter === '#' || letter === '!') return line.slice(0, at);
  }
  return line;
}

/** All words and braces of a line without comment. A quote that is never closed ends with the line. */
export function tokensOf(line: string): readonly Token[] {
  const tokens: Token[] = [];
  let at = 0;
  while (at < line.length) {
    if (/\s/.test(line[at] ?? '')) at++;
    else {
      const { text, end, quoted } = wordAt(line, at);
      // Not by spreading: a line may be nothing but braces.
      for (const token of quoted ? [{ kind: 'word', text } as const] : splitBraces(text)) tokens.push(token);
      at = end;
    }
  }
  return tokens;
}

interface Word {
  readonly text: string;
  readonly end: number;
  readonly quoted: boolean;
}

const ESCAPES: Readonly<Record<string, string>> = {
  a: '\x07',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  v: '\v',
};

function wordAt(line: string, start: number): Word {
  const letters: string[] = [];
  let quote = '';
  let quoted = false;
  let at = start;
  for (; at < line.length; at++) {
    const letter = line[at] ?? '';
    if (letter === '\\' && quote !== '' && at + 1 < line.length) {
      at++;
      const escaped = line[at] ?? '';
      letters.push(ESCAPES[escaped] ?? escaped);
    } else if (quote === '' && (letter === '"' || letter === "'")) {
      quote = letter;
      quoted = true;
    } else if (quote !== '' && letter === quote) quote = '';
    else if (quote === '' && /\s/.test(letter)) break;
    else letters.push(letter);
  }
  return { text: letters.join(''), end: at, quoted };
}

/** `VI_1{` and `10.0.0.1}` are a word and a brace; a `${NAME}` that nobody has defined is none. */
function splitBraces(text: string): readonly Token[] {
  const word = (part: string): readonly Token[] => (part === '' ? [] : [{ kind: 'word', text: part }]);
  if (text === '{' || text === '}') return [{ kind: text }];
  if (text.includes('${')) return word(text);
  const [, before = '', middle = '', after = ''] = /^([{}]*)(.*?)([{}]*)$/s.exec(text) ?? [];
  const braces = (part: string): readonly Token[] =>
    Array.from(part, (each) => ({ kind: each === '{' ? '{' : '}' }));
  return [...braces(before), ...word(middle), ...braces(after)];
}
