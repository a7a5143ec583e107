/** Every way of being wrong that the fault server knows, with the check that meets it and what the verdict must say. */
import { createHash } from 'node:crypto';
import type { CheckStep, FtpCheck, WantedAnswer } from '../../../src/config/model.js';
import type { ProbeReason, Step } from '../../../src/nanny/result.js';
import type { Certificates } from './certificates.js';
import type { Behaviour, Reaction } from './fault-server.js';

export interface FaultMode {
  readonly name: string;
  readonly reason: ProbeReason;
  readonly step: Step;
  readonly behaviour: Behaviour;
  readonly check: Partial<FtpCheck>;
  /** A send/expect check instead. */
  readonly wanted?: WantedAnswer;
  /** Seen only when the time limit has run out. */
  readonly slow: boolean;
}

const retr = (size?: number, sha256?: string): FtpCheck['data'] => ({
  command: 'retr',
  path: '/canary',
  size,
  sha256,
});
const sumOf = (text: string): string => createHash('sha256').update(text).digest('hex');
const silence: Reaction = () => undefined;
const USUAL: readonly CheckStep[] = ['connect', 'greeting', 'login', 'data', 'quit'];
const LONG: readonly CheckStep[] = ['connect', 'greeting', 'login', 'pwd', 'cwd', 'type', 'data', 'quit'];
const EXPLICIT: readonly CheckStep[] = ['connect', 'greeting', 'auth_tls', 'login', 'data', 'quit'];
const IMPLICIT: readonly CheckStep[] = ['connect', 'implicit_tls', 'greeting', 'login', 'data', 'quit'];

type Row = readonly [
  name: string,
  reason: ProbeReason,
  step: Step,
  behaviour: Behaviour,
  check?: Partial<FtpCheck>,
];

const commands = (table: Readonly<Record<string, Reaction>>): Behaviour => ({ commands: table });

/** One byte more than a probe reads, as fast as it is taken. */
const flood: Behaviour['download'] = (channel) => {
  const block = Buffer.alloc(1 << 20);
  const more = (): void => {
    while (!channel.destroyed && channel.write(block));
  };
  channel.on('drain', more);
  more();
};

/** Says yes, and answers the ClientHello in plain text. */
const plainAfter234: Reaction = ({ socket }) => {
  socket.removeAllListeners('data');
  socket.on('data', () => socket.write('220 what is this?\r\n'));
  socket.write('234 go on\r\n');
};

const FAST: readonly Row[] = [
  ['closes at once', 'closed', 'greeting', { greeting: ({ socket }) => socket.end() }],
  ['resets at the login', 'closed', 'user', commands({ USER: ({ socket }) => socket.resetAndDestroy() })],
  ['greets with 421', 'busy', 'greeting', { greeting: '421 too many users' }],
  ['greets with 530', 'greeting', 'greeting', { greeting: '530 not you' }],
  ['speaks HTTP', 'protocol', 'greeting', { greeting: 'HTTP/1.1 400 Bad Request' }],
  ['says 421 to USER', 'busy', 'user', commands({ USER: '421 going down' })],
  ['refuses the password', 'login', 'password', commands({ PASS: '530 wrong' })],
  ['refuses PWD', 'directory', 'pwd', commands({ PWD: '550 no' }), { steps: LONG, directory: '/pub' }],
  ['refuses CWD', 'directory', 'cwd', commands({ CWD: '550 no' }), { steps: LONG, directory: '/pub' }],
  ['refuses TYPE', 'type', 'type', commands({ TYPE: '504 no' }), { steps: LONG, directory: '/pub' }],
  ['refuses EPSV', 'passive', 'passive', commands({ EPSV: '502 no' })],
  ['refuses PASV', 'passive', 'passive', commands({ PASV: '502 no' }), { modes: ['epsv', 'pasv'] }],
  ['refuses PORT', 'active', 'active', commands({ PORT: '500 no' }), { modes: ['port'] }],
  ['refuses EPRT', 'active', 'active', commands({ EPRT: '500 no' }), { modes: ['epsv', 'eprt'] }],
  ['has nonsense for a 229', 'protocol', 'passive', commands({ EPSV: '229 somewhere' })],
  ['names another address', 'wrongAddress', 'passive', commands({ PASV: '227 (192,0,2,9,4,1)' }), { modes: ['pasv'] }],
  ['names a closed port', 'dataRefused', 'dataConnect', commands({ EPSV: '229 (|||1|)' })],
  ['says 425', 'dataRefused', 'transfer', commands({ LIST: '425 cannot open' })],
  ['cannot come to our port', 'dataRefused', 'transfer', commands({ LIST: '425 cannot open' }), { modes: ['port'] }],
  ['says 426', 'dataLost', 'transfer', { download: (channel, session) => { channel.end(); session.say('426 broken'); } }],
  ['resets the data channel', 'dataLost', 'transfer', { download: (channel, session) => { channel.resetAndDestroy(); session.say('226 done'); } }],
  ['floods', 'dataTooLong', 'transfer', { download: flood }],
  ['has no such file', 'noFile', 'transfer', {}, { data: { command: 'retr', path: '/none', size: undefined, sha256: undefined } }],
  ['has a shorter canary', 'wrongContent', 'transfer', {}, { data: retr(12) }],
  ['has another canary', 'wrongContent', 'transfer', {}, { data: retr(11, sumOf('gone away.\n')) }],
  ['takes no upload', 'upload', 'transfer', commands({ STOR: '553 no' }), { data: { command: 'stor', path: '/up' } }],
  ['loses an upload', 'noFile', 'transfer', commands({ RETR: '550 what file?' }), { data: { command: 'stor', path: '/up' } }],
  ['spoils an upload', 'wrongContent', 'transfer', { download: (channel, session) => { channel.end('no'); session.say('226 done'); } }, { data: { command: 'stor', path: '/up' } }],
  ['deletes nothing', 'upload', 'delete', commands({ DELE: '550 no' }), { data: { command: 'stor', path: '/up' } }],
  ['refuses LIST', 'transfer', 'transfer', commands({ LIST: '451 disk error' })],
  ['has no TLS', 'tls', 'auth', {}, { steps: EXPLICIT }],
  ['promises TLS and has none', 'tls', 'tls', commands({ AUTH: plainAfter234 }), { steps: EXPLICIT }],
]; // prettier-ignore

