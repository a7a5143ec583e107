/**
 * A scripted FTP session: log in, announce a data channel in any mode without opening it, use it later, and measure
 * what a failure does to a transfer. It never follows an address that is not the one it is connected to.
 */
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { assertNever } from '../assert.js';
import { type Millis, millis, monotonicNow } from '../time.js';
import { activeCommand, type DataMode, portOf227, portOf229 } from './announced.js';
import { contentBytes } from './content-bytes.js';
import { ControlConnection, type Target } from './control-connection.js';
import type { Reply } from './replies.js';
import { createStallMeter, type Gap, type StallMeter } from './stall.js';

/** How a transfer went. Times are CLOCK_MONOTONIC milliseconds. */
export interface TransferResult {
  readonly bytes: number;
  /** Of what was received or sent. */
  readonly sha256: string;
  /** The longest silence between the command, pieces of data and the final reply. */
  readonly stallMillis: number;
  readonly stallFrom: number;
  /** Those longer than a few milliseconds, in order. */
  readonly stalls: readonly Gap[];
  readonly startedAt: number;
  readonly endedAt: number;
  /** The final reply, 226 when all is well. */
  readonly final: Reply;
}

/** Called with the bytes so far, at every piece. */
export type Progress = (bytes: number) => void;

type Announced =
  | { readonly type: 'passive'; readonly port: number }
  | { readonly type: 'active'; readonly listener: Server; readonly arrived: Promise<Socket> };

const DATA_LIMIT = millis(20_000);
const UPLOAD_PIECE = 65_536;

function expectCode(reply: Reply, ...codes: readonly number[]): Reply {
  if (codes.includes(reply.code)) return reply;
  throw new Error(`expected ${codes.join(' or ')}, got ${reply.code} ${reply.text}`);
}

async function within<T>(limit: Millis, what: string, promise: Promise<T>): Promise<T> {
  const { promise: late, reject } = deferred();
  const timer = setTimeout(() => {
    reject(new Error(`${what}: nothing in ${limit} ms`));
  }, limit);
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}

function deferred(): { promise: Promise<never>; reject: (error: Error) => void } {
  let reject: (error: Error) => void = () => undefined;
  const promise = new Promise<never>((_, no) => (reject = no));
  return { promise, reject };
}

/** One logged-in session. */
export class FtpSession {
  private announced: Announced | undefined;

  private constructor(private readonly control: ControlConnection) {}

  /** Connects, logs in, switches to binary. */
  static async open(target: Target, user = 'anonymous', password = 'lab@'): Promise<FtpSession> {
    const control = await ControlConnection.open(target);
    const asked = expectCode(await control.command(`USER ${user}`), 230, 331);
    if (asked.code === 331) expectCode(await control.command(`PASS ${password}`), 230);
    expectCode(await control.command('TYPE I'), 200);
    return new FtpSession(control);
  }

  /** Any command that has one reply. */
  command(line: string): Promise<Reply> {
    return this.control.command(line);
  }

  /** Announces a data channel and leaves it unopened. Returns the announced port. */
  async prepare(mode: DataMode): Promise<number> {
    this.drop();
    switch (mode) {
      case 'PASV':
      case 'EPSV': {
        const { text } = expectCode(await this.control.command(mode), mode === 'PASV' ? 227 : 229);
        const port = mode === 'PASV' ? portOf227(text, this.control.remoteAddress) : portOf229(text);
        this.announced = { type: 'passive', port };
        return port;
      }
      case 'PORT':
      case 'EPRT':
        return this.listen(mode);
      default:
        return assertNever(mode);
    }
  }

  /** Our port of the control connection. */
  get localPort(): number {
    return this.control.localPort;
  }

  /** Fetches a file over the announced data channel. */
  retrieve(path: string, progress?: Progress): Promise<TransferResult> {
    return this.fetch(`RETR ${path}`, progress);
  }

  /** Fetches the list of the working directory over the announced data channel. */
  list(progress?: Progress): Promise<TransferResult> {
    return this.fetch('LIST', progress);
  }

