/**
 * What a lab or a drill and its scripted client (session-main.ts) say to each other: one JSON object a line. Types only, and the
 * splitting of lines.
 */
import type { DataMode } from './announced.js';
import type { Target } from './control-connection.js';
import type { Reply } from './replies.js';
import type { TransferResult } from './session.js';

/** Who logs in. */
export interface Login {
  readonly user: string;
  readonly password: string;
}

/** What can be asked for. Each session has a number that the asker chose at `open`. */
export type SessionCall =
  | { readonly call: 'open'; readonly target: Target; readonly login: Login | undefined }
  | { readonly call: 'command'; readonly line: string }
  | { readonly call: 'prepare'; readonly mode: DataMode }
  | { readonly call: 'retrieve'; readonly path: string }
  | { readonly call: 'list' }
  | { readonly call: 'store'; readonly path: string; readonly bytes: number }
  | { readonly call: 'quit' }
  | { readonly call: 'close' };

/** One question. `id` comes back with its answer. */
export type SessionRequest = SessionCall & { readonly id: number; readonly session: number };

/** What a call answers with. */
export type SessionValue = Reply | TransferResult | number | null;

/** One line from the client: the answer to a question, or the progress of a transfer in bytes. */
export type SessionMessage =
  | { readonly type: 'done'; readonly id: number; readonly value: SessionValue }
  | { readonly type: 'failed'; readonly id: number; readonly problem: string }
  | { readonly type: 'progress'; readonly id: number; readonly bytes: number };

/** Splits a stream of text into lines; give it chunks, it hands over whole lines. */
export function createLineSplitter(onLine: (line: string) => void): (chunk: string) => void {
  let rest = '';
  return (chunk) => {
    const lines = (rest + chunk).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) if (line !== '') onLine(line);
  };
}
