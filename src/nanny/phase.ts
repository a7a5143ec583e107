/**
 * The words between the parts of a dialogue: where a probe stands, what the adapter shall do, what follows from a reply. Types,
 * and the makers of the commonest answers. Nothing here decides.
 */
import type { ProbeReason, Step } from './result.js';

/** What the adapter shall do, in order. `close` closes all connections. */
export type ProbeAction =
  | { readonly type: 'connect'; readonly address: string; readonly port: number }
  /** TLS begins on the control connection, or on the data channel, as the client in both. */
  | { readonly type: 'secure'; readonly channel: 'control' | 'data' }
  /** One command without its CR LF. It may hold the password: never log it. */
  | { readonly type: 'send'; readonly line: string }
  /** Bytes of a send/expect check, as UTF-8, with nothing added. */
  | { readonly type: 'write'; readonly text: string }
  | { readonly type: 'openData'; readonly address: string; readonly port: number }
  /** A port of ours on the control connection's own address, for one data channel. */
  | { readonly type: 'listen' }
  /** These bytes go into the data channel, and then its end. */
  | { readonly type: 'upload'; readonly bytes: Uint8Array }
  | { readonly type: 'close' };

/** Where a running probe stands, in the task of its list; a transfer alone has more to remember. */
export type Phase = { readonly step: Exclude<Step, 'transfer'> } | TransferPhase;

export interface TransferPhase {
  readonly step: 'transfer';
  /** The data channel; `awaited`: the server has not opened it yet; `lost`: it ended with an error. */
  readonly data: 'awaited' | 'open' | 'closed' | 'lost';
  /** 125 or 150 was seen: now TLS may begin, and bytes of ours. */
  readonly begun: boolean;
  /** 226 or 250 was seen. It may come before or after the end of the data. */
  readonly complete: boolean;
  readonly bytes: number;
  /** Of all data, once it has ended; lower-case hex, undefined where nobody wants it. */
  readonly sha256: string | undefined;
}

/** What follows from an event. */
export type Answer =
  | { readonly type: 'stay'; readonly phase: Phase; readonly actions?: readonly ProbeAction[] }
  /** Another step of the same task. */
  | { readonly type: 'next'; readonly phase: Phase; readonly actions: readonly ProbeAction[] }
  /** The task is done. */
  | { readonly type: 'done' }
  /** `detail` replaces the server's words where given. */
  | { readonly type: 'fail'; readonly reason: ProbeReason; readonly detail?: string | undefined };

/** A step that begins, and what it begins with. */
export type Next = Extract<Answer, { readonly type: 'next' }>;

/** The next step begins with a command. */
export function send(step: Exclude<Step, 'transfer'>, line: string): Next {
  return { type: 'next', phase: { step }, actions: [{ type: 'send', line }] };
}

export function fail(reason: ProbeReason, detail?: string): Answer {
  return { type: 'fail', reason, detail };
}
