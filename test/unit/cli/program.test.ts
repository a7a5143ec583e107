import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { runCommand } from '../../../src/cli/program.js';
import type { RunOptions } from '../../../src/daemon/options.js';
import { startControl, type Control, type ControlHandlers } from '../../../src/control/server.js';
import type { CompareResult, HandoverResult } from '../../../src/control/schema.js';
import { ExitStatus, Fatal } from '../../../src/fatal.js';
import type { SessionsQuery } from '../../../src/control/sessions.js';
import { HANDLERS } from '../control/handlers.js';
import { ANNOUNCED, DOWNLOADING, PAGE } from '../control/page.js';
import { VIEW } from '../control/view.js';

const NO_SESSIONS: ControlHandlers = {
  ...HANDLERS,
  sessions: () => Promise.resolve({ ok: true, value: { ...PAGE, sessions: [] } } as const),
};

interface Result {
  readonly status: ExitStatus;
  readonly out: string;
  readonly err: string;
  readonly daemon: readonly RunOptions[];
}

/** Runs one command line; the daemon is a stub that ends with `daemon` or throws it. */
async function ftpair(line: string, daemon: ExitStatus | Error = ExitStatus.ok): Promise<Result> {
  let out = '';
  let err = '';
  const started: RunOptions[] = [];
  const screen = {
    out: (text: string) => void (out += text),
    err: (text: string) => void (err += text),
    colour: false,
    columns: 100,
  };
  const runDaemon = (options: RunOptions) => {
    started.push(options);
    return daemon instanceof Error ? Promise.reject(daemon) : Promise.resolve(daemon);
  };
  const words = line.split(' ').filter((word) => word !== '');
  const status = await runCommand(words, { screen, runDaemon });
  return { status, out, err, daemon: started };
}

describe('ftpair run', () => {
  test('starts the daemon with what was said', async () => {
    const line = 'run --config a.yaml --node alpha --runtime-dir /run/x --log-level debug';
    const { status, daemon } = await ftpair(line);
    expect(daemon).toEqual([
      { configFile: 'a.yaml', node: 'alpha', runtimeDir: '/run/x', logLevel: 'debug' },
    ]);
    expect(status).toBe(0);
  });

  test('has defaults for everything', async () => {
    expect((await ftpair('run')).daemon).toEqual([
      { configFile: '/etc/ftpair/ftpair.yaml', node: undefined, runtimeDir: '/run/ftpair', logLevel: 'info' },
    ]);
  });

  test('ends with the exit status of the daemon', async () => {
    expect((await ftpair('run', ExitStatus.config)).status).toBe(3);
  });

  test('prints a fatal error with its cure', async () => {
    const fatal = new Fatal(ExitStatus.system, 'no CAP_NET_ADMIN', 'run as root');
    expect(await ftpair('run', fatal)).toMatchObject({
      status: 4,
      out: '',
      err: 'ftpair: no CAP_NET_ADMIN\n  cure: run as root\n',
    });
  });

  test('does not hide a mistake of ours', async () => {
    await expect(ftpair('run', new Error('invariant broken'))).rejects.toThrow('invariant broken');
  });
});

describe('a wrong word', () => {
  test('that is no command names the commands', async () => {
    expect(await ftpair('statsu')).toMatchObject({
      status: 2,
      out: '',
      err:
        "ftpair: unknown command 'statsu'\n(Did you mean status?)\n" +
        '  cure: use one of run, check, schema, keygen, status, sessions, handover, reload, compare, version, drain, undrain, force, weight, config, servers, history, explain, watch, completion, man, drill, import; more with "ftpair --help"\n',
    });
  });

  test('that is no option names the options', async () => {
    expect(await ftpair('status --jsn')).toMatchObject({
      status: 2,
      err:
        "ftpair: unknown option '--jsn'\n(Did you mean --json?)\n" +
        '  cure: use one of --json, --history, --probes, --runtime-dir <dir>, --help; more with "ftpair status --help"\n',
    });
  });

  test('that is no level names the levels, and starts nothing', async () => {
    const { status, err, daemon } = await ftpair('run --log-level loud');
    expect(status).toBe(2);
    expect(err).toContain('Allowed choices are trace, debug, info, warn, error.');
    // Nothing is near enough to be meant.
    expect(err).not.toContain('Did you mean');
    expect(daemon).toEqual([]);
  });

  test.each([
    ['completion bsh', 'Did you mean bash?'],
    ['force one don', 'Did you mean down?'],
    ['run --log-level dbug', 'Did you mean debug?'],
    ['man ftpair.5', 'Did you mean ftpair.1?'],
  ])('that is no choice (%s) names the choices, and the one that was meant', async (line, guess) => {
    const { status, err, daemon } = await ftpair(line);
    expect([status, daemon]).toEqual([2, []]);
    expect(err).toContain('Allowed choices are ');
    expect(err).toContain(guess);
  });

  test('in a command with arguments says how it is called', async () => {
    expect((await ftpair('force one')).err).toBe(
      "ftpair: missing required argument 'state'\n" +
        '  cure: use "ftpair force <server> <state>" with any of --runtime-dir <dir>, --help; more with "ftpair force --help"\n',
    );
  });

  test('too many is wrong as well', async () => {
    expect((await ftpair('handover now')).status).toBe(2);
  });

  test('none at all shows the help on standard error', async () => {
    const { status, out, err } = await ftpair('');
    expect([status, out]).toEqual([2, '']);
    expect(err).toContain('Usage: ftpair [options] [command]');
  });
});

