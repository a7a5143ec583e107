/** Which sessions take part in a drill, what each of them does, and how that becomes a record. */
import { describe, expect, test } from 'vitest';
import type { VirtualService } from '../../../src/config/model.js';
import { contend, type Cargo, type Course } from '../../../src/drill/contender.js';
import { crewFor, sessionRecord } from '../../../src/drill/crew.js';
import type { RemoteSession } from '../../../src/drill/remote.js';
import type { TransferResult } from '../../../src/drill/session.js';

const service = (family: 4 | 6): VirtualService => ({
  ...{ name: 'ftp', address: '192.0.2.10', family, port: 21, scheduler: 'wrr', servers: [] },
  rotation: { minServers: 0, slowStart: undefined, sorry: undefined, onFailure: 'keep' },
});
const names = (...args: Parameters<typeof crewFor>): readonly string[] =>
  crewFor(...args).map(({ kind }) => kind.name);
const upload = { path: '/in/x', bytes: 3 };

test('every mode in every moment; IPv6 has two modes, and without a place nothing is uploaded', () => {
  expect(names([service(4)], { upload }, 1)).toHaveLength(16);
  expect(names([service(6)], { upload: undefined }, 1)).toEqual([
    ...['EPSV idle', 'EPSV announced', 'EPSV download', 'EPRT idle', 'EPRT announced', 'EPRT download'],
  ]);
  const many = names([service(4), service(6)], { upload }, 2);
  expect(many[0]).toBe('IPv4 PASV idle 1');
  expect(new Set(many).size).toBe(2 * (16 + 8));
});

const DONE: TransferResult = {
  ...{ bytes: 3, sha256: 'abc', stallMillis: 0, stallFrom: 0, startedAt: 100, endedAt: 200, stalls: [] },
  final: { code: 226, text: 'done' },
};
const CARGO: Cargo = { download: { path: '/f', bytes: 3, sha256: 'abc' }, upload };

/** A session that says yes to everything, but for what is changed, and notes what it was asked. */
function session(said: string[], change: Partial<RemoteSession> = {}): RemoteSession {
  const note = <T>(word: string, value: T): Promise<T> => {
    said.push(word);
    return Promise.resolve(value);
  };
  return {
    localPort: 40_000,
    command: (line) => note(line, { code: line.startsWith('SIZE') ? 213 : 200, text: '3' }),
    prepare: (mode) => note(mode, 20_000),
    retrieve: (path) => note(`RETR ${path}`, DONE),
    list: () => note('LIST', DONE),
    store: (path) => note(`STOR ${path}`, DONE),
    quit: () => note('QUIT', { code: 221, text: '' }),
    close: () => Promise.resolve(),
    ...change,
  };
}

function course(rounds: number, said: string[]): Course {
  let left = rounds;
  return {
    ready: () => void said.push('ready'),
    use: Promise.resolve(),
    turn: () => Promise.resolve(),
    over: () => (left -= 1) < 0,
    progress: () => undefined,
  };
}

const kind = (moment: 'idle' | 'announced' | 'download' | 'upload') =>
  ({ name: `PASV ${moment}`, mode: 'PASV', moment }) as const;

describe('a session', () => {
  test('that is idle gets a command and a transfer after the fault', async () => {
    const said: string[] = [];
    expect((await contend(session(said), kind('idle'), CARGO, course(0, said))).lost).toBeUndefined();
    expect(said).toEqual(['ready', 'NOOP', 'PASV', 'RETR /f', 'ready']);
  });

  test('that has announced a channel uses it after the fault', async () => {
    const said: string[] = [];
    expect((await contend(session(said), kind('announced'), CARGO, course(0, said))).lost).toBeUndefined();
    expect(said).toEqual(['PASV', 'ready', 'RETR /f', 'ready']);
  });

  test('that downloads does so again and again', async () => {
    const said: string[] = [];
    const { bytes, lost } = await contend(session(said), kind('download'), CARGO, course(2, said));
    expect([bytes, lost]).toEqual([9, undefined]);
    expect(said.filter((word) => word === 'RETR /f')).toHaveLength(3);
  });

  test('that uploads looks at what has arrived, reads it back and deletes it', async () => {
    const said: string[] = [];
    expect((await contend(session(said), kind('upload'), CARGO, course(0, said))).lost).toBeUndefined();
    const path = '/in/x.PASV-upload.1';
    expect(said.filter((word) => word !== 'ready')).toEqual([
      ...['PASV', `STOR ${path}`, `SIZE ${path}`, 'PASV', `RETR ${path}`, `DELE ${path}`],
    ]);
  });

  const retrieve = (change: Partial<TransferResult>) => ({
    retrieve: () => Promise.resolve({ ...DONE, ...change }),
  });
  const cannot: RemoteSession['retrieve'] = () => Promise.reject(new Error('the control connection closed'));
  test.each<[string, Partial<RemoteSession>, string]>([
    ['bytes are missing', retrieve({ bytes: 2 }), '2 bytes of 3 came, although the server said 226'],
    ['bytes are wrong', retrieve({ sha256: 'abd' }), 'what came is not what the server has'],
    [
      'the server says no',
      retrieve({ final: { code: 426, text: '' } }),
      'the transfer was answered with 426',
    ],
    ['it breaks', { retrieve: cannot }, 'the control connection closed'],
  ])('is lost when %s', async (_what, change, reason) => {
    const result = await contend(session([], change), kind('download'), CARGO, course(0, []));
    expect(result.lost).toBe(reason);
  });

  test('whose upload is shorter at the server is lost', async () => {
    const command = () => Promise.resolve({ code: 213, text: '2' });
    const result = await contend(session([], { command }), kind('upload'), CARGO, course(0, []));
    expect(result.lost).toBe('2 bytes of 3 arrived');
  });
});

test('a record has the stalls before and from the fault on, in times of the drill', () => {
  const gaps = [
    { from: 1100, to: 1130 },
    { from: 1900, to: 2400 },
    { from: 2500, to: 2510 },
  ];
  const contest = { transfer: { from: 1050, to: 2600 }, bytes: 7, gaps, lost: undefined };
  const times = { start: 1000, fault: 2000, opened: 1010, ended: 2700 };
  expect(sessionRecord(kind('download'), contest, times)).toEqual({
    ...{ name: 'PASV download', mode: 'PASV', moment: 'download', bytes: 7 },
    span: { from: 10, to: 1700 },
    transfer: { from: 50, to: 1600 },
    stalls: [
      { from: 100, to: 130 },
      { from: 900, to: 1400 },
    ],
    stallBeforeMillis: 30,
    stallAcrossMillis: 500,
    outcome: { type: 'survived' },
  });
});
