/**
 * A scripted client of FTP over TLS (RFC 4217), in the client's namespace: it announces a data channel and opens it later, which
 * no ready-made client does. Data channels reuse the control connection's TLS session, as strict servers demand. Lines in: a
 * JSON list of words; lines out: a JSON value or `{ "failed": … }`.
 */
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { createInterface } from 'node:readline';
import { connect as secure, type TLSSocket } from 'node:tls';

/** Everything is waited for so long. */
const LIMIT_MILLIS = 8000;

class Session {
  #text = '';
  #more: () => void = () => undefined;
  #port = 0;
  #tickets: Buffer | undefined;

  private constructor(
    readonly host: string,
    private socket: Socket,
  ) {}

  static async open(host: string, port: number): Promise<Session> {
    const socket = connect({ host, port });
    await within(once(socket, 'connect'));
    const session = new Session(host, socket);
    if (port === 990) await session.#secure();
    else {
      session.#listen();
      await session.#expect('220');
      await session.command('AUTH TLS');
      await session.#secure();
    }
    if (port === 990) await session.#expect('220');
    for (const line of ['USER anonymous', 'PASS lab@', 'PBSZ 0', 'PROT P', 'TYPE I'])
      if (!(await session.command(line)).startsWith('2') && !line.startsWith('USER'))
        throw new Error(`${line} was refused`);
    return session;
  }

  async command(line: string): Promise<string> {
    this.socket.write(`${line}\r\n`);
    return this.#reply();
  }

  /** Returns the reply; its port is where the next data channel is opened, at the address of the control connection. */
  async announce(mode: string): Promise<string> {
    const reply = await this.command(mode);
    const [, high, low] = /,(\d+),(\d+)\)/.exec(reply) ?? [];
    const single = /\(\|\|\|(\d+)\|\)/.exec(reply)?.[1];
    this.#port = single === undefined ? Number(high) * 256 + Number(low) : Number(single);
    return reply;
  }

  async fetch(path: string): Promise<{ sha256: string; final: string }> {
    const plain = connect({ host: this.host, port: this.#port });
    await within(once(plain, 'connect'));
    const begun = await this.command(`RETR ${path}`);
    if (!begun.startsWith('1')) throw new Error(begun);
    const data = this.#tls(plain);
    const hash = createHash('sha256');
    data.on('data', (chunk: Buffer) => hash.update(chunk));
    await within(once(data, 'end'));
    data.destroy();
    const final = await this.#reply();
    return { sha256: hash.digest('hex'), final: final.slice(0, 3) };
  }

  #tls(socket: Socket): TLSSocket {
    return secure({
      socket,
      rejectUnauthorized: false,
      maxVersion: 'TLSv1.2',
      ...(this.#tickets !== undefined && { session: this.#tickets }),
    });
  }

  async #secure(): Promise<void> {
    this.socket.removeAllListeners('data');
    const tls = this.#tls(this.socket);
    await within(once(tls, 'secureConnect'));
    this.#tickets = tls.getSession();
    this.socket = tls;
    this.#listen();
  }

  #listen(): void {
    this.socket.on('data', (chunk: Buffer) => {
      this.#text += chunk.toString();
      this.#more();
    });
    this.socket.on('error', () => undefined);
  }

  async #expect(code: string): Promise<void> {
    const reply = await this.#reply();
    if (!reply.startsWith(code)) throw new Error(reply);
  }

  /** The next reply's last line (RFC 959 §4.2). */
  async #reply(): Promise<string> {
    for (;;) {
      const found = /^(?:.*\r\n)*?(\d{3} .*)\r\n/.exec(this.#text);
      if (found !== null) {
        this.#text = this.#text.slice(found[0].length);
        return found[1] ?? '';
      }
      await within(
        new Promise<void>((resolve) => {
          this.#more = resolve;
        }),
      );
    }
  }
}

async function within<T>(promise: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => {
      reject(new Error(`nothing in ${LIMIT_MILLIS} ms`));
    }, LIMIT_MILLIS);
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}

const sessions: Session[] = [];

async function answer([verb = '', first = '', second = '']: readonly string[]): Promise<unknown> {
  if (verb === 'open') return sessions.push(await Session.open(first, Number(second))) - 1;
  const session = sessions[Number(first)];
  if (session === undefined) throw new Error(`no session ${first}`);
  if (verb === 'announce') return session.announce(second);
  return verb === 'fetch' ? session.fetch(second) : session.command(second);
}

for await (const line of createInterface({ input: process.stdin })) {
  const value = await answer(JSON.parse(line) as string[]).catch((error: unknown) => ({
    failed: error instanceof Error ? error.message : String(error),
  }));
  process.stdout.write(`${JSON.stringify(value)}\n`);
}
process.exit();
