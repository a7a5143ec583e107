/**
 * The demo's output: lines, and a block of lines that is redrawn in place on a terminal. Where output is a file or a
 * pipe, the block is printed again from time to time instead, without control characters.
 */

/** Where the demo writes. */
export interface Screen {
  /** How often `redraw` is worth calling, in milliseconds. */
  readonly everyMillis: number;
  line(text: string): void;
  /** Shows the block, over its former self on a terminal. */
  redraw(block: readonly string[]): void;
  /** The block stays as it is; what comes next goes below. */
  settle(): void;
}

/** ECMA-48: cursor up N lines (CUU), erase from the cursor to the end of the screen (ED). */
const over = (lines: number): string => `\u001b[${lines}A\u001b[J`;

/** A screen on a stream. */
export function createScreen(stream: NodeJS.WriteStream): Screen {
  let shown = 0;
  const settle = (): void => {
    shown = 0;
  };
  const write = (lines: readonly string[]): void => {
    stream.write(lines.map((line) => `${line}\n`).join(''));
  };
  return {
    everyMillis: stream.isTTY ? 100 : 2000,
    line: (text) => {
      settle();
      write([text]);
    },
    redraw: (block) => {
      if (stream.isTTY && shown > 0) stream.write(over(shown));
      else if (!stream.isTTY && shown > 0) stream.write('\n');
      write(block);
      shown = block.length;
    },
    settle,
  };
}
