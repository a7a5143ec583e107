/**
 * How each task of a dialogue begins, and what each reply code means in it (RFC 959 §5.4, RFC 2428 §3, RFC 4217). Pure: it names
 * the next phase and what to do; applying that, time and sockets are the dialogue's and the adapter's work.
 */
import { announced, openChannel, portAnswered, transferAnswered } from './channel.js';
import { fail, send, type Answer, type Next, type Phase, type ProbeAction } from './phase.js';
import type { Reply } from './reply.js';
import type { SpokenRequest } from './request.js';
import type { ProbeReason } from './result.js';
import type { CommandStep, Task } from './tasks.js';

/** The first step of a task. */
export function begin(request: SpokenRequest, task: Task): Next {
  switch (task.type) {
    case 'connect':
      return next('connect', { type: 'connect', address: request.address, port: request.port });
    case 'tls':
      return next('tls', { type: 'secure', channel: 'control' });
    case 'greeting':
      return { type: 'next', phase: { step: 'greeting' }, actions: [] };
    case 'login':
      return send('user', `USER ${userOf(request)}`);
    case 'command':
      return send(task.step, task.line);
    case 'channel':
      return openChannel(task);
    case 'answer':
      if (task.send === '') return { type: 'next', phase: { step: 'answer' }, actions: [] };
      return next('answer', { type: 'write', text: task.send });
    case 'quit':
      return send('quit', 'QUIT');
  }
}

function next(step: 'connect' | 'tls' | 'answer', action: ProbeAction): Next {
  return { type: 'next', phase: { step }, actions: [action] };
}

const userOf = ({ check }: SpokenRequest): string => (check.type === 'ftp' ? check.user : '');
const passwordOf = ({ check }: SpokenRequest): string => (check.type === 'ftp' ? check.password : '');

/** The meaning of `reply` in `phase` of `task`. */
export function answer(request: SpokenRequest, task: Task, phase: Phase, reply: Reply): Answer {
  if (task.type === 'quit') return { type: 'done' };
  // RFC 959 §4.2.2: 421 may answer any command when the server knows that it must shut down.
  if (reply.code === 421) return fail('busy');
  switch (task.type) {
    case 'connect':
    case 'tls':
    case 'answer':
      return fail('protocol');
    case 'greeting':
      return greeted(phase, reply.code);
    case 'login':
      return phase.step === 'user' ? userAnswered(request, reply.code) : passwordAnswered(reply.code);
    case 'command':
      return commandAnswered(task.step, reply.code, task.lenient);
    case 'channel':
      if (phase.step === 'transfer') return transferAnswered(request, task, phase, reply.code);
      if (phase.step === 'passive') return announced(request, task, reply);
      return phase.step === 'active' ? portAnswered(task, reply.code) : fail('protocol');
  }
}

function greeted(phase: Phase, code: number): Answer {
  if (code === 220) return { type: 'done' };
  // 120: ready in so many minutes, a 220 will follow. The deadline decides whether we wait that long.
  if (code === 120) return { type: 'stay', phase };
  return code >= 400 ? fail('greeting') : fail('protocol');
}

function userAnswered(request: SpokenRequest, code: number): Answer {
  if (code === 230) return { type: 'done' };
  if (code === 331) return send('password', `PASS ${passwordOf(request)}`);
  return code === 332 || code >= 400 ? fail('login') : fail('protocol');
}

function passwordAnswered(code: number): Answer {
  // 202: the password was not needed.
  if (code === 230 || code === 202) return { type: 'done' };
  return code === 332 || code >= 400 ? fail('login') : fail('protocol');
}

/** What is good, and what a refusal means. Servers answer CWD and DELE with 200 as well. */
const COMMANDS: Readonly<Record<CommandStep, readonly [refused: ProbeReason, ...good: number[]]>> = {
  auth: ['tls', 234],
  protect: ['tls', 200],
  pwd: ['directory', 257],
  cwd: ['directory', 250, 200],
  type: ['type', 200],
  delete: ['upload', 250, 200],
};

function commandAnswered(step: CommandStep, code: number, lenient: boolean): Answer {
  const [refused, ...good] = COMMANDS[step];
  if (good.includes(code) || (lenient && code >= 400)) return { type: 'done' };
  return code >= 400 ? fail(refused) : fail('protocol');
}
