/**
 * One probe as a function: (state, event) → (state, ordered actions). No socket, clock or timer inside: each
 * event carries its time, and the adapter (probe.ts) turns actions into connections.
 */
import type { Millis } from '../time.js';
import { answer, begin } from './answers.js';
import { activeOpened, announce, passiveOpened, received, settle } from './channel.js';
import {
  expired,
  failed,
  finishedWell,
  freshState,
  ignored,
  shown,
  timed,
  type Advance,
  type ProbeState,
  type Running,
} from './dialogue-state.js';
import { reasonOf } from './failures.js';
import { fail, type Answer, type TransferPhase } from './phase.js';
import { feedReplies, freshReplies, type Reply } from './reply.js';
import { unsendable, type SpokenRequest } from './request.js';
import { excerpt } from './result.js';
import type { Task } from './tasks.js';
import { compare, MAX_ANSWER } from './wanted.js';

/** What happened to the connections of a probe. `at` is monotonic. */
export type ProbeEvent = { readonly at: Millis } & (
  | { readonly type: 'connected' }
  /** TLS is up on the control connection. */
  | { readonly type: 'secured' }
  /** Bytes from the control connection. */
  | { readonly type: 'data'; readonly bytes: Uint8Array }
  /** The server closed the control connection. */
  | { readonly type: 'closed' }
  /** Our own port for a data channel. */
  | { readonly type: 'listening'; readonly address: string; readonly port: number }
  /** The data channel is open; `from` is the server's end. */
  | { readonly type: 'dataConnected'; readonly from: string }
  | { readonly type: 'dataBytes'; readonly count: number }
  /** `sha256` of all that came, lower-case hex. */
  | { readonly type: 'dataClosed'; readonly sha256: string }
  /** A connection failed; `code` is the system's name for it (`ECONNREFUSED`). */
  | { readonly type: 'failed'; readonly channel: 'control' | 'data'; readonly code: string }
  | { readonly type: 'deadline' }
);

/** Begins a probe. A request that cannot be sent fails at once. */
export function startProbe(request: SpokenRequest, at: Millis): Advance {
  const state = freshState(request, at);
  const unsent = unsendable(request);
  if (unsent !== undefined) return failed(state, at, 'local', `the ${unsent} holds a line break`);
  return { state, actions: [{ type: 'connect', address: request.address, port: request.port }] };
}

/** Takes one event. A finished probe ignores everything. */
export function advance(state: ProbeState, event: ProbeEvent): Advance {
  if (state.type === 'finished') return { state, actions: [] };
  const { at } = event;
  const [task] = state.tasks;
  switch (event.type) {
    case 'connected':
      return task.type === 'connect' ? apply(state, at, { type: 'done' }) : ignored(state);
    case 'secured':
      if (task.type !== 'tls') return ignored(state);
      // What came in plain text must not become part of a reply.
      return apply({ ...state, replies: freshReplies }, at, { type: 'done' });
    case 'data':
      return task.type === 'answer'
        ? takeAnswer(state, at, task, event.bytes)
        : takeBytes(state, at, event.bytes);
    case 'closed':
      return task.type === 'quit' ? apply(state, at, { type: 'done' }) : closed(state, at);
    case 'deadline':
      return task.type === 'quit' ? apply(state, at, { type: 'done' }) : expired(state, at);
    case 'failed':
      return event.channel === 'control'
        ? controlFailed(state, at, event.code)
        : dataFailed(state, at, event.code);
    case 'listening':
    case 'dataConnected':
    case 'dataBytes':
    case 'dataClosed':
      return apply(state, at, onChannel(state, task, event));
  }
}

type ChannelEvent = Extract<
  ProbeEvent,
  { readonly type: 'listening' | 'dataConnected' | 'dataBytes' | 'dataClosed' }
>;

