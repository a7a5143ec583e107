/**
 * FTP sessions and probes in another network namespace, driven from here: processes of their own (session-main, probe-main),
 * because a network namespace belongs to a process. Knows nothing of who uses them: the lab and the drill do.
 */
import type { ChildProcess, SpawnOptions } from 'node:child_process';
import { assertNever } from '../assert.js';
import type { DataMode } from './announced.js';
import type { Target } from './control-connection.js';
import type { ProbeReport } from './probe.js';
import type { Reply } from './replies.js';
import type { Progress, TransferResult } from './session.js';
import {
  createLineSplitter,
  type Login,
  type SessionCall,
  type SessionMessage,
  type SessionValue,
} from './session-wire.js';

/** Starts a program in the namespace that is meant. */
export type Spawner = (command: string, args: readonly string[], options: SpawnOptions) => ChildProcess;

/** A scripted session in another namespace; see FtpSession for what each does. */
export interface RemoteSession {
  /** Our port of its control connection. */
  readonly localPort: number;
  command(line: string): Promise<Reply>;
  prepare(mode: DataMode): Promise<number>;
  retrieve(path: string, progress?: Progress): Promise<TransferResult>;
  list(progress?: Progress): Promise<TransferResult>;
  store(path: string, bytes: number, progress?: Progress): Promise<TransferResult>;
  quit(): Promise<Reply>;
  close(): Promise<void>;
}

/** A running probe of one address. */
export interface RemoteProbe {
  /** What was seen since the last report, or since the start. */
  report(): Promise<ProbeReport>;
  stop(): void;
}

interface Asked {
  readonly resolve: (value: SessionValue) => void;
  readonly reject: (error: Error) => void;
  readonly progress: Progress;
}

/** Starts a helper (the path of its compiled file) and hands over its lines of output. */
function helper(
  spawner: Spawner,
  entry: string,
  args: readonly string[],
  onLine: (line: string) => void,
): ChildProcess {
  const child = spawner(process.execPath, [entry, ...args], { stdio: ['pipe', 'pipe', 'inherit'] });
  const split = createLineSplitter(onLine);
  child.stdout?.setEncoding('utf8').on('data', split);
  // A helper that has died is noticed by its end.
  child.stdin?.on('error', () => undefined);
  child.unref();
  return child;
}

/** The process that runs scripted sessions. */
export class RemoteSessions {
  private readonly asked = new Map<number, Asked>();
  private readonly child: ChildProcess;
  private lastId = 0;

  constructor(spawner: Spawner, entry: string) {
    this.child = helper(spawner, entry, [], (line) => {
      this.hear(JSON.parse(line) as SessionMessage);
    });
    const over = (): void => {
      for (const { reject } of this.asked.values()) reject(new Error('the scripted client has ended'));
      this.asked.clear();
    };
    this.child.on('exit', over).on('error', over);
  }

  /** Connected, logged in, binary. */
  async open(target: Target, login?: Login): Promise<RemoteSession> {
    const number = (this.lastId += 1);
    const port = await this.ask(number, { call: 'open', target, login });
    const ask = (call: SessionCall, progress?: Progress): Promise<SessionValue> =>
      this.ask(number, call, progress);
    return remoteSession(ask, port as number);
  }

  get alive(): boolean {
    return this.child.exitCode === null && this.child.signalCode === null;
  }

  /** Ends the process, and with it every session. */
  end(): void {
    this.child.stdin?.end();
  }

  private ask(
    session: number,
    call: SessionCall,
    progress: Progress = () => undefined,
  ): Promise<SessionValue> {
    return new Promise((resolve, reject) => {
      if (!this.alive) reject(new Error('the scripted client has ended'));
      const id = (this.lastId += 1);
      this.asked.set(id, { resolve, reject, progress });
      this.child.stdin?.write(`${JSON.stringify({ ...call, id, session })}\n`);
    });
  }

  private hear(message: SessionMessage): void {
    const asked = this.asked.get(message.id);
    if (message.type !== 'progress') this.asked.delete(message.id);
    switch (message.type) {
      case 'done':
        asked?.resolve(message.value);
        return;
      case 'failed':
        asked?.reject(new Error(message.problem));
        return;
      case 'progress':
        asked?.progress(message.bytes);
        return;
      default:
        assertNever(message);
    }
  }
}

type Ask = (call: SessionCall, progress?: Progress) => Promise<SessionValue>;

function remoteSession(ask: Ask, localPort: number): RemoteSession {
  return {
    localPort,
    command: async (line) => (await ask({ call: 'command', line })) as Reply,
    prepare: async (mode) => (await ask({ call: 'prepare', mode })) as number,
    retrieve: async (path, progress) => (await ask({ call: 'retrieve', path }, progress)) as TransferResult,
    list: async (progress) => (await ask({ call: 'list' }, progress)) as TransferResult,
    store: async (path, bytes, progress) =>
      (await ask({ call: 'store', path, bytes }, progress)) as TransferResult,
    quit: async () => (await ask({ call: 'quit' })) as Reply,
    close: async () => {
      await ask({ call: 'close' });
    },
  };
}

/** Starts a probe of an address. */
export function startProbe(spawner: Spawner, entry: string, args: readonly string[]): RemoteProbe {
  const waiting: { resolve: (report: ProbeReport) => void; reject: (error: Error) => void }[] = [];
  const child = helper(spawner, entry, args, (line) => {
    waiting.shift()?.resolve(JSON.parse(line) as ProbeReport);
  });
  let ended = false;
  const over = (): void => {
    ended = true;
    for (const { reject } of waiting) reject(new Error('the probe has ended'));
  };
  child.on('exit', over).on('error', over);
  return {
    report: () =>
      new Promise((resolve, reject) => {
        if (ended) reject(new Error('the probe has ended'));
        waiting.push({ resolve, reject });
        child.stdin?.write('report\n');
      }),
    stop: () => child.stdin?.end(),
  };
}
