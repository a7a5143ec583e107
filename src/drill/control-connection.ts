/**
 * One FTP control connection of the lab's client: commands out, strictly read replies in, one at a time. A reply that
 * nobody asked for, garbage, a close or silence breaks it, and every later question gets that reason.
 */
import { connect, type Socket } from 'node:net';
import { type Millis, millis } from '../time.js';
import { createReplyReader, type Reply } from './replies.js';

/** Where to connect, and from which of the client's addresses. */
export interface Target {
  readonly host: string;
  readonly port?: number;
  readonly localAddress?: string;
}

/** How long a reply may take. Longer than a slow takeover, shorter than a test. */
const REPLY_LIMIT = millis(20_000);

/** A control connection whose greeting has been read. */
export class ControlConnection {
  private readonly reader = createReplyReader();
  private readonly replies: Reply[] = [];
  private waiting: (() => void) | undefined;
  /** Final replies that commands still owe. The greeting is the first. */
  private owed = 1;
  private broken: Error | undefined;

  private constructor(private readonly socket: Socket) {
    socket.setNoDelay(true);
    socket.on('data', (chunk) => {
      this.read(chunk);
    });
    socket.on('error', (error) => {
      this.break(error.message);
    });
    socket.on('close', () => {
      this.break('the control connection closed');
    });
  }

  /** Connects and reads the greeting. */
  static async open(target: Target): Promise<ControlConnection> {
    const { host, port = 21, localAddress } = target;
    const connection = new ControlConnection(connect({ host, port, ...(localAddress && { localAddress }) }));
    const greeting = await connection.reply();
    if (greeting.code !== 220) throw new Error(`greeting ${greeting.code} ${greeting.text}`);
    return connection;
  }

  /** Our own address on this connection. */
  get localAddress(): string {
    return this.socket.localAddress ?? '';
  }

  /** Our own port on this connection. */
  get localPort(): number {
    return this.socket.localPort ?? 0;
  }

  /** Whom we are connected to. */
  get remoteAddress(): string {
    return this.socket.remoteAddress ?? '';
  }

  /** Sends a command without waiting. Exactly one final reply is owed from now on. */
  send(line: string): void {
    this.owed += 1;
    if (!this.broken) this.socket.write(`${line}\r\n`);
  }

  /** The next reply in order. Rejects with the reason when the connection is broken. */
  async reply(limit: Millis = REPLY_LIMIT): Promise<Reply> {
    if (this.replies.length === 0) await this.something(limit);
    const reply = this.replies.shift();
    if (reply) return reply;
    throw this.broken ?? new Error('no reply');
  }

  /** Sends a command and returns its reply. */
  async command(line: string, limit?: Millis): Promise<Reply> {
    this.send(line);
    return this.reply(limit);
  }

  /** Drops the connection without a word. */
  close(): void {
    this.break('closed by us');
    this.socket.destroy();
  }

  private read(chunk: Buffer): void {
    const { replies, garbage } = this.reader.feed(chunk);
    for (const reply of replies) {
      if (this.owed === 0) this.break(`a reply that nobody asked for: ${reply.code} ${reply.text}`);
      if (reply.code >= 200) this.owed -= 1;
      this.replies.push(reply);
    }
    if (garbage !== undefined) this.break(`garbage on the control connection: ${garbage}`);
    this.waiting?.();
  }

  private break(reason: string): void {
    this.broken ??= new Error(reason);
    this.waiting?.();
  }

  private something(limit: Millis): Promise<void> {
    if (this.broken) return Promise.resolve();
    return new Promise((resolve) => {
      const late = setTimeout(() => {
        this.break(`no reply in ${limit} ms`);
      }, limit);
      this.waiting = () => {
        clearTimeout(late);
        this.waiting = undefined;
        resolve();
      };
    });
  }
}