describe('the help', () => {
  test('lists every exit status of src/fatal.ts', async () => {
    const { status, out } = await ftpair('--help');
    expect(status).toBe(0);
    const listed = [...out.slice(out.indexOf('Exit statuses:')).matchAll(/^ {2}(\d) {2}/gm)].map(
      ([, digit]) => digit,
    );
    expect(listed).toEqual(['0', '1', '2', '3', '4', '5', '6']);
    expect(Object.values(ExitStatus).map(String)).toEqual(listed);
  });

  test.each(['run', 'check', 'schema', 'keygen', 'import', 'status', 'sessions', 'handover', 'version'])(
    'of %s has examples',
    async (command) => {
      const { status, out } = await ftpair(`${command} --help`);
      expect(status).toBe(0);
      expect(out).toMatch(new RegExp(`Examples:\\n.*ftpair ${command}`));
    },
  );
});

describe('commands that need no daemon', () => {
  test('version prints the version', async () => {
    expect(await ftpair('version')).toMatchObject({ status: 0, out: '0.1.0\n' });
    expect(await ftpair('--version')).toMatchObject({ status: 0, out: '0.1.0\n' });
  });

  test('keygen prints a key file', async () => {
    const { status, out } = await ftpair('keygen');
    expect(status).toBe(0);
    expect(out).toMatch(/^[A-Za-z0-9+/]{43}=$/m);
  });

  test('schema prints a JSON schema', async () => {
    const { out } = await ftpair('schema');
    expect(JSON.parse(out)).toHaveProperty('$schema');
  });

  test('check answers no for a config that cannot be read', async () => {
    const { status, out } = await ftpair('check --config /nonexistent/ftpair.yaml');
    expect(status).toBe(1);
    expect(out).toContain('/nonexistent/ftpair.yaml');
  });
});

