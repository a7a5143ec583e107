/** Who may ask at all: the method, the name that was asked, the token, the pace. Pure but for what it counts. */
import { isOurs } from './host.js';
import type { Pace } from './pace.js';
import { plain, type Reply } from './reply.js';
import { knowsToken } from './token.js';

/** What is looked at of a request. */
export interface Caller {
  readonly method: string | undefined;
  readonly host: string | undefined;
  readonly authorization: string | undefined;
  readonly localAddress: string | undefined;
}

export interface GateOptions {
  /** Host names that are ours, in lower case. */
  readonly names: readonly string[];
  /** Undefined: nothing must be known. */
  readonly token: string | undefined;
  readonly pace: Pace;
}

/** A refusal, or undefined for who may go on. Its sentences never hold anything that the caller has sent. */
export function refusal(caller: Caller, { names, token, pace }: GateOptions, now: number): Reply | undefined {
  if (!pace.take(now)) return plain(503, 'Too many requests.', { 'retry-after': '1' });
  if (!isOurs(caller.host, caller.localAddress, names))
    return plain(
      400,
      'This is not the host that was asked for. Use its address, or add the name to web.names.',
    );
  if (caller.method !== 'GET' && caller.method !== 'HEAD')
    return plain(405, 'Only GET and HEAD: nothing can be changed here.', { allow: 'GET, HEAD' });
  if (token === undefined || knowsToken(caller.authorization, token)) return undefined;
  return plain(401, 'The token is missing or wrong.', {
    'www-authenticate': 'Basic realm="ftpair", charset="UTF-8"',
  });
}
