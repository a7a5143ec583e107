/** The data channels of a fault server's session: one at a time, in the way that was asked for last. */
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import { TLSSocket } from 'node:tls';
import type { FaultSession } from './fault-server.js';

export class FaultChannel {
  #next: (() => Promise<Socket>) | undefined;

  constructor(readonly session: FaultSession) {}

  /** PASV (227) or EPSV (229). */
  async listen(code: '227' | '229'): Promise<void> {
    const host = this.session.socket.localAddress ?? '';
    const came = await this.#listenOn(host);
    const { port } = came;
    const [high, low] = [port >> 8, port & 255];
    this.session.say(
      code === '227' ? `227 here (${host.replaceAll('.', ',')},${high},${low})` : `229 here (|||${port}|)`,
    );
    this.#next = () => came.socket;
  }

  #listenOn(host: string): Promise<{ readonly port: number; readonly socket: Promise<Socket> }> {
    return new Promise((listening) => {
      const server = createServer({ noDelay: true });
      const socket = new Promise<Socket>((accepted) => {
        server.once('connection', (one) => {
          server.close();
          accepted(this.session.shared.keep(one));
        });
      });
      this.session.socket.once('close', () => server.close());
      server.listen({ host, port: 0, backlog: 1 }, () => {
        listening({ port: (server.address() as AddressInfo).port, socket });
      });
    });
  }

  /** PORT or EPRT: the channel is opened when the transfer begins. */
  answerTo(address: string, port: number): void {
    const { session } = this;
    this.#next = () =>
      new Promise((opened) => {
        const socket = connect({ host: address, port, noDelay: true }, () => {
          opened(session.shared.keep(socket));
        });
        socket.on('error', () => {
          session.say('425 cannot open');
        });
      });
    session.say('200 ok');
  }

  async #open(): Promise<Socket> {
    const open = this.#next;
    this.#next = undefined;
    if (open === undefined) {
      this.session.say('425 no data channel');
      return new Promise(() => undefined);
    }
    const { shared, protect } = this.session;
    const socket = await open();
    this.session.say('150 now');
    if (!protect || shared.secure === undefined) return socket;
    return shared.keep(new TLSSocket(socket, { isServer: true, secureContext: shared.secure }));
  }

  async send(bytes: Buffer): Promise<void> {
    const { session } = this;
    const socket = await this.#open();
    const { download } = session.shared.behaviour;
    if (download !== undefined) {
      download(socket, session);
      return;
    }
    socket.on('finish', () => {
      session.say('226 done');
    });
    socket.end(bytes);
  }

  async receive(path: string): Promise<void> {
    const { session } = this;
    const socket = await this.#open();
    const parts: Buffer[] = [];
    socket.on('data', (bytes: Buffer) => parts.push(bytes));
    socket.on('end', () => {
      session.shared.files.set(path, Buffer.concat(parts));
      session.say('226 stored');
    });
  }
}