  private async fetch(command: string, progress: Progress = () => undefined): Promise<TransferResult> {
    const meter = createStallMeter(monotonicNow());
    const data = await this.start(command, meter);
    const hash = createHash('sha256');
    let bytes = 0;
    data.on('data', (chunk) => {
      meter.mark(monotonicNow());
      hash.update(chunk);
      bytes += chunk.length;
      progress(bytes);
    });
    data.resume();
    await once(data, 'close');
    return this.finish(meter, bytes, hash.digest('hex'));
  }

  /** Sends that many bytes of the lab's content over the announced data channel. */
  async store(path: string, bytes: number, progress: Progress = () => undefined): Promise<TransferResult> {
    const meter = createStallMeter(monotonicNow());
    const data = await this.start(`STOR ${path}`, meter);
    const hash = createHash('sha256');
    // Nothing comes, but without reading the server's close would go unseen.
    data.resume();
    let sent = 0;
    for (const chunk of contentBytes({ bytes }))
      for (let at = 0; at < chunk.length; at += UPLOAD_PIECE) {
        const piece = chunk.subarray(at, at + UPLOAD_PIECE);
        await new Promise<void>((resolve, reject) => {
          data.write(piece, (error) => {
            if (error) reject(error);
            else resolve();
          });
        });
        meter.mark(monotonicNow());
        hash.update(piece);
        progress((sent += piece.length));
      }
    data.end();
    return this.finish(meter, bytes, hash.digest('hex'));
  }

  /** Says goodbye. */
  async quit(): Promise<Reply> {
    const reply = await this.control.command('QUIT');
    this.close();
    return reply;
  }

  /** Drops everything without a word. */
  close(): void {
    this.drop();
    this.control.close();
  }

  private drop(): void {
    if (this.announced?.type === 'active') this.announced.listener.close();
    this.announced = undefined;
  }

  private async listen(mode: 'PORT' | 'EPRT'): Promise<number> {
    const host = this.control.localAddress;
    const listener = createServer({ pauseOnConnect: true }).listen(0, host);
    const arrived = once(listener, 'connection').then(([socket]) => socket as Socket);
    // Asked for by `start` only; a listener that is dropped before is no failure.
    arrived.catch(() => undefined);
    await once(listener, 'listening');
    const address = listener.address();
    const port = typeof address === 'object' && address !== null ? address.port : 0;
    this.announced = { type: 'active', listener, arrived };
    expectCode(await this.control.command(activeCommand(mode, host, port)), 200);
    return port;
  }

  /** Opens the announced channel, sends the command and returns the data connection after its 150 or 125. */
  private async start(command: string, meter: StallMeter): Promise<Socket> {
    const announced = this.announced;
    if (!announced) throw new Error(`${command} without an announced data channel`);
    const host = this.control.remoteAddress;
    const data = announced.type === 'passive' ? await this.dial(host, announced.port) : undefined;
    meter.mark(monotonicNow());
    this.control.send(command);
    expectCode(await this.control.reply(), 125, 150);
    meter.mark(monotonicNow());
    const socket = data ?? (await this.accept(announced, host));
    this.drop();
    // The reason of a reset is in what is missing: bytes and final reply. `close` comes in any case.
    socket.on('error', () => undefined);
    socket.setTimeout(DATA_LIMIT, () => socket.destroy(new Error(`no data in ${DATA_LIMIT} ms`)));
    return socket;
  }

  private async dial(host: string, port: number): Promise<Socket> {
    const socket = connect({ host, port, localAddress: this.control.localAddress });
    await within(DATA_LIMIT, `data connection to ${host}:${port}`, once(socket, 'connect'));
    return socket;
  }

  private async accept(announced: Announced, expected: string): Promise<Socket> {
    if (announced.type !== 'active') throw new Error('not an active data channel');
    const socket = await within(DATA_LIMIT, 'active data connection', announced.arrived);
    if (socket.remoteAddress !== expected) {
      socket.destroy();
      throw new Error(`the data connection comes from ${socket.remoteAddress ?? '?'} instead of ${expected}`);
    }
    return socket;
  }

  private async finish(meter: StallMeter, bytes: number, sha256: string): Promise<TransferResult> {
    const final = await this.control.reply();
    meter.mark(monotonicNow());
    const { millis: stallMillis, from: stallFrom } = meter.longest();
    const stalls = meter.gaps();
    return {
      bytes,
      sha256,
      stallMillis,
      stallFrom,
      stalls,
      startedAt: meter.started,
      endedAt: meter.last(),
      final,
    };
  }
}
