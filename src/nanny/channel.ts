/**
 * One data channel of a probe, from its announcement to the comparison of what came through it (RFC 959 §3.3, RFC 2428,
 * RFC 4217 §10). Pure: it names the next phase and what to do.
 */
import { parse227, parse229 } from './passive.js';
import { fail, send, type Answer, type Next, type ProbeAction, type TransferPhase } from './phase.js';
import type { Reply } from './reply.js';
import { encrypted, type SpokenRequest } from './request.js';
import type { Task, Transfer } from './tasks.js';

export type ChannelTask = Extract<Task, { readonly type: 'channel' }>;

/** A probe reads no more than this from a data channel: a nanny is not a load. */
export const MAX_DATA_BYTES = 16 * 1024 * 1024;

const FRESH: TransferPhase = {
  step: 'transfer',
  data: 'open',
  begun: false,
  complete: false,
  bytes: 0,
  sha256: undefined,
};

/** Begins the task. */
export function openChannel({ mode }: ChannelTask): Next {
  if (mode === 'pasv' || mode === 'epsv') return send('passive', mode.toUpperCase());
  return { type: 'next', phase: { step: 'active' }, actions: [{ type: 'listen' }] };
}

/** The reply to PASV or EPSV. */
export function announced(request: SpokenRequest, { mode }: ChannelTask, reply: Reply): Answer {
  if (reply.code >= 400) return fail('passive');
  if (reply.code !== (mode === 'epsv' ? 229 : 227)) return fail('protocol');
  const text = reply.lines.join(' ');
  const passive = mode === 'epsv' ? parse229(text) : parse227(text);
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

/** A port of ours is open: the command that names it. */
export function announce({ mode }: ChannelTask, address: string, port: number): Answer {
  const six = address.includes(':');
  if (mode === 'eprt') return send('active', `EPRT |${six ? 2 : 1}|${address}|${port}|`);
  if (six) return fail('active', 'PORT cannot name an IPv6 address');
  return send('active', `PORT ${address.replaceAll('.', ',')},${port >> 8},${port & 255}`);
}

/** The reply to PORT or EPRT. The server opens the channel only after the command of the transfer. */
export function portAnswered({ transfer }: ChannelTask, code: number): Answer {
  if (code !== 200) return fail(code >= 400 ? 'active' : 'protocol');
  const phase: TransferPhase = { ...FRESH, data: 'awaited' };
  return { type: 'next', phase, actions: [{ type: 'send', line: transfer.line }] };
}

/** Our connection to the server's port is open: now the command. */
export function passiveOpened({ transfer }: ChannelTask): Answer {
  return { type: 'next', phase: FRESH, actions: [{ type: 'send', line: transfer.line }] };
}

/** The server's connection to our port is open. */
export function activeOpened(
  request: SpokenRequest,
  { transfer }: ChannelTask,
  phase: TransferPhase,
  from: string,
): Answer {
  // The kernel's helper expects the server's own address, too: a client behind it would get nothing.
  if (from !== request.address) return fail('wrongAddress', `data channel from ${from}`);
  const actions = phase.begun ? starts(request, transfer) : [];
  return { type: 'stay', phase: { ...phase, data: 'open' }, actions };
}

/** What we do on a channel that both sides have agreed on. */
function starts({ check }: SpokenRequest, { upload }: Transfer): readonly ProbeAction[] {
  const secure = check.type === 'ftp' && encrypted(check);
  return [
    ...(secure ? [{ type: 'secure', channel: 'data' } as const] : []),
    ...(upload === undefined ? [] : [{ type: 'upload', bytes: upload.bytes } as const]),
  ];
}

/** A reply during the transfer. */
export function transferAnswered(
  request: SpokenRequest,
  { transfer }: ChannelTask,
  phase: TransferPhase,
  code: number,
): Answer {
  if (code < 200) {
    const actions = phase.data === 'open' && !phase.begun ? starts(request, transfer) : [];
    return { type: 'stay', phase: { ...phase, begun: true }, actions };
  }
  if (code === 226 || code === 250) return settle(transfer, { ...phase, complete: true });
  return refused(transfer, code);
}

function refused({ upload }: Transfer, code: number): Answer {
  switch (code) {
    case 425:
      return fail('dataRefused');
    case 426:
      return fail('dataLost');
    case 521:
    case 522:
      // RFC 4217 §10.2; vsftpd says 522 where it wants the control connection's TLS session to be resumed.
      return fail('tls');
    case 530:
      return fail('login');
    case 450:
    case 550:
      return fail(upload === undefined ? 'noFile' : 'upload');
    default:
      if (code < 400) return fail('protocol');
      return fail(upload === undefined ? 'transfer' : 'upload');
  }
}

/** More data has come. */
export function received(phase: TransferPhase, count: number): Answer {
  const bytes = phase.bytes + count;
  if (bytes <= MAX_DATA_BYTES) return { type: 'stay', phase: { ...phase, bytes } };
  return fail('dataTooLong', `more than ${MAX_DATA_BYTES} bytes`);
}

/** Whether a transfer is over: the data channel has ended and the server has said so. */
export function settle(transfer: Transfer, phase: TransferPhase): Answer {
  const { data, complete, bytes, sha256 } = phase;
  if (!complete || data === 'open' || data === 'awaited') return { type: 'stay', phase };
  if (data === 'lost') return fail('dataLost');
  if (transfer.size !== undefined && transfer.size !== bytes) {
    return fail('wrongContent', `${bytes} bytes instead of ${transfer.size}`);
  }
  if (transfer.sha256 !== undefined && transfer.sha256 !== sha256) {
    return fail('wrongContent', `SHA-256 ${sha256 ?? 'unknown'}`);
  }
  return { type: 'done' };
}
