/**
 * Colours and tables for the screen. What is painted may have come from a server, so control characters are
 * taken out here, in the one place that all text passes. It must not know what is shown.
 */
import Table from 'cli-table3';
import picocolors from 'picocolors';
import { oneLine } from '../alerts/text.js';

/** How a word is meant. */
export type Tone = 'plain' | 'title' | 'good' | 'bad' | 'warn' | 'faint';

/** Text for the screen, with escape sequences only if the screen takes them. */
export type Paint = (text: string, tone?: Tone) => string;

/** A painter for a terminal (`colour`) or for a file. */
export function createPaint(colour: boolean): Paint {
  const colours = picocolors.createColors(colour);
  const tones: Readonly<Record<Tone, (text: string) => string>> = {
    plain: (text) => text,
    title: colours.bold,
    good: colours.green,
    bad: (text) => colours.bold(colours.red(text)),
    warn: colours.yellow,
    faint: colours.dim,
  };
  return (text, tone = 'plain') => tones[tone](oneLine(text));
}

const NO_LINES = {
  top: '',
  'top-mid': '',
  'top-left': '',
  'top-right': '',
  bottom: '',
  'bottom-mid': '',
  'bottom-left': '',
  'bottom-right': '',
  left: '',
  'left-mid': '',
  mid: '',
  'mid-mid': '',
  right: '',
  'right-mid': '',
  middle: '  ',
};

/** Painted cells in columns, two spaces apart and two from the edge; lines without spaces at their end. */
export function table(rows: readonly (readonly string[])[]): string[] {
  const built = new Table({
    chars: NO_LINES,
    style: { 'padding-left': 0, 'padding-right': 0, head: [], border: [], compact: true },
  });
  built.push(...rows.map((row) => [...row]));
  return built
    .toString()
    .split('\n')
    .map((line) => `  ${line.trimEnd()}`);
}
