/**
 * The sockets of one probe: its control connection, one data channel at a time, a port of ours for active mode, TLS on either.
 * What happens to them is told as the dialogue's events. It decides nothing.
 */
import { createHash, type Hash } from 'node:crypto';
import { connect, createServer, isIP, type AddressInfo, type Server, type Socket } from 'node:net';
import { connect as connectTls, type ConnectionOptions, type TLSSocket } from 'node:tls';
import type { ProbeEvent } from './dialogue.js';
import type { ProbeAction } from './phase.js';
import type { ProbeEdges } from './probe.js';
import type { SpokenRequest } from './request.js';

/** An event whose time is still to be written. */
export type Happening = ProbeEvent extends infer Each
  ? Each extends unknown
    ? Omit<Each, 'at'>
    : never
  : never;

export interface ConnectionsListener {
  readonly happen: (happening: Happening) => void;
  /** The last socket has closed. */
  readonly empty: () => void;
}

export class Connections {
  readonly #open = new Set<Socket | Server>();
  #control: Socket | undefined;
  #data: Socket | undefined;
  #listener: Server | undefined;
  /** The newest TLS session of the control connection: some servers want data channels to resume it. */
  #session: Buffer | undefined;

  constructor(
    readonly request: SpokenRequest,
    readonly edges: Pick<ProbeEdges, 'localAddress' | 'authorities'>,
    readonly tell: ConnectionsListener,
  ) {}

  get empty(): boolean {
    return this.#open.size === 0;
  }

  perform(action: Exclude<ProbeAction, { readonly type: 'close' }>): void {
    switch (action.type) {
      case 'connect':
        this.#control = this.#connect(action);
        this.#serveControl(this.#control);
        return;
      case 'send':
        this.#control?.write(`${action.line}\r\n`);
        return;
      case 'write':
        this.#control?.write(action.text);
        return;
      case 'openData':
        this.#serveData(this.#connect(action), false);
        return;
      case 'listen':
        this.#listen();
        return;
      case 'secure':
        if (action.channel === 'control') this.#secureControl();
        else this.#secureData();
        return;
      case 'upload':
        this.#data?.end(action.bytes);
    }
  }

  close(): void {
    for (const each of this.#open) {
      if ('destroy' in each) each.destroy();
      else each.close();
    }
  }

  #connect({ address, port }: { readonly address: string; readonly port: number }): Socket {
    const family = address.includes(':') ? 6 : 4;
    const localAddress = this.edges.localAddress[family];
    const from = localAddress === undefined ? {} : { localAddress };
    return connect({ host: address, port, family, noDelay: true, ...from });
  }

  #keep(each: Socket | Server): void {
    this.#open.add(each);
    each.on('close', () => {
      this.#open.delete(each);
      if (this.empty) this.tell.empty();
    });
  }

  #serveControl(socket: Socket): void {
    // The listener first: the room is empty only after everybody has heard of the end.
    socket.on('connect', () => {
      this.tell.happen({ type: 'connected' });
    });
    this.#hearControl(socket);
    this.#keep(socket);
  }

  #hearControl(socket: Socket): void {
    socket.on('data', (bytes: Buffer) => {
      if (socket === this.#control) this.tell.happen({ type: 'data', bytes });
    });
    socket.on('error', (error: NodeJS.ErrnoException) => {
      if (socket === this.#control)
        this.tell.happen({ type: 'failed', channel: 'control', code: error.code ?? error.name });
    });
    socket.on('close', (hadError) => {
      if (socket === this.#control && !hadError) this.tell.happen({ type: 'closed' });
    });
  }

  #secureControl(): void {
    const plain = this.#control;
    if (plain === undefined) return;
    const socket = this.#handshake(plain);
    this.#control = socket;
    socket.on('session', (session: Buffer) => (this.#session = session));
    socket.on('secureConnect', () => {
      this.#session ??= socket.getSession();
      this.tell.happen({ type: 'secured' });
    });
    this.#hearControl(socket);
    this.#keep(socket);
  }

  #listen(): void {
    const server = createServer({ noDelay: true }, (socket) => {
      server.close();
      // One connection is awaited; whoever comes after it is nobody's.
      if (this.#listener !== server) socket.destroy();
      else {
        this.#listener = undefined;
        this.#serveData(socket, true);
      }
    });
    this.#listener = server;
    server.on('error', (error: NodeJS.ErrnoException) => {
      this.tell.happen({ type: 'failed', channel: 'data', code: error.code ?? error.name });
    });
    const address = this.#control?.localAddress ?? '';
    server.listen({ host: address, port: 0, backlog: 1 }, () => {
      // Closed before it was open.
      if (!this.#open.has(server)) server.close();
      else this.tell.happen({ type: 'listening', address, port: (server.address() as AddressInfo).port });
    });
    this.#keep(server);
  }

  #serveData(socket: Socket, accepted: boolean): void {
    const connected = (): void => {
      this.tell.happen({ type: 'dataConnected', from: socket.remoteAddress ?? '' });
    };
    socket.on('connect', connected);
    this.#data = socket;
    this.#hearData(socket);
    this.#keep(socket);
    if (accepted) connected();
  }

  #hearData(socket: Socket): void {
    const hash: Hash | undefined = this.#wantsHash ? createHash('sha256') : undefined;
    socket.on('data', (bytes: Buffer) => {
      if (socket !== this.#data) return;
      hash?.update(bytes);
      this.tell.happen({ type: 'dataBytes', count: bytes.length });
    });
    socket.on('error', (error: NodeJS.ErrnoException) => {
      if (socket === this.#data)
        this.tell.happen({ type: 'failed', channel: 'data', code: error.code ?? error.name });
    });
    socket.on('close', (hadError) => {
      if (socket === this.#data && !hadError)
        this.tell.happen({ type: 'dataClosed', sha256: hash?.digest('hex') ?? '' });
    });
  }

  get #wantsHash(): boolean {
    const { check } = this.request;
    return check.type === 'ftp' && (check.data.command === 'retr' || check.data.command === 'stor');
  }

  #secureData(): void {
    const plain = this.#data;
    if (plain === undefined) return;
    const session = this.#session === undefined ? {} : { session: this.#session };
    const socket = this.#handshake(plain, session);
    this.#data = socket;
    this.#hearData(socket);
    this.#keep(socket);
  }

  /** TLS over an open connection; its own events take over from those of the socket below. */
  #handshake(socket: Socket, more: ConnectionOptions = {}): TLSSocket {
    const { address, check } = this.request;
    const tls = check.type === 'ftp' ? check.tls : undefined;
    const name = tls?.name ?? address;
    const { authorities } = this.edges;
    return connectTls({
      socket,
      host: name,
      // RFC 6066 §3: no addresses in SNI.
      ...(isIP(name) === 0 ? { servername: name } : {}),
      ...(authorities === undefined ? {} : { ca: authorities }),
      rejectUnauthorized: tls?.certificate !== 'any',
      ...more,
    });
  }
}
