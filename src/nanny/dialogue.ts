/**
 * One probe as a function: (state, event) → (state, ordered actions). No socket, clock or timer inside: each
 * event carries its time, and the adapter (probe.ts) turns actions into connections.
 */
import { millis, type Millis } from '../time.js';
import {
  answer,
  beginTransfer,
  settle,
  type Answer,
  type Phase,
  type ProbeAction,
  type TransferPhase,
} from './answers.js';
import { feedReplies, freshReplies, type Reply, type ReplyState } from './reply.js';
import { secretOf, unsendable, type ProbeRequest } from './request.js';
import { excerpt, type ProbeReason, type ProbeResult, type StepTiming } from './result.js';

/** What happened to the connections of a probe. `at` is monotonic. */
export type ProbeEvent = { readonly at: Millis } & (
  | { readonly type: 'connected' }
  /** Bytes from the control connection. */
  | { readonly type: 'data'; readonly bytes: Uint8Array }
  /** The server closed the control connection. */
  | { readonly type: 'closed' }
  | { readonly type: 'dataConnected' }
  | { readonly type: 'dataBytes'; readonly count: number }
  | { readonly type: 'dataClosed' }
  /** A connection failed; `code` is the system's name for it (`ECONNREFUSED`). */
  | { readonly type: 'failed'; readonly channel: 'control' | 'data'; readonly code: string }
  | { readonly type: 'deadline' }
);

interface Running {
  readonly type: 'running';
  readonly request: ProbeRequest;
  readonly phase: Phase;
  readonly replies: ReplyState;
  readonly startedAt: Millis;
  /** When the phase's step was entered. */
  readonly enteredAt: Millis;
  readonly steps: readonly StepTiming[];
  /** The last reply, fit to be shown. */
  readonly said: string;
}

export type ProbeState = Running | { readonly type: 'finished'; readonly result: ProbeResult };

/** The state after an event, and what to do, in this order. */
export interface Advance {
  readonly state: ProbeState;
  readonly actions: readonly ProbeAction[];
}

/** A probe reads no more than this from the data channel: a nanny is not a load. */
export const MAX_DATA_BYTES = 16 * 1024 * 1024;

/** Begins a probe. A request that cannot be sent fails at once. */
export function startProbe(request: ProbeRequest, at: Millis): Advance {
  const phase: Phase = { step: 'connect' };
  const state: Running = {
    type: 'running',
    request,
    phase,
    replies: freshReplies,
    startedAt: at,
    enteredAt: at,
    steps: [],
    said: '',
  };
  const unsent = unsendable(request);
  if (unsent !== undefined) return failed(state, at, 'local', `the ${unsent} holds a line break`);
  return { state, actions: [{ type: 'connect', address: request.address, port: request.port }] };
}

/** Takes one event. A finished probe ignores everything. */
export function advance(state: ProbeState, event: ProbeEvent): Advance {
  if (state.type === 'finished') return { state, actions: [] };
  const { at } = event;
  switch (event.type) {
    case 'connected':
      return apply(state, at, { type: 'next', phase: { step: 'greeting' }, actions: [] });
    case 'data':
      return takeBytes(state, at, event.bytes);
    case 'closed':
      return state.phase.step === 'quit' ? succeeded(state, at) : failed(state, at, 'closed', state.said);
    case 'dataConnected':
      if (state.phase.step !== 'dataConnect') return { state, actions: [] };
      return apply(state, at, beginTransfer(state.request));
    case 'dataBytes':
      return inTransfer(state, at, (phase) => takeDataBytes(phase, event.count));
    case 'dataClosed':
      return inTransfer(state, at, (phase) => settle({ ...phase, data: 'closed' }));
    case 'failed':
      return event.channel === 'control'
        ? controlFailed(state, at, event.code)
        : dataFailed(state, at, event.code);
    case 'deadline':
      return expired(state, at);
  }
}

function takeBytes(state: Running, at: Millis, bytes: Uint8Array): Advance {
  const fed = feedReplies(state.replies, bytes);
  let current: Advance = { state: { ...state, replies: fed.state }, actions: [] };
  for (const reply of fed.replies) {
    if (current.state.type === 'finished') return current;
    const next = takeReply(current.state, at, reply);
    current = { state: next.state, actions: [...current.actions, ...next.actions] };
  }
  if (current.state.type === 'finished' || fed.state.broken === undefined) return current;
  if (current.state.phase.step === 'quit') return succeeded(current.state, at);
  const ended = failed(current.state, at, 'protocol', shown(current.state, fed.state.broken.line));
  return { state: ended.state, actions: [...current.actions, ...ended.actions] };
}

