/**
 * What each reply code means in each step of a probe (RFC 959 §5.4, RFC 2428 §3). Pure: it names the next phase
 * and the commands to send; applying that, time and sockets are the dialogue's and the adapter's work.
 */
import { parse227, parse229 } from './passive.js';
import type { Reply } from './reply.js';
import { transferLine, type ProbeRequest } from './request.js';
import type { ProbeReason, Step } from './result.js';

/** What the adapter shall do, in order. `close` closes both connections. */
export type ProbeAction =
  | { readonly type: 'connect'; readonly address: string; readonly port: number }
  /** One command without its CR LF. It may hold the password: never log it. */
  | { readonly type: 'send'; readonly line: string }
  | { readonly type: 'openData'; readonly address: string; readonly port: number }
  | { readonly type: 'close' };

/** Where a running probe stands; the transfer alone has more to remember. */
export type Phase = { readonly step: Exclude<Step, 'transfer'> } | TransferPhase;

export interface TransferPhase {
  readonly step: 'transfer';
  /** The data channel; `lost` means that it ended with an error. */
  readonly data: 'open' | 'closed' | 'lost';
  /** 226 or 250 was seen. It may come before or after the end of the data. */
  readonly complete: boolean;
  readonly bytes: number;
}

/** What follows from a reply. */
export type Answer =
  | { readonly type: 'stay'; readonly phase: Phase }
  | { readonly type: 'next'; readonly phase: Phase; readonly actions: readonly ProbeAction[] }
  /** `detail` replaces the server's words where given. */
  | { readonly type: 'fail'; readonly reason: ProbeReason; readonly detail?: string }
  | { readonly type: 'done' };

/** The meaning of `reply` in `phase`. */
export function answer(request: ProbeRequest, phase: Phase, reply: Reply): Answer {
  if (phase.step === 'quit') return { type: 'done' };
  // RFC 959 §4.2.2: 421 may answer any command when the server knows that it must shut down.
  if (reply.code === 421) return fail('busy');
  switch (phase.step) {
    case 'connect':
    case 'dataConnect':
      return fail('protocol');
    case 'greeting':
      return greeted(request, phase, reply.code);
    case 'user':
      return userAnswered(request, reply.code);
    case 'password':
      // 202: the password was not needed.
      if (reply.code === 230 || reply.code === 202) return loggedIn(request);
      return reply.code === 332 || reply.code >= 400 ? fail('login') : fail('protocol');
    case 'type':
      if (reply.code === 200) return askPassive(request);
      return reply.code >= 400 ? fail('type') : fail('protocol');
    case 'passive':
      return announced(request, reply);
    case 'transfer':
      return transferAnswered(phase, reply.code);
  }
}

/** Whether a transfer is over: the data channel has ended and the server has said so. */
export function settle(phase: TransferPhase): Answer {
  if (!phase.complete || phase.data === 'open') return { type: 'stay', phase };
  return phase.data === 'lost' ? fail('dataLost') : send('quit', 'QUIT');
}

function greeted(request: ProbeRequest, phase: Phase, code: number): Answer {
  if (code === 220) return send('user', `USER ${request.user}`);
  // 120: ready in so many minutes, a 220 will follow. The deadline decides whether we wait that long.
  if (code === 120) return { type: 'stay', phase };
  return code >= 400 ? fail('greeting') : fail('protocol');
}

function userAnswered(request: ProbeRequest, code: number): Answer {
  if (code === 230) return loggedIn(request);
  if (code === 331) return send('password', `PASS ${request.password}`);
  return code === 332 || code >= 400 ? fail('login') : fail('protocol');
}

function loggedIn(request: ProbeRequest): Answer {
  return request.data.command === 'retr' ? send('type', 'TYPE I') : askPassive(request);
}

function askPassive(request: ProbeRequest): Answer {
  return send('passive', request.mode === 'epsv' ? 'EPSV' : 'PASV');
}

function announced(request: ProbeRequest, reply: Reply): Answer {
  if (reply.code >= 400) return fail('passive');
  if (reply.code !== (request.mode === 'epsv' ? 229 : 227)) return fail('protocol');
  const text = reply.lines.join(' ');
  const passive = request.mode === 'epsv' ? parse229(text) : parse227(text);
  if (!passive.ok) return fail('protocol');
  const { address, port } = passive;
  if (address !== undefined && address !== request.address && !request.allowed.includes(address)) {
    return fail('wrongAddress');
  }
  // Always the control connection's address: where the VIP may be announced, a probe of this server must not
  // travel through the VIP to another one.
  const actions: readonly ProbeAction[] = [{ type: 'openData', address: request.address, port }];
  return { type: 'next', phase: { step: 'dataConnect' }, actions };
}

function transferAnswered(phase: TransferPhase, code: number): Answer {
  if (code < 200) return { type: 'stay', phase };
  switch (code) {
    case 226:
    case 250:
      return settle({ ...phase, complete: true });
    case 425:
      return fail('dataRefused');
    case 426:
      return fail('dataLost');
    case 450:
    case 550:
      return fail('noFile');
    case 530:
      return fail('login');
    default:
      return code >= 400 ? fail('transfer') : fail('protocol');
  }
}

/** The data channel is open: now the command. */
export function beginTransfer(request: ProbeRequest): Answer {
  const phase: Phase = { step: 'transfer', data: 'open', complete: false, bytes: 0 };
  return { type: 'next', phase, actions: [{ type: 'send', line: transferLine(request.data) }] };
}

function send(step: Exclude<Step, 'transfer'>, line: string): Answer {
  return { type: 'next', phase: { step }, actions: [{ type: 'send', line }] };
}

function fail(reason: ProbeReason): Answer {
  return { type: 'fail', reason };
}
