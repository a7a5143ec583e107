/** The steps beyond login and listing: TLS, directories, types, four data modes, canaries, uploads, limits, send/expect. */
import { describe, expect, it } from 'vitest';
import type { CheckStep, WantedAnswer } from '../../../src/config/model.js';
import { advance, startProbe } from '../../../src/nanny/dialogue.js';
import { deadlineOf } from '../../../src/nanny/dialogue-state.js';
import type { SpokenRequest } from '../../../src/nanny/request.js';
import { millis } from '../../../src/time.js';
import { requestOf, retrOf } from './request.js';
import { follows } from './transcript.js';

const steps = (...list: CheckStep[]): { steps: readonly CheckStep[] } => ({ steps: list });

const greeted = ['> connect 192.0.2.10 21', '< connected', '< 220 ready'];
const entered = ['> USER probe', '< 331 go on', '> PASS hunter2', '< 230 in'];
const loggedIn = [...greeted, ...entered];
const good = ['> QUIT', '< 221 bye', '> close', '= ok'];

describe('the steps of a check', () => {
  it('may end with the greeting, without a word of ours', () => {
    follows(requestOf(steps('connect', 'greeting')), [...greeted, '> close', '= ok']);
  });

  it('may be the connection alone', () => {
    follows(requestOf(steps('connect')), ['> connect 192.0.2.10 21', '< connected', '> close', '= ok']);
  });

  it('change the directory and the type in their order', () => {
    const asked = requestOf({
      ...steps('connect', 'greeting', 'login', 'pwd', 'cwd', 'type', 'data', 'quit'),
      directory: '/pub',
      representation: 'A',
    });
    follows(asked, [
      ...loggedIn,
      '> PWD',
      '< 257 "/" is the current directory',
      '> CWD /pub',
      '< 250 done',
      '> TYPE A',
      '< 200 ASCII',
      '> EPSV',
    ]);
  });

  it.each([
    ['< 550 No', '= directory at pwd: 550 No'],
    ['< 250 What', '= protocol at pwd: 250 What'],
    ['< 421 Going down', '= busy at pwd: 421 Going down'],
    ['< deadline', '= timedOut at pwd: nothing within 3000 ms after: 230 in'],
  ])('PWD: %s', (event, end) => {
    const asked = requestOf(steps('connect', 'greeting', 'login', 'pwd'));
    follows(asked, [...loggedIn, '> PWD', event, '> close', end]);
  });

  it.each([
    ['< 200 fine', 'ok'],
    ['< 550 No such directory', 'directory at cwd: 550 No such directory'],
  ])('CWD: %s', (event, end) => {
    const asked = requestOf({ ...steps('connect', 'greeting', 'login', 'cwd'), directory: '/pub' });
    follows(asked, [...loggedIn, '> CWD /pub', event, '> close', `= ${end}`]);
  });
});

