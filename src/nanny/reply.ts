/**
 * Replies of an FTP server (RFC 959 §4.2), read from a byte stream that may be cut anywhere.
 * A pure function from (state, bytes) to (state, replies). It never throws and never grows without a bound:
 * what is not FTP ends in a counted reason, and nothing is read after that.
 */

/** One complete reply. `lines` hold the text without code and separator, one character per byte (latin1). */
export interface Reply {
  readonly code: number;
  readonly lines: readonly string[];
}

/** Why a stream is not FTP: no code at the start of a line, or longer than we are willing to hold. */
export type BrokenReason = 'notAReply' | 'lineTooLong' | 'replyTooLong';

export interface Broken {
  readonly reason: BrokenReason;
  /** The first 256 bytes of the line at fault, as latin1, not yet made printable. */
  readonly line: string;
}

/** Longest line in bytes. RFC 959 names no limit; known servers stay below 1 KiB. */
export const MAX_LINE = 4096;

/** Longest multi-line reply in bytes, for greetings with a long message of the day. */
export const MAX_REPLY = 65_536;

/** Where the telnet layer stands (RFC 854, RFC 855): RFC 959 runs the control connection over telnet. */
type Telnet = 'text' | 'command' | 'option' | 'negotiation' | 'negotiationCommand';

export interface ReplyState {
  readonly telnet: Telnet;
  /** Bytes of the line that has not ended yet. */
  readonly line: string;
  /** A multi-line reply that has begun, and its size in bytes. */
  readonly open:
    { readonly code: string; readonly lines: readonly string[]; readonly size: number } | undefined;
  /** Set once the stream is not FTP; from then on everything is ignored. */
  readonly broken: Broken | undefined;
}

export const freshReplies: ReplyState = { telnet: 'text', line: '', open: undefined, broken: undefined };

/** Takes the next bytes. The replies are those completed by these bytes, in their order. */
export function feedReplies(
  state: ReplyState,
  chunk: Uint8Array,
): { readonly state: ReplyState; readonly replies: readonly Reply[] } {
  if (state.broken !== undefined) return { state, replies: [] };
  const { telnet, text } = stripTelnet(state.telnet, chunk);
  const parts = (state.line + text).split('\n');
  const rest = parts.pop() ?? '';
  const replies: Reply[] = [];
  let current: ReplyState = { ...state, telnet, line: '' };
  for (const part of parts) {
    current = takeLine(current, part, replies);
    if (current.broken !== undefined) return { state: current, replies };
  }
  if (rest.length > MAX_LINE) current = fail('lineTooLong', rest);
  else current = { ...current, line: rest };
  return { state: current, replies };
}

function takeLine(state: ReplyState, raw: string, replies: Reply[]): ReplyState {
  if (raw.length > MAX_LINE) return fail('lineTooLong', raw);
  // RFC 959 §4.2 ends a line with CR LF; a bare LF is tolerated.
  const line = raw.endsWith('\r') ? raw.slice(0, -1) : raw;
  return state.open === undefined
    ? takeFirst(state, line, replies)
    : takeFurther(state, state.open, line, replies);
}

function takeFirst(state: ReplyState, line: string, replies: Reply[]): ReplyState {
  if (line.trim() === '') return state;
  // RFC 959 §4.2.1: the first digit runs from 1 to 5.
  const match = /^([1-5][0-9]{2})(?:([ -])(.*))?$/s.exec(line);
  if (match === null) return fail('notAReply', line);
  const [, code = '', separator, text = ''] = match;
  if (separator === '-') return { ...state, open: { code, lines: [text], size: line.length } };
  replies.push({ code: Number(code), lines: [text] });
  return state;
}

function takeFurther(
  state: ReplyState,
  open: NonNullable<ReplyState['open']>,
  line: string,
  replies: Reply[],
): ReplyState {
  const size = open.size + line.length + 1;
  if (size > MAX_REPLY) return fail('replyTooLong', line);
  // RFC 959 p. 36: the last line begins with the same code, immediately followed by a space.
  if (line === open.code || line.startsWith(`${open.code} `)) {
    replies.push({ code: Number(open.code), lines: [...open.lines, line.slice(4)] });
    return { ...state, open: undefined };
  }
  const text = line.startsWith(`${open.code}-`) ? line.slice(4) : line;
  return { ...state, open: { code: open.code, lines: [...open.lines, text], size } };
}

function fail(reason: BrokenReason, line: string): ReplyState {
  // Nothing more is read: where the telnet layer stood then says nothing.
  return { telnet: 'text', line: '', open: undefined, broken: { reason, line: line.slice(0, 256) } };
}

const NUL = 0;
const SE = 240;
const SB = 250;
const WILL = 251;
const IAC = 255;

/** Removes telnet commands and NUL (RFC 854 p. 10: no operation). IAC IAC stands for the byte 255. */
function stripTelnet(start: Telnet, chunk: Uint8Array): { readonly telnet: Telnet; readonly text: string } {
  const kept: number[] = [];
  let telnet = start;
  for (const byte of chunk) {
    if (isText(telnet, byte)) kept.push(byte);
    telnet = nextTelnet(telnet, byte);
  }
  return { telnet, text: Buffer.from(kept).toString('latin1') };
}

function isText(telnet: Telnet, byte: number): boolean {
  if (telnet === 'text') return byte !== IAC && byte !== NUL;
  return telnet === 'command' && byte === IAC;
}

function nextTelnet(telnet: Telnet, byte: number): Telnet {
  switch (telnet) {
    case 'text':
      return byte === IAC ? 'command' : 'text';
    case 'command':
      if (byte === SB) return 'negotiation';
      // WILL, WON'T, DO and DON'T (251 to 254) carry one option byte.
      return byte >= WILL && byte < IAC ? 'option' : 'text';
    case 'option':
      return 'text';
    case 'negotiation':
      return byte === IAC ? 'negotiationCommand' : 'negotiation';
    case 'negotiationCommand':
      return byte === SE ? 'text' : 'negotiation';
  }
}
