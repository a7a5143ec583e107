/**
 * An FTP server for tests and benchmarks: healthy, or wrong in one way that its behaviour says. It keeps what is stored in
 * memory, speaks TLS where it has a certificate, and knows the four ways of opening a data channel.
 */
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { TLSSocket, createSecureContext, type SecureContext } from 'node:tls';
import type { Certificate } from './certificates.js';
import { FaultChannel } from './fault-channel.js';

/** What answers a command: a reply without CR LF, or an act. Undefined: nothing is said. */
export type Reaction = string | ((session: FaultSession, argument: string) => void);

/** How a server differs from a healthy one. */
export interface Behaviour {
  /** Instead of `220 ready`. */
  readonly greeting?: Reaction;
  /** By verb, in capitals. */
  readonly commands?: Readonly<Record<string, Reaction>>;
  /** Instead of sending a file's bytes and the end. */
  readonly download?: (channel: Socket, session: FaultSession) => void;
  readonly certificate?: Certificate;
  /** TLS before the greeting. */
  readonly implicit?: boolean;
}

export interface FaultServer {
  readonly address: string;
  readonly port: number;
  /** Files by path; shared by all sessions. */
  readonly files: Map<string, Buffer>;
  /** Addresses that sessions came from. */
  readonly clients: Set<string>;
  /** Connections that are open. */
  open(): number;
  close(): Promise<void>;
}

/** Starts it; port 0: any. */
export async function startFaultServer(
  behaviour: Behaviour = {},
  address = '127.0.0.1',
  port = 0,
): Promise<FaultServer> {
  const files = new Map([['/canary', Buffer.from('still here\n')]]);
  const sockets = new Set<Socket>();
  const clients = new Set<string>();
  const secure = behaviour.certificate === undefined ? undefined : createSecureContext(behaviour.certificate);
  const keep = (socket: Socket): Socket => {
    sockets.add(socket);
    socket.on('error', () => undefined).on('close', () => sockets.delete(socket));
    return socket;
  };
  const server = createServer({ noDelay: true }, (socket) => {
    clients.add(socket.remoteAddress ?? '');
    new FaultSession(keep(socket), { behaviour, files, secure, keep });
  });
  await new Promise<void>((done) => server.listen({ host: address, port, backlog: 64 }, done));
  return {
    address,
    port: (server.address() as AddressInfo).port,
    files,
    clients,
    open: () => sockets.size,
    close: () => closeAll(server, sockets),
  };
}

function closeAll(server: Server, sockets: ReadonlySet<Socket>): Promise<void> {
  for (const socket of sockets) socket.destroy();
  return new Promise((done) => {
    server.close(() => {
      done();
    });
  });
}

export interface FaultShared {
  readonly behaviour: Behaviour;
  readonly files: Map<string, Buffer>;
  readonly secure: SecureContext | undefined;
  /** Remembers a socket, so that it ends with the server. */
  readonly keep: (socket: Socket) => Socket;
}

const ANSWERS: Readonly<Record<string, Reaction>> = {
  USER: '331 password please',
  PASS: '230 in',
  PWD: '257 "/" is here',
  CWD: '250 done',
  TYPE: '200 ok',
  PBSZ: '200 PBSZ=0',
  PROT: (session) => {
    session.protect = true;
    session.say('200 private');
  },
  AUTH: (session) => {
    if (session.shared.secure === undefined) session.say('500 no TLS here');
    else session.encrypt('234 go on');
  },
  PASV: (session) => void session.channel.listen('227'),
  EPSV: (session) => void session.channel.listen('229'),
  PORT: (session, argument) => {
    const [a, b, c, d, high = '', low = ''] = argument.split(',');
    session.channel.answerTo([a, b, c, d].join('.'), Number(high) * 256 + Number(low));
  },
  EPRT: (session, argument) => {
    const [, , address = '', port = ''] = argument.split('|');
    session.channel.answerTo(address, Number(port));
  },
  LIST: (session) => void session.channel.send(Buffer.from('-rw-r--r-- 1 a b 11 Jan 1 00:00 canary\r\n')),
  NLST: (session) => void session.channel.send(Buffer.from('canary\r\n')),
  RETR: (session, path) => {
    const file = session.shared.files.get(path);
    if (file === undefined) session.say('550 no such file');
    else void session.channel.send(file);
  },
  STOR: (session, path) => void session.channel.receive(path),
  DELE: (session, path) => {
    session.say(session.shared.files.delete(path) ? '250 gone' : '550 no such file');
  },
  QUIT: (session) => session.socket.end('221 bye\r\n'),
};

/** One control connection. */
export class FaultSession {
  readonly channel: FaultChannel;
  protect = false;
  #text = '';

  constructor(
    public socket: Socket,
    readonly shared: FaultShared,
  ) {
    this.channel = new FaultChannel(this);
    const greet = (): void => {
      this.react(shared.behaviour.greeting ?? '220 ready', '');
    };
    if (shared.behaviour.implicit === true) {
      this.encrypt(undefined);
      // A greeting that waits for a handshake that fails would keep the socket open.
      this.socket.once('secure', greet);
    } else {
      this.#serve();
      greet();
    }
  }

  say(line: string): void {
    if (this.socket.writable) this.socket.write(`${line}\r\n`);
  }

  react(reaction: Reaction, argument: string): void {
    if (typeof reaction === 'string') this.say(reaction);
    else reaction(this, argument);
  }

  /** TLS from here on, after a last word in plain text. */
  encrypt(word: string | undefined): void {
    const plain = this.socket;
    plain.removeAllListeners('data');
    if (word !== undefined) this.say(word);
    const options = {
      isServer: true,
      ...(this.shared.secure === undefined ? {} : { secureContext: this.shared.secure }),
    };
    this.socket = this.shared.keep(new TLSSocket(plain, options));
    this.#serve();
  }

  #serve(): void {
    this.#text = '';
    this.socket.on('data', (bytes: Buffer) => {
      const lines = (this.#text + bytes.toString('latin1')).split('\r\n');
      this.#text = lines.pop() ?? '';
      for (const line of lines) this.#take(line);
    });
  }

  #take(line: string): void {
    const verb = (/^[A-Za-z]*/.exec(line)?.[0] ?? '').toUpperCase();
    const reaction = this.shared.behaviour.commands?.[verb] ?? ANSWERS[verb] ?? '502 not here';
    this.react(reaction, line.slice(verb.length + 1));
  }
}