describe('TLS', () => {
  const explicit = requestOf(steps('connect', 'greeting', 'auth_tls', 'login', 'data', 'quit'));
  const implicit = requestOf(steps('connect', 'implicit_tls', 'greeting', 'login', 'quit'));
  const secured = [...greeted, '> AUTH TLS', '< 234 go on', '> secure control', '< secured'];
  const listing = [
    ...secured,
    ...entered,
    '> PBSZ 0',
    '< 200 ok',
    '> PROT P',
    '< 200 ok',
    '> EPSV',
    '< 229 (|||10001|)',
    '> data 192.0.2.10 10001',
    '< data connected',
    '> LIST /',
  ];

  it('by AUTH TLS protects login and data, which begins TLS when the server has said so', () => {
    follows(explicit, [...listing, '< 150 now', '> secure data', '< data closed', '< 226 done', ...good]);
  });

  it('begins before the greeting where it is implicit, and needs no PROT without data', () => {
    follows(implicit, [
      '> connect 192.0.2.10 21',
      '< connected',
      '> secure control',
      '< secured',
      '< 220 ready',
      ...entered,
      ...good,
    ]);
  });

  it.each([
    ['< 500 AUTH not understood', '= tls at auth: 500 AUTH not understood'],
    ['< 200 fine', '= protocol at auth: 200 fine'],
  ])('AUTH TLS: %s', (event, end) => {
    follows(explicit, [...greeted, '> AUTH TLS', event, '> close', end]);
  });

  it.each([
    ['< control failed CERT_HAS_EXPIRED', '= certificate at tls: CERT_HAS_EXPIRED'],
    ['< control failed DEPTH_ZERO_SELF_SIGNED_CERT', '= certificate at tls: DEPTH_ZERO_SELF_SIGNED_CERT'],
    ['< control failed ERR_TLS_CERT_ALTNAME_INVALID', '= certificate at tls: ERR_TLS_CERT_ALTNAME_INVALID'],
    [
      '< control failed UNABLE_TO_VERIFY_LEAF_SIGNATURE',
      '= certificate at tls: UNABLE_TO_VERIFY_LEAF_SIGNATURE',
    ],
    ['< control failed ERR_SSL_WRONG_VERSION_NUMBER', '= tls at tls: ERR_SSL_WRONG_VERSION_NUMBER'],
    [
      '< control failed ERR_SSL_SSLV3_ALERT_BAD_CERTIFICATE',
      '= tls at tls: ERR_SSL_SSLV3_ALERT_BAD_CERTIFICATE',
    ],
    ['< control failed ERR_UNHEARD_OF', '= tls at tls: ERR_UNHEARD_OF'],
    ['< control failed ECONNRESET', '= closed at tls: ECONNRESET'],
    ['< deadline', '= timedOut at tls: nothing within 3000 ms after: 234 go on'],
  ])('the handshake: %s', (event, end) => {
    follows(explicit, [...secured.slice(0, -1), event, '> close', end]);
  });

  it('takes no reply that came in plain text behind the 234', () => {
    follows(explicit, [
      ...greeted,
      '> AUTH TLS',
      '< 234 go on / 230 you are in',
      '> secure control',
      '> close',
      '= protocol at tls: 230 you are in',
    ]);
  });

  it('forgets the beginning of a reply that came in plain text', () => {
    const half = [...secured.slice(0, -1), '< raw 331-', '< secured', '> USER probe'];
    follows(explicit, [...half, '< 331 go on', '> PASS hunter2']);
  });

  it('PROT refused', () => {
    follows(explicit, [
      ...secured,
      ...entered,
      '> PBSZ 0',
      '< 200 ok',
      '> PROT P',
      '< 536 no',
      '> close',
      '= tls at protect: 536 no',
    ]);
  });

  it('a data channel whose session the server wanted to be resumed', () => {
    const end = ['> close', '= tls at transfer: 522 session reuse required'];
    follows(explicit, [...listing, '< 150 now', '> secure data', '< 522 session reuse required', ...end]);
  });

  it('a handshake that fails on the data channel', () => {
    const end = ['> close', '= tls at transfer: ERR_SSL_WRONG_VERSION_NUMBER'];
    follows(explicit, [
      ...listing,
      '< 150 now',
      '> secure data',
      '< data failed ERR_SSL_WRONG_VERSION_NUMBER',
      ...end,
    ]);
  });
});

describe('active data channels', () => {
  const port = requestOf({ modes: ['port'] });
  const announcedPort = [...loggedIn, '> listen', '< listening 192.0.2.2 40001', '> PORT 192,0,2,2,156,65'];

  it('PORT names our address, and the server comes to us', () => {
    follows(port, [
      ...announcedPort,
      '< 200 ok',
      '> LIST /',
      '< 150 now',
      '< data connected',
      '< data bytes 9',
      '< data closed',
      '< 226 done',
      ...good,
    ]);
  });

  it('EPRT names the family and the address', () => {
    const six = requestOf({ modes: ['eprt'] }, { address: '2001:db8::1' });
    follows(six, [
      '> connect 2001:db8::1 21',
      '< connected',
      '< 220 ready',
      ...entered,
      '> listen',
      '< listening 2001:db8::2 40001',
      '> EPRT |2|2001:db8::2|40001|',
    ]);
    follows(requestOf({ modes: ['eprt'] }), [
      ...loggedIn,
      '> listen',
      '< listening 192.0.2.2 40001',
      '> EPRT |1|192.0.2.2|40001|',
    ]);
  });

  it('waits for a connection that is still on its way when the server has said that all is done', () => {
    follows(port, [
      ...announcedPort,
      '< 200 ok',
      '> LIST /',
      '< 150 now',
      '< 226 done',
      '< data connected',
      '< data closed',
      ...good,
    ]);
  });

  it.each([
    ['< 500 no', '= active at active: 500 no'],
    ['< 227 no', '= protocol at active: 227 no'],
    ['< 421 idle', '= busy at active: 421 idle'],
  ])('PORT: %s', (event, end) => {
    follows(port, [...announcedPort, event, '> close', end]);
  });

  it.each([
    ['< 425 cannot open', '= dataRefused at transfer: 425 cannot open'],
    ['< deadline', '= dataStalled at transfer: no connection within 3000 ms'],
    ['< data connected 192.0.2.99', '= wrongAddress at transfer: data channel from 192.0.2.99'],
  ])('the server: %s', (event, end) => {
    follows(port, [...announcedPort, '< 200 ok', '> LIST /', '< 150 now', event, '> close', end]);
  });

  it('a port that we cannot open says nothing about the server', () => {
    const end = ['> close', '= local at active: EMFILE'];
    follows(port, [...loggedIn, '> listen', '< data failed EMFILE', ...end]);
  });

  it('PORT cannot name an IPv6 address', () => {
    const asked = requestOf({ modes: ['port'] }, { address: '2001:db8::1' });
    const start = ['> connect 2001:db8::1 21', '< connected', '< 220 ready', ...entered];
    const end = ['> close', '= active at active: PORT cannot name an IPv6 address'];
    follows(asked, [...start, '> listen', '< listening 2001:db8::2 40001', ...end]);
  });
});

