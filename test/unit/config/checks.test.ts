/** Health checks: what the keys become, a service's own ones, and the rules between them. `F` is the name of the file. */
import { describe, expect, it } from 'vitest';
import { parseConfig } from '../../../src/config/load.js';
import type { Config, HealthCheck } from '../../../src/config/model.js';
import { after, change, complaintsOf, GOOD, hold, LAST } from './good.js';

function good(text: string): Config {
  const result = parseConfig(text, 'F');
  if (!result.ok) throw new Error(JSON.stringify(result.complaints));
  return result.config;
}

const checked = (keys: string): HealthCheck => good(change(LAST, after(`check: { ${keys} }`))).check;

/** The check of the service, beside a global one. */
function owned(own: string, global: string): HealthCheck | undefined {
  const text = change(LAST, after(`    check: { ${own} }\ncheck: { ${global} }`));
  return good(text).services[0]?.check;
}

describe('a check', () => {
  it('has the steps that are written', () => {
    expect(
      checked('steps: [connect, implicit_tls, greeting], tls: { certificate: any }').probe,
    ).toMatchObject({
      steps: ['connect', 'implicit_tls', 'greeting'],
      tls: { certificate: 'any', caFile: undefined, name: undefined },
    });
  });

  it('changes to a directory that is given without steps', () => {
    expect(checked('cwd: /pub').probe).toMatchObject({
      steps: ['connect', 'greeting', 'login', 'cwd', 'data', 'quit'],
      directory: '/pub',
    });
  });

  it.each([
    ['modes: [pasv, eprt]', { modes: ['pasv', 'eprt'] }],
    ['mode: port', { modes: ['port'] }],
    ['nlst: /x', { data: { command: 'nlst', path: '/x' } }],
    ['stor: /in/x', { data: { command: 'stor', path: '/in/x' } }],
    [
      `retr: /c, size: 7, sha256: ${'AB'.repeat(32)}`,
      { data: { command: 'retr', path: '/c', size: 7, sha256: 'ab'.repeat(32) } },
    ],
    ['steps: [connect, greeting, login, type], type: ascii', { representation: 'A' }],
  ])('%s', (keys, probe) => {
    expect(checked(keys).probe).toMatchObject(probe);
  });

  it.each([
    ['expect: "220"', { type: 'answer', send: '', wanted: { type: 'prefix', text: '220' } }],
    [
      'send: "X\\r\\n", expect_pattern: "^2"',
      { type: 'answer', send: 'X\r\n', wanted: { type: 'pattern', source: '^2' } },
    ],
    ['program: [/bin/x, "%h"]', { type: 'program', path: '/bin/x', args: ['%h'], wanted: undefined }],
    [
      'program: [/bin/x], expect: OK',
      { type: 'program', path: '/bin/x', args: [], wanted: { type: 'prefix', text: 'OK' } },
    ],
  ])('is no FTP dialogue with %s', (keys, probe) => {
    expect(checked(keys).probe).toEqual(probe);
  });

  it('has limits of parts and a source', () => {
    expect(checked('limits: { connect: 500ms, data: 2s }, source: private')).toMatchObject({
      limits: { connect: 500, data: 2000 },
      source: 'private',
    });
  });
});

