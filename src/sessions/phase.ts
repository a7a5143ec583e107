/**
 * Where an FTP session is, read from the TCP states, directions and counters of its flows: nobody reads its commands
 * here. Pure.
 */
import type { Counters } from '../conntrack/accounting.js';
import { isOver, type TcpState, tcpState } from '../conntrack/over.js';
import type { SessionMode, SessionState } from '../control/sessions.js';
import type { SeenFlow, SeenSession } from './seen.js';

const OPENING: readonly TcpState[] = ['SYN_SENT', 'SYN_RECV', 'SYN_SENT2'];

/** Whether a data channel can still carry something. */
export function isOpen({ flow, kernel }: SeenFlow): boolean {
  return !isOver(kernel ?? flow);
}

/** See SESSION_STATES. */
export function stateOf(session: SeenSession): SessionState {
  const state = tcpState(session.control.kernel ?? session.control.flow);
  const open = session.data.filter(isOpen);
  if (OPENING.includes(state)) return 'opening';
  if (open.length > 0) return directionOf(open, session.control.flow.orig.src);
  if (state !== 'ESTABLISHED' && state !== 'NONE') return 'ending';
  return session.announced === undefined ? 'idle' : 'announced';
}

/** See SessionView.mode. */
export function modeOf({ control, data, announced }: SeenSession): SessionMode | undefined {
  const client = control.flow.orig.src;
  const mode = (begins: Uint8Array): SessionMode =>
    Buffer.compare(begins, client) === 0 ? 'passive' : 'active';
  const open = data.find(isOpen);
  if (open !== undefined) return mode(open.flow.orig.src);
  if (announced !== undefined) return mode(announced.expectation.tuple.src);
  const last = data.at(-1);
  return last && mode(last.flow.orig.src);
}

/** Longest headers of IP and TCP without payload: an acknowledgement with timestamps and selective acknowledgements. */
const HEADERS = { 4: 80, 6: 100 } as const;

/** Payload goes one way in FTP; the other way goes nothing but acknowledgements. */
function directionOf(open: readonly SeenFlow[], client: Uint8Array): SessionState {
  let toClient = 0;
  let fromClient = 0;
  for (const { flow, kernel } of open) {
    const headers = HEADERS[flow.orig.src.length === 4 ? 4 : 6];
    const orig = payload(kernel?.countersOrig, headers);
    const reply = payload(kernel?.countersReply, headers);
    const passive = Buffer.compare(flow.orig.src, client) === 0;
    toClient += passive ? reply : orig;
    fromClient += passive ? orig : reply;
  }
  if (toClient > fromClient) return 'downloading';
  return fromClient > toClient ? 'uploading' : 'transferring';
}

/** At least so many bytes were payload. */
function payload(counters: Counters | undefined, headers: number): number {
  return counters === undefined ? 0 : Math.max(0, counters.bytes - counters.packets * headers);
}