describe('several modes', () => {
  it('make one round trip each, and the one that fails is named', () => {
    const asked = requestOf({ modes: ['epsv', 'pasv'] });
    const both = [
      ...loggedIn,
      '> EPSV',
      '< 229 (|||10001|)',
      '> data 192.0.2.10 10001',
      '< data connected',
      '> LIST /',
      '< 150 now / 226 done',
      '< data closed',
      '> PASV',
    ];
    follows(asked, [...both, '< 500 no', '> close', '= passive at passive: 500 no']);
  });

  it('leave PASV and PORT out over IPv6', () => {
    const asked = requestOf({ modes: ['pasv', 'epsv'] }, { address: '2001:db8::1' });
    follows(asked, ['> connect 2001:db8::1 21', '< connected', '< 220 ready', ...entered, '> EPSV']);
  });

  it('say in timings and failures which one it was', () => {
    let current = startProbe(requestOf({ modes: ['pasv'] }), millis(0));
    const at = millis(5);
    const lines = ['220 a', '331 b', '230 c', '500 no'];
    current = advance(current.state, { type: 'connected', at });
    for (const line of lines) {
      current = advance(current.state, { type: 'data', bytes: Buffer.from(`${line}\r\n`), at });
    }
    expect(current.state).toMatchObject({ type: 'finished', result: { step: 'passive', mode: 'pasv' } });
  });
});

describe('a canary', () => {
  const canary = { ...retrOf('/canary'), command: 'retr' as const, size: 5, sha256: 'ab12' };
  const begun = [
    ...loggedIn,
    '> TYPE I',
    '< 200 ok',
    '> EPSV',
    '< 229 (|||10001|)',
    '> data 192.0.2.10 10001',
    '< data connected',
    '> RETR /canary',
    '< 150 now',
  ];

  it.each([
    ['of the right size and sum is good', 5, 'ab12', 'ok'],
    ['that is shorter', 4, 'ab12', 'wrongContent at transfer: 4 bytes instead of 5'],
    ['with another sum', 5, 'cd34', 'wrongContent at transfer: SHA-256 cd34'],
  ])('%s', (_, bytes, sum, end) => {
    const close = end === 'ok' ? good : ['> close', `= ${end}`];
    follows(requestOf({ data: canary }), [
      ...begun,
      `< data bytes ${bytes}`,
      `< data closed ${sum}`,
      '< 226 done',
      ...close,
    ]);
  });
});