describe('a service’s own check', () => {
  it('is not there where it has none', () => {
    expect(good(GOOD).services[0]).not.toHaveProperty('check');
  });

  it('has the global keys but those that it writes', () => {
    expect(owned('mode: pasv, fall: 5', 'interval: 9s, rise: 4, fall: 2, user: me')).toMatchObject({
      interval: 9000,
      rise: 4,
      fall: 5,
      probe: { user: 'me', modes: ['pasv'] },
    });
  });

  it.each([
    ['list: /x', 'retr: /c, size: 1', { data: { command: 'list', path: '/x' } }],
    ['mode: pasv', 'modes: [epsv, port]', { modes: ['pasv'] }],
    ['program: [/bin/x]', 'expect: "220"', { type: 'program', wanted: undefined }],
    ['steps: [connect]', 'program: [/bin/x]', { type: 'ftp', steps: ['connect'] }],
    ['password: x', 'expect: "220"', { type: 'answer' }],
  ])('%s replaces %s', (own, global, probe) => {
    expect(owned(own, global)?.probe).toMatchObject(probe);
  });

  it('keeps the global TLS steps when it writes a directory', () => {
    const global = 'steps: [connect, greeting, auth_tls, login, cwd, data], cwd: /a';
    expect(owned('cwd: /b', global)?.probe).toMatchObject({
      steps: ['connect', 'greeting', 'auth_tls', 'login', 'cwd', 'data'],
      directory: '/b',
    });
  });

  it('changes to the global directory in steps of its own', () => {
    expect(owned('steps: [connect, greeting, login, cwd]', 'cwd: /a')?.probe).toMatchObject({
      steps: ['connect', 'greeting', 'login', 'cwd'],
      directory: '/a',
    });
  });

  it('is complained about where its own keys do not fit the global ones, and only there', () => {
    const text = change(LAST, after('    check: { timeout: 9s }\ncheck: { interval: 8s, timeout: 7s }'));
    expect(complaintsOf(text).map((line) => line.slice(0, 40))).toEqual([
      'F:19:23: services[0].check.timeout: the ',
    ]);
  });

  it('is not complained about for what is wrong in the global one', () => {
    const text = change(LAST, after('    check: { rise: 9 }\ncheck: { timeout: 9s }'));
    expect(complaintsOf(text).map((line) => line.slice(0, 30))).toEqual(['F:20:19: check.timeout: the ti']);
  });
});

/** A file with this global check in line 19. */
const row = (what: string, keys: string, ...starts: readonly string[]) =>
  [what, LAST, after(`check: { ${keys} }`), ...starts] as const;

describe('what does not fit together', () => {
  hold([
    row('nlst and stor', 'nlst: ., stor: /a', 'F:19:19: check.stor: a probe either lists, fetches or stores; keep nlst or stor'),
    row('a size of nothing', 'size: 7', 'F:19:10: check.size: no file is fetched that could be compared; add `retr: /canary.txt`'),
    row('a sum of another form', 'retr: /c, sha256: abc', 'F:19:28: check.sha256: '),
    row('mode and modes', 'mode: pasv, modes: [epsv]', 'F:19:22: check.modes: the data mode is written twice; keep mode or modes'),
    row('no mode', 'modes: []', 'F:19:17: check.modes: no data mode is listed; write at least one'),
    row('one mode twice', 'modes: [epsv, epsv]', 'F:19:17: check.modes: a data mode is listed twice; write each mode once'),
    row('a limit beyond the whole', 'limits: { data: 4s }', 'F:19:26: check.limits.data: 4s is longer than the timeout of the whole probe, 3s'),
    row('a program without a path', 'program: [check-ftp]', 'F:19:19: check.program: `check-ftp` is not an absolute path; write its whole path first'),
    row('no program', 'program: []', 'F:19:19: check.program: no program is named; write its whole path first'),
    row('a program and steps', 'steps: [connect], program: [/x]', 'F:19:10: check.steps: is part of an FTP dialogue, and `program` replaces that'),
    row('send alone', 'send: x', 'F:19:10: check.send: no answer is described; add `expect: "220"`'),
    row('send to a program', 'send: x, program: [/x]', 'F:19:10: check.send: nothing can be sent to a program; keep send or program'),
    row('two answers', 'expect: a, expect_pattern: b', 'F:19:21: check.expect_pattern: the answer is described twice; keep expect or expect_pattern'),
    row('an expression that is none', 'expect_pattern: "("', 'F:19:26: check.expect_pattern: "(" is no regular expression ('),
    row('a source that is no link', 'source: cross', 'F:19:18: check.source: cross is not a link of both nodes; write auto or public or private'),
    row('TLS settings without TLS', 'tls: { certificate: any }', 'F:19:10: check.tls: no step begins TLS; add one, such as'),
    row('a directory that no step uses', 'steps: [connect, greeting, login], cwd: /a', 'F:19:45: check.cwd: no step changes to this directory; add cwd to `steps`'),
  ]); // prettier-ignore
});