/** Servers that stand still; each is found by the time limit. */
const SLOW: readonly Row[] = [
  ['never greets', 'timedOut', 'greeting', { greeting: silence }],
  ['promises a greeting', 'timedOut', 'greeting', { greeting: '120 in an hour' }],
  ['hangs at USER', 'timedOut', 'user', commands({ USER: silence })],
  ['hangs at PASS', 'timedOut', 'password', commands({ PASS: silence })],
  ['hangs at EPSV', 'timedOut', 'passive', commands({ EPSV: silence })],
  ['hangs at PORT', 'timedOut', 'active', commands({ PORT: silence }), { modes: ['port'] }],
  ['hangs in the handshake', 'timedOut', 'tls', commands({ AUTH: '234 go on' }), { steps: EXPLICIT }],
  ['never sends data', 'dataStalled', 'transfer', { download: () => undefined }],
  ['stops in the middle', 'dataStalled', 'transfer', { download: (channel) => void channel.write('half') }],
  ['never comes to our port', 'dataStalled', 'transfer', commands({ LIST: '150 soon' }), { modes: ['eprt'] }],
  ['never confirms', 'timedOut', 'transfer', { download: (channel) => channel.end('all') }],
];

/** All modes of a server with certificates where it needs them. */
export function faultModes(certificates: Certificates): readonly FaultMode[] {
  const { expired, otherName, selfSigned, good } = certificates;
  const tls: readonly Row[] = [
    ['has an expired certificate', 'certificate', 'tls', { certificate: expired }, { steps: EXPLICIT }],
    ['has a certificate of another name', 'certificate', 'tls', { certificate: otherName }, { steps: EXPLICIT }],
    ['has a certificate of its own making', 'certificate', 'tls', { certificate: selfSigned, implicit: true }, { steps: IMPLICIT }],
    ['refuses PROT', 'tls', 'protect', { certificate: good, ...commands({ PROT: '536 no' }) }, { steps: EXPLICIT }],
    ['wants a session to be resumed', 'tls', 'transfer', { certificate: good, ...commands({ LIST: '522 reuse' }) }, { steps: EXPLICIT }],
    ['speaks plain where TLS is implicit', 'tls', 'tls', {}, { steps: IMPLICIT }],
  ]; // prettier-ignore
  const mode =
    (slow: boolean) =>
    ([name, reason, step, behaviour, check = {}]: Row): FaultMode => ({
      name,
      reason,
      step,
      behaviour,
      check: { steps: USUAL, ...check },
      slow,
    });
  const answer: FaultMode = {
    name: 'answers something else',
    reason: 'notExpected',
    step: 'answer',
    behaviour: {},
    check: {},
    wanted: { type: 'prefix', text: '221' },
    slow: false,
  };
  return [...FAST.map(mode(false)), ...tls.map(mode(false)), answer, ...SLOW.map(mode(true))];
}
