import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { advance, startProbe, type ProbeEvent } from '../../../src/nanny/dialogue.js';
import { millis } from '../../../src/time.js';
import { requestOf, retrOf } from './request.js';
import { eventOf, follows, play } from './transcript.js';

const around = { allowed: ['198.51.100.1'] };
const request = requestOf({}, around);
const pasv = requestOf({ modes: ['pasv'] }, around);
const retr = requestOf({ data: retrOf('probe.txt') }, around);

const connected = ['> connect 192.0.2.10 21', '< connected'];
const loggedIn = [
  ...connected,
  '< 220 ready',
  '> USER probe',
  '< 331 password please',
  '> PASS hunter2',
  '< 230 logged in',
];
const transferring = [
  ...loggedIn,
  '> EPSV',
  '< 229 Entering Extended Passive Mode (|||10001|)',
  '> data 192.0.2.10 10001',
  '< data connected',
  '> LIST /',
];

describe('a good probe', () => {
  it('lists a directory over EPSV', () => {
    follows(request, [
      ...transferring,
      '< 150 Here it comes',
      '< data bytes 120',
      '< data closed',
      '< 226 Directory send OK',
      '> QUIT',
      '< 221 Goodbye',
      '> close',
      '= ok',
    ]);
  });

  it('fetches a file over PASV, in image type', () => {
    follows(requestOf({ modes: ['pasv'], data: retrOf('probe.txt') }), [
      ...loggedIn,
      '> TYPE I',
      '< 200 Switching to Binary mode',
      '> PASV',
      '< 227 Entering Passive Mode (192,0,2,10,39,17)',
      '> data 192.0.2.10 10001',
      '< data connected',
      '> RETR probe.txt',
      '< 125 Already open',
      '< data bytes 5',
      '< data closed',
      '< 250 Done',
      '> QUIT',
      '< 221 Goodbye',
      '> close',
      '= ok',
    ]);
  });

  it('accepts the end of the data after the reply that confirms it', () => {
    follows(request, [...transferring, '< 150 / 226 Done', '< data bytes 120', '< data closed', '> QUIT']);
  });

  it('lists the directory after the login when the path is empty', () => {
    const asked = requestOf({ data: { command: 'list', path: '' } });
    follows(asked, [...transferring.slice(0, -1), '> LIST']);
  });

  it('needs no password where the server wants none', () => {
    follows(request, [...connected, '< 220 ready', '> USER probe', '< 230 welcome', '> EPSV']);
  });

  it('takes 202 for a password that was not needed', () => {
    follows(request, [...loggedIn.slice(0, -1), '< 202 superfluous', '> EPSV']);
  });

  it('waits for the 220 that a 120 promises', () => {
    follows(request, [...connected, '< 120 Ready in 1 minute', '< 220 ready', '> USER probe']);
  });

  it.each(['< 500 what?', '< closed', '< control failed ECONNRESET', '< deadline', '< HTTP/1.1 nonsense'])(
    'stays good whatever answers its QUIT: %s',
    (last) => {
      follows(request, [...transferring, '< data closed', '< 226 Done', '> QUIT', last, '> close', '= ok']);
    },
  );

  it('tells how long each step took', () => {
    const steps = ['< connected', '< 220 ready', '< 331 go on', '< 230 in', '< 229 (|||10001|)'];
    const rest = ['< data connected', '< 150 now', '< data closed', '< 226 done', '< 221 bye'];
    let at = 1000;
    let current = startProbe(request, millis(at));
    for (const line of [...steps, ...rest]) {
      at += 10;
      current = advance(current.state, { ...eventOf(line.slice(2)), at: millis(at) } as ProbeEvent);
    }
    expect(current.state).toEqual({
      type: 'finished',
      result: {
        ok: true,
        timings: {
          totalMillis: 100,
          steps: [
            { step: 'connect', millis: 10 },
            { step: 'greeting', millis: 10 },
            { step: 'user', millis: 10 },
            { step: 'password', millis: 10 },
            { step: 'passive', mode: 'epsv', millis: 10 },
            { step: 'dataConnect', mode: 'epsv', millis: 10 },
            { step: 'transfer', mode: 'epsv', millis: 30 },
            { step: 'quit', millis: 10 },
          ],
        },
      },
    });
  });
});

