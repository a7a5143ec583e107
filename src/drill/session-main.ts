/**
 * The scripted FTP client as a process: runs in the client's namespace, takes questions as JSON lines on stdin and
 * answers on stdout (session-wire.ts). Ends when its stdin closes. Several sessions at once.
 */
import { assertNever } from '../assert.js';
import { monotonicNow } from '../time.js';
import { FtpSession, type Progress } from './session.js';
import {
  createLineSplitter,
  type SessionMessage,
  type SessionRequest,
  type SessionValue,
} from './session-wire.js';

/** Often enough to be watched, seldom enough not to slow the transfer. */
const PROGRESS_EVERY = 50;

const sessions = new Map<number, FtpSession>();

function say(message: SessionMessage): void {
  process.stdout.write(`${JSON.stringify(message)}\n`);
}

function progressOf(id: number): Progress {
  let next = 0;
  return (bytes) => {
    const now = monotonicNow();
    if (now < next) return;
    next = now + PROGRESS_EVERY;
    say({ type: 'progress', id, bytes });
  };
}

async function answer(request: SessionRequest): Promise<SessionValue> {
  if (request.call === 'open') {
    const { target, login } = request;
    const session = await FtpSession.open(target, login?.user, login?.password);
    sessions.set(request.session, session);
    return session.localPort;
  }
  const session = sessions.get(request.session);
  if (!session) throw new Error(`session ${request.session} is not open`);
  switch (request.call) {
    case 'command':
      return session.command(request.line);
    case 'prepare':
      return session.prepare(request.mode);
    case 'retrieve':
      return session.retrieve(request.path, progressOf(request.id));
    case 'list':
      return session.list(progressOf(request.id));
    case 'store':
      return session.store(request.path, request.bytes, progressOf(request.id));
    case 'quit':
      return session.quit();
    case 'close':
      session.close();
      sessions.delete(request.session);
      return null;
    default:
      return assertNever(request);
  }
}

async function handle(line: string): Promise<void> {
  const request = JSON.parse(line) as SessionRequest;
  try {
    say({ type: 'done', id: request.id, value: await answer(request) });
  } catch (error) {
    say({ type: 'failed', id: request.id, problem: error instanceof Error ? error.message : String(error) });
  }
}

const split = createLineSplitter((line) => void handle(line));
process.stdin.setEncoding('utf8').on('data', (chunk: string) => {
  split(chunk);
});
process.stdin.on('end', () => process.exit(0));