describe('steps', () => {
  hold([
    row('that do not begin with connect', 'steps: [greeting]', 'F:19:17: check.steps: the first step must be connect; write `steps: [connect, …]`'),
    row('none', 'steps: []', 'F:19:17: check.steps: the first step must be connect'),
    row('out of order', 'steps: [connect, login, greeting]', 'F:19:17: check.steps: the step greeting is out of order; keep this order: connect, implicit_tls'),
    row('twice', 'steps: [connect, greeting, greeting]', 'F:19:17: check.steps: the step greeting is out of order'),
    row('with TLS twice', 'steps: [connect, implicit_tls, greeting, auth_tls]', 'F:19:17: check.steps: TLS begins once: before the greeting or by AUTH TLS; keep implicit_tls (port 990), or auth_tls (port 21)'),
    row('data before a login', 'steps: [connect, greeting, data]', 'F:19:17: check.steps: the step data needs the step login; add login, or remove data'),
    row('cwd without a directory', 'steps: [connect, greeting, login, cwd]', 'F:19:17: check.steps: the step cwd needs a directory; add `cwd: /pub`'),
    row('cwd with a directory that is none', 'steps: [connect, greeting, login, cwd], cwd: 5', 'F:19:55: check.cwd: '),
    row('that begin TLS are right', 'steps: [connect, greeting, auth_tls, login], tls: { certificate: any }'),
    row('that are no list, beside TLS', 'steps: 5, tls: { certificate: any }', 'F:19:17: check.steps: must be a list'),
    row('mistyped, beside TLS', 'steps: [connect, greting], tls: { certificate: any }', 'F:19:27: check.steps[1]: must be'),
    row('beside a program: their order does not matter', 'steps: [greeting], program: [/x]', 'F:19:10: check.steps: is part of an FTP dialogue, and `program` replaces that'),
    row('beside an answer', 'steps: [greeting], expect: a', 'F:19:10: check.steps: is part of an FTP dialogue, and `expect` replaces that'),
    row('beside a pattern', 'steps: [greeting], expect_pattern: a', 'F:19:10: check.steps: is part of an FTP dialogue, and `expect_pattern` replaces that; keep one of the two; in a service, `steps` replaces a global expect_pattern'),
    row('that are mistyped', 'steps: [connect, greting]', 'F:19:27: check.steps[1]: must be `connect` or'),
    row('in order are right', 'steps: [connect, greeting, auth_tls, login, pwd, cwd, type, data, quit], cwd: /a'),
  ]); // prettier-ignore
});

describe('PASV and PORT', () => {
  const six = GOOD.replaceAll('192.0.2.10', '2001:db8::10')
    .replace('2001:db8::10/24', '2001:db8::10/64')
    .replace('10.0.0.1/24', '2001:db8:1::1/64')
    .replace('10.0.0.11', '2001:db8:1::11')
    .replace('10.0.0.12', '2001:db8:1::12');

  it('alone are refused for a server with an IPv6 address', () => {
    expect(complaintsOf(`${six}check: { mode: pasv }\n`)).toEqual([
      'F:19:16: check.mode: PASV and PORT cannot name an IPv6 address, and 2001:db8:1::11 is one; add epsv, such as `modes: [pasv, epsv]`',
    ]);
    expect(complaintsOf(`${six}check: { modes: [pasv, epsv] }\n`)).toEqual([]);
  });

  it('alone are refused for a server that has an address of each family', () => {
    const both = GOOD.replace('[192.0.2.10/24]', '[192.0.2.10/24, 2001:db8::10/64]')
      .replace('[10.0.0.1/24]', '[10.0.0.1/24, 2001:db8:1::1/64]')
      .replace('address: 192.0.2.10', 'addresses: [192.0.2.10, 2001:db8::10]')
      .replace('address: 10.0.0.11', 'addresses: [10.0.0.11, 2001:db8:1::11]')
      .replace('address: 10.0.0.12', 'addresses: [10.0.0.12, 2001:db8:1::12]');
    expect(complaintsOf(both)).toEqual([]);
    expect(complaintsOf(`${both}check: { mode: port }\n`)).toEqual([
      'F:19:16: check.mode: PASV and PORT cannot name an IPv6 address, and 2001:db8:1::11 is one; add epsv, such as `modes: [pasv, epsv]`',
    ]);
  });

  it('alone are refused where they are written: globally, or in the check of a service', () => {
    const problem = 'PASV and PORT cannot name an IPv6 address, and 2001:db8:1::11 is one';
    expect(complaintsOf(`${six}    check: { mode: pasv }\n`)).toEqual([
      `F:19:20: services[0].check.mode: ${problem}; add epsv, such as \`modes: [pasv, epsv]\``,
    ]);
    expect(complaintsOf(`${six}    check: { mode: epsv }\ncheck: { mode: pasv }\n`)).toEqual([]);
  });
});