function takeReply(state: Running, at: Millis, reply: Reply): Advance {
  const said = shown(state, `${reply.code} ${reply.lines.join(' ')}`);
  return apply({ ...state, said }, at, answer(state.request, state.phase, reply));
}

/** A server can repeat the password only after it has got it. */
function shown(state: Running, bytes: string): string {
  const early = state.phase.step === 'greeting' || state.phase.step === 'user';
  return excerpt(bytes, early ? '' : secretOf(state.request));
}

/** The data channel may end in an error before the reply that explains it arrives, so the reply decides. */
function inTransfer(state: Running, at: Millis, step: (phase: TransferPhase) => Answer): Advance {
  if (state.phase.step !== 'transfer') return { state, actions: [] };
  return apply(state, at, step(state.phase));
}

function takeDataBytes(phase: TransferPhase, count: number): Answer {
  const bytes = phase.bytes + count;
  if (bytes <= MAX_DATA_BYTES) return { type: 'stay', phase: { ...phase, bytes } };
  return { type: 'fail', reason: 'dataTooLong', detail: `more than ${MAX_DATA_BYTES} bytes` };
}

function controlFailed(state: Running, at: Millis, code: string): Advance {
  return state.phase.step === 'quit' ? succeeded(state, at) : failed(state, at, reasonOf(code), code);
}

function dataFailed(state: Running, at: Millis, code: string): Advance {
  if (state.phase.step !== 'dataConnect') {
    return inTransfer(state, at, (phase) => settle({ ...phase, data: 'lost' }));
  }
  const reason = reasonOf(code);
  if (reason === 'local') return failed(state, at, 'local', code);
  return failed(state, at, reason === 'timedOut' ? 'dataStalled' : 'dataRefused', code);
}

function reasonOf(code: string): ProbeReason {
  switch (code) {
    case 'ECONNREFUSED':
      return 'refused';
    case 'EHOSTUNREACH':
    case 'ENETUNREACH':
    case 'EHOSTDOWN':
    case 'ENETDOWN':
      return 'unreachable';
    case 'ETIMEDOUT':
      return 'timedOut';
    case 'ECONNRESET':
    case 'ECONNABORTED':
    case 'EPIPE':
      return 'closed';
    default:
      return 'local';
  }
}

function expired(state: Running, at: Millis): Advance {
  const { phase, request, said } = state;
  if (phase.step === 'quit') return succeeded(state, at);
  const waited = `nothing within ${request.timeout} ms`;
  const detail = said === '' ? waited : `${waited} after: ${said}`;
  if (phase.step === 'dataConnect') return failed(state, at, 'dataStalled', detail);
  if (phase.step !== 'transfer') return failed(state, at, 'timedOut', detail);
  switch (phase.data) {
    case 'open':
      return failed(state, at, 'dataStalled', `${phase.bytes} bytes within ${request.timeout} ms`);
    case 'lost':
      return failed(state, at, 'dataLost', detail);
    case 'closed':
      return failed(state, at, 'timedOut', detail);
  }
}

function apply(state: Running, at: Millis, next: Answer): Advance {
  switch (next.type) {
    case 'stay':
      return { state: { ...state, phase: next.phase }, actions: [] };
    case 'next': {
      const entered = { ...state, phase: next.phase, enteredAt: at, steps: timed(state, at) };
      return { state: entered, actions: next.actions };
    }
    case 'fail':
      return failed(state, at, next.reason, next.detail ?? state.said);
    case 'done':
      return succeeded(state, at);
  }
}

function timed(state: Running, at: Millis): readonly StepTiming[] {
  return [...state.steps, { step: state.phase.step, millis: millis(at - state.enteredAt) }];
}

function succeeded(state: Running, at: Millis): Advance {
  return finished({ ok: true, timings: timings(state, at) });
}

function failed(state: Running, at: Millis, reason: ProbeReason, detail: string): Advance {
  return finished({ ok: false, reason, step: state.phase.step, detail, timings: timings(state, at) });
}

function timings(state: Running, at: Millis): ProbeResult['timings'] {
  return { totalMillis: millis(at - state.startedAt), steps: timed(state, at) };
}

function finished(result: ProbeResult): Advance {
  return { state: { type: 'finished', result }, actions: [{ type: 'close' }] };
}
