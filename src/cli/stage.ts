/**
 * This process's terminal, for a command that goes on: its size, its keys, and the end of its reader. An edge: it must not know
 * what is shown.
 */
import type { Stage, StageListeners } from './screen.js';

/** What a terminal is taken for that does not say its size. */
const USUAL = { columns: 80, rows: 24 };
const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** `terminal`: standard output is one. */
export function processStage(terminal: boolean): Stage {
  return { size: terminal ? sizeOfOutput : undefined, listen };
}

function sizeOfOutput(): { readonly columns: number; readonly rows: number } {
  const { columns, rows } = process.stdout;
  return { columns: columns || USUAL.columns, rows: rows || USUAL.rows };
}

function listen({ resized, key, gone }: StageListeners): () => void {
  const { stdin, stdout } = process;
  const raw = key !== undefined && stdin.isTTY;
  const onData = (data: Buffer): void => {
    for (const letter of data.toString('latin1')) key?.(letter);
  };
  const onError = (): void => {
    gone();
  };
  if (raw) {
    stdin.setRawMode(true);
    stdin.on('data', onData);
    stdin.resume();
  }
  if (resized !== undefined) stdout.on('resize', resized);
  stdout.on('error', onError);
  for (const signal of SIGNALS) process.on(signal, gone);
  return () => {
    if (raw) {
      stdin.setRawMode(false);
      stdin.off('data', onData);
      stdin.pause();
    }
    if (resized !== undefined) stdout.off('resize', resized);
    stdout.off('error', onError);
    for (const signal of SIGNALS) process.off(signal, gone);
  };
}
