/**
 * What a running probe remembers, and the ways in which it ends: its timings, its limits, its result. Pure; nothing here reads a
 * reply.
 */
import { millis, type Millis } from '../time.js';
import type { Phase, ProbeAction } from './phase.js';
import { freshReplies, type ReplyState } from './reply.js';
import { secretOf, type SpokenRequest } from './request.js';
import { excerpt, type ProbeReason, type ProbeResult, type StepTiming } from './result.js';
import { partOf, tasksOf, type Task } from './tasks.js';

export interface Running {
  readonly type: 'running';
  readonly request: SpokenRequest;
  /** Never empty; the first is what is being done. */
  readonly tasks: readonly [Task, ...Task[]];
  readonly phase: Phase;
  readonly replies: ReplyState;
  /** What a send/expect check has heard, as latin1. */
  readonly heard: string;
  readonly startedAt: Millis;
  /** When the task, and the phase's step, were entered. */
  readonly taskAt: Millis;
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

/** Before the first connection. */
export function freshState(request: SpokenRequest, at: Millis): Running {
  return {
    type: 'running',
    request,
    tasks: [{ type: 'connect' }, ...tasksOf(request).slice(1)],
    phase: { step: 'connect' },
    replies: freshReplies,
    heard: '',
    startedAt: at,
    taskAt: at,
    enteredAt: at,
    steps: [],
    said: '',
  };
}

/** When a `deadline` is due: the earlier of the whole probe's and the task's; undefined when finished. */
export function deadlineOf(state: ProbeState): Millis | undefined {
  return state.type === 'finished' ? undefined : limitOf(state).at;
}

/** The limit that ends first, and how long it was. */
function limitOf({ request, tasks, startedAt, taskAt }: Running): {
  readonly at: Millis;
  readonly length: Millis;
} {
  const whole = { at: millis(startedAt + request.timeout), length: request.timeout };
  const length = request.limits[partOf(tasks[0])];
  if (length === undefined || taskAt + length >= whole.at) return whole;
  return { at: millis(taskAt + length), length };
}

/** The deadline has passed: the step says what it means. */
export function expired(state: Running, at: Millis): Advance {
  const { phase, said } = state;
  const { length } = limitOf(state);
  const waited = `nothing within ${length} ms`;
  const detail = said === '' ? waited : `${waited} after: ${said}`;
  if (phase.step === 'dataConnect') return failed(state, at, 'dataStalled', detail);
  if (phase.step !== 'transfer') return failed(state, at, 'timedOut', detail);
  switch (phase.data) {
    case 'awaited':
      return failed(state, at, 'dataStalled', `no connection within ${length} ms`);
    case 'open':
      return failed(state, at, 'dataStalled', `${phase.bytes} bytes within ${length} ms`);
    case 'lost':
      return failed(state, at, 'dataLost', detail);
    case 'closed':
      return failed(state, at, 'timedOut', detail);
  }
}

/** Nothing comes of the event. */
export function ignored(state: Running): Advance {
  return { state, actions: [] };
}

function modeOf({ tasks: [task] }: Running): Pick<StepTiming, 'mode'> {
  return task.type === 'channel' ? { mode: task.mode } : {};
}

/** The timings so far, with the step that is being left. */
export function timed(state: Running, at: Millis): readonly StepTiming[] {
  const timing = { step: state.phase.step, ...modeOf(state), millis: millis(at - state.enteredAt) };
  return [...state.steps, timing];
}

/** The bad end. */
export function failed(state: Running, at: Millis, reason: ProbeReason, detail: string): Advance {
  const where = { step: state.phase.step, ...modeOf(state) };
  return finished({ ok: false, reason, ...where, detail, timings: timings(state, at) });
}

function timings(state: Running, at: Millis): ProbeResult['timings'] {
  return { totalMillis: millis(at - state.startedAt), steps: timed(state, at) };
}

/** The good end. */
export function finishedWell(state: Running, at: Millis): Advance {
  return finished({ ok: true, timings: timings(state, at) });
}

function finished(result: ProbeResult): Advance {
  return { state: { type: 'finished', result }, actions: [{ type: 'close' }] };
}

/** A server can repeat the password only after it has got it. */
export function shown(state: Running, bytes: string): string {
  const early = !state.steps.some(({ step }) => step === 'user');
  return excerpt(bytes, early ? '' : secretOf(state.request));
}
