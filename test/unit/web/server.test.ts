/** The HTTP server on loopback: what it answers, whom it refuses, and that nobody can make it large, slow or talkative. */
import { once } from 'node:events';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { request, type Server } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { BOUNDS, listen, type Bounds } from '../../../src/web/listener.js';
import { Live } from '../../../src/web/live.js';
import { liveParts } from '../../../src/web/overview.js';
import { Pace } from '../../../src/web/pace.js';
import { Routes } from '../../../src/web/routes.js';
import { Snapshots } from '../../../src/web/snapshot.js';
import type { WebSources } from '../../../src/web/sources.js';
import { isOurs } from '../../../src/web/host.js';
import { knowsToken, readToken } from '../../../src/web/token.js';
import { until } from '../../../src/until.js';
import { millis } from '../../../src/time.js';
import { NOON, sources } from './daemon.js';

const NAMES = ['alpha', 'beta', 'routers.example.org'];
const TOKEN = 'a-secret-of-some-length';

let directory: string;
let server: Server;
let live: Live;
let made = 0;

interface Setting {
  readonly token?: string;
  readonly metrics?: boolean;
  readonly sources?: Partial<WebSources>;
  readonly bounds?: Partial<Bounds>;
  readonly pace?: Pace;
}

async function serve(setting: Setting = {}): Promise<void> {
  made = 0;
  let now = 0;
  const asked = sources({ ...setting.sources });
  const counted = { ...asked, status: () => ((made += 1), asked.status()) };
  const clocks = { now: () => (now += 1000), wallNow: () => NOON };
  const snapshots = new Snapshots(counted, clocks);
  const picture = () => ({ at: '12:00:00', parts: liveParts(snapshots.get().overview) });
  live = new Live({ picture, every: 10, mostListeners: 2 });
  server = await listen({
    address: '127.0.0.1',
    port: 0,
    gate: { names: NAMES, token: setting.token, pace: setting.pace ?? new Pace(1e6, 1e6, 0) },
    routes: new Routes({
      ...{ sources: counted, snapshots },
      drills: join(directory, 'drills'),
      metrics: setting.metrics ?? true,
    }),
    live,
    now: clocks.now,
    bounds: { ...BOUNDS, ...setting.bounds },
    onFailure: () => undefined,
  });
}

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'ftpair-web-'));
});

afterEach(async () => {
  live.close();
  await new Promise((resolve) => {
    server.close(resolve);
    server.closeAllConnections();
  });
  rmSync(directory, { recursive: true });
});

const port = (): number => (server.address() as AddressInfo).port;

interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, unknown>>;
  readonly body: string;
}

function ask(path: string, headers: Record<string, string> = {}, method = 'GET'): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const sent = request({ host: '127.0.0.1', port: port(), path, method, headers, agent: false }, (response) => {
      let body = '';
      response.setEncoding('utf8').on('data', (piece: string) => (body += piece));
      response.on('end', () => resolve({ status: response.statusCode ?? 0, headers: response.headers, body }));
      response.on('error', reject);
    });
    sent.on('error', reject);
    sent.end();
  });
} // prettier-ignore

/** Sends bytes as they are, and resolves with everything that came back when the other side has ended. */
function raw(bytes: string): Promise<string> {
  return new Promise((resolve) => {
    let said = '';
    const socket = connect(port(), '127.0.0.1', () => socket.write(bytes));
    socket.setEncoding('utf8').on('data', (piece: string) => (said += piece));
    socket
      .on('error', () => undefined)
      .on('close', () => {
        resolve(said);
      });
  });
}

