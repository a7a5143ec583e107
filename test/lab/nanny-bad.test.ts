/** The nanny's probe against servers that misbehave, over real sockets on loopback. */
import { stat } from 'node:fs';
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import type { FtpCheck } from '../../src/config/model.js';
import { runProbe, type ProbeRun } from '../../src/nanny/probe.js';
import type { ProbeResult } from '../../src/nanny/result.js';
import { millis, monotonicNow, type Millis } from '../../src/time.js';
import { requestOf } from '../unit/nanny/request.js';

const servers: Server[] = [];
const sockets = new Set<Socket>();

afterEach(async () => {
  for (const socket of sockets) socket.destroy();
  sockets.clear();
  await Promise.all(servers.splice(0).map((server) => new Promise((done) => server.close(done))));
});

/** A server on loopback that treats every connection as told; gives its port. */
async function listen(serve: (socket: Socket) => void): Promise<number> {
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined);
    serve(socket);
  });
  servers.push(server);
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  return (server.address() as AddressInfo).port;
}

/** An FTP server that answers each command by its verb; an answer may be text or an act on the socket. */
function ftp(answers: Readonly<Record<string, string | ((socket: Socket) => void)>>): Promise<number> {
  return listen((socket) => {
    socket.write('220 ready\r\n');
    socket.setEncoding('latin1').on('data', (text) => {
      const verb = /^[A-Z]+/.exec(String(text))?.[0] ?? '';
      const usual: Record<string, string> = {
        USER: '331 go on',
        PASS: '230 in',
        TYPE: '200 ok',
        QUIT: '221 bye',
      };
      const answer = answers[verb] ?? usual[verb] ?? '500 what?';
      if (typeof answer === 'string') socket.write(`${answer}\r\n`);
      else answer(socket);
    });
  });
}

type Overrides = Partial<FtpCheck> & { readonly timeout?: Millis };

function run(port: number, { timeout = millis(400), ...check }: Overrides = {}): ProbeRun {
  const around = { address: '127.0.0.1', port, timeout };
  const request = requestOf({ data: { command: 'list', path: '' }, ...check }, around);
  return runProbe(request, { now: monotonicNow, localAddress: {} });
}

async function probe(port: number, overrides: Overrides = {}): Promise<ProbeResult | undefined> {
  return run(port, overrides).result;
}

async function probed(port: number, overrides: Overrides = {}): Promise<string> {
  const result = await probe(port, overrides);
  if (result === undefined) return 'aborted';
  return result.ok ? 'ok' : `${result.reason} at ${result.step}: ${result.detail}`;
}

/** Polls until nothing is open at the servers any more. */
async function allClosed(): Promise<void> {
  await expect.poll(() => [...sockets].every((socket) => socket.destroyed)).toBe(true);
}

