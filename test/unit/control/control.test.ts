import { createServer as createHttpServer } from 'node:http';
import { createServer, type Server, type Socket } from 'node:net';
import { existsSync, lstatSync, mkdtempSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { request } from '../../../src/control/client.js';
import { type EventView, eventsUrl } from '../../../src/control/events.js';
import { putInPlace } from '../../../src/control/place.js';
import { parseEvents, parseSessions, parseStatus, toJson } from '../../../src/control/schema.js';
import { startControl, type Control, type ControlHandlers } from '../../../src/control/server.js';
import { ExitStatus, Fatal } from '../../../src/fatal.js';
import { millis } from '../../../src/time.js';
import { HANDLERS } from './handlers.js';
import { PAGE } from './page.js';
import { VIEW } from './view.js';

const LIMIT = millis(2000);

const EVENT: EventView = {
  number: 8,
  id: 'peer-back',
  severity: 'notice',
  text: 'The peer beta is heard again.',
  fields: { peer: 'beta' },
  agoMillis: 12,
  time: '2026-03-01T12:00:00.000Z',
};

let directory: string;
let socket: string;
const closers: (() => Promise<void>)[] = [];

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'ftpair-control-'));
  socket = join(directory, 'control.sock');
});

afterEach(async () => {
  for (const close of closers.splice(0)) await close();
  rmSync(directory, { recursive: true });
});

async function control(handlers: Partial<ControlHandlers> = {}, path = socket): Promise<Control> {
  const started = await startControl({
    path,
    handlers: { ...HANDLERS, ...handlers },
  });
  closers.push(() => started.close());
  return started;
}

/** Another program's listener on a Unix socket; its connections end with the test. */
function foreign(server: Server, path: string): Promise<void> {
  const connections = new Set<Socket>();
  server.on('connection', (connection) => connections.add(connection));
  closers.push(async () => {
    for (const connection of connections) connection.destroy();
    await new Promise((resolve) => server.close(resolve));
  });
  return new Promise((resolve) => server.listen(path, resolve));
}

/** A socket file that nobody listens on, as a crash leaves it. */
async function leaveStaleSocket(): Promise<void> {
  const server = createServer();
  const bound = join(directory, 'bound');
  await new Promise<void>((resolve) => server.listen(bound, resolve));
  renameSync(bound, socket);
  await new Promise((resolve) => server.close(resolve));
}

async function fatalOf(
  promise: Promise<unknown>,
): Promise<{ status: ExitStatus; message: string; cure: string }> {
  const outcome: unknown = await promise.catch((error: unknown) => error);
  if (!(outcome instanceof Fatal)) throw new Error(`not a Fatal: ${String(outcome)}`);
  return { status: outcome.status, message: outcome.message, cure: outcome.cure };
}