describe('the pages', () => {
  it('are there under their addresses, and nothing else is', async () => {
    await serve();
    for (const path of ['/', '/sessions', '/sessions?server=one', '/metrics'])
      expect([path, (await ask(path)).status]).toEqual([path, 200]);
    for (const path of ['/status', '/index.html', '//', '/./', '/..', '/../', '/%2e%2e/', '/drills/', '/Sessions', '/events/'])
      expect([path, (await ask(path)).status]).toEqual([path, 404]);
  }); // prettier-ignore

  it('may hold nothing that is not from here, and run nothing that stands in them', async () => {
    await serve();
    for (const path of ['/', '/sessions', '/nothing', '/metrics']) {
      const { headers } = await ask(path);
      expect(headers).toMatchObject({
        'content-security-policy':
          "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; img-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'",
        'x-content-type-options': 'nosniff',
        'referrer-policy': 'no-referrer',
        'cache-control': 'no-store',
      });
      expect(Object.keys(headers)).not.toContain('access-control-allow-origin');
    }
  });

  it('name their style and script, which are there', async () => {
    await serve();
    const { body } = await ask('/');
    for (const [, path] of body.matchAll(/(?:href|src)="(\/[a-z]+-[0-9a-f]{12}\.[a-z]+)"/g))
      expect((await ask(path!)).status).toBe(200);
    expect(body.match(/(?:href|src)="\/[a-z]+-[0-9a-f]{12}\.[a-z]+"/g)).toHaveLength(3);
    expect(body).toMatch(/<noscript>\s*<meta http-equiv="refresh" content="10"/);
  });

  it('answer HEAD with the headers alone', async () => {
    await serve();
    const { status, body, headers } = await ask('/', {}, 'HEAD');
    expect([status, body, Number(headers['content-length']) > 1000]).toEqual([200, '', true]);
  });

  it('change nothing: every other method is refused', async () => {
    await serve();
    for (const method of ['POST', 'PUT', 'DELETE', 'PATCH', 'OPTIONS', 'TRACE']) {
      const { status, headers } = await ask('/', {}, method);
      expect([method, status, headers['allow']]).toEqual([method, 405, 'GET, HEAD']);
    }
  });

  it('say what is wrong with a question about sessions', async () => {
    await serve({ sources: { sessions: () => Promise.resolve({ ok: false, complaint: 'no server is named "<x>"' }) } });
    const { status, body } = await ask('/sessions?server=%3Cx%3E');
    expect(status).toBe(400);
    expect(body).toContain('no server is named &quot;&lt;x&gt;&quot;');
    expect((await ask('/sessions?wrong=1')).body).toContain('&quot;wrong&quot; is none of');
  }); // prettier-ignore

  it('are not the end of the daemon when one cannot be made', async () => {
    const broken = () => {
      throw new Error('broken');
    };
    await serve({ sources: { status: broken, sessions: broken } });
    for (const path of ['/', '/sessions', '/metrics']) {
      const { status, body } = await ask(path);
      expect([status, body]).toEqual([500, 'This page could not be made. "ftpair status" may say more.\n']);
    }
  });

  it('list sessions for two at a time', async () => {
    let free: (() => void) | undefined;
    const waits = new Promise<never>((_, reject) => (free = () => reject(new Error('enough'))));
    await serve({ sources: { sessions: () => waits } });
    const first = [ask('/sessions'), ask('/sessions')];
    await until(async () => (await ask('/sessions')).status === 503, { what: 'no', within: millis(2000) });
    free?.();
    expect((await Promise.all(first)).map(({ status }) => status)).toEqual([500, 500]);
  });
});