describe('a probe of', () => {
  it('a server that hangs after accepting ends at the timeout', async () => {
    const port = await listen(() => undefined);
    const result = await probe(port);
    expect(result).toMatchObject({ ok: false, reason: 'timedOut', step: 'greeting' });
    expect(result?.timings.totalMillis).toBeGreaterThanOrEqual(399);
    expect(result?.timings.totalMillis).toBeLessThan(1200);
    await allClosed();
  });

  it('a server that talks HTTP', async () => {
    const port = await listen((socket) => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n'));
    expect(await probed(port)).toBe('protocol at greeting: HTTP/1.1 400 Bad Request');
  });

  it('a server that closes at once', async () => {
    const port = await listen((socket) => socket.end());
    expect(await probed(port)).toBe('closed at greeting: ');
  });

  it('a server that resets', async () => {
    const port = await ftp({ USER: (socket) => socket.resetAndDestroy() });
    expect(await probed(port)).toBe('closed at user: ECONNRESET');
  });

  it('a server whose greeting never ends', async () => {
    const port = await listen((socket) => {
      const line = `220-${'x'.repeat(1000)}\r\n`;
      const more = (): void => {
        while (!socket.destroyed && socket.write(line));
      };
      socket.on('drain', more);
      more();
    });
    const end = await probed(port, { timeout: millis(5000) });
    expect(end).toBe(`protocol at greeting: 220-${'x'.repeat(115)}…`);
    await allClosed();
  });

  it('a port on which nobody listens', async () => {
    const port = await listen(() => undefined);
    await new Promise((done) => servers.pop()?.close(done));
    expect(await probed(port)).toBe('refused at connect: ECONNREFUSED');
  });

  it('an own address that this machine does not have says nothing about the server', async () => {
    const port = await listen(() => undefined);
    const request = requestOf({}, { address: '127.0.0.1', port });
    const edges = { now: monotonicNow, localAddress: { 4: '192.0.2.77' } };
    expect(await runProbe(request, edges).result).toMatchObject({
      ok: false,
      reason: 'local',
      detail: 'EADDRNOTAVAIL',
    });
  });

  it('a server that announces a foreign address: nothing is sent there', async () => {
    const port = await ftp({ PASV: '227 Entering Passive Mode (192,0,2,9,39,17)' });
    expect(await probed(port, { modes: ['pasv'] })).toBe(
      'wrongAddress at passive: 227 Entering Passive Mode (192,0,2,9,39,17)',
    );
  });

  it('a server that announces a port on which nobody listens', async () => {
    const free = await listen(() => undefined);
    await new Promise((done) => servers.pop()?.close(done));
    const port = await ftp({ EPSV: `229 (|||${free}|)` });
    expect(await probed(port)).toBe('dataRefused at dataConnect: ECONNREFUSED');
    await allClosed();
  });

  it('a server whose data channel stays silent', async () => {
    const data = await listen(() => undefined);
    const port = await ftp({ EPSV: `229 (|||${data}|)`, LIST: '150 now' });
    expect(await probed(port)).toBe('dataStalled at transfer: 0 bytes within 400 ms');
    await allClosed();
  });

  it('a server that resets the data channel and explains why afterwards', async () => {
    let channel: Socket | undefined;
    const data = await listen((socket) => (channel = socket));
    const port = await ftp({
      EPSV: `229 (|||${data}|)`,
      LIST: (socket) => {
        channel?.resetAndDestroy();
        setTimeout(() => socket.write('550 No\r\n'), 30);
      },
    });
    expect(await probed(port)).toBe('noFile at transfer: 550 No');
  });

  it('a server that sends data without an end is cut off at 16 MiB', async () => {
    const data = await listen((socket) => {
      const block = Buffer.alloc(1 << 20);
      const more = (): void => {
        while (!socket.destroyed && socket.write(block));
      };
      socket.on('drain', more);
      more();
    });
    const port = await ftp({ EPSV: `229 (|||${data}|)`, LIST: '150 now' });
    expect(await probed(port, { timeout: millis(10_000) })).toBe(
      'dataTooLong at transfer: more than 16777216 bytes',
    );
    await allClosed();
  });

  it('a good server that sends every byte in its own packet', async () => {
    const data = await listen((socket) => socket.end('a file\r\n'));
    const port = await listen((socket) => {
      const say = async (text: string): Promise<void> => {
        for (const byte of Buffer.from(`${text}\r\n`)) {
          await new Promise<void>((done) =>
            socket.write(Buffer.of(byte), () => {
              done();
            }),
          );
        }
      };
      const answers = ['331-why\r\n331 not', '230 in', `229 (|||${data}|)`, '150 now\r\n226 done', '221 bye'];
      socket.setNoDelay(true);
      socket.on('data', () => void say(answers.shift() ?? '500 what?'));
      void say('220-one\r\n220 two');
    });
    expect(await probed(port)).toBe('ok');
    await allClosed();
  });
});

describe('an aborted probe', () => {
  it('has no result, and leaves nothing open', async () => {
    const data = await listen(() => undefined);
    let listing = false;
    const port = await ftp({ EPSV: `229 (|||${data}|)`, LIST: () => (listing = true) });
    const running = run(port, { timeout: millis(60_000) });
    await expect.poll(() => listing).toBe(true);
    running.abort();
    expect(await running.result).toBeUndefined();
    await allClosed();
  });
});

describe('our own stall', () => {
  it('is not held against a server whose answer was waiting', async () => {
    const data = await listen((socket) => socket.end());
    let stalled = false;
    const port = await ftp({
      USER: (socket) => {
        // The answer is in the kernel, and the deadline passes before we can look.
        socket.write('331 go on\r\n');
        const until = monotonicNow() + 600;
        while (monotonicNow() < until);
        stalled = true;
      },
      EPSV: `229 (|||${data}|)`,
      LIST: '150 now\r\n226 done',
    });
    expect(await probed(port)).toBe('ok');
    expect(stalled).toBe(true);
  });

  it('is not held against a server whose last word came in the last millisecond', async () => {
    const data = await listen((socket) => socket.end());
    let deadline = 0;
    const port = await ftp({
      EPSV: `229 (|||${data}|)`,
      LIST: (socket) => {
        socket.write('150 now\r\n');
        const finish = (): void => {
          socket.write('226 done\r\n');
          // Late by less than what is granted as a stall, so that only the waiting input speaks for the server.
          while (monotonicNow() < deadline + 5);
        };
        // After input, as here, the loop looks at its timers before it looks for more input.
        setTimeout(() => {
          stat('/', finish);
        }, 300);
      },
    });
    deadline = monotonicNow() + 400;
    expect(await probed(port)).toBe('ok');
  });
});