describe('commands that ask the daemon', () => {
  let directory: string;
  let control: Control | undefined;
  let handover: HandoverResult = { accepted: true, detail: '' };
  let comparison: CompareResult = { entries: 0, differences: [] };

  beforeAll(() => {
    directory = mkdtempSync(join(tmpdir(), 'ftpair-cli-'));
  });

  afterEach(async () => {
    await control?.close();
    control = undefined;
  });

  afterAll(() => {
    rmSync(directory, { recursive: true });
  });

  async function daemon(view = VIEW): Promise<void> {
    const handlers = {
      ...NO_SESSIONS,
      status: () => view,
      handover: () => Promise.resolve(handover),
      compare: () => Promise.resolve(comparison),
    };
    control = await startControl({ path: join(directory, 'control.sock'), handlers });
  }

  test('compare says that both kernels hold the same', async () => {
    await daemon();
    comparison = { entries: 2, differences: [] };
    expect(await ftpair(`compare --runtime-dir ${directory}`)).toMatchObject({
      status: 0,
      out: "2 entries in this kernel, the same in the peer's\n",
    });
  });

  test('compare ends with 1 when they differ', async () => {
    await daemon();
    comparison = { entries: 2, differences: [{ entry: 'flow a', here: 'state 3', there: undefined }] };
    const { status, out } = await ftpair(`compare --runtime-dir ${directory}`);
    expect([status, out.split('\n')[0]]).toEqual([1, 'flow a']);
  });

  test('status shows the screen', async () => {
    await daemon();
    const { status, out, err } = await ftpair(`status --runtime-dir ${directory}`);
    expect([status, err]).toEqual([0, '']);
    expect(out).toMatch(/^alpha is ACTIVE since 2 min 3 s/);
    expect(out).not.toContain('History');
  });

  test('status --history shows the history', async () => {
    await daemon();
    expect((await ftpair(`status --history --runtime-dir ${directory}`)).out).toContain('backup → active');
  });

  test('status --json prints the JSON, with every key', async () => {
    await daemon();
    const { status, out } = await ftpair(`status --json --runtime-dir ${directory}`);
    expect(status).toBe(0);
    expect(JSON.parse(out)).toMatchObject({ node: 'alpha', peer: { paths: [{}, { rttMillis: null }] } });
  });

  test('status says when the daemon is of another version', async () => {
    await daemon({ ...VIEW, version: '0.0.9' });
    const { status, out, err } = await ftpair(`status --runtime-dir ${directory}`);
    expect(status).toBe(0);
    expect(out).toContain('version 0.0.9');
    expect(err).toBe(
      'ftpair: the daemon is version 0.0.9, this command 0.1.0\n  cure: restart the daemon, on the backup first\n',
    );
  });

  test('status of a daemon that fails to answer says what it said', async () => {
    control = await startControl({
      path: join(directory, 'control.sock'),
      handlers: {
        ...NO_SESSIONS,
        status: () => {
          throw new Error('broken');
        },
      },
    });
    const { status, err } = await ftpair(`status --runtime-dir ${directory}`);
    expect(status).toBe(6);
    expect(err).toContain("the daemon's answer (500) is not understood: GET /status failed: Error: broken");
  });

  /** A daemon with that many sessions, in pages as it is asked. */
  async function daemonWith(count: number): Promise<SessionsQuery[]> {
    const asked: SessionsQuery[] = [];
    const all = Array.from({ length: count }, (_, port) => ({
      ...(port === 1 ? ANNOUNCED : DOWNLOADING),
      client: { address: '198.51.100.7', port },
    }));
    const handlers: ControlHandlers = {
      ...HANDLERS,
      sessions: (query: SessionsQuery) => {
        asked.push(query);
        const from = query.after ?? 0;
        const sessions = all
          .slice(from, from + query.limit)
          .filter(({ survives }) => !query.lost || !survives);
        const next = from + query.limit < count ? from + query.limit : undefined;
        return Promise.resolve({ ok: true, value: { ...PAGE, known: count, sessions, next } } as const);
      },
    };
    control = await startControl({ path: join(directory, 'control.sock'), handlers });
    return asked;
  }

  test('sessions shows the first hundred, and that there are more', async () => {
    const asked = await daemonWith(101);
    const { status, out, err } = await ftpair(`sessions --runtime-dir ${directory}`);
    expect([status, err]).toEqual([0, '']);
    expect(out.trimEnd().split('\n')).toHaveLength(102);
    expect(out).toContain('the first 100 sessions of 101 on alpha (active)');
    expect(asked).toHaveLength(1);
  });

  test('sessions --limit 0 follows the pages to the end', async () => {
    const asked = await daemonWith(1200);
    const { out } = await ftpair(`sessions --limit 0 --runtime-dir ${directory}`);
    expect(out).toContain('\n1200 sessions on alpha (active): 1199 would survive');
    expect(asked.map(({ limit, after }) => [limit, after])).toEqual([
      [500, undefined],
      [500, 500],
      [500, 1000],
    ]);
  });

  test('sessions asks for what it was told to, and the exit status is 0 though some would be lost', async () => {
    const asked = await daemonWith(3);
    const options = `--lost --client 2001:DB8::0:7 --server one --runtime-dir ${directory}`;
    const { status, out } = await ftpair(`sessions ${options}`);
    expect(status).toBe(0);
    expect(asked).toMatchObject([{ client: '2001:db8::7', server: 'one', lost: true }]);
    expect(out).toContain('\n1 session of 3 on alpha (active): 0 would survive a failover now, 1 would not');
  });

  test('sessions --json prints the list, with every key', async () => {
    await daemonWith(2);
    const { out } = await ftpair(`sessions --json --limit 1 --runtime-dir ${directory}`);
    expect(JSON.parse(out)).toMatchObject({
      node: 'alpha',
      role: 'active',
      known: 2,
      more: true,
      sessions: [{ state: 'downloading', survives: true, reason: null, part: null }],
    });
  });

  test('sessions of what is no address, or no number, is a wrong command line', async () => {
    await daemonWith(0);
    expect(await ftpair(`sessions --client nobody --runtime-dir ${directory}`)).toMatchObject({
      status: 2,
      err: 'ftpair: "client" must be an IP address\n  cure: see "ftpair sessions --help"; the servers are in "ftpair status"\n',
    });
    expect((await ftpair(`sessions --limit many`)).status).toBe(2);
  });

  test('handover prints the outcome', async () => {
    handover = { accepted: true, detail: 'beta is active' };
    await daemon();
    expect(await ftpair(`handover --runtime-dir ${directory}`)).toMatchObject({
      status: 0,
      out: 'handover accepted: beta is active\n',
      err: '',
    });
  });

  test('handover that is refused prints the reason, and the answer is no', async () => {
    handover = { accepted: false, detail: 'beta is not in sync' };
    await daemon();
    expect(await ftpair(`handover --runtime-dir ${directory}`)).toMatchObject({
      status: 1,
      out: '',
      err: 'ftpair: handover refused: beta is not in sync\n  cure: see "ftpair status" on both routers\n',
    });
  });

  test('without a daemon they say so', async () => {
    const expected = { status: 6, out: '', err: expect.stringContaining('no daemon answers on') as string };
    expect(await ftpair(`status --runtime-dir ${directory}`)).toMatchObject(expected);
    expect(await ftpair(`handover --runtime-dir ${directory}`)).toMatchObject(expected);
  });
});