describe('a host name', () => {
  it('that is not ours is refused and never repeated', async () => {
    await serve();
    const evil = 'evil.example"><script>alert(1)</script>';
    for (const host of [evil, 'evil.example', 'alpha.evil.example', '203.0.113.9', '[::1]', 'alpha:x', 'alpha@evil.example']) {
      const { status, body } = await ask('/', { host });
      expect([host, status]).toEqual([host, 400]);
      expect(body).not.toMatch(/evil|script|203/);
    }
  }); // prettier-ignore

  it('that is ours is served: the address, a node, a configured name, with a port or without', async () => {
    await serve();
    for (const host of ['127.0.0.1', '127.0.0.1:9', 'alpha', 'BETA:8080', 'routers.example.org'])
      expect([host, (await ask('/', { host })).status]).toEqual([host, 200]);
  });

  it('is compared with where the connection has arrived', () => {
    expect(isOurs('192.0.2.2', '::ffff:192.0.2.2', [])).toBe(true);
    expect(isOurs('[2001:DB8:0::1]:80', '2001:db8::1', [])).toBe(true);
    expect(isOurs('[192.0.2.2]', '192.0.2.3', [])).toBe(false);
    expect(isOurs('192.0.2.2', undefined, [])).toBe(false);
    expect(isOurs(undefined, '192.0.2.2', ['alpha'])).toBe(false);
  });

  it('is asked for in the old protocol, too', async () => {
    await serve();
    expect(await raw('GET / HTTP/1.0\r\n\r\n')).toMatch(/^HTTP\/1\.1 400 /);
    expect(await raw('GET / HTTP/1.1\r\nHost:\r\n\r\n')).toMatch(/^HTTP\/1\.1 400 /);
    expect(await raw('GET http://evil.example/ HTTP/1.1\r\nHost: alpha\r\nConnection: close\r\n\r\n')).toMatch(/^HTTP\/1\.1 404 /);
  }); // prettier-ignore
});

describe('a token', () => {
  it('is asked for on every page, and takes both forms', async () => {
    await serve({ token: TOKEN });
    for (const path of ['/', '/sessions', '/metrics', '/events', '/nothing']) {
      const { status, headers } = await ask(path);
      expect([status, headers['www-authenticate']]).toEqual([401, 'Basic realm="ftpair", charset="UTF-8"']);
    }
    const basic = Buffer.from(`anybody:${TOKEN}`).toString('base64');
    for (const authorization of [`Bearer ${TOKEN}`, `Basic ${basic}`])
      expect((await ask('/', { authorization })).status).toBe(200);
    expect((await ask('/', { authorization: 'Bearer wrong' })).status).toBe(401);
  });

  it.each(['', 'Bearer', 'Bearer ', `Token ${TOKEN}`, `Basic ${TOKEN}`, `Bearer ${TOKEN}x`])('is not %j', (header) => {
    expect(knowsToken(header, TOKEN)).toBe(false);
  }); // prettier-ignore

  it('is read from a file that nobody else may read', async () => {
    await serve();
    const file = join(directory, 'token');
    writeFileSync(file, `${TOKEN}\n`, { mode: 0o600 });
    expect(readToken(file)).toEqual({ ok: true, token: TOKEN });
    chmodSync(file, 0o640);
    expect(readToken(file)).toEqual({ ok: false, problem: `token file ${file} may be read by others: chmod 600` });
    writeFileSync(file, 'short');
    chmodSync(file, 0o600);
    expect(readToken(file)).toMatchObject({ problem: `token file ${file} holds fewer than 16 characters` });
    expect(readToken(join(directory, 'none'))).toMatchObject({ problem: `token file ${join(directory, 'none')} cannot be read (ENOENT)` });
  }); // prettier-ignore
});

describe('the reports of drills', () => {
  const reports = (): string => join(directory, 'drills');

  it('are served, pictures without their scripts', async () => {
    await serve();
    mkdirSync(reports());
    writeFileSync(join(reports(), '2026-03-01-handover.svg'), '<svg/>');
    writeFileSync(join(reports(), '2026-03-01-handover.json'), '{}');
    const picture = await ask('/drills/2026-03-01-handover.svg');
    expect(picture).toMatchObject({ status: 200, body: '<svg/>' });
    expect(picture.headers).toMatchObject({
      'content-type': 'image/svg+xml',
      'content-security-policy':
        "default-src 'none'; style-src 'unsafe-inline'; sandbox; frame-ancestors 'none'",
    });
    expect((await ask('/drills/2026-03-01-handover.json')).headers['content-type']).toBe('application/json');
    expect((await ask('/')).body).toContain('<a href="/drills/2026-03-01-handover.svg">');
  });

  it('are no way to anything else', async () => {
    await serve();
    mkdirSync(join(reports(), 'inner.svg'), { recursive: true });
    writeFileSync(join(directory, 'secret.json'), 'secret');
    symlinkSync(join(directory, 'secret.json'), join(reports(), 'link.json'));
    writeFileSync(join(reports(), '.hidden.json'), 'secret');
    writeFileSync(join(reports(), 'orders.txt'), 'secret');
    for (const name of ['../secret.json', '..%2fsecret.json', '%2e%2e/secret.json', 'link.json', '.hidden.json', 'orders.txt', 'inner.svg', 'a/../../secret.json', 'x..json'])
      expect([name, (await ask(`/drills/${name}`)).status]).toEqual([name, 404]);
    expect((await ask('/')).body).not.toMatch(/secret|hidden|orders\.txt|link\.json|inner/);
  }); // prettier-ignore
});