describe('the control socket', () => {
  test('answers GET /status with the picture and says its process id', async () => {
    await control();
    const answer = await request(socket, 'GET', '/status', LIMIT);
    expect(answer.status).toBe(200);
    expect(answer.pid).toBe(process.pid);
    expect(parseStatus(answer.body)).toEqual({ ok: true, value: VIEW });
  });

  test('writes a value that is missing as null', async () => {
    await control();
    const { body } = await request(socket, 'GET', '/status', LIMIT);
    expect(body).toMatchObject({ peer: { paths: [{ rttMillis: 0.214 }, { rttMillis: null }] } });
  });

  test('answers GET /sessions with a page, after what the query string asks for', async () => {
    const asked: unknown[] = [];
    await control({
      sessions: (query) => {
        asked.push(query);
        return Promise.resolve({ ok: true, value: PAGE });
      },
    });
    const url = '/sessions?limit=2&after=7&client=2001:DB8:0::7&server=one&lost=true';
    const answer = await request(socket, 'GET', url, LIMIT);
    expect(answer.status).toBe(200);
    expect(parseSessions(answer.body)).toEqual({ ok: true, value: PAGE });
    expect(answer.body).toMatchObject({ sessions: [{ reason: null, part: null }, { bytesToClient: null }] });
    expect(asked).toEqual([{ limit: 2, after: 7, client: '2001:db8::7', server: 'one', lost: true }]);
  });

  test('answers 400 with the complaint when the question cannot be answered', async () => {
    await control({ sessions: () => Promise.resolve({ ok: false, complaint: 'no server is named "x"' }) });
    expect(await request(socket, 'GET', '/sessions?server=x', LIMIT)).toMatchObject({
      status: 400,
      body: { error: 'no server is named "x"' },
    });
    expect(await request(socket, 'GET', '/sessions?limit=0', LIMIT)).toMatchObject({
      status: 400,
      body: { error: '"limit" must be a whole number from 1 to 2000' },
    });
  });

  test('answers POST /handover with the decision: 200 accepted, 409 refused', async () => {
    await control();
    expect(await request(socket, 'POST', '/handover', LIMIT)).toMatchObject({
      status: 200,
      body: { accepted: true, detail: 'beta takes over' },
    });
    const other = join(directory, 'other.sock');
    await control({ handover: () => Promise.resolve({ accepted: false, detail: 'beta is silent' }) }, other);
    expect(await request(other, 'POST', '/handover', LIMIT)).toMatchObject({
      status: 409,
      body: { accepted: false, detail: 'beta is silent' },
    });
  });

  test('answers GET /events with what came behind a number', async () => {
    const asked: number[] = [];
    await control({ events: (after) => (asked.push(after), { node: 'alpha', events: [EVENT] }) });
    const answer = await request(socket, 'GET', eventsUrl(7), LIMIT);
    expect(parseEvents(answer.body)).toEqual({ ok: true, value: { node: 'alpha', events: [EVENT] } });
    await request(socket, 'GET', '/events', LIMIT);
    expect(asked).toEqual([7, 0]);
    expect(await request(socket, 'GET', '/events?after=-1', LIMIT)).toMatchObject({
      status: 400,
      body: { error: '"after" must be a whole number' },
    });
  });

  test('names the right requests when one is unknown', async () => {
    await control();
    expect(await request(socket, 'GET', '/statu', LIMIT)).toMatchObject({
      status: 404,
      body: {
        error: 'unknown request: GET /statu',
        requests: [
          'GET /status',
          'GET /sessions',
          'GET /events',
          'POST /reload',
          'GET /config/diff',
          'POST /config',
          'POST /handover',
          'POST /order',
          'GET /compare',
        ],
      },
    });
  });

  test('says that only the method is wrong', async () => {
    await control();
    expect(await request(socket, 'GET', '/handover', LIMIT)).toMatchObject({
      status: 405,
      body: { error: 'unknown request: GET /handover' },
    });
  });

  test('does not end because a handler fails', async () => {
    await control({
      status: () => {
        throw new Error('broken');
      },
      handover: () => Promise.reject(new Error('later')),
    });
    expect(await request(socket, 'GET', '/status', LIMIT)).toMatchObject({
      status: 500,
      body: { error: 'GET /status failed: Error: broken' },
    });
    expect(await request(socket, 'POST', '/handover', LIMIT)).toMatchObject({
      status: 500,
      body: { error: 'POST /handover failed: Error: later' },
    });
  });

  test('is for root only, in a directory that is made with 0755', async () => {
    const path = join(directory, 'run', 'ftpair', 'control.sock');
    const umask = process.umask(0);
    try {
      await control({}, path);
    } finally {
      process.umask(umask);
    }
    expect(lstatSync(path).mode & 0o7777).toBe(0o600);
    expect(lstatSync(join(directory, 'run', 'ftpair')).mode & 0o7777).toBe(0o755);
    expect(readdirSync(join(directory, 'run', 'ftpair'))).toEqual(['control.sock']);
  });

  test('is removed at the end', async () => {
    const started = await control();
    await started.close();
    expect(existsSync(socket)).toBe(false);
    closers.length = 0;
  });

  test('is left alone at the end when it is another one by now', async () => {
    const first = await control();
    rmSync(socket);
    await control();
    await first.close();
    expect((await request(socket, 'GET', '/status', LIMIT)).status).toBe(200);
  });

  test('ends although a caller hangs', async () => {
    let asked: (() => void) | undefined;
    const wasAsked = new Promise<void>((resolve) => (asked = resolve));
    const started = await control({
      handover: () => {
        asked?.();
        return new Promise(() => undefined);
      },
    });
    const hanging = fatalOf(request(socket, 'POST', '/handover', millis(60_000)));
    await wasAsked;
    await started.close();
    expect((await hanging).status).toBe(ExitStatus.unreachable);
  });
});