describe('a failing step', () => {
  it.each([
    ['ECONNREFUSED', 'refused'],
    ['EHOSTUNREACH', 'unreachable'],
    ['ENETUNREACH', 'unreachable'],
    ['ETIMEDOUT', 'timedOut'],
    ['ECONNRESET', 'closed'],
    ['EADDRNOTAVAIL', 'local'],
    ['EMFILE', 'local'],
  ])('connect: %s means %s', (code, reason) => {
    follows(request, [
      '> connect 192.0.2.10 21',
      `< control failed ${code}`,
      '> close',
      `= ${reason} at connect: ${code}`,
    ]);
  });

  it('connect: the deadline', () => {
    follows(request, [
      '> connect 192.0.2.10 21',
      '< deadline',
      '> close',
      '= timedOut at connect: nothing within 3000 ms',
    ]);
  });

  it.each([
    ['< 421 Too many connections', '= busy at greeting: 421 Too many connections'],
    ['< 530 Not welcome', '= greeting at greeting: 530 Not welcome'],
    ['< 230 Logged in already', '= protocol at greeting: 230 Logged in already'],
    ['< HTTP/1.1 400 Bad Request', '= protocol at greeting: HTTP/1.1 400 Bad Request'],
    ['< closed', '= closed at greeting: '],
    ['< control failed ECONNRESET', '= closed at greeting: ECONNRESET'],
    ['< deadline', '= timedOut at greeting: nothing within 3000 ms'],
  ])('greeting: %s', (event, end) => {
    follows(request, [...connected, event, '> close', end]);
  });

  it('greeting: the deadline after a 120 shows what the server promised', () => {
    follows(request, [
      ...connected,
      '< 120 Ready in 5 minutes',
      '< deadline',
      '> close',
      '= timedOut at greeting: nothing within 3000 ms after: 120 Ready in 5 minutes',
    ]);
  });

  it.each([
    ['< 332 Account?', '= login at user: 332 Account?'],
    ['< 530 Go away', '= login at user: 530 Go away'],
    ['< 421 Going down', '= busy at user: 421 Going down'],
    ['< 200 Fine', '= protocol at user: 200 Fine'],
    ['< closed', '= closed at user: 220 ready'],
  ])('user: %s', (event, end) => {
    follows(request, [...connected, '< 220 ready', '> USER probe', event, '> close', end]);
  });

  it.each([
    ['< 530 Login incorrect', '= login at password: 530 Login incorrect'],
    ['< 332 Account?', '= login at password: 332 Account?'],
    ['< 331 Again', '= protocol at password: 331 Again'],
    ['< deadline', '= timedOut at password: nothing within 3000 ms after: 331 password please'],
  ])('password: %s', (event, end) => {
    follows(request, [...loggedIn.slice(0, -1), event, '> close', end]);
  });

  it.each([
    ['< 504 No', '= type at type: 504 No'],
    ['< 331 What', '= protocol at type: 331 What'],
  ])('type: %s', (event, end) => {
    follows(retr, [...loggedIn, '> TYPE I', event, '> close', end]);
  });

  it.each([
    ['< 500 Unknown command', '= passive at passive: 500 Unknown command'],
    ['< 502 Not implemented', '= passive at passive: 502 Not implemented'],
    ['< 227 (192,0,2,10,39,17)', '= protocol at passive: 227 (192,0,2,10,39,17)'],
    ['< 229 No port here', '= protocol at passive: 229 No port here'],
  ])('EPSV: %s, and no fallback', (event, end) => {
    follows(request, [...loggedIn, '> EPSV', event, '> close', end]);
  });

  it('PASV: an address that is neither the server’s nor an allowed one', () => {
    follows(pasv, [
      ...loggedIn,
      '> PASV',
      '< 227 Entering Passive Mode (203,0,113,9,39,17)',
      '> close',
      '= wrongAddress at passive: 227 Entering Passive Mode (203,0,113,9,39,17)',
    ]);
  });

  it('PASV: an allowed address is not a fault, and the data channel goes to the server itself', () => {
    follows(pasv, [
      ...loggedIn,
      '> PASV',
      '< 227 Entering Passive Mode (198,51,100,1,39,17)',
      '> data 192.0.2.10 10001',
    ]);
  });

  it.each([
    ['< data failed ECONNREFUSED', '= dataRefused at dataConnect: ECONNREFUSED'],
    ['< data failed EHOSTUNREACH', '= dataRefused at dataConnect: EHOSTUNREACH'],
    ['< data failed ETIMEDOUT', '= dataStalled at dataConnect: ETIMEDOUT'],
    ['< data failed EMFILE', '= local at dataConnect: EMFILE'],
    ['< deadline', '= dataStalled at dataConnect: nothing within 3000 ms after: 229 (|||10001|)'],
    ['< 226 Too early', '= protocol at dataConnect: 226 Too early'],
    ['< 421 Idle', '= busy at dataConnect: 421 Idle'],
  ])('data channel: %s', (event, end) => {
    follows(request, [
      ...loggedIn,
      '> EPSV',
      '< 229 (|||10001|)',
      '> data 192.0.2.10 10001',
      event,
      '> close',
      end,
    ]);
  });

  it.each([
    ['< 425 No data connection', '= dataRefused at transfer: 425 No data connection'],
    ['< 426 Broken pipe', '= dataLost at transfer: 426 Broken pipe'],
    ['< 450 Busy', '= noFile at transfer: 450 Busy'],
    ['< 550 No such file', '= noFile at transfer: 550 No such file'],
    ['< 530 Log in first', '= login at transfer: 530 Log in first'],
    ['< 451 Disk error', '= transfer at transfer: 451 Disk error'],
    ['< 200 Fine', '= protocol at transfer: 200 Fine'],
    ['< 421 Going down', '= busy at transfer: 421 Going down'],
    ['< deadline', '= dataStalled at transfer: 0 bytes within 3000 ms'],
  ])('transfer: %s', (event, end) => {
    follows(request, [...transferring, event, '> close', end]);
  });

  it('transfer: data that stops flowing', () => {
    follows(request, [
      ...transferring,
      '< 150 Now',
      '< data bytes 700',
      '< deadline',
      '> close',
      '= dataStalled at transfer: 700 bytes within 3000 ms',
    ]);
  });

  it('transfer: all data but no 226', () => {
    follows(request, [
      ...transferring,
      '< 150 Now',
      '< data closed',
      '< deadline',
      '> close',
      '= timedOut at transfer: nothing within 3000 ms after: 150 Now',
    ]);
  });

  it('transfer: a reset data channel waits for the reply that explains it', () => {
    const end = ['> close', '= noFile at transfer: 550 No such file'];
    follows(request, [...transferring, '< data failed ECONNRESET', '< 550 No such file', ...end]);
  });

  it.each([
    ['< 226 Done', '= dataLost at transfer: 226 Done'],
    ['< deadline', '= dataLost at transfer: nothing within 3000 ms after: 150 Now'],
  ])('transfer: a reset data channel is never a good one: %s', (event, end) => {
    follows(request, [...transferring, '< 150 Now', '< data failed ECONNRESET', event, '> close', end]);
  });

  it('transfer: 16 MiB are read, one byte more is refused', () => {
    follows(request, [
      ...transferring,
      '< data bytes 16777216',
      '< data bytes 1',
      '> close',
      '= dataTooLong at transfer: more than 16777216 bytes',
    ]);
  });
});

