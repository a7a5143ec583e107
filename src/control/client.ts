/**
 * Asks the running daemon over its control socket: one request, one JSON answer, a time limit. It must not know
 * what the answers mean, nor print anything.
 */
import { request as httpRequest, type IncomingMessage } from 'node:http';
import { ExitStatus, Fatal } from '../fatal.js';
import type { Millis } from '../time.js';

/** The daemon's answer: the HTTP status, its JSON, and the process that answered (undefined when not said). */
export interface Answer {
  readonly status: number;
  readonly body: unknown;
  readonly pid: number | undefined;
}

/** Carries the daemon's process id in every answer. */
export const PID_HEADER = 'ftpair-pid';

const ANSWER_LIMIT_BYTES = 4 * 1024 * 1024;

/** What came of a try: an answer, a socket error, silence, or something that is no answer of ours. */
export type Outcome =
  | { readonly type: 'answer'; readonly answer: Answer }
  | { readonly type: 'refused'; readonly errno: string }
  | { readonly type: 'silent' }
  | { readonly type: 'foreign'; readonly detail: string };

/**
 * Sends one request and returns the answer, whatever its HTTP status. Throws `Fatal` with
 * `ExitStatus.unreachable` when there is none, with the cure for that case.
 */
export async function request(
  socketPath: string,
  method: 'GET' | 'POST',
  url: string,
  timeout: Millis,
  body = '',
): Promise<Answer> {
  const outcome = await attempt(socketPath, method, url, timeout, body);
  if (outcome.type === 'answer') return outcome.answer;
  throw unreachable(socketPath, timeout, outcome);
}

/** As `request`, but failures are values: for the daemon, which looks for another one before it starts. */
export function attempt(
  socketPath: string,
  method: 'GET' | 'POST',
  url: string,
  timeout: Millis,
  body = '',
): Promise<Outcome> {
  return new Promise((resolve) => {
    const settle = (outcome: Outcome): void => {
      clearTimeout(late);
      resolve(outcome);
    };
    const sent = httpRequest({ socketPath, method, path: url, agent: false }, (response) => {
      collect(response, settle);
    });
    const late = setTimeout(() => {
      settle({ type: 'silent' });
      sent.destroy();
    }, timeout);
    sent.on('error', (error) => {
      settle(failureOf(error));
    });
    sent.end(body);
  });
}

function failureOf(error: Error): Outcome {
  const code = 'code' in error && typeof error.code === 'string' ? error.code : '';
  // The parser's codes begin so; everything else here is an errno of connect, read or write.
  if (code === '' || code.startsWith('HPE_')) return { type: 'foreign', detail: 'it does not speak HTTP' };
  return { type: 'refused', errno: code };
}

/** Gathers the body, bounded, and reads it as JSON. */
function collect(response: IncomingMessage, settle: (outcome: Outcome) => void): void {
  const chunks: Buffer[] = [];
  let size = 0;
  response.on('data', (chunk: Buffer) => {
    size += chunk.length;
    if (size <= ANSWER_LIMIT_BYTES) {
      chunks.push(chunk);
      return;
    }
    settle({ type: 'foreign', detail: `its answer is longer than ${ANSWER_LIMIT_BYTES} bytes` });
    response.destroy();
  });
  response.on('error', () => {
    settle({ type: 'foreign', detail: 'its answer broke off' });
  });
  response.on('end', () => {
    settle(answerOf(response, Buffer.concat(chunks).toString('utf8')));
  });
}

function answerOf(response: IncomingMessage, text: string): Outcome {
  const pid = Number(response.headers[PID_HEADER]);
  try {
    const body: unknown = JSON.parse(text);
    const answer = { status: response.statusCode ?? 0, body, pid: Number.isInteger(pid) ? pid : undefined };
    return { type: 'answer', answer };
  } catch {
    return { type: 'foreign', detail: 'its answer is not JSON' };
  }
}

function unreachable(
  path: string,
  timeout: Millis,
  outcome: Exclude<Outcome, { readonly type: 'answer' }>,
): Fatal {
  const fatal = (message: string, cure: string): Fatal => new Fatal(ExitStatus.unreachable, message, cure);
  if (outcome.type === 'silent') {
    return fatal(
      `the daemon on ${path} did not answer within ${timeout} ms`,
      'look at "journalctl -u ftpair"; if the daemon hangs, "systemctl restart ftpair" lets the peer take over',
    );
  }
  if (outcome.type === 'foreign') {
    return fatal(
      `what answers on ${path} is no ftpair daemon: ${outcome.detail}`,
      'give the runtime directory of the daemon with --runtime-dir',
    );
  }
  if (outcome.errno === 'EACCES' || outcome.errno === 'EPERM') {
    return fatal(
      `no permission to talk to the daemon on ${path} (${outcome.errno})`,
      'run the command as root',
    );
  }
  return fatal(
    `no daemon answers on ${path} (${outcome.errno})`,
    'start it with "ftpair run …" or look at "systemctl status ftpair"; for another runtime directory give --runtime-dir',
  );
}
