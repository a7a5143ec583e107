/**
 * A strict reader of FTP replies (RFC 959 §4.2) for the lab's client. It does not forgive: a control connection whose
 * sequence offsets were lost carries doubled or missing bytes, and that must show as garbage, not as a reply.
 */

/** One whole reply. */
export interface Reply {
  readonly code: number;
  /** The text after the code; lines of a longer reply joined by a line feed. */
  readonly text: string;
}

/** What came of some bytes: replies, and why the rest cannot be one (then nothing more is read). */
export interface ReadResult {
  readonly replies: readonly Reply[];
  readonly garbage: string | undefined;
}

/** A reader with the bytes of an unfinished line. */
export interface ReplyReader {
  feed(chunk: Buffer): ReadResult;
}

/** Longer than any server's line; without a line end by then it is not FTP. */
const LINE_LIMIT = 4096;
const LINE_END = '\r\n';

type LineResult = { readonly reply?: Reply; readonly garbage?: string };

/** Judges line by line; remembers the lines of a reply that has not ended. */
function createLineJudge(): (line: string) => LineResult {
  let open: { readonly code: string; readonly lines: string[] } | undefined;
  return (line) => {
    if (!/^[\t\x20-\x7e]*$/.test(line)) return { garbage: `unprintable: ${JSON.stringify(line)}` };
    const [, code = '', mark = '', text = ''] = /^([1-5][0-5]\d)([ -])(.*)$/.exec(line) ?? [];
    if (open) {
      const closes = code === open.code && mark === ' ';
      open.lines.push(closes ? text : line);
      if (!closes) return {};
      const reply = { code: Number(code), text: open.lines.join('\n') };
      open = undefined;
      return { reply };
    }
    if (code === '') return { garbage: `not a reply: ${JSON.stringify(line)}` };
    if (mark === ' ') return { reply: { code: Number(code), text } };
    open = { code, lines: [text] };
    return {};
  };
}

/** A reader at the start of a control connection. */
export function createReplyReader(): ReplyReader {
  const judge = createLineJudge();
  let rest = '';
  let dead: string | undefined;
  return {
    feed: (chunk) => {
      const replies: Reply[] = [];
      if (dead !== undefined) return { replies, garbage: dead };
      const lines = (rest + chunk.toString('latin1')).split(LINE_END);
      rest = lines.pop() ?? '';
      for (const line of lines) {
        const { reply, garbage } = judge(line);
        if (reply) replies.push(reply);
        if (garbage !== undefined) return { replies, garbage: (dead = garbage) };
      }
      if (rest.length > LINE_LIMIT) dead = `a line without an end: ${JSON.stringify(rest.slice(0, 80))}…`;
      return { replies, garbage: dead };
    },
  };
}