describe('secrets and smuggling', () => {
  it('hides a password that the server repeats', () => {
    follows(request, [
      ...loggedIn.slice(0, -1),
      '< 530 Wrong: hunter2!',
      '> close',
      '= login at password: 530 Wrong: ***!',
    ]);
  });

  it('does not hide anything behind the password of an anonymous login', () => {
    const asked = requestOf({ user: 'anonymous', password: 'ftp' });
    const lines = [...connected, '< 220 ready', '> USER anonymous', '< 331 go on', '> PASS ftp'];
    follows(asked, [...lines, '< 530 ftp is off', '> close', '= login at password: 530 ftp is off']);
  });

  it.each([
    ['user', requestOf({ user: 'probe\r\nDELE x' })],
    ['password', requestOf({ password: 'a\nb' })],
    ['path', requestOf({ data: { command: 'list', path: '/\0' } })],
  ] as const)('sends nothing when the %s holds a line break', (name, asked) => {
    follows(asked, ['> close', `= local at connect: the ${name} holds a line break`]);
  });

  it('cuts and cleans what the server said', () => {
    const [, , , last] = play(request, [...connected, `< 530 a\u0007b\u202e${'x'.repeat(200)}`]).slice(-4);
    expect(last).toBe(`= greeting at greeting: 530 a b ${'x'.repeat(111)}…`);
  });
});

describe('whatever comes', () => {
  const event = fc.oneof(
    fc.constantFrom('connected', 'closed', 'data connected', 'data closed', 'data bytes 9', 'deadline'),
    fc.constantFrom('data failed ECONNRESET', 'control failed ECONNRESET', 'HTTP/1.1'),
    fc.integer({ min: 100, max: 599 }).map((code) => `${code} x`),
    fc.constantFrom(
      '220 a',
      '331 b',
      '230 c',
      '229 (|||9|)',
      '150 d',
      '226 e',
      '220 a / 230 c / 229 (|||9|)',
    ),
  );

  it('a probe ends once, with one close as its last action, and then does nothing more', () => {
    fc.assert(
      fc.property(fc.array(event, { maxLength: 20 }), (events) => {
        const log = play(request, [...events.map((each) => `< ${each}`), '< deadline', '< deadline']);
        const closes = log.flatMap((line, index) => (line === '> close' ? [index] : []));
        expect(closes).toHaveLength(1);
        const after = log.slice(closes[0]! + 1).filter((line) => line.startsWith('>'));
        expect(after).toEqual([]);
      }),
    );
  });
});
