/**
 * The lab's client machine: any program in its namespace, scripted FTP sessions and the probe of the VIP. The two
 * helpers are processes of their own, because a network namespace belongs to a process.
 */
import type { ChildProcess, SpawnOptions } from 'node:child_process';
import { assertNever } from '../assert.js';
import type { DataMode } from '../drill/announced.js';
import type { Target } from '../drill/control-connection.js';
import { type Finished, runIn, spawnIn } from './ip-command.js';
import { prepared } from './paths.js';
import type { Addresses, Plan } from './plan.js';
import type { ProbeReport } from '../drill/probe.js';
import type { Reply } from '../drill/replies.js';
import type { Progress, TransferResult } from '../drill/session.js';
import {
  createLineSplitter,
  type SessionCall,
  type SessionMessage,
  type SessionValue,
} from '../drill/session-wire.js';

/** A scripted session in the client's namespace; see FtpSession for what each does. */
export interface RemoteSession {
  command(line: string): Promise<Reply>;
  prepare(mode: DataMode): Promise<number>;
  retrieve(path: string, progress?: Progress): Promise<TransferResult>;
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

/** The client machine. */
export interface LabClient {
  readonly namespace: string;
  /** All its addresses: the choice of a real server may depend on which one is used. */
  readonly addresses: readonly Addresses[];
  spawn(command: string, args: readonly string[], options?: SpawnOptions): ChildProcess;
  run(command: string, args: readonly string[], input?: string): Promise<Finished>;
  /** Opens a scripted session: connected, logged in, binary. Default target: the VIP's port 21. */
  session(target?: Partial<Target>): Promise<RemoteSession>;
  /** Sends an ICMP echo request every few milliseconds; default to the VIP. */
  probe(address?: string): RemoteProbe;
}

interface Asked {
  readonly resolve: (value: SessionValue) => void;
  readonly reject: (error: Error) => void;
  readonly progress: Progress;
}

/** Starts a compiled helper in a namespace and hands over its lines of output. */
function helper(
  namespace: string,
  entry: string,
  args: readonly string[],
  onLine: (line: string) => void,
): ChildProcess {
  const program = [prepared(`dist/drill/${entry}`), ...args];
  const child = spawnIn(namespace, process.execPath, program, { stdio: ['pipe', 'pipe', 'inherit'] });
  const split = createLineSplitter(onLine);
  child.stdout?.setEncoding('utf8').on('data', split);
  // A helper that has died is noticed by its end.
  child.stdin?.on('error', () => undefined);
  child.unref();
  return child;
}

/** The process that runs all scripted sessions of a client; started with the first one. */
class Sessions {
  private readonly asked = new Map<number, Asked>();
  private readonly child: ChildProcess;
  private lastId = 0;

  constructor(namespace: string) {
    this.child = helper(namespace, 'session-main.js', [], (line) => {
      this.hear(JSON.parse(line) as SessionMessage);
    });
    this.child.on('exit', () => {
      for (const { reject } of this.asked.values()) reject(new Error('the scripted client has ended'));
      this.asked.clear();
    });
  }

  nextSession(): number {
    return (this.lastId += 1);
  }

  ask(session: number, call: SessionCall, progress: Progress = () => undefined): Promise<SessionValue> {
    return new Promise((resolve, reject) => {
      const id = (this.lastId += 1);
      this.asked.set(id, { resolve, reject, progress });
      this.child.stdin?.write(`${JSON.stringify({ ...call, id, session })}\n`);
    });
  }

  get alive(): boolean {
    return this.child.exitCode === null && this.child.signalCode === null;
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

function remoteSession(sessions: Sessions, number: number): RemoteSession {
  const ask = (call: SessionCall, progress?: Progress): Promise<SessionValue> =>
    sessions.ask(number, call, progress);
  return {
    command: async (line) => (await ask({ call: 'command', line })) as Reply,
    prepare: async (mode) => (await ask({ call: 'prepare', mode })) as number,
    retrieve: async (path, progress) => (await ask({ call: 'retrieve', path }, progress)) as TransferResult,
    store: async (path, bytes, progress) =>
      (await ask({ call: 'store', path, bytes }, progress)) as TransferResult,
    quit: async () => (await ask({ call: 'quit' })) as Reply,
    close: async () => {
      await ask({ call: 'close' });
    },
  };
}

function remoteProbe(namespace: string, address: string): RemoteProbe {
  const waiting: { resolve: (report: ProbeReport) => void; reject: (error: Error) => void }[] = [];
  const child = helper(namespace, 'probe-main.js', [address], (line) => {
    waiting.shift()?.resolve(JSON.parse(line) as ProbeReport);
  });
  let ended = false;
  child.on('exit', () => {
    ended = true;
    for (const { reject } of waiting) reject(new Error('the probe has ended'));
  });
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

/** The client of a plan. Starts nothing yet. */
export function createClient(plan: Plan): LabClient {
  const { machine, addresses } = plan.client;
  const { namespace } = machine;
  let sessions: Sessions | undefined;
  return {
    namespace,
    addresses,
    spawn: (command, args, options) => spawnIn(namespace, command, args, options),
    run: (command, args, input) => runIn(namespace, command, args, input),
    session: async (target = {}) => {
      if (sessions?.alive !== true) sessions = new Sessions(namespace);
      const number = sessions.nextSession();
      await sessions.ask(number, { call: 'open', target: { host: plan.vip.v4, ...target } });
      return remoteSession(sessions, number);
    },
    probe: (address = plan.vip.v4) => remoteProbe(namespace, address),
  };
}
