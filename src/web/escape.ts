/**
 * HTML from templates: what is put in is escaped, unless it has been made here. Names, addresses and what servers said may be
 * hostile; there is no other way into a page. Pure.
 */

const MADE = Symbol('made by a template');

/** Markup that was made by `html`. */
export interface Html {
  readonly [MADE]: string;
}

/** What may stand in a template: markup, text to be escaped, or nothing. */
export type Piece = Html | string | number | undefined | readonly Piece[];

/** A template whose values are escaped. */
export function html(strings: TemplateStringsArray, ...pieces: readonly Piece[]): Html {
  const text = strings.reduce((before, string, index) => `${before}${written(pieces[index - 1])}${string}`);
  return { [MADE]: text };
}

/** The text of markup. */
export function markup(made: Html): string {
  return made[MADE];
}

function written(piece: Piece): string {
  if (piece === undefined) return '';
  if (typeof piece === 'number') return String(piece);
  if (typeof piece === 'string') return escaped(piece);
  return isMade(piece) ? piece[MADE] : piece.map(written).join('');
}

function isMade(piece: Html | readonly Piece[]): piece is Html {
  return MADE in piece;
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** For text and for attributes in quotes. What would turn the line's direction round or is no character is made visible. */
function escaped(text: string): string {
  return text
    .replace(/[\p{Cc}\p{Cs}\u200e\u200f\u202a-\u202e\u2066-\u2069\u2028\u2029]/gu, '\ufffd')
    .replace(/[&<>"']/g, (character) => ENTITIES[character] ?? '');
}