describe('the metrics', () => {
  it('are in the format that is asked for', async () => {
    await serve();
    expect((await ask('/metrics')).headers['content-type']).toBe('text/plain; version=0.0.4; charset=utf-8');
    const open = await ask('/metrics', { accept: 'application/openmetrics-text; version=1.0.0' });
    expect(open.headers['content-type']).toBe('application/openmetrics-text; version=1.0.0; charset=utf-8');
    expect(open.body.endsWith('# EOF\n')).toBe(true);
  });

  it('may be switched off', async () => {
    await serve({ metrics: false });
    expect((await ask('/metrics')).status).toBe(404);
    expect((await ask('/')).body).not.toContain('/metrics');
  });
});

describe('a caller', () => {
  it('with a long header, a long address or no HTTP is sent away', async () => {
    await serve();
    const head = `GET / HTTP/1.1\r\nHost: alpha\r\nX: ${'x'.repeat(9000)}\r\n\r\n`;
    expect(await raw(head)).toMatch(/^HTTP\/1\.1 400 /);
    expect((await ask(`/${'x'.repeat(1100)}`)).status).toBe(414);
    expect(await raw('220 hello\r\n\r\n')).toMatch(/^HTTP\/1\.1 400 /);
    expect(
      await raw('GET / HTTP/1.1\r\nHost: alpha\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n'),
    ).toBe('');
    expect(await raw('CONNECT evil.example:25 HTTP/1.1\r\nHost: alpha\r\n\r\n')).toBe('');
  });

  it('who does not finish the question is sent away', async () => {
    await serve({ bounds: { requestMillis: 50 } });
    expect(await raw('GET / HTTP/1.1\r\nHost: al')).toMatch(/^HTTP\/1\.1 (?:400|408) |^$/);
  });

  it('who does not take the answer is dropped', async () => {
    const long = () => Promise.resolve({ contentType: 'text/plain', text: 'x'.repeat(30_000_000) });
    await serve({ sources: { metrics: long }, bounds: { answerMillis: 100 } });
    const asked = once(server, 'request');
    const socket = connect(port(), '127.0.0.1');
    socket.on('error', () => undefined).pause();
    socket.write('GET /metrics HTTP/1.1\r\nHost: alpha\r\n\r\n');
    await asked;
    const gone = async (): Promise<boolean> => (await connections()) === 0;
    await until(gone, { what: 'it is dropped', within: millis(4000) });
    expect(socket.bytesRead).toBeLessThan(30_000_000);
    socket.destroy();
  });

  it('beyond the bound finds no connection', async () => {
    await serve({ bounds: { connections: 2 } });
    const held = await Promise.all([held1(), held1()]);
    expect(await raw('GET / HTTP/1.1\r\nHost: alpha\r\n\r\n')).toBe('');
    for (const socket of held) socket.destroy();
  });

  it('who asks too often is told to wait', async () => {
    await serve({ pace: new Pace(0, 2, 0) });
    const statuses = [await ask('/'), await ask('/'), await ask('/')].map(({ status }) => status);
    expect(statuses).toEqual([200, 200, 503]);
  });
});

