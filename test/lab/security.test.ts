/**
 * What cannot be opened through the directors: third parties by PORT, EPRT and PASV; ports below 1024 of a server by a 227 that a
 * client has talked it into; the private LAN from outside. Behind them stands a server that refuses nothing.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Lab, raiseLab } from '../../src/lab/lab.js';
import { until } from '../../src/until.js';
import { millis } from '../../src/time.js';
import { converse } from './support/converse.js';
import { type Crowd, startCrowd } from './support/crowd.js';
import { startTalker, type Talker } from './support/talker.js';

const SERVER = '10.200.30.11';
const NEIGHBOUR = '10.200.30.12';
const PORT = 2121;

let lab: Lab;
let client: Talker;
let server: Crowd;
let neighbour: Crowd;

beforeAll(async () => {
  const servers = [{ name: 'pliant', addresses: [SERVER, '2001:db8:b::11'] }];
  const services = [{ name: 'ftp', addresses: ['198.51.100.100', '2001:db8:a::100'], port: PORT, servers }];
  lab = await raiseLab({
    ipv6: true,
    servers: ['vsftpd', 'proftpd'],
    // It is not asked for anything before the test is over, and trusted meanwhile.
    check: { interval: '1h', timeout: '59m' },
    config: { services },
  });
  await converse(lab.server('vsftpd').namespace, 'pliant-main.ts', [String(PORT)])('');
  server = startCrowd(lab.server('vsftpd').namespace);
  neighbour = startCrowd(lab.server('proftpd').namespace);
  client = startTalker(lab.client.namespace);
  await server.listen(22, 2222);
  await neighbour.listen(22, 2222);
  for (const name of ['alpha', 'beta'] as const) lab.director(name).start();
  await until(async () => (await lab.director('alpha').status()).peer.inSync, {
    what: 'the pair is in sync',
    within: millis(20_000),
  });
});

afterAll(async () => {
  await lab.down();
});

/** What a director's kernel expects, one line for each. */
async function expectations(name: 'alpha' | 'beta' = 'alpha'): Promise<string[]> {
  const both = ['ipv4', 'ipv6'].map((family) =>
    lab.director(name).run('conntrack', ['-L', 'expect', '-f', family]),
  );
  const lists = (await Promise.all(both)).map(({ stdout }) => stdout).join('');
  return lists.split('\n').filter((line) => line.includes('mask'));
}

/** What alpha's kernel expects after a line was said on a control connection of its own. */
async function expectedAfter(line: string, host = '198.51.100.100'): Promise<string[]> {
  const from = host.includes(':') ? '2001:db8:a::50' : '198.51.100.50';
  const conversation = await client.open(host, PORT, from);
  // The helper reads behind a line's end only, and so never a client's first line.
  await conversation.say('NOOP\r\n');
  const replies = await conversation.say(`${line}\r\n`);
  expect(replies).toHaveLength(1);
  const found = await expectations();
  await conversation.close();
  await lab.director('alpha').run('conntrack', ['-F', 'expect']);
  return found;
}

describe('an announcement that names', () => {
  // The first of each pair shows that the eye sees what is there.
  it.each([
    ['the client itself, by PORT', 'PORT 198,51,100,50,200,10', 1],
    ['another client, by PORT', 'PORT 198,51,100,51,200,10', 0],
    ['a real server, by PORT', 'PORT 10,200,30,12,0,22', 0],
    ['another client, by EPRT', 'EPRT |1|198.51.100.51|51210|', 0],
    ['the server itself, by 227', 'SAY 227 Entering Passive Mode (10,200,30,11,200,10).', 1],
    ['its neighbour, by 227', 'SAY 227 Entering Passive Mode (10,200,30,12,200,10).', 0],
    ['the VIP, by 227', 'SAY 227 Entering Passive Mode (198,51,100,100,200,10).', 0],
    ['a server, in a 227 of the client', '227 Entering Passive Mode (10,200,30,11,200,10).', 0],
    ['a server, in a 229 of the client', '229 Entering Extended Passive Mode (|||51210|)', 0],
  ])('%s: %s makes so many expectations: %i', async (_whom, line, count) => {
    expect(await expectedAfter(line)).toHaveLength(count);
  });

  it.each([
    ['the client itself', 'EPRT |2|2001:db8:a::50|51210|', 1],
    ['another client', 'EPRT |2|2001:db8:a::51|51210|', 0],
    ['the server itself', 'SAY 229 Entering Extended Passive Mode (|||51210|)', 1],
  ])('%s, over IPv6: %s makes so many: %i', async (_whom, line, count) => {
    expect(await expectedAfter(line, '2001:db8:a::100')).toHaveLength(count);
  });
});

describe('a data channel that the server was talked into announcing', () => {
  const reach = async (line: string, port: number): Promise<boolean> => {
    const conversation = await client.open('198.51.100.100', PORT);
    await conversation.say(`${line}\r\n`);
    // A crowd of one that is held: it has come, whether it ends or not.
    const before = (await server.count(port)).came;
    const heard = client.dial('198.51.100.100', port, 400);
    await heard;
    await conversation.close();
    return (await server.count(port)).came > before;
  };

  it('on a port above 1023 leads to that server', async () => {
    expect(await reach('SAY 227 Entering Passive Mode (10,200,30,11,8,174).', 2222)).toBe(true);
  });

  it('on port 22 leads nowhere, and the status says so', async () => {
    expect(await reach('SAY 227 Entering Passive Mode (10,200,30,11,0,22).', 22)).toBe(false);
    expect((await lab.director('alpha').status()).warnings.join()).toMatch(/ports below 1024/);
  });
});

describe('the private LAN', () => {
  /** From outside, by way of alpha, to a machine inside. */
  const reached = async (port: number): Promise<boolean> => {
    const before = (await neighbour.count(port)).came;
    await client.dial(NEIGHBOUR, port, 400);
    return (await neighbour.count(port)).came > before;
  };

  it('cannot be reached from outside past the services', async () => {
    await lab.client.run('ip', ['route', 'add', '10.200.30.0/24', 'via', '198.51.100.2']);
    expect(await reached(2222)).toBe(false);
    expect((await lab.client.run('ping', ['-c', '1', '-W', '1', NEIGHBOUR])).status).toBe(1);
    expect((await lab.director('alpha').status()).warnings.join()).toMatch(/`forward: everything` lets/);
  });

  it('can reach the outside, and gets answers', async () => {
    const outside = startCrowd(lab.client.namespace);
    await outside.listen(3333);
    const inside = startCrowd(lab.server('proftpd').namespace);
    await inside.open({ host: '198.51.100.50', port: 3333, count: 1, atOnce: true });
    expect((await outside.count(3333)).came).toBe(1);
    expect((await lab.server('proftpd').run('ping', ['-c', '1', '-W', '1', '198.51.100.50'])).status).toBe(0);
  });

  it('can be reached where the config says so', async () => {
    writeFileSync(lab.config, `${readFileSync(lab.config, 'utf8')}forward: everything\n`);
    await lab.director('beta').stop();
    await lab.director('alpha').stop();
    for (const name of ['alpha', 'beta'] as const) lab.director(name).start();
    await until(async () => (await lab.director('alpha').status()).role === 'active', {
      what: 'alpha is active again',
      within: millis(20_000),
    });
    expect(await reached(2222)).toBe(true);
  });
});