describe('an upload', () => {
  const upload = { path: '/in/c-alpha', bytes: Buffer.from('hello'), sha256: 'ab12' };
  const asked = requestOf({ data: { command: 'stor', path: '/in/c' } }, { upload });
  const cleared = [...loggedIn, '> TYPE I', '< 200 ok', '> DELE /in/c-alpha', '< 550 no such file'];
  const channel = ['> EPSV', '< 229 (|||10001|)', '> data 192.0.2.10 10001', '< data connected'];
  const stored = [
    ...cleared,
    ...channel,
    '> STOR /in/c-alpha',
    '< 150 send it',
    '> upload hello',
    '< data closed',
    '< 226 stored',
  ];

  it('is stored, read back, compared and deleted', () => {
    follows(asked, [
      ...stored,
      ...channel,
      '> RETR /in/c-alpha',
      '< 150 now',
      '< data bytes 5',
      '< data closed ab12',
      '< 226 done',
      '> DELE /in/c-alpha',
      '< 250 gone',
      ...good,
    ]);
  });

  it.each([
    ['< 553 Could not create file', 'upload at transfer: 553 Could not create file'],
    ['< 550 Permission denied', 'upload at transfer: 550 Permission denied'],
    ['< 452 Disk full', 'upload at transfer: 452 Disk full'],
    ['< 426 Broken', 'dataLost at transfer: 426 Broken'],
  ])('STOR: %s', (event, end) => {
    follows(asked, [...cleared, ...channel, '> STOR /in/c-alpha', event, '> close', `= ${end}`]);
  });

  it('that comes back different', () => {
    follows(asked, [
      ...stored,
      ...channel,
      '> RETR /in/c-alpha',
      '< 150 now',
      '< data bytes 5',
      '< data closed ffff',
      '< 226 done',
      '> close',
      '= wrongContent at transfer: SHA-256 ffff',
    ]);
  });

  it('that cannot be deleted afterwards', () => {
    follows(asked, [
      ...stored,
      ...channel,
      '> RETR /in/c-alpha',
      '< 150 now',
      '< data bytes 5',
      '< data closed ab12',
      '< 226 done',
      '> DELE /in/c-alpha',
      '< 550 no',
      '> close',
      '= upload at delete: 550 no',
    ]);
  });

  it('in active mode begins when both the connection and the 150 are there, in either order', () => {
    const active = requestOf({ modes: ['port'], data: { command: 'stor', path: '/in/c' } }, { upload });
    const start = [
      ...cleared,
      '> listen',
      '< listening 192.0.2.2 40001',
      '> PORT 192,0,2,2,156,65',
      '< 200 ok',
      '> STOR /in/c-alpha',
    ];
    follows(active, [...start, '< 150 now', '< data connected', '> upload hello']);
    follows(active, [...start, '< data connected', '< 150 now', '> upload hello']);
  });
});

describe('limits of parts', () => {
  const limited = requestOf({}, { limits: { greeting: millis(100), quit: millis(50) } });

  it('end earlier than the whole, and only their part', () => {
    const start = startProbe(limited, millis(1000));
    expect(deadlineOf(start.state)).toBe(4000);
    const connected = advance(start.state, { type: 'connected', at: millis(1200) });
    expect(deadlineOf(connected.state)).toBe(1300);
    const bytes = Buffer.from('220 ready\r\n');
    const user = advance(connected.state, { type: 'data', bytes, at: millis(1250) });
    expect(deadlineOf(user.state)).toBe(4000);
  });

  it('never last longer than the whole', () => {
    const start = startProbe(requestOf({}, { limits: { connect: millis(9000) } }), millis(0));
    expect(deadlineOf(start.state)).toBe(3000);
  });

  it('are named where they ran out', () => {
    follows(limited, [
      '> connect 192.0.2.10 21',
      '< connected',
      '< deadline',
      '> close',
      '= timedOut at greeting: nothing within 100 ms',
    ]);
  });
});

describe('send and expect', () => {
  function ask(send: string, wanted: WantedAnswer): SpokenRequest {
    return { ...requestOf(), check: { type: 'answer', send, wanted } };
  }
  const prefix = ask('HELP\r\n', { type: 'prefix', text: '214' });
  const sent = ['> connect 192.0.2.10 21', '< connected', '> write "HELP\\r\\n"'];

  it('is good as soon as the answer begins as it should, wherever it is cut', () => {
    follows(prefix, [...sent, '< raw 2', '< raw 1', '< raw 4 h', '> close', '= ok']);
  });

  it('is bad as soon as it cannot become good any more', () => {
    follows(prefix, [...sent, '< raw 2', '< raw 2', '> close', '= notExpected at answer: 22']);
  });

  it('waits without a word where nothing is to be sent', () => {
    const asked = ask('', { type: 'pattern', source: '^ready [0-9]+' });
    const start = ['> connect 192.0.2.10 21', '< connected'];
    follows(asked, [...start, '< raw ready ', '< raw 7', '> close', '= ok']);
    follows(asked, [...start, '< raw busy', '< closed', '> close', '= notExpected at answer: busy']);
    follows(asked, [...start, '< closed', '> close', '= closed at answer: ']);
    follows(asked, [
      ...start,
      '< raw busy',
      '< deadline',
      '> close',
      '= timedOut at answer: nothing within 3000 ms after: busy',
    ]);
  });

  it('reads no more than 4096 bytes for a pattern', () => {
    const asked = ask('', { type: 'pattern', source: 'never' });
    const start = ['> connect 192.0.2.10 21', '< connected'];
    const end = `= notExpected at answer: ${'x'.repeat(119)}…`;
    follows(asked, [...start, `< raw ${'x'.repeat(4096)}`, '< raw x', '> close', end]);
  });
});