/** What is late or foreign to the phase changes nothing. */
function onChannel({ request, phase }: Running, task: Task, event: ChannelEvent): Answer {
  const stay: Answer = { type: 'stay', phase };
  if (task.type !== 'channel') return stay;
  if (phase.step !== 'transfer') {
    if (event.type === 'listening' && phase.step === 'active')
      return announce(task, event.address, event.port);
    return event.type === 'dataConnected' && phase.step === 'dataConnect' ? passiveOpened(task) : stay;
  }
  switch (event.type) {
    case 'listening':
      return stay;
    case 'dataConnected':
      return phase.data === 'awaited' ? activeOpened(request, task, phase, event.from) : stay;
    case 'dataBytes':
      return received(phase, event.count);
    case 'dataClosed':
      return settle(task.transfer, { ...phase, data: 'closed', sha256: event.sha256 });
  }
}

function takeAnswer(
  state: Running,
  at: Millis,
  task: Extract<Task, { readonly type: 'answer' }>,
  bytes: Uint8Array,
): Advance {
  const heard = (state.heard + Buffer.from(bytes).toString('latin1')).slice(0, MAX_ANSWER + 1);
  const said = excerpt(heard, '');
  const verdict = compare(task.wanted, heard);
  if (verdict === 'yes') return apply({ ...state, heard, said }, at, { type: 'done' });
  if (verdict === 'no') return failed({ ...state, heard, said }, at, 'notExpected', said);
  return ignored({ ...state, heard, said });
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
  const broken: Answer =
    current.state.tasks[0].type === 'quit'
      ? { type: 'done' }
      : fail('protocol', shown(current.state, fed.state.broken.line));
  const ended = apply(current.state, at, broken);
  return { state: ended.state, actions: [...current.actions, ...ended.actions] };
}

function takeReply(state: Running, at: Millis, reply: Reply): Advance {
  const said = shown(state, `${reply.code} ${reply.lines.join(' ')}`);
  return apply({ ...state, said }, at, answer(state.request, state.tasks[0], state.phase, reply));
}

function closed(state: Running, at: Millis): Advance {
  const answered = state.phase.step === 'answer' && state.heard !== '';
  return failed(state, at, answered ? 'notExpected' : 'closed', state.said);
}

function controlFailed(state: Running, at: Millis, code: string): Advance {
  if (state.tasks[0].type === 'quit') return apply(state, at, { type: 'done' });
  const reason = reasonOf(code);
  // Whatever OpenSSL calls it, a handshake that failed is the server's.
  return failed(state, at, reason === 'local' && state.phase.step === 'tls' ? 'tls' : reason, code);
}

function dataFailed(state: Running, at: Millis, code: string): Advance {
  const [task] = state.tasks;
  const { phase } = state;
  if (task.type !== 'channel') return ignored(state);
  const reason = reasonOf(code);
  if (reason === 'certificate' || reason === 'tls') return failed(state, at, reason, code);
  if (phase.step === 'transfer') return lost(state, at, task, phase);
  if (reason === 'local') return failed(state, at, 'local', code);
  return failed(state, at, reason === 'timedOut' ? 'dataStalled' : 'dataRefused', code);
}

/** The data channel may end in an error before the reply that explains it arrives, so the reply decides. */
function lost(
  state: Running,
  at: Millis,
  task: Extract<Task, { readonly type: 'channel' }>,
  phase: TransferPhase,
): Advance {
  return apply(state, at, settle(task.transfer, { ...phase, data: 'lost' }));
}

function apply(state: Running, at: Millis, next: Answer): Advance {
  switch (next.type) {
    case 'stay':
      return { state: { ...state, phase: next.phase }, actions: next.actions ?? [] };
    case 'next': {
      const entered = { ...state, phase: next.phase, enteredAt: at, steps: timed(state, at) };
      return { state: entered, actions: next.actions };
    }
    case 'fail':
      return failed(state, at, next.reason, next.detail ?? state.said);
    case 'done':
      return proceed(state, at);
  }
}

/** The next task, or the good end. */
function proceed(state: Running, at: Millis): Advance {
  const [, task, ...rest] = state.tasks;
  if (task === undefined) return finishedWell(state, at);
  const { phase, actions } = begin(state.request, task);
  // The step that ends belongs to the task that ends.
  const steps = timed(state, at);
  return { state: { ...state, phase, steps, tasks: [task, ...rest], taskAt: at, enteredAt: at }, actions };
}