describe('a place that is taken', () => {
  test('by a living daemon: a fatal error that names its process', async () => {
    await control();
    expect(await fatalOf(control())).toEqual({
      status: ExitStatus.running,
      message: `a daemon runs already: process ${process.pid} holds ${socket}`,
      cure: 'stop it first ("systemctl stop ftpair"), or give another --runtime-dir',
    });
    expect((await request(socket, 'GET', '/status', LIMIT)).status).toBe(200);
  });

  test('by a listener that speaks something else: a fatal error, and it is left alone', async () => {
    await foreign(
      createServer((connection) => connection.end('220 hello\r\n')),
      socket,
    );
    const fatal = await fatalOf(control());
    expect(fatal.status).toBe(ExitStatus.running);
    expect(fatal.message).toBe(`a daemon runs already: a process that does not say its id holds ${socket}`);
  });

  test('by the stale socket of a crash: it is replaced', async () => {
    await leaveStaleSocket();
    expect(lstatSync(socket).isSocket()).toBe(true);
    await control();
    expect((await request(socket, 'GET', '/status', LIMIT)).status).toBe(200);
  });

  test('by a daemon that started at the same moment and was faster: a fatal error', async () => {
    await control();
    const late = join(directory, 'late');
    await foreign(createServer(), late);
    await expect(fatalOf(Promise.resolve().then(() => putInPlace(late, socket)))).resolves.toMatchObject({
      status: ExitStatus.running,
    });
    expect((await request(socket, 'GET', '/status', LIMIT)).pid).toBe(process.pid);
  });

  test('by a file: a fatal error, and the file stays', async () => {
    writeFileSync(socket, 'precious');
    expect(await fatalOf(control())).toMatchObject({
      status: ExitStatus.system,
      message: `${socket} is not a socket and is not mine to replace`,
    });
    expect(existsSync(socket)).toBe(true);
  });

  test('by a file where the directory should be: a fatal error that names the step', async () => {
    writeFileSync(join(directory, 'file'), '');
    expect(await fatalOf(control({}, join(directory, 'file', 'control.sock')))).toMatchObject({
      status: ExitStatus.system,
      message: `cannot create the directory ${join(directory, 'file')}: EEXIST`,
    });
  });

  test('a path that does not fit into a socket address is a wrong word', async () => {
    const fatal = await fatalOf(control({}, `/tmp/${'x'.repeat(103)}`));
    expect(fatal.status).toBe(ExitStatus.usage);
    expect(fatal.cure).toBe('give a shorter --runtime-dir');
  });
});

describe('asking a daemon that cannot answer', () => {
  test('there is none', async () => {
    expect(await fatalOf(request(socket, 'GET', '/status', LIMIT))).toEqual({
      status: ExitStatus.unreachable,
      message: `no daemon answers on ${socket} (ENOENT)`,
      cure:
        'start it with "ftpair run …" or look at "systemctl status ftpair"; for another runtime directory give ' +
        '--runtime-dir',
    });
  });

  test('it has crashed', async () => {
    await leaveStaleSocket();
    expect((await fatalOf(request(socket, 'GET', '/status', LIMIT))).message).toBe(
      `no daemon answers on ${socket} (ECONNREFUSED)`,
    );
  });

  test('it hangs', async () => {
    await foreign(
      createServer(() => undefined),
      socket,
    );
    expect((await fatalOf(request(socket, 'GET', '/status', millis(20)))).message).toBe(
      `the daemon on ${socket} did not answer within 20 ms`,
    );
  });

  test('it is another program', async () => {
    await foreign(
      createHttpServer((_, response) => response.end('<html>')),
      socket,
    );
    expect((await fatalOf(request(socket, 'GET', '/status', LIMIT))).message).toBe(
      `what answers on ${socket} is no ftpair daemon: its answer is not JSON`,
    );
  });

  test('it does not speak HTTP', async () => {
    await foreign(
      createServer((connection) => connection.end('220 hello\r\n')),
      socket,
    );
    expect((await fatalOf(request(socket, 'GET', '/status', LIMIT))).message).toBe(
      `what answers on ${socket} is no ftpair daemon: it does not speak HTTP`,
    );
  });

  test('it answers without an end', async () => {
    await foreign(
      createHttpServer((_, response) => response.end('x'.repeat(4 * 1024 * 1024 + 1))),
      socket,
    );
    expect((await fatalOf(request(socket, 'GET', '/status', LIMIT))).message).toBe(
      `what answers on ${socket} is no ftpair daemon: its answer is longer than 4194304 bytes`,
    );
  });
});

describe('a picture of another version', () => {
  /** What goes over the socket, as the other side reads it. */
  function overTheSocket(view: object): unknown {
    return JSON.parse(toJson(view));
  }

  test('is refused with the place that differs', () => {
    expect(parseStatus(overTheSocket({ ...VIEW, sync: { ...VIEW.sync, flows: 'many' } }))).toEqual({
      ok: false,
      complaint: 'sync.flows: Invalid input: expected number, received string',
    });
  });

  test('may know more than this program', () => {
    expect(parseStatus(overTheSocket({ ...VIEW, news: 1 }))).toEqual({ ok: true, value: VIEW });
  });
});
