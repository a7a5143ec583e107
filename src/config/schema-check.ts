/**
 * The shape of a health check beyond its times and counts: the steps of an FTP dialogue, TLS, limits, send/expect and external
 * programs; and how a service overrides single keys. Rules between values live in rules/.
 */
import { z } from 'zod';
import { millis } from '../time.js';
import { absolutePath, argument, commandText, count, duration, key, name, pattern } from './kinds.js';
import { CHECK_STEPS } from './model.js';

const MODES = ['pasv', 'epsv', 'port', 'eprt'] as const;

const limit = (part: string, what: string) =>
  key(duration(millis(10), millis(3_600_000)).optional(), `Limit of ${part}`, `Limit of ${what}.`, '1s');

/** How a probe's data channels are opened. */
const dataKeys = {
  mode: key(
    z.enum(MODES).prefault('epsv'),
    'Data mode',
    'How a probe opens its data channel.',
    'epsv',
    'pasv',
    'port',
    'eprt',
  ),
  modes: key(
    z.array(key(z.enum(MODES), 'Data mode', 'One mode.', 'epsv')).optional(),
    'Data modes',
    'Instead of `mode`: several, one data round trip in each. PASV and PORT are left out over IPv6.',
    ['epsv', 'pasv', 'port'],
  ),
  list: key(
    commandText(1).optional(),
    'List',
    'Directory that a probe lists. Without list, nlst, retr and stor: `.`.',
    '.',
    '/pub',
  ),
  nlst: key(commandText(1).optional(), 'Name list', 'Directory whose names a probe lists instead.', '.'),
  retr: key(commandText(1).optional(), 'Retrieve', 'File that a probe fetches instead.', '/canary.txt'),
  size: key(count(0, 16_777_216).optional(), 'Canary size', 'Bytes that the fetched file must have.', 1024),
  sha256: key(
    z
      .string()
      .regex(/^[0-9A-Fa-f]{64}$/)
      .optional(),
    'Canary SHA-256',
    'SHA-256 that the fetched file must have, as `sha256sum` prints it.',
    'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855',
  ),
  stor: key(
    commandText(1).optional(),
    'Store',
    'File that a probe stores instead, reads back and deletes; each director and service appends its own name.',
    '/incoming/ftpair-canary',
  ),
};

/** How a certificate is judged. */
export const tlsKeys = (nameText: string, exampleName: string) =>
  z.strictObject({
    certificate: key(
      z.enum(['verify', 'any']).prefault('verify'),
      'Certificate',
      'Whether the certificate must be trusted and have the right name, or may be any.',
      'verify',
      'any',
    ),
    ca_file: key(
      absolutePath().optional(),
      'Authorities',
      'PEM file with the authorities to trust. Default: the public ones.',
      '/etc/ftpair/ca.pem',
    ),
    name: key(name().optional(), 'Certificate name', nameText, exampleName),
  });

/** The steps of an FTP dialogue. */
const dialogueKeys = {
  steps: key(
    z.array(key(z.enum(CHECK_STEPS), 'Step', 'One step of the FTP dialogue.', 'greeting')).optional(),
    'Steps',
    'Steps of the FTP dialogue, in their order. Default: connect, greeting, login, cwd where a directory is given, data, quit.',
    ['connect', 'greeting', 'auth_tls', 'login', 'data', 'quit'],
  ),
  cwd: key(commandText(1).optional(), 'Directory', 'Directory that the step cwd changes to.', '/pub'),
  type: key(
    z.enum(['image', 'ascii']).prefault('image'),
    'Type',
    'What the step type asks for (RFC 959 TYPE I or A).',
    'image',
    'ascii',
  ),
  tls: key(
    tlsKeys(
      "Name that the certificate must have. Default: the server's address.",
      'ftp.example.org',
    ).prefault({}),
    'TLS',
    'How TLS is judged, for the steps auth_tls and implicit_tls.',
    { certificate: 'any' },
  ),
};

/** Checks that are no FTP dialogue. */
const simpleKeys = {
  send: key(
    argument().optional(),
    'Send',
    'Text that is sent after connecting, for simple services.',
    'STATUS\r\n',
  ),
  expect: key(
    argument().optional(),
    'Expect',
    'How the answer (or the output of the program) must begin. Replaces the FTP dialogue.',
    '220',
  ),
  expect_pattern: key(
    pattern().optional(),
    'Expect a pattern',
    'Instead of expect: regular expression that must match somewhere in the first 4096 bytes.',
    '^2[0-9]{2} ',
  ),
  program: key(
    z
      .array(key(argument(), 'Word', 'The program or one of its arguments.', '/usr/local/bin/check-ftp'))
      .optional(),
    'Program',
    'External program that judges instead, with its arguments; %h is the address, %p the port. Exit status 0 is good.',
    ['/usr/local/bin/check-ftp', '%h', '%p'],
  ),
};

/** Every key of a check but interval, timeout, rise, fall, user and password. */
export const checkKeys = {
  ...dataKeys,
  ...dialogueKeys,
  ...simpleKeys,
  source: key(
    name().prefault('auto'),
    'Source',
    'Link whose own address probes come from: public, private or an extra link; `auto`: the kernel chooses.',
    'auto',
    'private',
  ),
  limits: key(
    z
      .strictObject({
        connect: limit('connecting', 'connecting'),
        tls: limit('TLS', 'AUTH TLS, the handshake, PBSZ and PROT, each'),
        greeting: limit('the greeting', 'waiting for the greeting'),
        login: limit('the login', 'USER and PASS together'),
        command: limit('a command', 'PWD, CWD, TYPE and DELE, each'),
        data: limit('data', 'one data round trip in one mode, or of a send/expect answer'),
        quit: limit('quit', 'waiting for the answer to QUIT'),
      })
      .prefault({}),
    'Limits',
    'Limits of single parts of a probe, each shorter than the timeout. Default: none.',
    { connect: '1s', data: '2s' },
  ),
};

type Bare<S> =
  S extends z.ZodPrefault<infer Inner> ? Inner : S extends z.ZodOptional<infer Inner> ? Inner : S;
type Overrides<Shape> = {
  readonly [K in keyof Shape]: z.ZodOptional<Extract<Bare<Shape[K]>, z.core.$ZodType>>;
};

/** The same keys, none of them with a default: what is not written is the global check's. */
export function overrides<Shape extends z.ZodRawShape>(
  object: z.ZodObject<Shape>,
): z.ZodObject<Overrides<Shape>, z.core.$strict> {
  const entries = Object.entries(object.shape as unknown as Readonly<Record<string, z.ZodType>>).map(
    ([name, schema]) => {
      const bare =
        schema instanceof z.ZodPrefault || schema instanceof z.ZodOptional
          ? (schema.def.innerType as z.ZodType)
          : schema;
      return [name, bare.optional().meta(z.globalRegistry.get(schema) ?? {})] as const;
    },
  );
  return z.strictObject(Object.fromEntries(entries)) as unknown as z.ZodObject<
    Overrides<Shape>,
    z.core.$strict
  >;
}