function connections(): Promise<number> {
  return new Promise((resolve, reject) => {
    server.getConnections((error, count) => (error ? reject(error) : resolve(count)));
  });
}

/** A connection that says nothing. */
function held1(): Promise<Socket> {
  return new Promise((resolve) => {
    const socket = connect(port(), '127.0.0.1', () => {
      resolve(socket);
    });
  });
}

/** Listens to live data; resolves when `enough` of it has come. */
function hear(enough: (text: string) => boolean): Promise<string> {
  return new Promise((resolve, reject) => {
    const sent = request({ host: '127.0.0.1', port: port(), path: '/events', agent: false }, (response) => {
      let text = '';
      response.setEncoding('utf8').on('data', (piece: string) => {
        text += piece;
        if (!enough(text)) return;
        sent.destroy();
        resolve(text);
      });
    });
    sent.on('error', (error) => {
      if ('code' in error && error.code === 'ECONNRESET') return;
      reject(error);
    });
    sent.end();
  });
}

describe('live data', () => {
  it('bring every part at once, and then only what has changed', async () => {
    let term = 8;
    const view = sources().status();
    await serve({ sources: { status: () => ({ ...view, term: (term += 1) }) } });
    const text = await hear((heard) => heard.split('event: parts').length > 3);
    const [first, second] = [...text.matchAll(/^data: (.*)$/gm)].map(
      ([, data]) => (JSON.parse(data!) as { parts: object }).parts,
    );
    expect(Object.keys(first!)).toEqual(['title', 'warnings', 'pair', 'servers', 'sessions', 'pulse', 'sync', 'tracked', 'events', 'history']);
    expect(Object.keys(second!)).toEqual(['pair']);
  }); // prettier-ignore

  it('have no list of sessions', async () => {
    await serve({ sources: { sessions: () => Promise.reject(new Error('asked')) } });
    expect(await hear((heard) => heard.includes('\n\n\n') || heard.includes('"history"'))).not.toContain('198.51.100.7');
  }); // prettier-ignore

  it('are made while somebody listens only, once for all', async () => {
    await serve();
    const both = [hear((heard) => heard.includes('"pair"')), hear((heard) => heard.includes('"pair"'))];
    await Promise.all(both);
    await until(() => live.listeners === 0, { what: 'nobody listens', within: millis(2000) });
    const before = made;
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(made).toBe(before);
  });

  it('have room for so many', async () => {
    await serve();
    const sockets = await Promise.all([held1(), held1()]);
    for (const socket of sockets) socket.write('GET /events HTTP/1.1\r\nHost: alpha\r\n\r\n');
    await until(() => live.listeners === 2, { what: 'both are heard', within: millis(2000) });
    expect((await ask('/events')).status).toBe(503);
    for (const socket of sockets) socket.destroy();
    await until(() => live.listeners === 0, { what: 'both have gone', within: millis(2000) });
  });

  it('go no further to who does not read, and drop it in the end', async () => {
    let count = 0;
    const view = sources().status();
    const detail = 'x'.repeat(3_000_000);
    const grown = () => ({ ...view, sync: { ...view.sync, detail: `${count++}${detail}` } });
    await serve({ sources: { status: grown } });
    const socket = await held1();
    socket.on('error', () => undefined).pause();
    socket.write('GET /events HTTP/1.1\r\nHost: alpha\r\n\r\n');
    await until(() => live.listeners === 1, { what: 'it listens', within: millis(2000) });
    await until(() => live.listeners === 0, { what: 'it is dropped', within: millis(5000) });
    // What its socket took, and one more picture that waited for it: no more has been written.
    expect(count).toBeLessThan(30);
    socket.destroy();
  });

  it('go on after a picture that could not be made', async () => {
    let count = 0;
    const view = sources().status();
    const shaky = () => {
      if ((count += 1) === 1) throw new Error('broken');
      return view;
    };
    await serve({ sources: { status: shaky } });
    expect(await hear((heard) => heard.includes('"pair"'))).toContain('alpha is active');
  });
});
